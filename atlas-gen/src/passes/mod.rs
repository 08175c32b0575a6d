//! The passes from a published document to one that progenitor handles well.
//!
//! A pass is a plain function over a document: no I/O, no clock. Each has its own file with a
//! before → after example. The table [`SIMPLIFY`] is their order.

mod circle;
mod copies;
pub mod names;
mod operations;
mod published;
mod schemas;
pub mod words;

pub use operations::{answers, failures, parameters};
pub use published::{correct, keywords, lint, select, versions};
pub use schemas::{
    additional, directions, discriminators, equal_variants, flatten, hoist, inheritance, inline,
    lists, place_flags, rust_types, shared_enums, unions,
};

use crate::document::Document;
use crate::error::Result;

/// The schema of Atlas's failure bodies, which the runtime decodes.
pub const API_ERROR: &str = "ApiError";

/// A pass that needs only the document.
pub type Pass = fn(&mut Document) -> Result<()>;

/// The passes between the choice of versions and code generation, in order.
///
/// `words` is first, so that no pass sees prose that is invalid in comments; `parameters` follows
/// `inline`, so that it sees all parameters. `inheritance` precedes `flatten`, which removes the parts
/// that make a schema a child, and so does `hoist`, so that children share the types of inherited
/// members; `additional` follows `flatten`, which joins the members of parts, and precedes
/// `unions`, which gives those beside alternatives to each; `lists` follows `unions`, so that every schema
/// has its kind; `discriminators` and `directions` follow `unions`, so that they see the variants;
/// `equal_variants` follows both, so that it sees all members; `names` is last, so that every other
/// pass uses the names of the document.
pub const SIMPLIFY: [(&str, Pass); 18] = [
    ("words", words::words),
    ("failures", failures::failures),
    ("inline", inline::inline),
    ("parameters", parameters::parameters),
    ("answers", answers::answers),
    ("place flags", place_flags::place_flags),
    ("inheritance", inheritance::inheritance),
    ("hoist", hoist::hoist),
    ("flatten", flatten::flatten),
    ("additional", additional::additional),
    ("unions", unions::unions),
    ("lists", lists::lists),
    ("discriminators", discriminators::discriminators),
    ("shared enums", shared_enums::shared_enums),
    ("directions", directions::directions),
    ("equal variants", equal_variants::equal_variants),
    ("rust types", rust_types::rust_types),
    ("names", names::names),
];
