
use atlas_client::runtime::{Place, Style};
use atlas_client::{BuildError, CallOptions, Client, ResponseFuture, operation, runtime};
use crate::types;

/// Calls the operation `replaceAlarm`.
///
/// # Request
/// - Method and path: `PUT /alarms`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct ReplaceAlarm<'a> {
    client: &'a Client,
    mode: Result<Option<types::ReplaceAlarmMode>, BuildError>,
    body: Result<Option<types::Alarm>, BuildError>,
    options: CallOptions,
}

impl<'a> ReplaceAlarm<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            mode: Ok(None),
            body: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The parameter `mode`.
    pub fn mode<V>(mut self, value: V) -> Self
    where
        V: TryInto<types::ReplaceAlarmMode>,
        V::Error: std::fmt::Display + 'static,
    {
        self.mode = runtime::convert(value).map(Some);
        self
    }

    /// The request body.
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: TryInto<types::Alarm>,
        V::Error: std::fmt::Display + 'static,
    {
        self.body = runtime::convert(value).map(Some);
        self
    }

    /// Sends `PUT /alarms`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::Alarm> {
        static OPERATION: operation::Operation = operation::Operation::new(
                "replaceAlarm",
                operation::Method::PUT,
                "/alarms",
                "application/vnd.atlas.2024-05-30+json",
            )
            .content_type("application/vnd.atlas.2024-05-30+json");
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(Place::Query, "mode", self.mode, Style::FormExploded);
        call.json_body(self.body);
        call.send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}
