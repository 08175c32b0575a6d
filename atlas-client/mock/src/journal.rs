//! The recorded requests and their statuses, for assertions in tests.
//!
//! `Debug` shows no secret of a request.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

use crate::http::request::Request;

/// The authenticated sender of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Principal {
    /// The API key, by HTTP Digest.
    ApiKey,
    /// The service account, by an access token.
    ServiceAccount,
}

/// A request that the embedded Atlas responded to.
///
/// `Debug` shows neither the body nor the values of headers that contain credentials.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method, in upper case.
    pub method: String,
    /// The raw path, with percent-encoding and without the query.
    pub path: String,
    /// The query parameters, decoded, in the order of the query.
    pub query: Vec<(String, String)>,
    /// The headers in the order of arrival, with lower-case names.
    pub headers: Vec<(String, String)>,
    /// The complete body.
    pub body: Vec<u8>,
    /// The id of the operation that matches method and path; [`OAUTH_TOKEN`](crate::OAUTH_TOKEN)
    /// and [`OAUTH_REVOKE`](crate::OAUTH_REVOKE) for these two endpoints; `None` if none matches.
    pub operation: Option<String>,
    /// The status of the response; 0 if [`Fault::hang_up`](crate::Fault::hang_up) closed the
    /// connection instead.
    pub status: u16,
    /// The sender; `None` if it was not authenticated.
    pub principal: Option<Principal>,
}

impl RecordedRequest {
    pub(crate) fn new(request: Request, operation: Option<String>) -> Self {
        Self {
            method: request.method,
            path: request.path,
            query: request.query,
            headers: request.headers,
            body: request.body,
            operation,
            status: 0,
            principal: None,
        }
    }

    /// Returns the first value of a header, ignoring the case of its name, or `None` if the request
    /// does not have it.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Parses the body as JSON; returns `None` if it is not JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| {
                let hidden = ["authorization", "proxy-authorization", "cookie"]
                    .iter()
                    .any(|secret| name.eq_ignore_ascii_case(secret));
                (name.as_str(), if hidden { "[redacted]" } else { value })
            })
            .collect();
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("headers", &headers)
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("principal", &self.principal)
            .finish()
    }
}

/// A migration that the embedded Atlas has created.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedMigration {
    /// Its id.
    pub id: String,
    /// The id of the project that receives the data.
    pub project: String,
    /// The name of the cluster that receives the data.
    pub cluster: String,
    /// The name of the cluster that the data comes from.
    pub source_cluster: String,
    /// The status, as of the last poll or cutover.
    pub status: &'static str,
    /// How many cutovers were accepted. Those that were rejected are in
    /// [`Atlas::requests`](crate::Atlas::requests).
    pub cutovers: u32,
    /// How many requests had been responded to when it was created.
    pub created_after: u64,
}

/// The counters of an embedded Atlas since its start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// 401 responses with a Digest challenge.
    pub challenges: u64,
    /// Those of them that marked a nonce as stale.
    pub stale_challenges: u64,
    /// Access tokens issued by the token endpoint.
    pub tokens_minted: u64,
    /// Injected faults that were applied.
    pub faults: u64,
    /// How often each operation was executed, by operation id.
    ///
    /// This includes requests whose response was then replaced by a [`Fault`](crate::Fault).
    pub executed: BTreeMap<String, u64>,
}

impl Counters {
    /// Returns how often an operation was executed.
    pub fn executed(&self, operation: &str) -> u64 {
        self.executed.get(operation).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_the_body_nor_credentials_show_in_debug() {
        let headers = vec![
            ("authorization".to_owned(), "Bearer sesame".to_owned()),
            ("Proxy-Authorization".to_owned(), "Basic sesame".to_owned()),
            ("accept".to_owned(), "application/json".to_owned()),
        ];
        let body = br#"{"password": "sesame"}"#.to_vec();
        let request = Request::new("POST", "/a?b=c", headers, body);
        let recorded = RecordedRequest::new(request, Some("op".to_owned()));
        let shown = format!("{recorded:?} {recorded:#?}");
        assert!(!shown.contains("sesame"), "{shown}");
        assert!(shown.contains("application/json") && shown.contains("[22 bytes]"));
        assert_eq!(recorded.header("Authorization"), Some("Bearer sesame"));
    }
}
