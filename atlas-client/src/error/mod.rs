//! The one error type. Owns how a failure is told apart, told to a person and
//! kept for whoever handles it; must not know how requests are sent.

mod api_error;
mod predicates;
mod received;
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
pub(crate) use text::one_line;

use crate::auth::Secrets;
use crate::runtime::{BuildError, InvalidValue};
use crate::transport::coding::Failure;
use crate::{InvalidObjectId, InvalidTimestamp, json};
use trail::Trail;

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed, with everything that the server said.
///
/// Tell failures apart with the predicates, such as
/// [`is_not_found`](Self::is_not_found) and
/// [`is_retryable`](Self::is_retryable); read what the server sent with
/// [`status`](Self::status), [`headers`](Self::headers),
/// [`api_error`](Self::api_error) and [`body`](Self::body).
///
/// `Display` is one line for a person, `source` the chain of causes. Neither
/// these nor `Debug` show a credential, the body of a request or the body of
/// an answer; the last is for [`body`](Self::body) to give.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    /// One line, without the operation.
    message: String,
    operation: Option<&'static str>,
    received: Option<Received>,
    /// What became of the attempts, once the call has ended.
    trail: Option<Trail>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The client cannot be built as it was described.
    Configuration,
    /// The call was refused before anything was sent.
    InvalidRequest,
    /// No connection was made, so nothing was sent.
    Connect {
        /// Whether the time limit for connecting ran out.
        timed_out: bool,
        /// Whether a certificate was refused, which another attempt does not
        /// mend.
        untrusted: bool,
    },
    /// A time limit ran out.
    Timeout {
        /// Whether the server may have the request and has not refused it.
        sent: bool,
    },
    /// The connection broke after sending may have begun.
    Transport,
    /// The server answered with a status other than a success.
    Status,
    /// The server answered with a success that does not decode.
    Decode,
    /// The server answered with a success larger than the client takes.
    TooLarge,
    /// What was asked for was carried out and ended badly, or cannot come about any more.
    Outcome,
    /// No access token could be had, so the operation was not sent.
    Token {
        /// Whether the same credentials may get one later.
        transient: bool,
        /// Whether the token endpoint refused the credentials.
        denied: bool,
    },
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

    /// A call that is not sent because `parameter` is not what it must be.
    pub(crate) fn invalid(parameter: &str, problem: impl fmt::Display) -> Self {
        let what = match parameter {
            "body" => "the request body".to_owned(),
            name => format!("parameter `{name}`"),
        };
        Self::new(Kind::InvalidRequest, format!("{what} {problem}"))
    }

    /// A call that is not sent because some arguments are not what they must be.
    pub(crate) fn invalid_arguments(faults: &[(&'static str, String)]) -> Self {
        let mut message = String::new();
        let mut last = None;
        for &(parameter, ref problem) in faults {
            if !message.is_empty() {
                message.push_str("; ");
            }
            // Several members of the body are named after one another.
            match parameter {
                "body" if last == Some("body") => {}
                "body" => message.push_str("the request body "),
                name => message.push_str(&format!("parameter `{name}` ")),
            }
            message.push_str(problem);
            last = Some(parameter);
        }
        Self::new(Kind::InvalidRequest, message)
    }

    /// A connection that failed or broke. Of the error's own URL only the host is
    /// shown, for the operation says more.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        let place = text::place(&error);
        let error = error.without_url();
        let cause = text::root_cause(&error);
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
            (Kind::Transport, "the connection broke")
        };
        Self::new(kind, format!("{what}: {cause}")).caused_by(error)
    }

    /// A body that breaks off or is not what its content coding allows.
    pub(crate) fn broken(failure: Failure) -> Self {
        match failure {
            Failure::Connection(error) => Self::transport(error),
            Failure::Coding(error) => {
                let message = format!("the body of the response cannot be decompressed: {error}");
                Self::new(Kind::Transport, message).caused_by(error)
            }
        }
    }

    /// A success whose body is in a content coding that this client does not
    /// decode.
    pub(crate) fn unknown_coding(received: Received, name: &str) -> Self {
        let message = format!(
            "{} but the body of the response has the content coding `{name}`, which this client \
             cannot decode",
            received.status()
        );
        Self::new(Kind::Decode, message).received(received)
    }

    /// An answer with a status other than a success. `note` explains what the
    /// status alone does not, such as which credentials were refused.
    pub(crate) fn status_failure(received: Received, note: Option<&str>) -> Self {
        let mut message = text::status_line(&received);
        if let Some(note) = note {
            message.push_str(": ");
            message.push_str(note);
        }
        Self::new(Kind::Status, message).received(received)
    }

    /// A success that is not what the operation answers with. `path` is the
    /// place in the JSON, empty for the whole; values from the answer must not
    /// be part of `problem`.
    pub(crate) fn decode(received: Received, path: &str, problem: &str) -> Self {
        let place = match path {
            "" | "." => "the answer".to_owned(),
            path => format!("`{path}` of the answer"),
        };
        let message = format!(
            "{} but {place} does not decode: {problem}",
            received.status()
        );
        Self::new(Kind::Decode, message).received(received)
    }

    /// Reads a body as `T`.
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

    /// A failure as a test of code that handles errors needs it: the server answered with
    /// `status`, `headers` and `body`.
    pub fn for_test(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        let received = Received::new(status, headers, body.into(), true).with_api_error();
        Self::status_failure(received, None)
    }

    /// The same failure without what the server repeats of the credentials.
    pub(crate) fn without(mut self, secrets: &Secrets) -> Self {
        self.0.message = secrets.hide(&self.0.message);
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

    /// A short name of the failure without anything from the server: its
    /// status, or what went wrong in one word (`error.type` of OpenTelemetry).
    pub(crate) fn type_name(&self) -> &str {
        match (self.0.kind, &self.0.received) {
            (Kind::Status, Some(received)) => received.status_code(),
            (Kind::Status, None) => "status",
            (Kind::Configuration, _) => "configuration",
            (Kind::InvalidRequest, _) => "invalid_request",
            (Kind::Connect { .. }, _) => "connect",
            (Kind::Timeout { .. }, _) => "timeout",
            (Kind::Transport, _) => "transport",
            (Kind::Decode, _) => "decode",
            (Kind::TooLarge, _) => "too_large",
            (Kind::Outcome, _) => "outcome",
            (Kind::Token { .. }, _) => "token",
        }
    }

    /// The same failure again, for each call that waited for one and the same
    /// thing.
    pub(crate) fn duplicate(&self) -> Self {
        Self(Box::new(Inner {
            kind: self.0.kind,
            message: self.0.message.clone(),
            operation: self.0.operation,
            received: self.0.received.clone(),
            trail: self.0.trail.clone(),
            source: self.0.source.clone(),
        }))
    }

    pub(crate) fn response(&self) -> Option<&Received> {
        self.0.received.as_ref()
    }

    /// The status only where it is the operation's own, not that of a request
    /// for a token.
    pub(crate) fn operation_status(&self) -> Option<StatusCode> {
        match self.0.kind {
            Kind::Status => self.response().map(Received::status),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.0.message)?;
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
        out.field("message", &self.0.message);
        if let Some(received) = &self.0.received {
            out.field("status", &received.status().as_u16())
                .field("body_bytes", &received.body().len());
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

/// Implements the conversion of the errors of single values, which keep to themselves what they
/// were given.
macro_rules! invalid {
    ($($error:ty),*) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::new(Kind::InvalidRequest, error.to_string()).caused_by(error)
            }
        }
    )*};
}
invalid!(BuildError, InvalidObjectId, InvalidTimestamp, InvalidValue);
