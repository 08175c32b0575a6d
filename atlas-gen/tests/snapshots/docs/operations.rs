
use reqwest::Method;
use crate::Client;
use crate::builder::*;
use crate::operation::{Call, Operation};

/// The operations.
impl Client {
    /// Calls the operation `createUser` ([`POST /users`](CreateUser))
    #[deprecated(
        note = "deprecated by Atlas, no sunset announced; Please use members instead"
    )]
    pub fn create_user(&self) -> CreateUser {
        CreateUser(Call::new(self, &CREATE_USER))
    }

    /// Calls the operation `getStatus` ([`GET /status`](GetStatus))
    pub fn get_status(&self) -> GetStatus {
        GetStatus(Call::new(self, &GET_STATUS))
    }

    /// List \<All\> Users ([`GET /users`](ListUsers))
    #[deprecated(note = "sunset on 2027-07-01; Use List Members to list users")]
    pub fn list_users(&self) -> ListUsers {
        ListUsers(Call::new(self, &LIST_USERS))
    }
}

static CREATE_USER: Operation = Operation {
    id: "createUser",
    method: Method::POST,
    path: "/users",
    accept: "application/vnd.atlas.2023-01-01+json",
    content_type: Some("application/vnd.atlas.2023-01-01+json"),
    required: &[],
};

static GET_STATUS: Operation = Operation {
    id: "getStatus",
    method: Method::GET,
    path: "/status",
    accept: "application/vnd.atlas.2024-05-30+json",
    content_type: None,
    required: &[],
};

static LIST_USERS: Operation = Operation {
    id: "listUsers",
    method: Method::GET,
    path: "/users",
    accept: "application/vnd.atlas.2023-01-01+json",
    content_type: None,
    required: &[],
};
