
use atlas_client::Client;
use crate::builder;

/// The operations.
impl Client {
    /// Calls the operation `downloadLogs` ([`GET /logs`](builder::DownloadLogs))
    #[deprecated(
        note = "sunset on 2026-06-01; version 2030-01-01 replaces the one that this client speaks"
    )]
    pub fn download_logs(&self) -> builder::DownloadLogs<'_> {
        builder::DownloadLogs::new(self)
    }

    /// Calls the operation `uploadLogs` ([`PUT /logs`](builder::UploadLogs))
    #[deprecated(
        note = "deprecated by Atlas, no sunset announced; the document names no replacement"
    )]
    pub fn upload_logs(&self) -> builder::UploadLogs<'_> {
        builder::UploadLogs::new(self)
    }

    /// Calls the operation `exportInvoices` ([`GET /invoices`](builder::ExportInvoices))
    pub fn export_invoices(&self) -> builder::ExportInvoices<'_> {
        builder::ExportInvoices::new(self)
    }
}
