
use atlas_client::Client;
use crate::builder;

/// The operations of the tag .
pub trait ClientXExt {
    /// Calls the operation `startTask` ([`POST /tasks/{taskId}`](builder::StartTask)).
    fn start_task(&self) -> builder::StartTask<'_>;

    /// Calls the operation `deleteTask` ([`DELETE /tasks/{taskId}`](builder::DeleteTask)).
    fn delete_task(&self) -> builder::DeleteTask<'_>;
}

impl ClientXExt for Client {
    fn start_task(&self) -> builder::StartTask<'_> {
        builder::StartTask::new(self)
    }

    fn delete_task(&self) -> builder::DeleteTask<'_> {
        builder::DeleteTask::new(self)
    }
}
