//! Passes over operations: their parameters and responses.

pub mod answers;
pub mod failures;
pub mod parameters;
