//! Whole documents: unusual ones, modified ones, and published ones.

pub mod mutate;
pub mod mutations;
pub mod names_stay;
pub mod odd_documents;
pub mod plain_documents;
pub mod revisions;
pub mod rust_names;
pub mod stability;
