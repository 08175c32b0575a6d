
use atlas_client::{
    BuildError, CallOptions, Client, ObjectId, ResponseFuture, operation, runtime,
};

use crate::types;

/// Return one pet.
///
/// # Request
/// - Method and path: `GET /pets/{petId}`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 404 No such pet
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct GetPet<'a> {
    client: &'a Client,
    pet_id: Result<ObjectId, BuildError>,
    options: CallOptions,
}

impl<'a> GetPet<'a> {
    /// Starts a call.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            pet_id: Err(BuildError::missing()),
            options: CallOptions::default(),
        }
    }

    /// The parameter `petId`.
    pub fn pet_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.pet_id = runtime::convert(value);
        self
    }

    /// Sends `GET /pets/{petId}`.
    ///
    /// # Errors
    /// All arguments at fault, before anything is sent; else what the page of the builder lists.
    pub fn send(self) -> ResponseFuture<types::Pet> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "getPet",
            operation::Method::GET,
            "/pets/{petId}",
            "application/vnd.atlas.2024-05-30+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.path_param("petId", self.pet_id, runtime::Style::Simple);
        call.send()
    }

    /// Sets what this call does differently from the client's other calls.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}
