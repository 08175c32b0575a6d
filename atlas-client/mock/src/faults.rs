//! Injected faults: the response, the operation, how often, and when.

use std::{collections::VecDeque, fmt, time::Duration};

use serde_json::{Value, json};

use crate::{
    http::respond::{self, Reply},
    relay::Connection,
};

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

/// An error response in place of the real response, or a delayed, slow or broken connection; once
/// or several times.
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
    cluster: Option<String>,
    connection: Connection,
    /// Whether the real response is sent, and only its connection is faulty.
    real: bool,
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
            "detail": "a simulated failure",
            "error": status,
            "errorCode": code(status),
            "parameters": null,
            "reason": respond::reason(status),
        });
        Self {
            status,
            operation: None,
            cluster: None,
            connection: Connection::default(),
            real: false,
            headers: Vec::new(),
            body: Vec::new(),
            times: 1,
            moment: Moment::default(),
        }
        .json(&error)
    }

    /// Creates a fault that delays the response by `time`, as measured by a real clock. It needs
    /// [`Builder::relayed`](crate::Builder::relayed).
    pub fn delay(time: Duration) -> Self {
        Self::of_connection(Connection {
            delay: time,
            ..Connection::default()
        })
    }

    /// Creates a fault that sends the response byte by byte, with this pause before each one. It
    /// needs [`Builder::relayed`](crate::Builder::relayed).
    pub fn slow(pause: Duration) -> Self {
        Self::of_connection(Connection {
            pause,
            ..Connection::default()
        })
    }

    /// Creates a fault that closes the connection in place of a response. With
    /// [`Moment::AfterExecution`] the operation has its effect. The request is recorded with the
    /// status 0. It needs [`Builder::relayed`](crate::Builder::relayed).
    pub fn hang_up() -> Self {
        let mut fault = Self::new(500);
        fault.connection.cut = Some(0);
        fault
    }

    /// Creates a fault that closes the connection after `bytes` bytes of the body of the response. A
    /// body that is not longer arrives whole, on a connection that stays open. It needs
    /// [`Builder::relayed`](crate::Builder::relayed).
    pub fn cut(bytes: usize) -> Self {
        Self::of_connection(Connection {
            cut: Some(bytes.saturating_add(1)),
            ..Connection::default()
        })
    }

    fn of_connection(connection: Connection) -> Self {
        Self {
            connection,
            real: true,
            // A real response exists only after the execution.
            moment: Moment::AfterExecution,
            ..Self::new(200).empty()
        }
    }

    pub(crate) fn needs_relay(&self) -> bool {
        self.connection != Connection::default()
    }

    /// Limits the fault to requests about migrations into the cluster of this name: its validation,
    /// its creation, its polls and its cutover.
    pub fn cluster(mut self, name: impl Into<String>) -> Self {
        self.cluster = Some(name.into());
        self
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

    /// Sets when the fault applies; [`Moment::BeforeExecution`] by default, and
    /// [`Moment::AfterExecution`] for [`delay`](Self::delay), [`slow`](Self::slow) and
    /// [`cut`](Self::cut), which at an earlier moment affect the responses of rejected requests too.
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
            .field("cluster", &self.cluster)
            .field("connection", &self.connection)
            .field("headers", &headers)
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .field("times", &self.times)
            .field("moment", &self.moment)
            .finish()
    }
}

/// The effect of a fault on one request.
pub(crate) struct Strike {
    /// The response in place of the real one.
    pub(crate) reply: Option<Reply>,
    pub(crate) connection: Connection,
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

    /// Returns whether a fault depends on the cluster that a request is about.
    pub(crate) fn depend_on_clusters(&self) -> bool {
        self.0.iter().any(|fault| fault.cluster.is_some())
    }

    /// Uses the first fault that matches this operation and cluster at this moment.
    pub(crate) fn strike(
        &mut self,
        operation: Option<&str>,
        cluster: Option<&str>,
        moment: Moment,
    ) -> Option<Strike> {
        let at = self.0.iter().position(|fault| {
            fault.moment == moment
                && (fault.operation.is_none() || fault.operation.as_deref() == operation)
                && (fault.cluster.is_none() || fault.cluster.as_deref() == cluster)
        })?;
        let fault = self.0.get_mut(at)?;
        fault.times -= 1;
        let mut reply = Reply::empty(fault.status).with_body(fault.body.clone());
        reply.headers.clone_from(&fault.headers);
        let strike = Strike {
            reply: (!fault.real).then_some(reply),
            connection: fault.connection,
        };
        if fault.times == 0 {
            self.0.remove(at);
        }
        Some(strike)
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
                .strike(operation, None, Moment::BeforeExecution)
                .and_then(|strike| strike.reply)
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
        let mut strikes = |moment| faults.strike(None, None, moment).is_some();
        assert!(!strikes(Moment::BeforeAuthentication));
        assert!(!strikes(Moment::BeforeExecution));
        assert!(strikes(Moment::AfterExecution));
    }

    #[test]
    fn a_fault_strikes_the_cluster_that_it_is_for() {
        let mut faults = Faults::default();
        faults.add(Fault::new(500).cluster("orders"));
        assert!(faults.depend_on_clusters());
        let mut strikes = |cluster| {
            let strike = faults.strike(None, cluster, Moment::BeforeExecution);
            strike.is_some()
        };
        assert!(!strikes(None));
        assert!(!strikes(Some("billing")));
        assert!(strikes(Some("orders")));
        assert!(!strikes(Some("orders")));
    }

    #[test]
    fn an_emptied_fault_has_no_media_type() {
        let mut faults = Faults::default();
        faults.add(Fault::new(502).header("X-Proxy", "1").empty());
        let strike = faults.strike(None, None, Moment::BeforeExecution);
        let reply = strike.and_then(|strike| strike.reply).unwrap();
        assert!(reply.body.is_empty());
        assert_eq!(reply.headers, [("X-Proxy".to_owned(), "1".to_owned())]);
    }
}
