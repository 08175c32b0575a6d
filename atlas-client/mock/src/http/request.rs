//! A request as text and bytes. Must not know the HTTP server.

use httpmock::HttpMockRequest;

#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The raw path and query, which a digest covers (RFC 7616, section 3.4.3).
    pub(crate) target: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(
        method: &str,
        target: &str,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            path: path.to_owned(),
            query: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            headers,
            body,
        }
    }

    pub(crate) fn received(request: &HttpMockRequest) -> Self {
        let uri = request.uri();
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        Self::new(
            request.method_str(),
            target,
            request.headers_vec().clone(),
            request.body_vec(),
        )
    }

    /// Returns all values of a header, in the order of arrival.
    pub(crate) fn header_values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Returns the value of a header that occurs exactly once.
    pub(crate) fn only_header(&self, name: &str) -> Option<&str> {
        let mut values = self.header_values(name);
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// Parses a boolean query parameter; anything but `true` is false, as in Java.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.query
            .iter()
            .any(|(key, value)| key == name && value.eq_ignore_ascii_case("true"))
    }
}
