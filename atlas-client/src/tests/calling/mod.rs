//! Tests of calls, polling, workflows, configuration and telemetry.

mod arguments;
#[cfg(feature = "blocking")]
mod blocking;
mod calls;
mod configuration;
mod http;
#[cfg(feature = "cloud-migration-service")]
mod migration;
mod polling;
mod telemetry;
