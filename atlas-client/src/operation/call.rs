//! A call under construction. Validates each argument when it is set, and reports
//! all violations when the call is sent.

use std::fmt;

use bytes::Bytes;
use reqwest::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::operation::description::Operation;
use crate::response::pages::{Page, Pages};
use crate::runtime::{BuildError, Style};
use crate::transport::send::{self, Prepared};
use crate::{ByteStream, CallOptions, Client, Error, ResponseFuture, Result, auth::zeroizing};

/// A call of an operation, from its arguments to its response.
#[derive(Clone)]
pub struct Call {
    client: Client,
    operation: &'static Operation,
    /// The serialized path parameters.
    path: Vec<(&'static str, String)>,
    /// The serialized query parameters, such as `a=x&a=y`.
    query: Vec<(&'static str, String)>,
    enveloped: bool,
    headers: HeaderMap,
    body: Option<Bytes>,
    options: CallOptions,
    /// The invalid arguments, with the reasons.
    faults: Vec<(&'static str, String)>,
}

impl Call {
    /// Creates a call of `operation`.
    pub fn new(client: &Client, operation: &'static Operation) -> Self {
        Self {
            client: client.clone(),
            operation,
            path: Vec::new(),
            query: Vec::new(),
            enveloped: false,
            headers: HeaderMap::new(),
            body: None,
            options: CallOptions::default(),
            faults: Vec::new(),
        }
    }

    fn path_text(&mut self, name: &'static str, text: String) {
        match text.as_str() {
            "" => self.refuse(name, "is empty; it must name a segment of the path"),
            // A URL parser would remove these together with the preceding
            // segment, and the call would reach another operation.
            "." | ".." => self.refuse(name, format_args!("is `{text}`, which no path can hold")),
            _ => {
                self.path.retain(|(known, _)| *known != name);
                self.path.push((name, text));
            }
        }
    }

    /// Sets a path parameter. Any text is encoded as one path segment; an empty
    /// one, `.` and `..` are invalid.
    pub fn path(&mut self, name: &'static str, value: impl Serialize) {
        self.path_param(name, Ok(value), Style::Simple);
    }

    /// Sets a query parameter. A list repeats the parameter for each entry;
    /// `null` and an empty list leave it out.
    pub fn query(&mut self, name: &'static str, value: impl Serialize) {
        self.query_param(name, Ok(value), Style::FormExploded);
    }

    /// Sets a header parameter; `null` leaves it out. Text that no header can
    /// contain is invalid.
    pub fn header(&mut self, name: &'static str, value: impl Serialize) {
        self.header_param(name, Ok(value), Style::Simple);
    }

    /// Sets a JSON request body; `null` means no body.
    pub fn body(&mut self, value: impl Serialize) {
        self.json_body(Ok(value));
    }

    /// Like [`path`](Self::path), in any style. An `Err` is the argument's
    /// validation error, which [`send`](Self::send) returns. Used by generated code.
    pub fn path_param<T: Serialize>(
        &mut self,
        name: &'static str,
        value: Result<T, BuildError>,
        style: Style,
    ) {
        let Some(value) = self.argument(name, value) else {
            return;
        };
        match style.write(name, value) {
            Ok(text) => self.path_text(name, text.unwrap_or_default()),
            Err(problem) => self.refuse(name, problem),
        }
    }

    /// Like [`query`](Self::query), in any style. An `Err` is the argument's
    /// validation error, which [`send`](Self::send) returns. Used by generated code.
    pub fn query_param<T: Serialize>(
        &mut self,
        name: &'static str,
        value: Result<T, BuildError>,
        style: Style,
    ) {
        let Some(value) = self.argument(name, value) else {
            return;
        };
        self.query_value(name, value, style);
    }

    /// Like [`header`](Self::header), in any style. An `Err` is the argument's
    /// validation error, which [`send`](Self::send) returns. Used by generated code.
    pub fn header_param<T: Serialize>(
        &mut self,
        name: &'static str,
        value: Result<T, BuildError>,
        style: Style,
    ) {
        let Some(value) = self.argument(name, value) else {
            return;
        };
        match style.write_header(value) {
            Ok(Some(text)) => self.header_text(name, text),
            Ok(None) => {}
            Err(problem) => self.refuse(name, problem),
        }
    }

    /// Sets a cookie; `null` leaves it out. An `Err` is the argument's validation
    /// error, which [`send`](Self::send) returns. Used by generated code.
    pub fn cookie_param<T: Serialize>(
        &mut self,
        name: &'static str,
        value: Result<T, BuildError>,
        style: Style,
    ) {
        let Some(value) = self.argument(name, value) else {
            return;
        };
        let pairs = match style.write_cookie(name, value) {
            Ok(Some(pairs)) => pairs,
            Ok(None) => return,
            Err(problem) => return self.refuse(name, problem),
        };
        let before = self.headers.get(COOKIE).map(|before| before.to_str());
        let cookies = match before {
            Some(Ok(before)) => format!("{before}; {pairs}"),
            _ => pairs,
        };
        if let Ok(cookies) = HeaderValue::try_from(cookies) {
            self.headers.insert(COOKIE, cookies);
        }
    }

    /// Like [`body`](Self::body). An `Err` is the argument's validation error, which
    /// [`send`](Self::send) returns. Used by generated code.
    pub fn json_body<T: Serialize>(&mut self, body: Result<T, BuildError>) {
        let Some(body) = self.valid("body", body) else {
            return;
        };
        match zeroizing::json(&body) {
            Ok(json) if &*json == b"null" => {}
            Ok(json) => self.body = Some(json),
            Err(error) => self.refuse("body", format_args!("cannot be written: {error}")),
        }
    }

    /// Sets a request body that is not JSON. An `Err` is the argument's validation
    /// error, which [`send`](Self::send) returns. Used by generated code.
    pub fn bytes_body<T: Into<BodyBytes>>(&mut self, body: Result<T, BuildError>) {
        if let Some(body) = self.valid("body", body) {
            self.body = body.into().0;
        }
    }

    /// Sets the options of this call, which override those of the client.
    pub fn set_options(&mut self, options: CallOptions) {
        self.options = options;
    }

    /// Serializes an argument to JSON.
    fn argument<T: Serialize>(
        &mut self,
        name: &'static str,
        value: Result<T, BuildError>,
    ) -> Option<Value> {
        let value = self.valid(name, value)?;
        match serde_json::to_value(value) {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(name, format_args!("cannot be written: {error}"));
                None
            }
        }
    }

    /// Returns a valid argument, or records its violations.
    fn valid<T>(&mut self, name: &'static str, value: Result<T, BuildError>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                for problem in error.problems.iter() {
                    if problem.path.is_empty() && problem.is_missing() {
                        self.refuse(name, "is missing");
                    } else if problem.path.is_empty() {
                        self.refuse(name, &problem.text);
                    } else {
                        self.refuse(name, format_args!("`{}` {}", problem.path, problem.text));
                    }
                }
                None
            }
        }
    }

    fn query_value(&mut self, name: &'static str, value: Value, style: Style) {
        if name == "envelope" {
            let yes = |value: &Value| *value == true || *value == "true";
            self.enveloped = match &value {
                Value::Array(values) => values.iter().any(yes),
                value => yes(value),
            };
        }
        match style.write(name, value) {
            Ok(text) => {
                self.query.retain(|(known, _)| *known != name);
                self.query.extend(text.map(|text| (name, text)));
            }
            Err(problem) => self.refuse(name, problem),
        }
    }

    fn header_text(&mut self, name: &'static str, text: String) {
        let Ok(key) = HeaderName::try_from(name) else {
            return self.refuse(name, "is not a header name");
        };
        match HeaderValue::try_from(text) {
            Ok(value) => {
                self.headers.insert(key, value);
            }
            Err(_) => self.refuse(name, "holds a character that no header can hold"),
        }
    }

    /// Sends the request and decodes the JSON response.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_request`] with all invalid and missing arguments, before
    /// anything is sent; [`Error::is_configuration`] outside of a Tokio runtime;
    /// [`Error::is_decode`] for a success that does not decode as `T`; and the
    /// failures of the connection, of authentication and of the server, see the
    /// predicates of [`Error`].
    pub fn send<T: DeserializeOwned + 'static>(self) -> ResponseFuture<T> {
        ResponseFuture::new(async move {
            let id = self.operation.id;
            let answer = self.exchange().await?;
            answer.decode().map_err(|error| error.in_operation(id))
        })
    }

    /// Sends the request of an operation whose response has no body.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send); but a body is not decoded.
    pub fn send_empty(self) -> ResponseFuture<()> {
        ResponseFuture::new(async move { Ok(self.exchange().await?.empty()) })
    }

    /// Sends the request and returns the body as a byte stream, as soon as it
    /// begins to arrive.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send) until the headers have arrived, and an unknown
    /// content coding ([`Error::is_decode`]). Later ones are those of
    /// [`ByteStream::chunk`].
    pub fn send_stream(self) -> ResponseFuture<ByteStream> {
        ResponseFuture::new(async move {
            let id = self.operation.id;
            let (client, prepared) = self.prepare()?;
            send::stream(&client, prepared)
                .await
                .map_err(|error| error.in_operation(id))
        })
    }

    /// Returns the pages of a list operation as a stream, from the page that the
    /// query parameter `pageNum` names, or else the first.
    pub fn pages<T: Page>(self) -> Pages<T> {
        Pages::new(self)
    }

    /// Returns the number that a query parameter is set to.
    pub(crate) fn query_number(&self, name: &str) -> Option<u64> {
        let (_, text) = self.query.iter().find(|(known, _)| *known == name)?;
        text.split_once('=')?.1.parse().ok()
    }

    pub(crate) fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    async fn exchange(self) -> Result<crate::response::answer::Answer> {
        let id = self.operation.id;
        let (client, prepared) = self.prepare()?;
        send::json(&client, prepared)
            .await
            .map_err(|error| error.in_operation(id))
    }

    fn refuse(&mut self, name: &'static str, problem: impl fmt::Display) {
        self.faults.push((name, problem.to_string()));
    }

    /// Checks that the call is complete and builds the request.
    fn prepare(self) -> Result<(Client, Prepared)> {
        let id = self.operation.id;
        self.assemble().map_err(|error| error.in_operation(id))
    }

    fn assemble(mut self) -> Result<(Client, Prepared)> {
        // The path parameters of a description are required.
        for name in path_names(self.operation.path) {
            let given = self.path.iter().any(|(known, _)| *known == name);
            if !given && !self.faults.iter().any(|(known, _)| *known == name) {
                self.faults.push((name, "is missing".to_owned()));
            }
        }
        if !self.faults.is_empty() {
            return Err(Error::invalid_arguments(&self.faults));
        }
        let path = fill(self.operation.path, &self.path)?;
        let query = written(&self.query);
        let url = self.client.url(&path, query.as_deref())?;
        let operation = self.operation;
        let enveloped = self.enveloped;
        let prepared = Prepared {
            operation,
            url,
            headers: self.headers,
            body: self.body,
            enveloped,
            options: self.options,
        };
        Ok((self.client, prepared))
    }
}

/// Shows the names of the arguments, and only the values of the path: a body
/// may contain a password.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .field("path", &self.path)
            .field("query", &names)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body.as_ref().map(Bytes::len))
            .field("options", &self.options)
            .field("faults", &self.faults)
            .finish()
    }
}

/// Returns the parameter names in the path `template`.
fn path_names(template: &'static str) -> impl Iterator<Item = &'static str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// Replaces the parameters of `template` by `values`.
fn fill(template: &str, values: &[(&'static str, String)]) -> Result<String> {
    let mut path = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            return Err(Error::invalid(
                after,
                "is not closed in the operation's path",
            ));
        };
        let Some((_, value)) = values.iter().find(|(known, _)| *known == name) else {
            return Err(Error::invalid(name, "is missing"));
        };
        path.push_str(value);
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

/// Returns the query string, or `None` if there are no parameters.
fn written(query: &[(&'static str, String)]) -> Option<String> {
    let length = query.iter().map(|(_, text)| text.len() + 1).sum();
    let mut all = String::with_capacity(length);
    for (_, text) in query {
        if !all.is_empty() {
            all.push('&');
        }
        all.push_str(text);
    }
    (!all.is_empty()).then_some(all)
}

/// A request body that is not JSON, or none.
#[derive(Clone, Debug, Default)]
pub struct BodyBytes(Option<Bytes>);

impl From<Bytes> for BodyBytes {
    fn from(bytes: Bytes) -> Self {
        Self(Some(bytes))
    }
}

impl From<Vec<u8>> for BodyBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Some(bytes.into()))
    }
}

impl From<String> for BodyBytes {
    fn from(text: String) -> Self {
        Self(Some(text.into()))
    }
}

impl<T: Into<Self>> From<Option<T>> for BodyBytes {
    fn from(body: Option<T>) -> Self {
        body.map(Into::into).unwrap_or_default()
    }
}
