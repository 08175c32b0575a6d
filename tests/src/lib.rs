//! The code in the README as a test. The tests across crates are in `tests/it`.

/// The README's examples compile and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
