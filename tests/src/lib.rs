//! The code in the READMEs as tests. The tests across crates are in `tests/it`.

/// The README's examples compile and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// So does the service of `atlas-fleet`.
#[cfg(doctest)]
#[doc = include_str!("../../atlas-client/fleet/README.md")]
pub struct FleetReadme;
