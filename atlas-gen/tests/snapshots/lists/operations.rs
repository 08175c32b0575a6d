
use atlas_client::Client;
use crate::builder;

/// The operations of the tag Jobs.
pub trait ClientJobsExt {
    /// Calls the operation `listJobs` ([`GET /jobs`](builder::ListJobs)).
    fn list_jobs(&self) -> builder::ListJobs<'_>;

    /// Calls the operation `createJob` ([`POST /jobs`](builder::CreateJob)).
    fn create_job(&self) -> builder::CreateJob<'_>;

    /// Calls the operation `listArchivedJobs` ([`GET /archivedJobs`](builder::ListArchivedJobs)).
    fn list_archived_jobs(&self) -> builder::ListArchivedJobs<'_>;

    /// Calls the operation `listNames` ([`GET /names`](builder::ListNames)).
    fn list_names(&self) -> builder::ListNames<'_>;

    /// Calls the operation `listOdd` ([`GET /odd`](builder::ListOdd)).
    fn list_odd(&self) -> builder::ListOdd<'_>;

    /// Calls the operation `listOther` ([`GET /other`](builder::ListOther)).
    fn list_other(&self) -> builder::ListOther<'_>;

    /// Calls the operation `listWhole` ([`GET /whole`](builder::ListWhole)).
    fn list_whole(&self) -> builder::ListWhole<'_>;
}

impl ClientJobsExt for Client {
    fn list_jobs(&self) -> builder::ListJobs<'_> {
        builder::ListJobs::new(self)
    }

    fn create_job(&self) -> builder::CreateJob<'_> {
        builder::CreateJob::new(self)
    }

    fn list_archived_jobs(&self) -> builder::ListArchivedJobs<'_> {
        builder::ListArchivedJobs::new(self)
    }

    fn list_names(&self) -> builder::ListNames<'_> {
        builder::ListNames::new(self)
    }

    fn list_odd(&self) -> builder::ListOdd<'_> {
        builder::ListOdd::new(self)
    }

    fn list_other(&self) -> builder::ListOther<'_> {
        builder::ListOther::new(self)
    }

    fn list_whole(&self) -> builder::ListWhole<'_> {
        builder::ListWhole::new(self)
    }
}
