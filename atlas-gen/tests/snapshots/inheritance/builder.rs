
use atlas_client::runtime::{Place, Style};
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
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx:
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
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            pet_id: Err(BuildError::missing()),
            options: CallOptions::default(),
        }
    }

    /// The parameter `petId`. Required.
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
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::Pet> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "getPet",
            operation::Method::GET,
            "/pets/{petId}",
            "application/vnd.atlas.2024-05-30+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(Place::Path, "petId", self.pet_id, Style::Simple);
        call.send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}
