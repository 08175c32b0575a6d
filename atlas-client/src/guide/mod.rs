//! Guides, one page for each task. All examples are compiled except those that need a generated
//! slice.
//!
//! Needs the feature `cloud-migration-service`, which is enabled by default.
//!
//! | to | read |
//! | --- | --- |
//! | authenticate, from code, the environment or the Atlas CLI's configuration | [`authentication`] |
//! | handle an error by its code, and know what is retried | [`errors`] |
//! | migrate one cluster or many | [`migrating`] |
//! | test a program without Atlas | [`testing`] |
//! | call other operations of Atlas, page by page or as a download | [`other_operations`] |
//! | follow new revisions of Atlas's API | [`following_atlas`] |
//! | go through a proxy, trust a private authority, count calls | [`network`] |
//! | choose between this crate, the Go SDK, the CLI and other generators | [`comparison`] |

#[doc = include_str!("authentication.md")]
pub mod authentication {}

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("migrating.md")]
pub mod migrating {}

#[doc = include_str!("testing.md")]
pub mod testing {}

#[doc = include_str!("other_operations.md")]
pub mod other_operations {}

#[doc = include_str!("following_atlas.md")]
pub mod following_atlas {}

#[doc = include_str!("network.md")]
pub mod network {}

#[doc = include_str!("comparison.md")]
pub mod comparison {}
