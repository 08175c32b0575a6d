//! Sends requests: media types, authentication, retries, pacing and telemetry.

pub(crate) mod body;
pub(crate) mod coding;
pub(crate) mod connect;
pub(crate) mod headers;
pub(crate) mod origin;
pub(crate) mod pace;
pub(crate) mod retry;
pub(crate) mod runtimes;
pub(crate) mod send;
pub(crate) mod trace;
