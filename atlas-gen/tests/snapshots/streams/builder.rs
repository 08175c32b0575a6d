
use crate::operation::Call;

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
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct DownloadLogs(pub(crate) Call);
crate::call! { DownloadLogs: send_stream -> crate::ByteStream }

/// Calls the operation `exportInvoices`.
///
/// # Request
/// - Method and path: `GET /invoices`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+csv`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct ExportInvoices(pub(crate) Call);
crate::call! { ExportInvoices: send_stream -> crate::ByteStream }

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
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct UploadLogs(pub(crate) Call);

impl UploadLogs {
    /// The request body. Required.
    pub fn body(mut self, value: impl Into<Vec<u8>>) -> Self {
        self.0.body_bytes(value);
        self
    }
}
crate::call! { UploadLogs: send_empty -> () }
