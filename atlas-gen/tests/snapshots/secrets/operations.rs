
use reqwest::Method;
use crate::Client;
use crate::builder::*;
use crate::operation::{Call, Operation};

/// The operations.
impl Client {
    /// Calls the operation `createKey` ([`POST /users/{userId}/keys`](CreateKey))
    pub fn create_key(&self) -> CreateKey {
        CreateKey(Call::new(self, &CREATE_KEY))
    }
}

static CREATE_KEY: Operation = Operation {
    id: "createKey",
    method: Method::POST,
    path: "/users/{userId}/keys",
    accept: "application/vnd.atlas.2024-05-30+json",
    content_type: Some("application/vnd.atlas.2024-05-30+json"),
    required: &["userId", "body"],
};
