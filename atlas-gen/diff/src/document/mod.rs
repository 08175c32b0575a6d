//! One document: its tree, and what its schemas mean. Nothing here compares.

pub(crate) mod meaning;
pub(crate) mod parts;
pub(crate) mod spot;
pub(crate) mod tree;
