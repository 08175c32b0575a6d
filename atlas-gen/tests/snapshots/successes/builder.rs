
use atlas_client::runtime::{Place, Style};
use atlas_client::{BuildError, CallOptions, Client, ResponseFuture, operation, runtime};
use crate::types;

/// Calls the operation `startTask`.
///
/// # Request
/// - Method and path: `POST /tasks/{taskId}`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, 202, 204, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx:
///
/// - 409 It runs already
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct StartTask<'a> {
    client: &'a Client,
    task_id: Result<String, BuildError>,
    options: CallOptions,
}

impl<'a> StartTask<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            task_id: Err(BuildError::missing()),
            options: CallOptions::default(),
        }
    }

    /// The parameter `taskId`. Required.
    pub fn task_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<String>,
        V::Error: std::fmt::Display + 'static,
    {
        self.task_id = runtime::convert(value);
        self
    }

    /// Sends `POST /tasks/{taskId}`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<Option<types::Task>> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "startTask",
            operation::Method::POST,
            "/tasks/{taskId}",
            "application/vnd.atlas.2024-05-30+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(Place::Path, "taskId", self.task_id, Style::Simple);
        call.send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Calls the operation `deleteTask`.
///
/// # Request
/// - Method and path: `DELETE /tasks/{taskId}`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2025-12-31+json`
/// - Success: 204, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx:
///
/// - default: A failure of any other kind.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct DeleteTask<'a> {
    client: &'a Client,
    task_id: Result<String, BuildError>,
    options: CallOptions,
}

impl<'a> DeleteTask<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            task_id: Err(BuildError::missing()),
            options: CallOptions::default(),
        }
    }

    /// The parameter `taskId`. Required.
    pub fn task_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<String>,
        V::Error: std::fmt::Display + 'static,
    {
        self.task_id = runtime::convert(value);
        self
    }

    /// Sends `DELETE /tasks/{taskId}`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<()> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "deleteTask",
            operation::Method::DELETE,
            "/tasks/{taskId}",
            "application/vnd.atlas.2025-12-31+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(Place::Path, "taskId", self.task_id, Style::Simple);
        call.send_empty()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}
