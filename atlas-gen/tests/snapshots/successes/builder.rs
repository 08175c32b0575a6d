
use crate::Refusal;
use crate::operation::Call;

/// Calls the operation `deleteTask`.
///
/// # Request
/// - Method and path: `DELETE /tasks/{taskId}`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2025-12-31+json`
/// - Success: 204, or any other 2xx
///
/// # Errors
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - default: A failure of any other kind.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct DeleteTask(pub(crate) Call);

impl DeleteTask {
    /// The parameter `taskId`.
    pub fn task_id(mut self, value: impl TryInto<String, Error: Refusal>) -> Self {
        self.0.path::<String>("taskId", value);
        self
    }
}
crate::call! { DeleteTask: send_empty -> () }

/// Calls the operation `startTask`.
///
/// # Request
/// - Method and path: `POST /tasks/{taskId}`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, 202, 204, or any other 2xx
///
/// # Errors
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 409 It runs already
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct StartTask(pub(crate) Call);

impl StartTask {
    /// The parameter `taskId`.
    pub fn task_id(mut self, value: impl TryInto<String, Error: Refusal>) -> Self {
        self.0.path::<String>("taskId", value);
        self
    }
}
crate::call! { StartTask: send -> Option<crate::types::Task> }
