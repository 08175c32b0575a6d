//! What the client must know of an operation to call it: plain data, written
//! by the generator.

use reqwest::Method;

pub use crate::call::Call;

/// One operation of the API.
///
/// The methods of [`Client`](crate::Client) cover the operations that this
/// crate was generated for. Any other can be called by describing it:
///
/// ```no_run
/// use atlas_client::operation::{Call, Operation};
/// use atlas_client::{Client, Result};
///
/// static GET_SYSTEM_STATUS: Operation = Operation {
///     id: "getSystemStatus",
///     method: reqwest::Method::GET,
///     path: "/api/atlas/v2",
///     accept: "application/vnd.atlas.2023-01-01+json",
///     content_type: None,
///     required: &[],
/// };
///
/// async fn app_name(client: &Client) -> Result<String> {
///     let status = Call::new(client, &GET_SYSTEM_STATUS).send::<serde_json::Value>().await?;
///     Ok(status["appName"].to_string())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Operation {
    /// The operation id of the published document.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, from the root of the server, with `{name}` for each path
    /// parameter.
    pub path: &'static str,
    /// The dated media type that the answer is asked for in.
    pub accept: &'static str,
    /// The dated media type of the request body, for an operation that has one.
    pub content_type: Option<&'static str>,
    /// The parameters that a call cannot be sent without; `body` stands for
    /// the request body.
    pub required: &'static [&'static str],
}
