//! Edits: examples, edge cases, and the resulting code.

pub mod edges;
pub mod examples;
pub mod names;
pub mod snapshots;
pub mod unions;
