//! One document: its tree, and what its schemas mean. Nothing here compares.

pub(crate) mod location;
pub(crate) mod normalize;
pub(crate) mod parts;
pub(crate) mod tree;
