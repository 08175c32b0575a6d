
use serde_json::Value;
use crate::Additional;
use crate::Refusal;

/// The schema `Alarm` of the Atlas document.
#[non_exhaustive]
pub struct Alarm {
    /// The member `operator`.
    pub operator: Option<AlarmOperator>,
    /// The member `type`.
    pub type_: Option<String>,
    /// The member `Type`.
    pub type__: Option<String>,
    /// The member `provider`.
    pub provider: Option<AlarmProvider>,
    /// The member `otherProvider`.
    pub other_provider: Option<AlarmProvider>,
    /// The member `version`.
    pub version: Option<AlarmVersion>,
    /// The member `order`.
    pub order: Option<AlarmOrder>,
    /// The member `level`. Default: `1`. One of 0, 1, 2.
    pub level: Option<i64>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    Alarm {
        operator: optional "operator",
        type_: optional "type",
        type__: optional "Type",
        provider: optional "provider",
        other_provider: optional "otherProvider",
        version: optional "version",
        order: optional "order",
        level: optional "level",
    }
}

impl Alarm {
    /// Starts a [`Alarm`]; [`AlarmBuilder::build`] checks it.
    pub fn builder() -> AlarmBuilder {
        AlarmBuilder(crate::draft::Draft::default())
    }
}

/// Builds a [`Alarm`].
#[derive(Clone, Debug)]
pub struct AlarmBuilder(crate::draft::Draft);

impl AlarmBuilder {
    /// The member `operator`.
    pub fn operator(
        mut self,
        value: impl TryInto<AlarmOperator, Error: Refusal>,
    ) -> Self {
        self.0.set::<AlarmOperator>("operator", value);
        self
    }

    /// The member `type`.
    pub fn type_(mut self, value: impl TryInto<String, Error: Refusal>) -> Self {
        self.0.set::<String>("type", value);
        self
    }

    /// The member `Type`.
    pub fn type__(mut self, value: impl TryInto<String, Error: Refusal>) -> Self {
        self.0.set::<String>("Type", value);
        self
    }

    /// The member `provider`.
    pub fn provider(
        mut self,
        value: impl TryInto<AlarmProvider, Error: Refusal>,
    ) -> Self {
        self.0.set::<AlarmProvider>("provider", value);
        self
    }

    /// The member `otherProvider`.
    pub fn other_provider(
        mut self,
        value: impl TryInto<AlarmProvider, Error: Refusal>,
    ) -> Self {
        self.0.set::<AlarmProvider>("otherProvider", value);
        self
    }

    /// The member `version`.
    pub fn version(mut self, value: impl TryInto<AlarmVersion, Error: Refusal>) -> Self {
        self.0.set::<AlarmVersion>("version", value);
        self
    }

    /// The member `order`.
    pub fn order(mut self, value: impl TryInto<AlarmOrder, Error: Refusal>) -> Self {
        self.0.set::<AlarmOrder>("order", value);
        self
    }

    /// The member `level`. Default: `1`. One of 0, 1, 2.
    pub fn level(mut self, value: i64) -> Self {
        self.0.set::<i64>("level", value);
        self
    }
}
crate::builder! {
    AlarmBuilder builds Alarm {
        Rule::new("operator").values(AlarmOperator::VALUES),
        Rule::new("provider").values(AlarmProvider::VALUES),
        Rule::new("otherProvider").values(AlarmProvider::VALUES),
        Rule::new("version").values(AlarmVersion::VALUES),
        Rule::new("level").numbers(&[0, 1, 2]),
    }
}

/// The schema `AlarmOperator` of the Atlas document.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AlarmOperator {
    /// `<`
    LessThan,
    /// `>`
    GreaterThan,
    /// `<=`
    LessThanEqual,
    /// `>=`
    GreaterThanEqual,
    /// `type`
    Type,
    /// `Type`
    TypeValue,
    /// A value that this version of the client does not know.
    Unknown(String),
}
crate::open_enum! {
    AlarmOperator {
        LessThan = "<",
        GreaterThan = ">",
        LessThanEqual = "<=",
        GreaterThanEqual = ">=",
        Type = "type",
        TypeValue = "Type",
    }
}

/// The schema `AlarmOrder` of the Atlas document.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AlarmOrder {
    /// `1`
    V1,
    /// `-1`
    Minus1,
    /// `hashed`
    Hashed,
    /// A value that this version of the client does not know.
    Unknown(serde_json::Value),
}
crate::open_literal! {
    AlarmOrder {
        V1 = 1,
        Minus1 = -1,
        Hashed = "hashed",
    }
}

/// The schema `AlarmProvider` of the Atlas document.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AlarmProvider {
    Aws,
    Gcp,
    /// A value that this version of the client does not know.
    Unknown(String),
}
crate::open_enum! {
    AlarmProvider {
        Aws = "AWS",
        Gcp = "GCP",
    }
}

/// The schema `AlarmVersion` of the Atlas document.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AlarmVersion {
    /// `4.4`
    V4_4,
    /// `44`
    V44,
    /// ``
    Empty,
    /// A value that this version of the client does not know.
    Unknown(String),
}
crate::open_enum! {
    AlarmVersion {
        V4_4 = "4.4",
        V44 = "44",
        Empty = "",
    }
}

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

/// The schema `ReplaceAlarmMode` of the Atlas document.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReplaceAlarmMode {
    DryRun,
    Live,
    /// A value that this version of the client does not know.
    Unknown(String),
}
crate::open_enum! {
    ReplaceAlarmMode {
        DryRun = "DRY_RUN",
        Live = "LIVE",
    }
}
