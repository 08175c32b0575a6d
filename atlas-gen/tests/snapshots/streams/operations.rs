
use atlas_client::Client;
use crate::builder;

/// The operations of the tag .
pub trait ClientXExt {
    /// Calls the operation `downloadLogs` ([`GET /logs`](builder::DownloadLogs)).
    #[deprecated(
        note = "sunset on 2026-06-01; version 2030-01-01 replaces the one that this client uses"
    )]
    fn download_logs(&self) -> builder::DownloadLogs<'_>;

    /// Calls the operation `uploadLogs` ([`PUT /logs`](builder::UploadLogs)).
    #[deprecated(
        note = "deprecated by Atlas, no sunset announced; the document names no replacement"
    )]
    fn upload_logs(&self) -> builder::UploadLogs<'_>;

    /// Calls the operation `exportInvoices` ([`GET /invoices`](builder::ExportInvoices)).
    fn export_invoices(&self) -> builder::ExportInvoices<'_>;
}

impl ClientXExt for Client {
    fn download_logs(&self) -> builder::DownloadLogs<'_> {
        builder::DownloadLogs::new(self)
    }

    fn upload_logs(&self) -> builder::UploadLogs<'_> {
        builder::UploadLogs::new(self)
    }

    fn export_invoices(&self) -> builder::ExportInvoices<'_> {
        builder::ExportInvoices::new(self)
    }
}
