
use atlas_client::Client;
use crate::builder;

/// The operations.
impl Client {
    /// List \<All\> Users ([`GET /users`](builder::ListUsers))
    #[deprecated(note = "sunset on 2027-07-01; Use List Members to list users")]
    pub fn list_users(&self) -> builder::ListUsers<'_> {
        builder::ListUsers::new(self)
    }

    /// Calls the operation `createUser` ([`POST /users`](builder::CreateUser))
    #[deprecated(
        note = "deprecated by Atlas, no sunset announced; Please use members instead"
    )]
    pub fn create_user(&self) -> builder::CreateUser<'_> {
        builder::CreateUser::new(self)
    }

    /// Calls the operation `getStatus` ([`GET /status`](builder::GetStatus))
    pub fn get_status(&self) -> builder::GetStatus<'_> {
        builder::GetStatus::new(self)
    }
}
