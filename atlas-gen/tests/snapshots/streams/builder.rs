
use crate::ByteStream;
use crate::ResponseValue;
use crate::Result;
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
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct DownloadLogs(pub(super) Call);

impl DownloadLogs {
    /// Makes the call; see [errors](Self#errors).
    pub async fn send(self) -> Result<ResponseValue<ByteStream>> {
        self.0.send_stream().await
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
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct ExportInvoices(pub(super) Call);

impl ExportInvoices {
    /// Makes the call; see [errors](Self#errors).
    pub async fn send(self) -> Result<ResponseValue<ByteStream>> {
        self.0.send_stream().await
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
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct UploadLogs(pub(super) Call);

impl UploadLogs {
    /// The request body. Required.
    pub fn body(mut self, value: impl Into<Vec<u8>>) -> Self {
        self.0.body_bytes(value);
        self
    }

    /// Makes the call; see [errors](Self#errors).
    pub async fn send(self) -> Result<ResponseValue<()>> {
        self.0.send_empty().await
    }
}
