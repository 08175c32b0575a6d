//! Tests of how responses are read.

mod codings;
pub mod failures;
mod malformed;
mod oddities;
mod paging;
