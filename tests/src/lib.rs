//! Tests the code examples of the READMEs. The tests across crates are in `tests/it`.

/// Compiles and runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// Compiles and runs the examples of the README of `atlas-fleet`.
#[cfg(doctest)]
#[doc = include_str!("../../atlas-client/fleet/README.md")]
pub struct FleetReadme;
