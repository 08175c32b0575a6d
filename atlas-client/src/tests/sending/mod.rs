//! Tests of how requests are sent and retried.

mod connecting;
mod dropped;
pub mod faults;
mod http2;
mod mass;
#[cfg(target_os = "linux")]
mod memory;
mod once;
mod outages;
mod pacing;
mod proxies;
mod retries;
mod runtimes;
