
use atlas_client::Client;
use crate::builder;

/// The operations of the tag .
pub trait ClientXExt {
    /// Calls the operation `createJob` ([`POST /jobs`](builder::CreateJob)).
    fn create_job(&self) -> builder::CreateJob<'_>;
}

impl ClientXExt for Client {
    fn create_job(&self) -> builder::CreateJob<'_> {
        builder::CreateJob::new(self)
    }
}
