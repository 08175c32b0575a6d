//! The predicates and accessors of an error.

use std::borrow::Cow;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_LENGTH, HeaderMap};

use super::{ApiError, Error, FieldViolation, Kind, Refusal};
use crate::transport::coding;
use crate::transport::headers;

impl Error {
    /// Returns whether the resource does not exist, or is not visible to these credentials (404).
    /// Check the ids. When polling until a resource is gone, this is the expected end.
    pub fn is_not_found(&self) -> bool {
        self.operation_status() == Some(StatusCode::NOT_FOUND)
    }

    /// Returns whether the server rejected the authentication (401), or its
    /// token endpoint said that the credentials are wrong. Check them; for a
    /// service account whose token was rejected, check its IP access list. Other
    /// errors of the token endpoint are not included, see
    /// [`is_forbidden`](Self::is_forbidden) and [`faults`](crate::faults).
    pub fn is_unauthorized(&self) -> bool {
        self.operation_status() == Some(StatusCode::UNAUTHORIZED)
            || matches!(self.kind(), Kind::Token(Refusal::WrongCredentials))
    }

    /// Returns whether the credentials are valid but lack a role, or their IP access list does not
    /// include this address (403). Also true if the token endpoint issues no token although the
    /// credentials are valid (`access_denied`, for example because the account has 100 valid ones,
    /// `unauthorized_client`, or a 403 with an error code of Atlas): the message says what to
    /// change.
    pub fn is_forbidden(&self) -> bool {
        self.operation_status() == Some(StatusCode::FORBIDDEN)
            || self.kind() == Kind::Token(Refusal::Forbidden)
    }

    /// Returns whether [`is_unauthorized`](Self::is_unauthorized) or
    /// [`is_forbidden`](Self::is_forbidden) is true. A retry with the same
    /// credentials does not help.
    pub fn is_auth(&self) -> bool {
        self.is_unauthorized() || self.is_forbidden()
    }

    /// Returns whether there were too many requests (429), to the operation or
    /// to the token endpoint. Wait at least [`retry_after`](Self::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns whether the state of the resource does not allow the operation
    /// (409). Read the state again before deciding.
    pub fn is_conflict(&self) -> bool {
        self.operation_status() == Some(StatusCode::CONFLICT)
    }

    /// Returns whether the operation's version is no longer served (410). A
    /// newer client is needed.
    pub fn is_gone(&self) -> bool {
        self.operation_status() == Some(StatusCode::GONE)
    }

    /// Returns whether the error is transient: no connection or a broken one, a
    /// timeout, 408, 429, 500, 502, 503 or 504, or no access token for a reason of
    /// this kind. An untrusted certificate is not transient.
    ///
    /// It does not mean that a retry is safe: a create may have been executed,
    /// see [`may_have_been_executed`](Self::may_have_been_executed).
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            Kind::Connect { untrusted, .. } => !untrusted,
            Kind::Timeout { .. } | Kind::Transport => true,
            Kind::Token(refusal) => refusal == Refusal::Transient,
            Kind::Status => matches!(
                self.status().map(|status| status.as_u16()),
                Some(408 | 429 | 500 | 502 | 503 | 504)
            ),
            _ => false,
        }
    }

    /// Returns whether the server may have executed the request although the call
    /// failed: the connection broke or timed out after sending, or the response is
    /// a 408, a 5xx, or one that cannot be decoded. Earlier attempts count as well.
    ///
    /// False if nothing was sent, if the response is a rejection (a 3xx, a 4xx
    /// other than 408, or a 503 with `Retry-After`), and for
    /// [`is_outcome`](Self::is_outcome).
    ///
    /// The method of the operation is not considered: after a failed read it may be
    /// true, and the read can be repeated.
    pub fn may_have_been_executed(&self) -> bool {
        let trail = self.0.trail.as_ref();
        if trail.is_some_and(|trail| trail.earlier_executed) {
            return true;
        }
        match self.kind() {
            Kind::Timeout { sent } => sent,
            Kind::Configuration
            | Kind::InvalidRequest
            | Kind::Outcome
            | Kind::Connect { .. }
            | Kind::Token(_) => false,
            Kind::Transport | Kind::Decode | Kind::TooLarge => true,
            Kind::Status => self.response().is_none_or(|received| {
                let status = received.status;
                status == StatusCode::REQUEST_TIMEOUT
                    // A status above 599 counts as a server error (RFC 9110, section 15).
                    || (status.as_u16() >= 500
                        && !(status == StatusCode::SERVICE_UNAVAILABLE
                            && headers::retry_after(&received.headers).is_some()))
            }),
        }
    }

    /// Returns whether a time limit of an attempt, a call or a connection
    /// ([`CallOptions`](crate::CallOptions)), or the deadline of polling
    /// ([`Polling`](crate::poll::Polling::deadline)) was exceeded. Raise the limit,
    /// or retry later. If the operation
    /// [may have been executed](Self::may_have_been_executed), check that first.
    /// A timeout of the token endpoint is not included.
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.kind(),
            Kind::Timeout { .. }
                | Kind::Connect {
                    timed_out: true,
                    ..
                }
        )
    }

    /// Returns whether no connection was opened: DNS, the address, the port or
    /// TLS failed. Nothing was sent. Check the base URL, the network and its
    /// proxy; if they are right, retry later. A connection to the token endpoint
    /// is not included.
    pub fn is_connect(&self) -> bool {
        matches!(self.kind(), Kind::Connect { .. })
    }

    /// Returns whether a successful response could not be decoded. The operation
    /// was executed: do not repeat it, read the [`body`](Self::body). A newer
    /// client may know the type, or a higher
    /// [limit](crate::ClientBuilder::max_answer_bytes) may suffice.
    pub fn is_decode(&self) -> bool {
        matches!(self.kind(), Kind::Decode | Kind::TooLarge)
    }

    /// Returns whether the arguments are invalid, so that nothing was sent. The
    /// message lists each invalid parameter and member of the body. Correct them;
    /// a retry does not help.
    pub fn is_invalid_request(&self) -> bool {
        self.kind() == Kind::InvalidRequest
    }

    /// Returns whether the configuration of the client, or the environment, is
    /// invalid, or a call was made without a Tokio runtime. The message says what
    /// to change.
    pub fn is_configuration(&self) -> bool {
        self.kind() == Kind::Configuration
    }

    /// Returns whether the server executed the operation and its result is a
    /// failure: a validation that is `FAILED`, a migration that is `FAILED` or
    /// `EXPIRED`. No call failed, so a retry does not help; the message says
    /// what to correct before starting again.
    pub fn is_outcome(&self) -> bool {
        self.kind() == Kind::Outcome
    }

    /// Returns the number of attempts; 0 if the request was rejected before the first.
    pub fn attempts(&self) -> u32 {
        self.0.trail.as_ref().map_or(0, |trail| trail.attempts)
    }

    /// Returns the operation id of the call. `None` if no call returned the error:
    /// for example if the client cannot be built, at the deadline of polling, and
    /// for [`is_outcome`](Self::is_outcome).
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns the status of the response; `None` if there was none. The response
    /// may be the token endpoint's, or a 2xx whose body broke off or could not be
    /// decoded ([`is_decode`](Self::is_decode)).
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(|received| received.status)
    }

    /// Returns the headers of the response, which may be the token endpoint's; `None`
    /// if there was none.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response().map(|received| &received.headers)
    }

    /// Returns the body as an Atlas error, if it is one. Malformed or
    /// truncated JSON is parsed as far as possible; [`body`](Self::body) is
    /// the raw body. `None` if there was no response, or its body is not an Atlas
    /// error.
    pub fn api_error(&self) -> Option<&ApiError> {
        self.response()?.api_error.as_ref()
    }

    /// Returns Atlas's code for the error, such as `GROUP_NOT_FOUND`; `None` if the
    /// response has none.
    pub fn error_code(&self) -> Option<&str> {
        self.api_error()?.error_code.as_deref()
    }

    /// Returns the invalid members of the request body, if the server listed
    /// them; empty otherwise.
    pub fn field_violations(&self) -> &[FieldViolation] {
        self.api_error()
            .and_then(|api| api.bad_request_detail.as_ref())
            .map_or(&[], |detail| &detail.fields)
    }

    /// Returns the raw body of the response, decompressed: at most its first 64
    /// KiB, see [`body_is_truncated`](Self::body_is_truncated). `None` if there was
    /// no response. The body of a token endpoint's response is empty if it contained
    /// a credential, or may have (a 2xx).
    pub fn body(&self) -> Option<&[u8]> {
        self.response().map(|received| &received.body[..])
    }

    /// Returns [`body`](Self::body) as text; invalid UTF-8 is replaced by `�`.
    pub fn body_text(&self) -> Option<Cow<'_, str>> {
        self.body().map(String::from_utf8_lossy)
    }

    /// Decodes [`body`](Self::body) as a type of the document, for the few
    /// operations with an error type of their own, which their pages name.
    ///
    /// # Errors
    ///
    /// When there is no body, or it does not decode as `T`.
    pub fn body_as<T: serde::de::DeserializeOwned>(&self) -> crate::Result<T> {
        match self.response() {
            Some(received) => Self::body_as_of(received.status, &received.headers, &received.body),
            None => Err(Self::new(Kind::Decode, "the error holds no response")),
        }
    }

    /// Returns whether the server sent, or announced, more than
    /// [`body`](Self::body) holds.
    pub fn body_is_truncated(&self) -> bool {
        self.response().is_some_and(|received| received.truncated)
    }

    /// Returns the length of the whole body in bytes, if all of it was kept or
    /// the server announced it (`Content-Length` without a content coding).
    pub fn body_length(&self) -> Option<u64> {
        let received = self.response()?;
        if received.truncated {
            // With a content coding, `Content-Length` is the encoded length.
            if !coding::applied(&received.headers).is_empty() {
                return None;
            }
            let announced = received.headers.get(CONTENT_LENGTH)?;
            announced.to_str().ok()?.parse().ok()
        } else {
            Some(received.body.len() as u64)
        }
    }

    /// Returns how long the server asks to wait, from `Retry-After` or, if that
    /// is missing or invalid, from the parameters of `RATE_LIMITED_TOKEN_BUCKET`.
    /// `None` if the response has neither, or there was none.
    pub fn retry_after(&self) -> Option<Duration> {
        headers::retry_after(self.headers()?).or_else(|| {
            let api = self.api_error()?;
            if api.error_code.as_deref() != Some("RATE_LIMITED_TOKEN_BUCKET") {
                return None;
            }
            let seconds = api.parameters.as_ref()?.get(1)?;
            let seconds = seconds
                .as_f64()
                .or_else(|| seconds.as_str()?.parse().ok())?;
            (seconds >= 0.0).then(|| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
        })
    }

    /// Returns `RateLimit-Limit`: the number of requests allowed per period. `None`
    /// if there was no response, or the header is missing or invalid.
    pub fn rate_limit(&self) -> Option<u64> {
        headers::rate_limit(self.headers()?)
    }

    /// Returns `RateLimit-Remaining`: the number of requests left in the
    /// current period. `None` if there was no response, or the header is missing or
    /// invalid.
    pub fn rate_limit_remaining(&self) -> Option<u64> {
        headers::rate_limit_remaining(self.headers()?)
    }
}
