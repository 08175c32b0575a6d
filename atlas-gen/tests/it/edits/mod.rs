//! Edits: examples, edges, and the code that comes out of them.

pub mod edges;
pub mod examples;
pub mod names;
pub mod snapshots;
pub mod unions;
