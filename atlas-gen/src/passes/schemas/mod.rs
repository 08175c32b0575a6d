//! Passes over schemas: what becomes a type, and of which kind.

pub mod additional;
pub mod directions;
pub mod discriminators;
pub mod equal_variants;
pub mod flatten;
pub mod hoist;
pub mod inheritance;
pub mod inline;
pub mod lists;
pub mod place_flags;
pub mod rust_types;
pub mod shared_enums;
pub mod unions;
