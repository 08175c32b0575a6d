
use crate::ObjectId;
use crate::Refusal;
use crate::types;
use crate::operation::Call;

/// Calls the operation `createKey`.
///
/// # Request
/// - Method and path: `POST /users/{userId}/keys`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct CreateKey(pub(crate) Call);

impl CreateKey {
    /// The parameter `userId`.
    pub fn user_id(mut self, value: impl TryInto<ObjectId, Error: Refusal>) -> Self {
        self.0.path::<ObjectId>("userId", value);
        self
    }

    /// The parameter `ids`.
    pub fn ids(
        mut self,
        values: impl IntoIterator<Item: TryInto<ObjectId, Error: Refusal>>,
    ) -> Self {
        self.0.query_each::<ObjectId, _>("ids", values);
        self
    }

    /// The request body. Required.
    pub fn body(
        mut self,
        value: impl TryInto<types::KeyRequest, Error: Refusal>,
    ) -> Self {
        self.0.body::<types::KeyRequest>(value);
        self
    }
}
crate::call! { CreateKey: send -> crate::types::Key }
