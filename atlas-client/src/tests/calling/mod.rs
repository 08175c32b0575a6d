//! Tests of what callers use: calls, waiting, workflows and spans.

#[cfg(feature = "blocking")]
mod blocking;
mod calls;
mod http;
#[cfg(feature = "cloud-migration-service")]
mod migration;
mod polling;
mod telemetry;
