
use crate::ObjectId;
use crate::Refusal;
use crate::operation::Call;

/// Return one pet.
///
/// # Request
/// - Method and path: `GET /pets/{petId}`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 404 No such pet
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct GetPet(pub(crate) Call);

impl GetPet {
    /// The parameter `petId`.
    pub fn pet_id(mut self, value: impl TryInto<ObjectId, Error: Refusal>) -> Self {
        self.0.path::<ObjectId>("petId", value);
        self
    }
}
crate::call! { GetPet: send -> crate::types::Pet }
