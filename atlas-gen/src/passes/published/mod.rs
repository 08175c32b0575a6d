//! Passes over the published document: they correct it, check it, and select operations and versions.
//! Each is called by itself, with its own inputs.

pub mod correct;
pub mod keywords;
pub mod lint;
pub mod select;
pub mod versions;
