
use atlas_client::Client;
use crate::builder;

/// The operations.
impl Client {
    /// Calls the operation `createKey` ([`POST /users/{userId}/keys`](builder::CreateKey))
    pub fn create_key(&self) -> builder::CreateKey<'_> {
        builder::CreateKey::new(self)
    }
}
