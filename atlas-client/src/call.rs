//! One call as it is being put together: checks each argument where it is
//! given, and reports the first problem when the call is sent.

use std::fmt;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::draft::Refusal;
use crate::operation::Operation;
use crate::send::{self, Prepared};
use crate::{ByteStream, CallOptions, Client, Error, Result, Sending, wiped};

/// All but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One call of an operation, from its arguments to its answer.
#[derive(Clone)]
pub struct Call {
    client: Client,
    operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    query: Vec<(&'static str, Vec<String>)>,
    headers: HeaderMap,
    body: Option<Bytes>,
    options: CallOptions,
    /// The first argument that was not what it must be, and why.
    problem: Option<(&'static str, String)>,
}

impl Call {
    /// Begins a call of `operation`.
    pub fn new(client: &Client, operation: &'static Operation) -> Self {
        Self {
            client: client.clone(),
            operation,
            path: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            options: CallOptions::default(),
            problem: None,
        }
    }

    /// Sets a path parameter. It fills one segment whatever it contains.
    pub fn path<T: fmt::Display>(
        &mut self,
        name: &'static str,
        value: impl TryInto<T, Error: Refusal>,
    ) {
        let text = match value.try_into() {
            Ok(value) => value.to_string(),
            Err(error) => return self.refuse(name, format_args!("cannot be used: {error}")),
        };
        match text.as_str() {
            "" => self.refuse(name, "is empty; it must name a segment of the path"),
            // A URL parser would take these away together with the segment
            // before them, and the call would reach another operation.
            "." | ".." => self.refuse(name, format_args!("is `{text}`, which no path can hold")),
            _ => {
                self.path.retain(|(known, _)| *known != name);
                self.path.push((name, text));
            }
        }
    }

    /// Sets a query parameter. An array repeats the parameter once for each
    /// element, and `null` leaves it out.
    pub fn query<T: Serialize>(
        &mut self,
        name: &'static str,
        value: impl TryInto<T, Error: Refusal>,
    ) {
        match value.try_into() {
            Ok(value) => self.query_value(name, &value),
            Err(error) => self.refuse(name, format_args!("cannot be used: {error}")),
        }
    }

    /// Sets a query parameter that is a list: it is repeated once for each value.
    pub fn query_each<T, V>(&mut self, name: &'static str, values: impl IntoIterator<Item = V>)
    where
        T: Serialize,
        V: TryInto<T, Error: Refusal>,
    {
        let mut list = Vec::new();
        for value in values {
            match value.try_into() {
                Ok(value) => list.push(value),
                Err(error) => return self.refuse(name, format_args!("cannot be used: {error}")),
            }
        }
        self.query_value(name, &list);
    }

    fn query_value(&mut self, name: &'static str, value: &impl Serialize) {
        let values = match serde_json::to_value(value) {
            Ok(value) => texts(value),
            Err(error) => return self.refuse(name, format_args!("cannot be written: {error}")),
        };
        match values {
            Some(values) => {
                self.query.retain(|(known, _)| *known != name);
                if !values.is_empty() {
                    self.query.push((name, values));
                }
            }
            None => self.refuse(
                name,
                "is an object; it must be a plain value or a list of them",
            ),
        }
    }

    /// Sets a header parameter.
    pub fn header<T: fmt::Display>(
        &mut self,
        name: &'static str,
        value: impl TryInto<T, Error: Refusal>,
    ) {
        let value = match value.try_into() {
            Ok(value) => value,
            Err(error) => return self.refuse(name, format_args!("cannot be used: {error}")),
        };
        let Ok(key) = HeaderName::try_from(name) else {
            return self.refuse(name, "is not a header name");
        };
        match HeaderValue::try_from(value.to_string()) {
            Ok(value) => {
                self.headers.insert(key, value);
            }
            Err(_) => self.refuse(name, "holds a character that no header can hold"),
        }
    }

    /// Sets the request body.
    pub fn body<T: Serialize>(&mut self, value: impl TryInto<T, Error: Refusal>) {
        let value = match value.try_into() {
            Ok(value) => value,
            Err(error) => return self.refuse("body", error),
        };
        match wiped::json(&value) {
            Ok(json) => self.body = Some(json),
            Err(error) => self.refuse("body", format_args!("cannot be written: {error}")),
        }
    }

    /// Sets a request body that is not JSON.
    pub fn body_bytes(&mut self, bytes: impl Into<Vec<u8>>) {
        self.body = Some(Bytes::from(bytes.into()));
    }

    /// Sets what this call does differently from the client's other calls.
    pub fn options(&mut self, options: CallOptions) {
        self.options = options;
    }

    /// Sends the call and decodes the JSON that it is answered with.
    ///
    /// # Errors
    ///
    /// See the predicates of [`Error`].
    pub fn send<T: DeserializeOwned + 'static>(self) -> Sending<T> {
        Sending::new(async move {
            let id = self.operation.id;
            let answer = self.exchange().await?;
            answer.decode().map_err(|error| error.in_operation(id))
        })
    }

    /// Sends a call that is answered without a body.
    ///
    /// # Errors
    ///
    /// See the predicates of [`Error`].
    pub fn send_empty(self) -> Sending<()> {
        Sending::new(async move { Ok(self.exchange().await?.empty()) })
    }

    /// Sends a call that is answered with bytes, and returns when they begin
    /// to arrive.
    ///
    /// # Errors
    ///
    /// See the predicates of [`Error`].
    pub fn send_stream(self) -> Sending<ByteStream> {
        Sending::new(async move {
            let id = self.operation.id;
            let (client, prepared) = self.prepare()?;
            send::stream(&client, prepared)
                .await
                .map_err(|error| error.in_operation(id))
        })
    }

    async fn exchange(self) -> Result<crate::decode::Answer> {
        let id = self.operation.id;
        let (client, prepared) = self.prepare()?;
        send::json(&client, prepared)
            .await
            .map_err(|error| error.in_operation(id))
    }

    fn refuse(&mut self, name: &'static str, problem: impl fmt::Display) {
        if self.problem.is_none() {
            self.problem = Some((name, problem.to_string()));
        }
    }

    /// Checks that the call is whole and puts its parts in their places.
    fn prepare(self) -> Result<(Client, Prepared)> {
        let id = self.operation.id;
        self.assemble().map_err(|error| error.in_operation(id))
    }

    fn assemble(mut self) -> Result<(Client, Prepared)> {
        if let Some((name, problem)) = self.problem {
            return Err(Error::invalid(name, problem));
        }
        let missing = |name: &&&str| match **name {
            "body" => self.body.is_none(),
            name => {
                !self.path.iter().any(|(known, _)| *known == name)
                    && !self.query.iter().any(|(known, _)| *known == name)
                    && !self.headers.contains_key(name)
            }
        };
        if let Some(name) = self.operation.required.iter().find(missing) {
            return Err(Error::invalid(name, "is missing"));
        }
        let path = fill(self.operation.path, &self.path)?;
        let query = written(&self.query);
        let url = self.client.url(&path, query.as_deref())?;
        let operation = self.operation;
        self.headers
            .insert(ACCEPT, HeaderValue::from_static(operation.accept));
        if self.body.is_some()
            && let Some(media_type) = operation.content_type
        {
            self.headers
                .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        let enveloped = self.query.iter().any(|(name, values)| {
            *name == "envelope" && values.iter().any(|value| value == "true")
        });
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

/// Implements what the builders of all operations have in common.
macro_rules! call {
    ($name:ident: $send:ident -> $value:ty) => {
        impl $name {
            /// Sets what this call does differently from the client's other calls: how long it may
            /// take, and how often it is attempted.
            pub fn options(mut self, options: $crate::CallOptions) -> Self {
                self.0.options(options);
                self
            }

            /// Makes the call.
            ///
            /// # Errors
            /// Those that the page of this builder lists.
            pub fn send(self) -> $crate::Sending<$value> {
                self.0.$send()
            }
        }
    };
}
pub(crate) use call;

/// Shows the names of what was given and no value but those of the path: a
/// body may hold a password.
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
            .field("problem", &self.problem)
            .finish()
    }
}

/// Puts `values` into the places of `template`, each encoded so that it stays
/// within its segment.
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
        path.extend(utf8_percent_encode(value, RESERVED));
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

/// The query string, or `None` for none.
fn written(query: &[(&'static str, Vec<String>)]) -> Option<String> {
    let mut text = String::new();
    for (name, values) in query {
        for value in values {
            if !text.is_empty() {
                text.push('&');
            }
            text.extend(utf8_percent_encode(name, RESERVED));
            text.push('=');
            text.extend(utf8_percent_encode(value, RESERVED));
        }
    }
    (!text.is_empty()).then_some(text)
}

/// The texts of a query parameter (`form` style, exploded), or `None` for what
/// has none.
fn texts(value: Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Bool(value) => Some(vec![value.to_string()]),
        Value::Number(value) => Some(vec![value.to_string()]),
        Value::String(value) => Some(vec![value]),
        Value::Array(values) => {
            let mut all = Vec::with_capacity(values.len());
            for value in values {
                match value {
                    Value::Array(_) | Value::Object(_) => return None,
                    plain => all.extend(texts(plain)?),
                }
            }
            Some(all)
        }
        Value::Object(_) => None,
    }
}
