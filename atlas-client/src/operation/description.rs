//! The description of an operation: plain data, written by the generator. Must
//! not know how requests are sent.

use reqwest::Method;

/// One operation of the API.
///
/// The methods of [`Client`](crate::Client) cover the operations that this
/// crate was generated for. Describe any other operation to call it:
///
/// ```no_run
/// use atlas_client::operation::{Call, Method, Operation};
/// use atlas_client::serde_json::Value;
/// use atlas_client::{Client, Result};
///
/// static GET_SYSTEM_STATUS: Operation = Operation::new(
///     "getSystemStatus",
///     Method::GET,
///     "/api/atlas/v2",
///     "application/vnd.atlas.2023-01-01+json",
/// );
///
/// async fn app_name(client: &Client) -> Result<String> {
///     let status = Call::new(client, &GET_SYSTEM_STATUS).send::<Value>().await?;
///     Ok(status["appName"].as_str().unwrap_or_default().to_owned())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Operation {
    /// The operation id of the published document.
    pub(crate) id: &'static str,
    /// The HTTP method.
    pub(crate) method: Method,
    /// The path, from the root of the server, with `{name}` for each path
    /// parameter.
    pub(crate) path: &'static str,
    /// The dated media type of the response.
    pub(crate) accept: &'static str,
    /// The dated media type of the request body, if the operation has one.
    pub(crate) content_type: Option<&'static str>,
}

impl Operation {
    /// Describes an operation: its id, its HTTP method, its path from the root of the server with
    /// `{name}` for each path parameter, and the dated media type of its response.
    pub const fn new(
        id: &'static str,
        method: Method,
        path: &'static str,
        accept: &'static str,
    ) -> Self {
        Self {
            id,
            method,
            path,
            accept,
            content_type: None,
        }
    }

    /// Sets the dated media type of the request body.
    #[must_use]
    pub const fn content_type(mut self, media_type: &'static str) -> Self {
        self.content_type = Some(media_type);
        self
    }

    /// Returns the operation id.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the HTTP method.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the path, from the root of the server.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Returns the media type of the response.
    pub const fn accept(&self) -> &'static str {
        self.accept
    }
}

/// Splits the path of an operation: each part is text, and the name of the parameter after it, if
/// there is one.
pub(crate) fn parts(path: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    path.split_inclusive('}').map(|part| {
        let parameter = part.strip_suffix('}').and_then(|part| part.split_once('{'));
        parameter.map_or((part, None), |(before, name)| (before, Some(name)))
    })
}
