//! The client against the embedded Atlas: what goes over the wire, and what callers see.

mod attempts;
mod before_sending;
mod bodies_refused;
mod calls;
mod failure_bodies;
mod failures;
mod migration;
mod operations;
mod secrets;
mod successes;
