//! Passes: examples, edge cases, and guarantees of each.

pub mod chains;
pub mod choices;
pub mod directions;
pub mod edges;
pub mod examples;
pub mod failures;
pub mod hoist;
pub mod lint;
pub mod lists;
pub mod parameters;
pub mod selection;
pub mod versions;
pub mod words;
