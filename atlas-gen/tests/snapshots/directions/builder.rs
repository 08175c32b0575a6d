
use crate::Refusal;
use crate::types;
use crate::operation::Call;

/// Calls the operation `createJob`.
///
/// # Request
/// - Method and path: `POST /jobs`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 201, or any other 2xx
///
/// # Errors
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct CreateJob(pub(crate) Call);

impl CreateJob {
    /// The request body. Required.
    pub fn body(
        mut self,
        value: impl TryInto<types::JobRequest, Error: Refusal>,
    ) -> Self {
        self.0.body::<types::JobRequest>(value);
        self
    }
}
crate::call! { CreateJob: send -> crate::types::Job }
