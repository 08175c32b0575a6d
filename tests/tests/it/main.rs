//! Tests across crates: the generated client against the embedded Atlas, and the generator
//! against what is checked in.

mod bodies;
mod calls;
mod failures;
mod operations;
mod requests;
mod scene;
