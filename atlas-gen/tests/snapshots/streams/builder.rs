
use atlas_client::{
    BuildError, ByteStream, CallOptions, Client, ResponseFuture, operation, runtime,
};

/// Calls the operation `downloadLogs`.
///
/// # Request
/// - Method and path: `GET /logs`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2023-01-01+gzip`
/// - Other versions: 2030-01-01
/// - Sunset of this version: 2026-06-01
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct DownloadLogs<'a> {
    client: &'a Client,
    options: CallOptions,
}

impl<'a> DownloadLogs<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            options: CallOptions::default(),
        }
    }

    /// Sends `GET /logs`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<ByteStream> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "downloadLogs",
            operation::Method::GET,
            "/logs",
            "application/vnd.atlas.2023-01-01+gzip",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.send_stream()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Calls the operation `uploadLogs`.
///
/// # Request
/// - Method and path: `PUT /logs`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Media type of the body: `application/vnd.atlas.2024-05-30+gzip`
/// - Success: 202, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct UploadLogs<'a> {
    client: &'a Client,
    body: Result<Vec<u8>, BuildError>,
    options: CallOptions,
}

impl<'a> UploadLogs<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            body: Err(BuildError::missing()),
            options: CallOptions::default(),
        }
    }

    /// The request body. Required.
    pub fn body<B>(mut self, value: B) -> Self
    where
        B: TryInto<Vec<u8>>,
        B::Error: std::fmt::Display + 'static,
    {
        self.body = runtime::convert(value);
        self
    }

    /// Sends `PUT /logs`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<()> {
        static OPERATION: operation::Operation = operation::Operation::new(
                "uploadLogs",
                operation::Method::PUT,
                "/logs",
                "application/vnd.atlas.2024-05-30+json",
            )
            .content_type("application/vnd.atlas.2024-05-30+gzip");
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.bytes_body(self.body.map(Some));
        call.send_empty()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Calls the operation `exportInvoices`.
///
/// # Request
/// - Method and path: `GET /invoices`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+csv`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct ExportInvoices<'a> {
    client: &'a Client,
    options: CallOptions,
}

impl<'a> ExportInvoices<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            options: CallOptions::default(),
        }
    }

    /// Sends `GET /invoices`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<ByteStream> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "exportInvoices",
            operation::Method::GET,
            "/invoices",
            "application/vnd.atlas.2024-05-30+csv",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.send_stream()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}
