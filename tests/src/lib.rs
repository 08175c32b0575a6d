//! The code in the README as a test. The tests across crates stand in `tests/it`.

/// What the README shows compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
