//! What a comparison finds in pairs of documents, and how it is shown.

mod cases;
mod causes;
mod diff_checks;
mod diff_properties;
mod explained;
/// Shared with the tests of the generator.
#[path = "../../../tests/it/documents/mutate.rs"]
mod mutate;
mod reading;
mod refusals;
mod renamed_methods;
mod reports;
mod rust_api;
mod sizes;
