//! What the generator makes of whole documents, good ones and odd ones.

mod diff_checks;
mod diff_properties;
mod mutations;
mod odd_documents;
mod pass_edges;
mod pass_examples;
mod reports;
mod revisions;
mod rust_api;
mod snapshots;
mod stability;
mod vendor;
