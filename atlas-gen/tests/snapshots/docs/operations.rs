
use atlas_client::Client;
use crate::builder;

/// The operations of the tag .
pub trait ClientXExt {
    /// List \<All\> Users ([`GET /users`](builder::ListUsers)).
    #[deprecated(note = "sunset on 2027-07-01; Use List Members to list users")]
    fn list_users(&self) -> builder::ListUsers<'_>;

    /// Calls the operation `createUser` ([`POST /users`](builder::CreateUser)).
    #[deprecated(
        note = "deprecated by Atlas, no sunset announced; Please use members instead"
    )]
    fn create_user(&self) -> builder::CreateUser<'_>;

    /// Calls the operation `getStatus` ([`GET /status`](builder::GetStatus)).
    fn get_status(&self) -> builder::GetStatus<'_>;
}

impl ClientXExt for Client {
    fn list_users(&self) -> builder::ListUsers<'_> {
        builder::ListUsers::new(self)
    }

    fn create_user(&self) -> builder::CreateUser<'_> {
        builder::CreateUser::new(self)
    }

    fn get_status(&self) -> builder::GetStatus<'_> {
        builder::GetStatus::new(self)
    }
}
