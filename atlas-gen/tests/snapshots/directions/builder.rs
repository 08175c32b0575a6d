
use atlas_client::{BuildError, CallOptions, Client, ResponseFuture, operation, runtime};
use crate::types;

/// Calls the operation `createJob`.
///
/// # Request
/// - Method and path: `POST /jobs`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 201, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct CreateJob<'a> {
    client: &'a Client,
    body: Result<types::JobRequest, BuildError>,
    options: CallOptions,
}

impl<'a> CreateJob<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            body: Err(BuildError::missing()),
            options: CallOptions::default(),
        }
    }

    /// The request body. Required.
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: TryInto<types::JobRequest>,
        V::Error: std::fmt::Display + 'static,
    {
        self.body = runtime::convert(value);
        self
    }

    /// Sends `POST /jobs`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::Job> {
        static OPERATION: operation::Operation = operation::Operation::new(
                "createJob",
                operation::Method::POST,
                "/jobs",
                "application/vnd.atlas.2024-05-30+json",
            )
            .content_type("application/vnd.atlas.2024-05-30+json");
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
