//! Injected faults: the response, the operation, how often, and when.

use std::{collections::VecDeque, fmt};

use serde_json::{Value, json};

use crate::http::respond::{self, Reply};

/// The point in the processing of a request at which a [`Fault`] applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moment {
    /// At once, as in a proxy in front of Atlas: credentials are not checked.
    BeforeAuthentication,
    /// After authentication, before anything is executed. With Digest, the challenge comes first.
    #[default]
    BeforeExecution,
    /// After execution: the operation has its effect, and only its response is replaced. Requests
    /// that Atlas itself rejects are not affected.
    AfterExecution,
}

/// An error response, once or several times, in place of the real response.
///
/// ```
/// use atlas_client::mock::{Atlas, Fault, Moment};
///
/// let atlas = Atlas::start();
/// atlas.fail_next(
///     Fault::new(503)
///         .operation("createGroupLiveMigration")
///         .header("Retry-After", "1")
///         .body("text/html", "<h1>come back later</h1>")
///         .moment(Moment::AfterExecution)
///         .times(2),
/// );
/// ```
#[derive(Clone)]
pub struct Fault {
    status: u16,
    operation: Option<String>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    times: u32,
    moment: Moment,
}

impl Fault {
    /// Creates a fault with this status and a matching `ApiError` as body. It applies to the next
    /// request of any operation.
    ///
    /// The HTTP layer supports the statuses 100 to 999; any other becomes a 500.
    pub fn new(status: u16) -> Self {
        let error = json!({
            "detail": "a failure that was asked for",
            "error": status,
            "errorCode": code(status),
            "parameters": null,
            "reason": respond::reason(status),
        });
        Self {
            status,
            operation: None,
            headers: Vec::new(),
            body: Vec::new(),
            times: 1,
            moment: Moment::default(),
        }
        .json(&error)
    }

    /// Limits the fault to this operation: an operation id, [`OAUTH_TOKEN`](crate::OAUTH_TOKEN) or
    /// [`OAUTH_REVOKE`](crate::OAUTH_REVOKE).
    pub fn operation(mut self, id: impl Into<String>) -> Self {
        self.operation = Some(id.into());
        self
    }

    /// Adds a header to the response.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body, any bytes, and its media type.
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut fault = self.empty().header("Content-Type", content_type);
        fault.body = body.into();
        fault
    }

    /// Sets the body to this value, as `application/json`.
    pub fn json(self, value: &Value) -> Self {
        self.body(respond::JSON, value.to_string())
    }

    /// Removes the body and the media type.
    pub fn empty(mut self) -> Self {
        self.headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        self.body.clear();
        self
    }

    /// Sets how often the fault applies; 1 by default, 0 means never.
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Sets when the fault applies; [`Moment::BeforeExecution`] by default.
    pub fn moment(mut self, moment: Moment) -> Self {
        self.moment = moment;
        self
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Fault")
            .field("status", &self.status)
            .field("operation", &self.operation)
            .field("headers", &headers)
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .field("times", &self.times)
            .field("moment", &self.moment)
            .finish()
    }
}

/// Faults in the order in which they were added.
#[derive(Default)]
pub(crate) struct Faults(VecDeque<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.0.push_back(fault);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Uses the first fault that matches this operation at this moment.
    pub(crate) fn strike(&mut self, operation: Option<&str>, moment: Moment) -> Option<Reply> {
        let at = self.0.iter().position(|fault| {
            fault.moment == moment
                && (fault.operation.is_none() || fault.operation.as_deref() == operation)
        })?;
        let fault = self.0.get_mut(at)?;
        fault.times -= 1;
        let mut reply = Reply::empty(fault.status).with_body(fault.body.clone());
        reply.headers.clone_from(&fault.headers);
        if fault.times == 0 {
            self.0.remove(at);
        }
        Some(reply)
    }
}

fn code(status: u16) -> &'static str {
    match status {
        400 => "VALIDATION_ERROR",
        403 => "USER_UNAUTHORIZED",
        404 => "RESOURCE_NOT_FOUND",
        406 => "INVALID_VERSION_DATE",
        409 => "CONFLICT",
        410 => "VERSION_GONE",
        429 => "RATE_LIMITED",
        503 => "SERVICE_UNAVAILABLE",
        _ => "UNEXPECTED_ERROR",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_strike_their_operation_as_often_as_asked_and_in_order() {
        let mut faults = Faults::default();
        faults.add(Fault::new(500).operation("a").times(2));
        faults.add(Fault::new(429));
        faults.add(Fault::new(503).times(0));
        let mut status = |operation| {
            faults
                .strike(operation, Moment::BeforeExecution)
                .map(|reply| reply.status)
        };
        assert_eq!(status(Some("b")), Some(429));
        assert_eq!(status(Some("b")), None);
        assert_eq!(status(Some("a")), Some(500));
        assert_eq!(status(Some("a")), Some(500));
        assert_eq!(status(Some("a")), None);
        assert_eq!(status(None), None);
    }

    #[test]
    fn a_fault_waits_for_its_moment() {
        let mut faults = Faults::default();
        faults.add(Fault::new(500).moment(Moment::AfterExecution));
        assert!(faults.strike(None, Moment::BeforeAuthentication).is_none());
        assert!(faults.strike(None, Moment::BeforeExecution).is_none());
        assert!(faults.strike(None, Moment::AfterExecution).is_some());
    }

    #[test]
    fn an_emptied_fault_has_no_media_type() {
        let mut faults = Faults::default();
        faults.add(Fault::new(502).header("X-Proxy", "1").empty());
        let reply = faults.strike(None, Moment::BeforeExecution).unwrap();
        assert!(reply.body.is_empty());
        assert_eq!(reply.headers, [("X-Proxy".to_owned(), "1".to_owned())]);
    }
}
