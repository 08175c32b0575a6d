//! What generated code calls: builders, constraints, open enums, unions, parameter styles.
//!
//! A crate that the generator writes depends on this module by its path
//! `atlas_client::runtime`. Code written by hand has no need of it, apart from [`RawValue`] and
//! [`RawLiteral`], and it is not covered by the promises of semantic versioning.

mod build;
mod constrained;
mod constraint;
mod literal;
mod open_enum;
mod style;
#[cfg(test)]
mod tests;
mod union;

pub use build::{BuildError, Faults, constrain, convert, convert_each};
pub use constrained::Constrained;
pub use constraint::Constraint;
pub use literal::{RawLiteral, UnknownLiteral};
pub use open_enum::{InvalidValue, RawValue, UnknownValue};
pub use style::Style;
pub use union::{JsonKind, UnknownJson, Variant, VariantError, choose, variant};

pub use crate::operation::{BodyBytes, Call, Operation};

pub(crate) use literal::as_integer;
pub(crate) use union::split_variant_path;
