//! Reports calls to `tracing`: one span for each call, one event for each
//! attempt, with the names of OpenTelemetry's semantic conventions for HTTP
//! clients. Records no bodies, no query values, and no headers but those for
//! deprecation and sunset.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};
use tracing::field::Empty;
use tracing::{Span, debug, info, info_span, warn};

use crate::auth::Secrets;
use crate::error::{bounded, one_line};
use crate::operation::description::Operation;
use crate::{Error, lock};

/// Creates the span of one call.
pub(crate) fn span(operation: &Operation, url: &Url) -> Span {
    info_span!(
        "atlas_call",
        otel.name = %format_args!("{} {}", operation.method, operation.path),
        otel.kind = "client",
        otel.status_code = Empty,
        atlas.operation.id = operation.id,
        http.request.method = operation.method.as_str(),
        url.full = %without_values(url),
        url.template = operation.path,
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        http.response.status_code = Empty,
        http.request.resend_count = Empty,
        error.type = Empty,
    )
}

/// Replaces each query value by `REDACTED`, because it may be a secret. The path
/// is kept: its ids and names identify the call.
fn without_values(url: &Url) -> Cow<'_, str> {
    let Some((text, query)) = url.as_str().split_once('?') else {
        return url.as_str().into();
    };
    let names = query.split('&').map(|part| part.split('=').next());
    let parts = names.map(|name| format!("{}=REDACTED", name.unwrap_or_default()));
    format!("{text}?{}", parts.collect::<Vec<_>>().join("&")).into()
}

/// Records that attempt number `made` failed and will be retried.
pub(crate) fn repeats(error: &Error, made: u32, wait: Duration) {
    info!(
        http.response.status_code = error.status().map(|status| status.as_u16()),
        http.request.resend_count = made.saturating_sub(1),
        error.type = error.type_name(),
        wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
        "the attempt failed and is repeated"
    );
}

/// Records that attempt number `made` was the last: it succeeded with a status, or failed.
pub(crate) fn ended(span: &Span, made: u32, result: Result<StatusCode, &Error>) {
    let error = result.err();
    let status = result.map_or_else(Error::status, Some);
    let status = status.map(|status| status.as_u16());
    let resent = made.saturating_sub(1);
    let failure = error.map(Error::type_name);
    span.record("http.response.status_code", status);
    span.record("http.request.resend_count", resent);
    span.record("error.type", failure);
    span.record("otel.status_code", failure.map(|_| "ERROR"));
    debug!(
        http.response.status_code = status,
        http.request.resend_count = resent,
        error.type = failure,
        "the attempt {}",
        failure.map_or("succeeded", |_| "failed")
    );
}

/// The operations whose deprecation was reported.
#[derive(Debug, Default)]
pub(crate) struct DeprecationLog(Mutex<HashSet<&'static str>>);

impl DeprecationLog {
    /// Warns, once for each operation, when a response announces the deprecation or
    /// sunset of its version. `secrets` are those of the request.
    pub(crate) fn note(
        &self,
        operation: &'static Operation,
        headers: &HeaderMap,
        secrets: impl Fn() -> Secrets,
    ) {
        let text = |name| {
            let value = headers.get(name)?.to_str().ok()?;
            let line = secrets().hide(&one_line(value));
            Some(bounded(&line).into_owned())
        };
        let (deprecation, sunset) = (text("deprecation"), text("sunset"));
        if deprecation.is_none() && sunset.is_none() {
            return;
        }
        if !lock(&self.0).insert(operation.id) {
            return;
        }
        warn!(
            atlas.operation.id = operation.id,
            atlas.media_type = operation.accept,
            deprecation,
            sunset,
            "the version of the operation that this client uses will end; a newer client is needed"
        );
    }
}
