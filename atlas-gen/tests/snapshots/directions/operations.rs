
use reqwest::Method;
use builder::*;
use crate::Client;
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

/// The operations, each under the name of its operation id: what a call takes and gives.
///
/// A method of [`Client`](crate::Client) starts a builder, the builder's methods add the
/// arguments, and `send` makes the call.
pub mod builder {
    use super::Call;
    use crate::types;
    use crate::{Refusal, ResponseValue, Result};

    /// Calls the operation `createJob`.
    ///
    /// # Request
    /// - Method and path: `POST /jobs`
    /// - Roles: none listed
    /// - Media type: `application/vnd.atlas.2024-05-30+json`
    /// - Success: 201, or any other 2xx
    ///
    /// # Errors
    /// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
    ///
    #[derive(Clone, Debug)]
    #[must_use = "a call is made by `send`"]
    pub struct CreateJob(pub(super) Call);

    impl CreateJob {
        /// The request body. Required.
        pub fn body(
            mut self,
            value: impl TryInto<types::JobRequest, Error: Refusal>,
        ) -> Self {
            self.0.body::<types::JobRequest>(value);
            self
        }

        /// Makes the call; see [errors](Self#errors).
        pub async fn send(self) -> Result<ResponseValue<types::Job>> {
            self.0.send().await
        }
    }
}
