//! Clients of the whole published document: their types, requests and responses.

mod built;
mod calls_of_all;
pub mod full_document;
mod full_requests;
mod instances;
mod offered;
mod recorded;
mod recordings;
mod sendable;
