//! A call under construction. Validates each argument when it is set, and reports
//! all violations when the call is sent.

use std::fmt;

use bytes::Bytes;
use futures_util::{FutureExt as _, TryFutureExt as _};
use reqwest::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::operation::description::{Operation, parts};
use crate::response::answer::Answer;
use crate::response::pages::{Page, Pages};
use crate::runtime::{BuildError, Place, Problem, Style};
use crate::transport::origin;
use crate::transport::send::{Prepared, send};
use crate::{
    ByteStream, CallOptions, Client, Error, ResponseFuture, ResponseValue, Result, Sensitive,
    auth::zeroizing,
};

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
    /// The header parameters, by the names of their declarations.
    headers: Vec<(&'static str, HeaderValue)>,
    /// The serialized cookies, such as `a=x; b=y`.
    cookies: Vec<(&'static str, String)>,
    body: Option<Bytes>,
    options: CallOptions,
    /// The secrets among the arguments, which errors do not show.
    secrets: Vec<Sensitive>,
    /// The invalid arguments, with the reasons.
    faults: Vec<(&'static str, Problem)>,
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
            headers: Vec::new(),
            cookies: Vec::new(),
            body: None,
            options: CallOptions::default(),
            secrets: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Sets a path parameter. Any text is encoded as one path segment; an empty
    /// one, `.` and `..` are invalid.
    pub fn path(&mut self, name: &'static str, value: impl Serialize) {
        self.param(Place::Path, name, Ok(value), Style::Simple);
    }

    /// Sets a query parameter. A list repeats the parameter for each entry;
    /// `null` and an empty list leave it out.
    pub fn query(&mut self, name: &'static str, value: impl Serialize) {
        self.param(Place::Query, name, Ok(value), Style::FormExploded);
    }

    /// Sets a header parameter; `null` leaves it out. Text that no header can
    /// contain is invalid.
    pub fn header(&mut self, name: &'static str, value: impl Serialize) {
        self.param(Place::Header, name, Ok(value), Style::Simple);
    }

    /// Sets a JSON request body; `null` means no body.
    pub fn body(&mut self, value: impl Serialize) {
        self.json_body(Ok(value));
    }

    /// Sets a parameter in any place and style; `null` leaves it out, and is invalid in a path. An
    /// `Err` is the argument's validation error, which [`send`](Self::send) returns. Used by
    /// generated code.
    pub fn param<T: Serialize>(
        &mut self,
        place: Place,
        name: &'static str,
        value: Result<T, BuildError>,
        style: Style,
    ) {
        let Some(value) = self.valid(name, value) else {
            return;
        };
        match self.serialized(|| serde_json::to_value(value)) {
            Ok(value) => self.set(place, name, value, style),
            Err(error) => self.refuse(name, format_args!("cannot be written: {error}")),
        }
    }

    /// Like [`body`](Self::body). An `Err` is the argument's validation error, which
    /// [`send`](Self::send) returns. Used by generated code.
    pub fn json_body<T: Serialize>(&mut self, body: Result<T, BuildError>) {
        let Some(body) = self.valid("body", body) else {
            return;
        };
        match self.serialized(|| zeroizing::json(&body)) {
            Ok(json) => self.body = (&*json != b"null").then_some(json),
            Err(error) => self.refuse("body", format_args!("cannot be written: {error}")),
        }
    }

    /// Sets a request body that is not JSON, or none. An `Err` is the argument's validation
    /// error, which [`send`](Self::send) returns. Used by generated code.
    pub fn bytes_body<T: Into<Bytes>>(&mut self, body: Result<Option<T>, BuildError>) {
        if let Some(body) = self.valid("body", body) {
            self.body = body.map(Into::into);
        }
    }

    /// Sets the options of this call, which override those of the client.
    pub fn set_options(&mut self, options: CallOptions) {
        self.options = options;
    }

    /// Returns a valid argument, or records its violations.
    fn valid<T>(&mut self, name: &'static str, value: Result<T, BuildError>) -> Option<T> {
        if let Err(error) = &value {
            let problems = error.problems.iter().cloned();
            self.faults.extend(problems.map(|problem| (name, problem)));
        }
        value.ok()
    }

    /// Calls `serialize` for an argument, and keeps the secrets in it.
    fn serialized<T>(&mut self, serialize: impl FnOnce() -> T) -> T {
        let (result, secrets) = Sensitive::collected(serialize);
        self.secrets.extend(secrets);
        result
    }

    /// Serializes an argument in place of its earlier value, if any.
    fn set(&mut self, place: Place, name: &'static str, value: Value, style: Style) {
        if place == Place::Query && name == "envelope" {
            let yes = |value: &Value| *value == true || *value == "true";
            self.enveloped = match &value {
                Value::Array(values) => values.iter().any(yes),
                value => yes(value),
            };
        }
        let text = match style.write(place, name, value) {
            Ok(text) => text,
            Err(problem) => return self.refuse(name, problem),
        };
        let known = match (place, text.as_deref()) {
            (Place::Path, None | Some("")) => {
                return self.refuse(name, "is empty; it must name a segment of the path");
            }
            // A URL parser would remove these together with the preceding
            // segment, and the call would reach another operation.
            (Place::Path, Some(text @ ("." | ".."))) => {
                return self.refuse(name, format_args!("is `{text}`, which no path can hold"));
            }
            (Place::Header, text) => return self.header_text(name, text),
            (Place::Path, _) => &mut self.path,
            (Place::Query, _) => &mut self.query,
            (Place::Cookie, _) => &mut self.cookies,
        };
        known.retain(|(known, _)| *known != name);
        known.extend(text.map(|text| (name, text)));
    }

    fn header_text(&mut self, name: &'static str, text: Option<&str>) {
        if HeaderName::try_from(name).is_err() {
            return self.refuse(name, "is not a header name");
        }
        match text.map(HeaderValue::try_from).transpose() {
            Ok(value) => {
                // Only a value replaces a header of the same name in another case.
                let is_set = value.is_some();
                self.headers.retain(|(known, _)| {
                    *known != name && !(is_set && known.eq_ignore_ascii_case(name))
                });
                self.headers.extend(value.map(|value| (name, value)));
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
        self.sent(|client, call| async move { send::<Answer>(&client, &call).await?.decode() })
    }

    /// Sends the request of an operation whose response has no body.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send); but a body is not decoded.
    pub fn send_empty(self) -> ResponseFuture<()> {
        self.sent(|client, call| async move { Ok(send::<Answer>(&client, &call).await?.response) })
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
        self.sent(|client, call| async move { send(&client, &call).await })
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

    /// Builds the request and returns the future of `exchange`, which sends it. It is built before the
    /// future, so that the future, which is moved to the heap, does not hold the arguments as well.
    fn sent<T, F>(self, exchange: impl FnOnce(Client, Prepared) -> F) -> ResponseFuture<T>
    where
        T: 'static,
        F: Future<Output = Result<ResponseValue<T>>> + Send + 'static,
    {
        let operation = self.operation.id;
        match self.prepare() {
            Ok((client, call)) => exchange(client, call)
                .map_err(move |error| error.in_operation(operation))
                .boxed(),
            Err(error) => async move { Err(error.in_operation(operation)) }.boxed(),
        }
    }

    fn refuse(&mut self, name: &'static str, problem: impl fmt::Display) {
        self.faults
            .push((name, Problem::new("", problem.to_string())));
    }

    /// Checks that the call is complete and builds the request.
    fn prepare(mut self) -> Result<(Client, Prepared)> {
        let path = self.filled_path();
        if !self.faults.is_empty() {
            return Err(Error::invalid_arguments(&self.faults));
        }
        let query = joined(&self.query, "&");
        let url = origin::join(self.client.base_url(), &path, query.as_deref())?;
        let cookies = joined(&self.cookies, "; ").map(HeaderValue::try_from);
        let named = |(name, value)| Some((HeaderName::try_from(name).ok()?, value));
        let mut headers: HeaderMap = self.headers.into_iter().filter_map(named).collect();
        // They are percent-encoded, so that a header can hold them.
        if let Some(Ok(cookies)) = cookies {
            headers.append(COOKIE, cookies);
        }
        let prepared = Prepared {
            operation: self.operation,
            url,
            headers,
            body: self.body,
            enveloped: self.enveloped,
            options: self.options,
            secrets: self.secrets,
        };
        Ok((self.client, prepared))
    }

    /// Replaces the parameters of the path, all of which are required.
    fn filled_path(&mut self) -> String {
        let mut path = String::with_capacity(self.operation.path.len() + 64);
        for (before, name) in parts(self.operation.path) {
            path.push_str(before);
            let Some(name) = name else {
                continue;
            };
            if let Some((_, text)) = self.path.iter().find(|(known, _)| *known == name) {
                path.push_str(text);
            } else if !self.faults.iter().any(|(known, _)| *known == name) {
                self.refuse(name, "is missing");
            }
        }
        path
    }
}

/// Shows the names of the arguments, and only the values of the path: a body
/// may contain a password.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .field("path", &self.path)
            .field("query", &query)
            .field("headers", &headers)
            .field("body_bytes", &self.body.as_ref().map(Bytes::len))
            .field("options", &self.options)
            .field("faults", &self.faults)
            .finish()
    }
}

/// Joins serialized arguments, or returns `None` if there are none.
fn joined(arguments: &[(&'static str, String)], delimiter: &str) -> Option<String> {
    let texts: Vec<_> = arguments.iter().map(|(_, text)| text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join(delimiter))
}
