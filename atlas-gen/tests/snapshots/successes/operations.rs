
use atlas_client::Client;
use crate::builder;

/// The operations.
impl Client {
    /// Calls the operation `startTask` ([`POST /tasks/{taskId}`](builder::StartTask))
    pub fn start_task(&self) -> builder::StartTask<'_> {
        builder::StartTask::new(self)
    }

    /// Calls the operation `deleteTask` ([`DELETE /tasks/{taskId}`](builder::DeleteTask))
    pub fn delete_task(&self) -> builder::DeleteTask<'_> {
        builder::DeleteTask::new(self)
    }
}
