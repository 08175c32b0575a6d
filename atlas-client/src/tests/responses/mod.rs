//! Tests of what is made of responses.

mod codings;
pub mod failures;
mod malformed;
mod oddities;
mod paging;
