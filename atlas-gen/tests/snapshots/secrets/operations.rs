
use atlas_client::Client;
use crate::builder;

/// The operations of the tag .
pub trait ClientXExt {
    /// Calls the operation `createKey` ([`POST /users/{userId}/keys`](builder::CreateKey)).
    fn create_key(&self) -> builder::CreateKey<'_>;
}

impl ClientXExt for Client {
    fn create_key(&self) -> builder::CreateKey<'_> {
        builder::CreateKey::new(self)
    }
}
