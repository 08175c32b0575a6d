
use atlas_client::Client;
use crate::builder;

/// The operations.
impl Client {
    /// Calls the operation `createJob` ([`POST /jobs`](builder::CreateJob))
    pub fn create_job(&self) -> builder::CreateJob<'_> {
        builder::CreateJob::new(self)
    }
}
