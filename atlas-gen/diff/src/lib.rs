//! What a new revision of a document changes for those who call the API and for those who
//! depend on the generated client.
//!
//! It knows two documents as trees and what is generated from them, not where they come from
//! (files, git) nor how a report is shown. [`report::checks`] lists what can be found; how it differs from
//! oasdiff, whose names it uses, is written in `docs/diff-checks.md`.
//!
//! `operations` walks both documents side by side; what it meets of bodies, parameters and headers
//! waits as pairs of schemas in `comparison::Comparison`, which takes each pair one step
//! (`schemas`) and queues the pairs below it. `causes` knows which operations reach which pair.

mod causes;
mod comparison;
mod document;
mod operations;
pub mod report;
mod role;
pub mod rust_api;
mod schemas;
pub mod show;
mod whole;

pub use report::finding::{Finding, Level, Side};
pub use report::{Breaks, Bump, Change, ChangeKind, Report, Rust, Summary};

use serde_json::Value;

use atlas_gen::error::Result;
use atlas_gen::media_type::Date;
use comparison::Comparison;
use document::tree::Tree;
use operations::lifecycle::Stability;

/// What errors of [`compare()`] call the old document; its callers know its name.
pub const OLD: &str = "the old document";
/// What errors of [`compare()`] call the new document.
pub const NEW: &str = "the new document";

/// What a comparison depends on beside the two documents.
#[derive(Debug, Clone)]
pub struct Options {
    /// The day on which sunset dates are judged; the clock is the caller's.
    pub today: Date,
    /// How many days must lie between today and the sunset date of what becomes deprecated. With
    /// more than 0, deprecation needs a sunset date.
    pub deprecation_days_stable: u32,
    /// The same for operations whose `x-stability-level` is `beta`.
    pub deprecation_days_beta: u32,
}

impl Options {
    /// The defaults: deprecation needs no sunset date, and one that is given must not be past.
    pub fn new(today: Date) -> Self {
        Self {
            today,
            deprecation_days_stable: 0,
            deprecation_days_beta: 0,
        }
    }

    /// The days for an operation with this `x-stability-level`.
    fn deprecation_days(&self, stability: Option<&Value>) -> i64 {
        match Stability::read(stability) {
            Ok(Stability::Beta) => i64::from(self.deprecation_days_beta),
            Ok(Stability::Draft | Stability::Alpha) => 0,
            Ok(Stability::Stable) | Err(_) => i64::from(self.deprecation_days_stable),
        }
    }
}

/// What a comparison cannot know of `document`, which is called `name`: nothing in 3.0.
pub fn blind_spot(document: &Value, name: &str) -> Option<String> {
    let version = document.get("openapi")?.as_str()?;
    let is_later = version.starts_with("3.") && !matches!(version.get(..3), Some("3.0"));
    is_later.then(|| {
        format!(
            "`{name}` is OpenAPI {version}; changes of what OpenAPI 3.0 cannot say are not found"
        )
    })
}

/// Compares two OpenAPI 3 documents: every finding of the step from `old` to `new`.
///
/// # Errors
/// What cannot be read as an OpenAPI 3 document, with its JSON pointer; [`Error::file`] says which
/// of the two it is, [`OLD`] or [`NEW`].
///
/// [`Error::file`]: crate::Error::file
pub fn compare(old: &Value, new: &Value, options: &Options) -> Result<Vec<Finding>> {
    let mut cx = Comparison::new(Tree::new(old, OLD)?, Tree::new(new, NEW)?, options);
    operations::compare(&mut cx)?;
    schemas::compare(&mut cx)?;
    operations::security::document(&mut cx)?;
    whole::compare(&mut cx)?;
    whole::version(&mut cx);
    Ok(cx.findings())
}
