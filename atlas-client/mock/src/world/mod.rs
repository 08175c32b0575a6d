//! The state behind the API: the organization, its validations and its migrations.

pub(crate) mod lives;
pub(crate) mod organization;
pub(crate) mod scenario;
pub(crate) mod sources;
