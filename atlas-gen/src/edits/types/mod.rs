//! Edits of the types and their builders.

pub mod aliases;
pub mod json_schemas;
pub mod members;
pub mod open_enums;
pub mod type_builders;
pub mod unions;
