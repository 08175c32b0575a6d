//! Compares two revisions of a document: what changes for API callers and for users of the
//! generated client.
//!
//! It knows two documents and the code generated from them, not where they come from (files, git). [`report::checks`] lists all possible findings;
//! `docs/diff-checks.md` describes the differences from oasdiff, whose names it uses.
//!
//! `operations` traverses both documents side by side and queues the schemas of bodies, parameters
//! and headers as pairs in `comparison::Comparison`. `schemas` compares each pair and queues the pairs
//! below it. `graph` records the findings and which operations affect which pair.

mod comparison;
mod document;
mod document_level;
mod graph;
mod operations;
mod quoting;
pub mod report;
mod role;
pub mod rust_api;
mod schemas;
pub mod show;

pub use report::finding::{Finding, Level, Side};
pub use report::{Breaks, Bump, Change, ChangeKind, Report, Rust, Summary};

use serde_json::Value;

use atlas_gen::error::Result;
use atlas_gen::media_type::Date;
use comparison::Comparison;
use document::tree::Tree;
use operations::lifecycle::Stability;

/// The name of the old document in errors of [`compare()`]; callers know its real name.
pub const OLD: &str = "the old document";
/// The name of the new document in errors of [`compare()`].
pub const NEW: &str = "the new document";

/// The options of a comparison.
#[derive(Debug, Clone)]
pub struct Options {
    /// The current day, which sunset dates are compared with.
    pub today: Date,
    /// The minimal number of days between today and the sunset date of a newly deprecated operation
    /// or part. If it is more than 0, deprecation needs a sunset date.
    pub deprecation_days_stable: u32,
    /// The same for operations whose `x-stability-level` is `beta`.
    pub deprecation_days_beta: u32,
}

impl Options {
    /// Returns the defaults: deprecation needs no sunset date, and a given one must not be past.
    pub fn new(today: Date) -> Self {
        Self {
            today,
            deprecation_days_stable: 0,
            deprecation_days_beta: 0,
        }
    }

    /// Returns the required number of days for an operation with this `x-stability-level`.
    fn deprecation_days(&self, stability: Option<&Value>) -> i64 {
        match Stability::parse(stability) {
            Ok(Stability::Beta) => i64::from(self.deprecation_days_beta),
            Ok(Stability::Draft | Stability::Alpha) => 0,
            Ok(Stability::Stable) | Err(_) => i64::from(self.deprecation_days_stable),
        }
    }
}

/// Returns a note on what the comparison of `document`, called `name`, cannot detect; `None` for
/// OpenAPI 3.0.
pub fn blind_spot(document: &Value, name: &str) -> Option<String> {
    let version = document.get("openapi")?.as_str()?;
    let is_later = version.starts_with("3.") && !matches!(version.get(..3), Some("3.0"));
    is_later.then(|| {
        format!(
            "`{name}` is OpenAPI {version}; changes of what OpenAPI 3.0 cannot say are not found"
        )
    })
}

/// Compares two OpenAPI 3 documents and returns every finding from `old` to `new`.
///
/// # Errors
/// An invalid OpenAPI 3 document, with the JSON pointer of the fault; [`Error::file`] says which of
/// the two it is, [`OLD`] or [`NEW`].
///
/// [`Error::file`]: atlas_gen::Error::file
pub fn compare(old: &Value, new: &Value, options: &Options) -> Result<Vec<Finding>> {
    let mut cx = Comparison::new(Tree::new(old, OLD)?, Tree::new(new, NEW)?, options);
    operations::compare(&mut cx)?;
    schemas::compare(&mut cx)?;
    operations::security::document(&mut cx)?;
    document_level::compare(&mut cx)?;
    document_level::version(&mut cx);
    Ok(cx.findings())
}
