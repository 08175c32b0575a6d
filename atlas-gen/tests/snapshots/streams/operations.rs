
use reqwest::Method;
use crate::Client;
use crate::builder::*;
use crate::operation::{Call, Operation};

/// The operations.
impl Client {
    /// Calls the operation `downloadLogs` ([`GET /logs`](DownloadLogs))
    #[deprecated(
        note = "sunset on 2026-06-01; version 2030-01-01 replaces the one that this client speaks"
    )]
    pub fn download_logs(&self) -> DownloadLogs {
        DownloadLogs(Call::new(self, &DOWNLOAD_LOGS))
    }

    /// Calls the operation `exportInvoices` ([`GET /invoices`](ExportInvoices))
    pub fn export_invoices(&self) -> ExportInvoices {
        ExportInvoices(Call::new(self, &EXPORT_INVOICES))
    }

    /// Calls the operation `uploadLogs` ([`PUT /logs`](UploadLogs))
    #[deprecated(
        note = "deprecated by Atlas, no sunset announced; the document names no replacement"
    )]
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
