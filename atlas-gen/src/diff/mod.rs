//! diff: what a new revision of a document changes for those who call the API and for those who
//! depend on the generated client.
//!
//! It knows two documents as trees and what is generated from them, not where they come from
//! (files, git) nor how a report is shown.

pub mod finding;
pub mod report;
pub mod rust_api;

pub use finding::{Finding, Level, Side};
pub use report::{Breaks, Bump, Change, ChangeKind, Report, Rust, Summary};
