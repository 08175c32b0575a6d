
use atlas_client::{BuildError, CallOptions, Client, ResponseFuture, operation, runtime};
use crate::types;

/// List \<All\> Users.
///
/// Returns users; see Roles and [the docs](https://docs.example/users).
///
/// **Note**: This endpoint is deprecated. Use List Members to list users.
///
/// # Request
/// - Method and path: `GET /users`
/// - Roles: Project Owner
/// - Media type: `application/vnd.atlas.2023-01-01+json`
/// - Sunset of this version: 2027-07-01
/// - Success: 200, 204, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx:
///
/// - 401 Unauthorized
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct ListUsers<'a> {
    client: &'a Client,
    options: CallOptions,
}

impl<'a> ListUsers<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            options: CallOptions::default(),
        }
    }

    /// Sends `GET /users`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<Option<Vec<String>>> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "listUsers",
            operation::Method::GET,
            "/users",
            "application/vnd.atlas.2023-01-01+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Calls the operation `createUser`.
///
/// Creates a user. Please use members instead. Names are kept in lists\[0\] and an open \` tick.
///
/// # Request
/// - Method and path: `POST /users`
/// - Roles: one of Project Owner, Organization Owner
/// - Media type: `application/vnd.atlas.2023-01-01+json`
/// - Success: 200, 201, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx:
///
/// - 400: The user is not as it should be. [`Error::body_as`](atlas_client::Error::body_as) reads a [`Faults`](crate::types::Faults).
/// - 401 Unauthorized
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct CreateUser<'a> {
    client: &'a Client,
    body: Result<Option<types::User>, BuildError>,
    options: CallOptions,
}

impl<'a> CreateUser<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            body: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The request body.
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: TryInto<types::User>,
        V::Error: std::fmt::Display + 'static,
    {
        self.body = runtime::convert(value).map(Some);
        self
    }

    /// Sends `POST /users`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::User> {
        static OPERATION: operation::Operation = operation::Operation::new(
                "createUser",
                operation::Method::POST,
                "/users",
                "application/vnd.atlas.2023-01-01+json",
            )
            .content_type("application/vnd.atlas.2023-01-01+json");
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.json_body(self.body);
        call.send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Calls the operation `getStatus`.
///
/// # Request
/// - Method and path: `GET /status`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Other versions: 2023-01-01 (sunset 2027-01-01)
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct GetStatus<'a> {
    client: &'a Client,
    options: CallOptions,
}

impl<'a> GetStatus<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            options: CallOptions::default(),
        }
    }

    /// Sends `GET /status`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::User> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "getStatus",
            operation::Method::GET,
            "/status",
            "application/vnd.atlas.2024-05-30+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}
