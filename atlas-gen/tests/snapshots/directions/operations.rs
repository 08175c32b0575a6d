
use reqwest::Method;
use crate::Client;
use crate::builder::*;
use crate::operation::{Call, Operation};

/// The operations.
impl Client {
    /// Calls the operation `createJob` ([`POST /jobs`](CreateJob))
    pub fn create_job(&self) -> CreateJob {
        CreateJob(Call::new(self, &CREATE_JOB))
    }
}

static CREATE_JOB: Operation = Operation {
    id: "createJob",
    method: Method::POST,
    path: "/jobs",
    accept: "application/vnd.atlas.2024-05-30+json",
    content_type: Some("application/vnd.atlas.2024-05-30+json"),
    required: &["body"],
};
