//! What can be asked of an error.

use std::borrow::Cow;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_LENGTH, HeaderMap};

use super::{ApiError, Error, FieldViolation, Kind, Received};
use crate::transport::coding::Coding;
use crate::transport::headers;

impl Error {
    /// The resource is not there, or not visible to these credentials (404).
    /// Check the ids; a call that waits for something to vanish is done.
    pub fn is_not_found(&self) -> bool {
        self.operation_status() == Some(StatusCode::NOT_FOUND)
    }

    /// The server did not accept who is asking (401), or its token endpoint
    /// refused the credentials. Check them and the IP access list. Any other
    /// failure to get an access token is not this.
    pub fn is_unauthorized(&self) -> bool {
        self.operation_status() == Some(StatusCode::UNAUTHORIZED)
            || matches!(self.kind(), Kind::Token { denied: true, .. })
    }

    /// The credentials are good but lack a role, or their IP access list lacks
    /// this address (403).
    pub fn is_forbidden(&self) -> bool {
        self.operation_status() == Some(StatusCode::FORBIDDEN)
    }

    /// [`is_unauthorized`](Self::is_unauthorized) or
    /// [`is_forbidden`](Self::is_forbidden): trying again with the same
    /// credentials will not help.
    pub fn is_auth(&self) -> bool {
        self.is_unauthorized() || self.is_forbidden()
    }

    /// Too many requests (429), to the operation or to the token endpoint. Wait
    /// at least [`retry_after`](Self::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// The state of the resource does not allow the operation (409). Read the
    /// state anew before deciding.
    pub fn is_conflict(&self) -> bool {
        self.operation_status() == Some(StatusCode::CONFLICT)
    }

    /// The version of the operation that this client speaks is no longer
    /// served (410). A newer client is needed.
    pub fn is_gone(&self) -> bool {
        self.operation_status() == Some(StatusCode::GONE)
    }

    /// The failure is of a passing kind: no connection or a broken one, a time
    /// limit, 408, 429, 500, 502, 503 or 504. A certificate that is not trusted
    /// is not.
    ///
    /// It does not say that repeating the call is harmless: an operation that
    /// creates something may have done so, see
    /// [`may_have_been_executed`](Self::may_have_been_executed).
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            Kind::Connect { untrusted, .. } => !untrusted,
            Kind::Timeout { .. } | Kind::Transport => true,
            Kind::Token { transient, .. } => transient,
            Kind::Status => matches!(
                self.status().map(|status| status.as_u16()),
                Some(408 | 429 | 500 | 502 | 503 | 504)
            ),
            Kind::Configuration
            | Kind::InvalidRequest
            | Kind::Decode
            | Kind::TooLarge
            | Kind::Outcome => false,
        }
    }

    /// Whether the server may have carried out the operation in spite of the
    /// failure. False when nothing was sent, and when the server's answer says
    /// that it refused: a 3xx, a 4xx other than 408, or a 503 with
    /// `Retry-After`. An attempt before the last counts as well.
    pub fn may_have_been_executed(&self) -> bool {
        if self
            .0
            .trail
            .as_ref()
            .is_some_and(|trail| trail.earlier_executed)
        {
            return true;
        }
        match self.kind() {
            Kind::Timeout { sent } => sent,
            Kind::Configuration
            | Kind::InvalidRequest
            | Kind::Outcome
            | Kind::Connect { .. }
            | Kind::Token { .. } => false,
            Kind::Transport | Kind::Decode | Kind::TooLarge => true,
            Kind::Status => self.response().is_none_or(|received| {
                let status = received.status();
                status == StatusCode::REQUEST_TIMEOUT
                    // What is beyond all classes counts as a server's failure
                    // (RFC 9110, section 15).
                    || (status.as_u16() >= 500
                        && !(status == StatusCode::SERVICE_UNAVAILABLE
                            && headers::retry_after(received.headers()).is_some()))
            }),
        }
    }

    /// A time limit of the client ran out, that for connecting included. Allow
    /// more with [`CallOptions`](crate::CallOptions), or try again later; look
    /// first whether the operation was carried out, if it
    /// [may have been](Self::may_have_been_executed).
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

    /// No connection was made: the name, the address, the port or TLS failed.
    /// Nothing was sent. Check the base URL, the network and its proxy; where
    /// they are right, try again later.
    pub fn is_connect(&self) -> bool {
        matches!(self.kind(), Kind::Connect { .. })
    }

    /// The server answered with a success that is not what the operation
    /// answers with. The operation was carried out: do not repeat it, read the
    /// [`body`](Self::body). A newer client may know the answer, or a higher
    /// [limit](crate::ClientBuilder::max_answer_bytes) may hold it.
    pub fn is_decode(&self) -> bool {
        matches!(self.kind(), Kind::Decode | Kind::TooLarge)
    }

    /// The call was refused before anything was sent, because of the parameter
    /// or body that the message names. Mend that; another attempt fails alike.
    pub fn is_invalid_request(&self) -> bool {
        self.kind() == Kind::InvalidRequest
    }

    /// The client cannot be built as described, or the environment's variables
    /// do not describe one. The message says which setting to change.
    pub fn is_configuration(&self) -> bool {
        self.kind() == Kind::Configuration
    }

    /// The server carried out what was asked for, and that ended badly: a
    /// validation that is `FAILED`, a migration that is `FAILED` or `EXPIRED`.
    /// No call failed, so there is nothing to repeat; read the message, and
    /// start anew once its cause is mended.
    pub fn is_outcome(&self) -> bool {
        self.kind() == Kind::Outcome
    }

    /// How many attempts the call made; 0 when it was refused before the first.
    pub fn attempts(&self) -> u32 {
        self.0.trail.as_ref().map_or(0, |trail| trail.attempts)
    }

    /// The operation id of the call that failed.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The status of the answer, where there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(Received::status)
    }

    /// The headers of the answer, where there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response().map(Received::headers)
    }

    /// What Atlas said in its own form, where the body of the answer is one. JSON that is malformed,
    /// or longer than is kept, is read as far as it can be; [`body`](Self::body) is as it was received.
    pub fn api_error(&self) -> Option<&ApiError> {
        self.response()?.api_error()
    }

    /// Atlas's name for the failure, such as `GROUP_NOT_FOUND`.
    pub fn error_code(&self) -> Option<&str> {
        self.api_error()?.error_code.as_deref()
    }

    /// What is wrong with which member of the request body, where the server
    /// told; empty otherwise.
    pub fn field_violations(&self) -> &[FieldViolation] {
        self.api_error()
            .and_then(|api| api.bad_request_detail.as_ref())
            .map_or(&[], |detail| &detail.fields)
    }

    /// The body of the answer as it came, decompressed: at most its first 64
    /// KiB, see [`body_is_truncated`](Self::body_is_truncated).
    pub fn body(&self) -> Option<&[u8]> {
        self.response().map(|received| &received.body()[..])
    }

    /// [`body`](Self::body) as text; what is not UTF-8 shows as `�`.
    pub fn body_text(&self) -> Option<Cow<'_, str>> {
        self.body().map(String::from_utf8_lossy)
    }

    /// [`body`](Self::body) as a type of the document, for the few operations
    /// whose failures have one of their own; their pages name it.
    ///
    /// # Errors
    ///
    /// When there is no body, or one that is no such JSON.
    pub fn body_as<T: serde::de::DeserializeOwned>(&self) -> crate::Result<T> {
        match self.response() {
            Some(received) => {
                Self::body_as_of(received.status(), received.headers(), received.body())
            }
            None => Err(Self::new(Kind::Decode, "the error holds no response")),
        }
    }

    /// Whether the server sent, or meant to send, more than
    /// [`body`](Self::body) holds.
    pub fn body_is_truncated(&self) -> bool {
        self.response().is_some_and(Received::is_truncated)
    }

    /// The length of the whole body in bytes, where all of it was kept or the
    /// server announced it (`Content-Length` without a content coding).
    pub fn body_length(&self) -> Option<u64> {
        let received = self.response()?;
        if received.is_truncated() {
            // Of a coded body the length of what travels is announced.
            if Coding::of(received.headers()) != Coding::Identity {
                return None;
            }
            let announced = received.headers().get(CONTENT_LENGTH)?;
            announced.to_str().ok()?.parse().ok()
        } else {
            Some(received.body().len() as u64)
        }
    }

    /// How long the server asks to wait, from `Retry-After` or, where that is
    /// missing, from the parameters of `RATE_LIMITED_TOKEN_BUCKET`.
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

    /// `RateLimit-Limit` of the answer: how many requests a period allows.
    pub fn rate_limit(&self) -> Option<u64> {
        headers::rate_limit(self.headers()?)
    }

    /// `RateLimit-Remaining` of the answer: how many requests the current
    /// period still allows.
    pub fn rate_limit_remaining(&self) -> Option<u64> {
        headers::rate_limit_remaining(self.headers()?)
    }
}
