//! The runtime of generated code: builders, constraints, open enums, unions, parameter styles.
//!
//! Generated crates use this module by its path `atlas_client::runtime`, and it is exempt from
//! semantic versioning. Hand-written code uses the types that the crate root re-exports, which are
//! not exempt.

mod additional;
mod build;
mod constrained;
mod constraint;
#[cfg(feature = "mock")]
pub mod expect;
mod literal;
mod open_enum;
mod style;
#[cfg(test)]
mod tests;
mod union;

pub use additional::additional;
pub use build::{
    BuildError, ByOption, ByValue, Entry, Faults, constrain, convert, convert_each, convert_entries,
};
pub use constrained::Constrained;
pub use constraint::Constraint;
pub use literal::{RawLiteral, UnknownLiteral};
pub use open_enum::{InvalidValue, RawValue, UnknownValue};
pub use style::{Place, Style};
pub use union::{UnknownJson, Variant, VariantError, choose, is_integer, variant};

pub use crate::operation::{Call, Operation};
pub use crate::response::pages::Page;

pub(crate) use build::Problem;
pub(crate) use literal::as_integer;
pub(crate) use style::RESERVED;
