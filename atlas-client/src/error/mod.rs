//! The one error type. Owns how an error is classified, displayed and preserved;
//! must not know how requests are sent.

mod api_error;
mod predicates;
mod received;
#[cfg(test)]
mod tests;
mod text;
pub(crate) mod trail;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

pub use api_error::{ApiError, BadRequestDetail, FieldViolation};
pub(crate) use received::{KEPT, Received};
pub(crate) use text::{bounded, one_line};

use crate::auth::Secrets;
use crate::runtime::{BuildError, InvalidValue, Problem, VariantError};
use crate::transport::coding::Failure;
use crate::{InvalidObjectId, InvalidTimestamp, json};
use trail::Trail;

/// The result of the fallible functions of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a call, with everything that the server sent.
///
/// Classify it with the predicates, such as
/// [`is_not_found`](Self::is_not_found) and
/// [`is_retryable`](Self::is_retryable). Read the response with
/// [`status`](Self::status), [`headers`](Self::headers),
/// [`api_error`](Self::api_error) and [`body`](Self::body).
///
/// `Display` is one line, `source` the chain of causes. Neither these nor
/// `Debug` contain a credential, a [`Sensitive`](crate::Sensitive) argument of at
/// least four bytes, or the body of a request or response; only
/// [`body`](Self::body) returns the latter. A clone shares the cause.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    /// One line, without the operation. It is cut when it is displayed, so that
    /// [`without`](Error::without) finds each secret whole.
    message: String,
    operation: Option<&'static str>,
    received: Option<Received>,
    /// The outcome of the attempts, set when the call has ended.
    trail: Option<Trail>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The configuration of the client is invalid.
    Configuration,
    /// The request is invalid and was not sent.
    InvalidRequest,
    /// No connection was opened, so nothing was sent.
    Connect {
        /// Whether the time limit for connecting was exceeded.
        timed_out: bool,
        /// Whether a certificate was rejected, which a retry does not solve.
        untrusted: bool,
    },
    /// A time limit was exceeded.
    Timeout {
        /// Whether the server may have received the request and has not rejected it.
        sent: bool,
    },
    /// The connection broke after sending may have begun.
    Transport,
    /// The status of the response is not a success.
    Status,
    /// The body of a successful response cannot be decoded.
    Decode,
    /// The body of a successful response exceeds the size limit.
    TooLarge,
    /// The operation was executed, and its result is a failure or can no longer be reached.
    Outcome,
    /// No access token was available, so the operation was not sent.
    Token(Refusal),
}

/// Why there is no access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A retry with the same credentials may succeed.
    Transient,
    /// The token endpoint said that the credentials are wrong.
    WrongCredentials,
    /// The token endpoint said that the credentials are valid but get no token.
    Forbidden,
    /// None of these.
    Other,
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl AsRef<str>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: one_line(message.as_ref()),
            operation: None,
            received: None,
            trail: None,
            source: None,
        }))
    }

    pub(crate) fn configuration(message: impl AsRef<str>) -> Self {
        Self::new(Kind::Configuration, message)
    }

    /// Creates the error for an unsent request with invalid arguments.
    pub(crate) fn invalid_arguments(faults: &[(&'static str, Problem)]) -> Self {
        let mut shown = Vec::with_capacity(faults.len());
        let mut last = "";
        for &(parameter, ref problem) in faults {
            shown.push(match parameter {
                // Invalid members of the body are listed one after another.
                "body" if last == "body" => problem.to_string(),
                "body" => format!("the request body {problem}"),
                name => format!("parameter {}", problem.below(name)),
            });
            last = parameter;
        }
        Self::new(Kind::InvalidRequest, shown.join("; "))
    }

    /// Creates the error for a connection that failed or broke. Of the URL in `error` only the host
    /// is displayed, because the operation id says more than the path.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        let place = text::place(&error);
        let error = error.without_url();
        let cause = text::root_cause(&error);
        let broke = format!("the connection to {place} broke");
        let (kind, what) = if error.is_builder() {
            (Kind::InvalidRequest, "the request cannot be built")
        } else if error.is_connect() {
            let kind = Kind::Connect {
                timed_out: error.is_timeout(),
                untrusted: text::is_of_certificate(&cause),
            };
            let message = format!("could not connect to {place}: {cause}");
            return Self::new(kind, message).caused_by(error);
        } else if error.is_timeout() {
            (Kind::Timeout { sent: true }, "the server took too long")
        } else if error.is_decode() || error.is_body() {
            (Kind::Transport, "the answer broke off")
        } else {
            (Kind::Transport, broke.as_str())
        };
        Self::new(kind, format!("{what}: {cause}")).caused_by(error)
    }

    /// Creates the error for a body that ended early or violates its content coding.
    pub(crate) fn broken(failure: Failure) -> Self {
        match failure {
            Failure::Connection(error) => Self::transport(error),
            Failure::Coding(error) => {
                let message = format!("the body of the response cannot be decompressed: {error}");
                Self::new(Kind::Transport, message).caused_by(error)
            }
        }
    }

    /// Creates the error for a successful response in an unknown content coding.
    pub(crate) fn unknown_coding(status: StatusCode, name: &str) -> Self {
        let message = format!(
            "{status} but the body of the response has the content coding `{name}`, which this \
             client cannot decode"
        );
        Self::new(Kind::Decode, message)
    }

    /// Creates the error for a response whose status is not a success. `note` adds to a 401 which
    /// credentials were rejected. `secrets` are those of the request.
    pub(crate) fn status_failure(
        received: Received,
        note: Option<&str>,
        secrets: &Secrets,
    ) -> Self {
        let mut message = text::status_line(&received, secrets);
        if let Some(note) = note
            && received.status == StatusCode::UNAUTHORIZED
        {
            message = format!("{message}: {note}");
        }
        Self::new(Kind::Status, message).received(received)
    }

    /// Creates the error for a successful response that does not match the operation's type. `path`
    /// is the location in the JSON, empty for the root. `problem` must not contain values of the
    /// response.
    pub(crate) fn decode(received: Received, path: &str, problem: &str) -> Self {
        let place = match path {
            "" => "the answer".to_owned(),
            path => format!("`{path}` of the answer"),
        };
        let message = format!("{} but {place} does not decode: {problem}", received.status);
        Self::new(Kind::Decode, message).received(received)
    }

    /// Decodes a body as `T`.
    pub(crate) fn body_as_of<T: DeserializeOwned>(
        status: StatusCode,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<T> {
        json::from_slice(body, headers)
            .map(|(value, _)| value)
            .map_err(|error| {
                let received = Received::new(status, headers.clone(), body.clone(), true);
                Self::decode(received, &error.path(), &error.problem())
            })
    }

    /// Creates an error for tests of code that handles errors, as if the server responded with
    /// `status`, `headers` and `body`.
    pub fn for_test(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        let received = Received::new(status, headers, body.into(), true).with_api_error();
        Self::status_failure(received, None, &Secrets::default())
    }

    /// Removes secrets that the server repeated in its response.
    pub(crate) fn without(mut self, secrets: &Secrets) -> Self {
        self.0.message = bounded(&secrets.hide(&self.0.message)).into_owned();
        self
    }

    pub(crate) fn received(mut self, received: Received) -> Self {
        self.0.received = Some(received);
        self
    }

    pub(crate) fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(cause));
        self
    }

    pub(crate) fn in_operation(mut self, id: &'static str) -> Self {
        self.0.operation.get_or_insert(id);
        self
    }

    pub(crate) fn after(mut self, trail: Trail) -> Self {
        self.0.trail = Some(trail);
        self
    }

    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Returns a short name of the error that contains nothing from the server: the
    /// status, or one word (`error.type` of OpenTelemetry).
    pub(crate) fn type_name(&self) -> &str {
        match (self.0.kind, &self.0.received) {
            (Kind::Status, Some(received)) => received.status.as_str(),
            (Kind::Status, None) => "status",
            (Kind::Configuration, _) => "configuration",
            (Kind::InvalidRequest, _) => "invalid_request",
            (Kind::Connect { .. }, _) => "connect",
            (Kind::Timeout { .. }, _) => "timeout",
            (Kind::Transport, _) => "transport",
            (Kind::Decode, _) => "decode",
            (Kind::TooLarge, _) => "too_large",
            (Kind::Outcome, _) => "outcome",
            (Kind::Token(_), _) => "token",
        }
    }

    pub(crate) fn response(&self) -> Option<&Received> {
        self.0.received.as_ref()
    }

    /// Returns the status only if it is the operation's own, not that of a token
    /// request.
    pub(crate) fn operation_status(&self) -> Option<StatusCode> {
        self.status().filter(|_| self.0.kind == Kind::Status)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&bounded(&self.0.message))?;
        match &self.0.trail {
            Some(trail) => trail.fmt(f),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.0.kind);
        if let Some(operation) = self.0.operation {
            out.field("operation", &operation);
        }
        out.field("message", &bounded(&self.0.message));
        if let Some(received) = &self.0.received {
            out.field("status", &received.status.as_u16())
                .field("body_bytes", &received.body.len());
        }
        if let Some(trail) = &self.0.trail {
            out.field("attempts", &trail.attempts)
                .field("stop", &trail.stop);
        }
        if let Some(source) = &self.0.source {
            out.field("source", source);
        }
        out.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// Implements the conversion of the errors of invalid values, none of which contains the value.
macro_rules! invalid {
    ($($error:ty),*) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::new(Kind::InvalidRequest, error.to_string()).caused_by(error)
            }
        }
    )*};
}
invalid!(
    BuildError,
    InvalidObjectId,
    InvalidTimestamp,
    InvalidValue,
    VariantError
);
