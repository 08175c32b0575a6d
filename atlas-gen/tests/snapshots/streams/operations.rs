
use reqwest::Method;
use builder::*;
use crate::Client;
use crate::operation::{Call, Operation};

/// The operations.
impl Client {
    /// Calls the operation `downloadLogs` ([`GET /logs`](DownloadLogs))
    #[deprecated(note = "the version that this client speaks sunsets on 2026-06-01")]
    pub fn download_logs(&self) -> DownloadLogs {
        DownloadLogs(Call::new(self, &DOWNLOAD_LOGS))
    }

    /// Calls the operation `exportInvoices` ([`GET /invoices`](ExportInvoices))
    pub fn export_invoices(&self) -> ExportInvoices {
        ExportInvoices(Call::new(self, &EXPORT_INVOICES))
    }

    /// Calls the operation `uploadLogs` ([`PUT /logs`](UploadLogs))
    #[deprecated(note = "deprecated by Atlas, without a date")]
    pub fn upload_logs(&self) -> UploadLogs {
        UploadLogs(Call::new(self, &UPLOAD_LOGS))
    }
}

static DOWNLOAD_LOGS: Operation = Operation {
    id: "downloadLogs",
    method: Method::GET,
    path: "/logs",
    accept: "application/vnd.atlas.2023-01-01+gzip",
    content_type: None,
    required: &[],
};

static EXPORT_INVOICES: Operation = Operation {
    id: "exportInvoices",
    method: Method::GET,
    path: "/invoices",
    accept: "application/vnd.atlas.2024-05-30+csv",
    content_type: None,
    required: &[],
};

static UPLOAD_LOGS: Operation = Operation {
    id: "uploadLogs",
    method: Method::PUT,
    path: "/logs",
    accept: "application/vnd.atlas.2024-05-30+json",
    content_type: Some("application/vnd.atlas.2024-05-30+gzip"),
    required: &["body"],
};

/// The operations, each under the name of its operation id: what a call takes and gives.
///
/// A method of [`Client`](crate::Client) starts a builder, the builder's methods add the
/// arguments, and `send` makes the call.
pub mod builder {
    use super::Call;
    use crate::{ByteStream, ResponseValue, Result};

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
}
