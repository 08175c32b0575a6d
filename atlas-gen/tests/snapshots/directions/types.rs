
use serde_json::Value;
use crate::Additional;
use crate::ObjectId;
use crate::Refusal;
use crate::Sensitive;
use crate::Timestamp;

/// What Atlas answers failures with.
#[non_exhaustive]
pub struct ApiError {
    /// What went wrong.
    pub detail: Option<String>,
    /// The member `errorCode`.
    pub error_code: Option<String>,
    /// The member `reason`.
    pub reason: Option<String>,
    /// The member `parameters`.
    pub parameters: Option<Vec<Value>>,
    /// The member `badRequestDetail`.
    pub bad_request_detail: Option<BadRequestDetail>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    ApiError {
        detail: optional "detail",
        error_code: optional "errorCode",
        reason: optional "reason",
        parameters: optional "parameters",
        bad_request_detail: optional "badRequestDetail",
    }
}

/// The schema `BadRequestDetail` of the Atlas document.
#[non_exhaustive]
pub struct BadRequestDetail {
    /// The member `fields`.
    pub fields: Option<Vec<FieldViolation>>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    BadRequestDetail {
        fields: optional "fields",
    }
}

/// The schema `FieldViolation` of the Atlas document.
#[non_exhaustive]
pub struct FieldViolation {
    /// The member `field`.
    pub field: String,
    /// The member `description`.
    pub description: String,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    FieldViolation {
        field: required "field",
        description: required "description",
    }
}

/// The schema `Job` of the Atlas document.
#[non_exhaustive]
pub struct Job {
    /// The member `_id`.
    pub id: ObjectId,
    /// The member `name`. From 1 to 64 characters.
    pub name: String,
    /// The member `step`.
    pub step: Step,
    /// The member `parent`.
    pub parent: Option<Box<Job>>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    Job {
        id: required "_id",
        name: required "name",
        step: required "step",
        parent: optional "parent",
    }
}

/// The schema `JobRequest` of the Atlas document.
#[non_exhaustive]
pub struct JobRequest {
    /// The member `name`. From 1 to 64 characters.
    pub name: String,
    /// The member `hook`.
    pub hook: Option<Sensitive>,
    /// The member `step`.
    pub step: StepRequest,
    /// The member `parent`.
    pub parent: Option<Box<JobRequest>>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    JobRequest {
        name: required "name",
        hook: optional "hook",
        step: required "step",
        parent: optional "parent",
    }
}

impl JobRequest {
    /// Starts a [`JobRequest`]; [`JobRequestBuilder::build`] checks it.
    pub fn builder() -> JobRequestBuilder {
        JobRequestBuilder(crate::draft::Draft::default())
    }
}

/// Builds a [`JobRequest`].
#[derive(Clone, Debug)]
pub struct JobRequestBuilder(crate::draft::Draft);

impl JobRequestBuilder {
    /// The member `name`. From 1 to 64 characters. Required.
    pub fn name(mut self, value: impl TryInto<String, Error: Refusal>) -> Self {
        self.0.set::<String>("name", value);
        self
    }

    /// The member `hook`.
    pub fn hook(mut self, value: impl TryInto<Sensitive, Error: Refusal>) -> Self {
        self.0.set::<Sensitive>("hook", value);
        self
    }

    /// The member `step`. Required.
    pub fn step(mut self, value: impl TryInto<StepRequest, Error: Refusal>) -> Self {
        self.0.set::<StepRequest>("step", value);
        self
    }

    /// The member `parent`.
    pub fn parent(mut self, value: impl TryInto<JobRequest, Error: Refusal>) -> Self {
        self.0.set::<JobRequest>("parent", value);
        self
    }
}
crate::builder! {
    JobRequestBuilder builds JobRequest {
        Rule::required("name").min_length(1).max_length(64),
        Rule::required("step"),
    }
}

/// The schema `Step` of the Atlas document.
#[non_exhaustive]
pub struct Step {
    /// The member `order`. At least 1.
    pub order: Option<i64>,
    /// The member `finishedAt`.
    pub finished_at: Option<Timestamp>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    Step {
        order: optional "order",
        finished_at: optional "finishedAt",
    }
}

/// The schema `StepRequest` of the Atlas document.
#[non_exhaustive]
pub struct StepRequest {
    /// The member `order`. At least 1.
    pub order: Option<i64>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    StepRequest {
        order: optional "order",
    }
}

impl StepRequest {
    /// Starts a [`StepRequest`]; [`StepRequestBuilder::build`] checks it.
    pub fn builder() -> StepRequestBuilder {
        StepRequestBuilder(crate::draft::Draft::default())
    }
}

/// Builds a [`StepRequest`].
#[derive(Clone, Debug)]
pub struct StepRequestBuilder(crate::draft::Draft);

impl StepRequestBuilder {
    /// The member `order`. At least 1.
    pub fn order(mut self, value: i64) -> Self {
        self.0.set::<i64>("order", value);
        self
    }
}
crate::builder! {
    StepRequestBuilder builds StepRequest {
        Rule::new("order").minimum(1.0),
    }
}
