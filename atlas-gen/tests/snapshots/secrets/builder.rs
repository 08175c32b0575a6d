
use atlas_client::runtime::{Place, Style};
use atlas_client::{
    BuildError, CallOptions, Client, ObjectId, ResponseFuture, operation, runtime,
};

use crate::types;

/// Calls the operation `createKey`.
///
/// # Request
/// - Method and path: `POST /users/{userId}/keys`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct CreateKey<'a> {
    client: &'a Client,
    user_id: Result<ObjectId, BuildError>,
    ids: Result<Option<Vec<ObjectId>>, BuildError>,
    body: Result<types::KeyRequest, BuildError>,
    options: CallOptions,
}

impl<'a> CreateKey<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            user_id: Err(BuildError::missing()),
            ids: Ok(None),
            body: Err(BuildError::missing()),
            options: CallOptions::default(),
        }
    }

    /// The parameter `userId`. Required.
    pub fn user_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.user_id = runtime::convert(value);
        self
    }

    /// The parameter `ids`.
    pub fn ids<V>(mut self, values: V) -> Self
    where
        V: IntoIterator,
        V::Item: TryInto<ObjectId>,
        <V::Item as TryInto<ObjectId>>::Error: std::fmt::Display + 'static,
    {
        self.ids = runtime::convert_each(values).map(Some);
        self
    }

    /// The request body. Required.
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: TryInto<types::KeyRequest>,
        V::Error: std::fmt::Display + 'static,
    {
        self.body = runtime::convert(value);
        self
    }

    /// Sends `POST /users/{userId}/keys`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::Key> {
        static OPERATION: operation::Operation = operation::Operation::new(
                "createKey",
                operation::Method::POST,
                "/users/{userId}/keys",
                "application/vnd.atlas.2024-05-30+json",
            )
            .content_type("application/vnd.atlas.2024-05-30+json");
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(Place::Path, "userId", self.user_id, Style::Simple);
        call.param(Place::Query, "ids", self.ids, Style::FormExploded);
        call.json_body(self.body);
        call.send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}
