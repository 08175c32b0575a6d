//! The way of a call: send with proof of identity, tell success from failure,
//! read the answer. Owns time limits and bounds; must not know what type the
//! answer decodes to.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, Response, Url};

use crate::auth::{self, Outcome};
use crate::body::{self, Read};
use crate::client::Inner;
use crate::decode::Answer;
use crate::error::{Kind, Received};
use crate::operation::Operation;
use crate::{ByteStream, CallOptions, Client, Error, ResponseValue, Result};

/// A call with everything in its place, which can be sent any number of times.
pub(crate) struct Prepared {
    pub(crate) operation: &'static Operation,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    /// Whether the answer comes in an envelope.
    pub(crate) enveloped: bool,
    pub(crate) options: CallOptions,
}

/// Sends a call and reads its answer to the end.
pub(crate) async fn json(client: &Client, call: Prepared) -> Result<Answer> {
    let inner = client.inner();
    let limit = call.options.clone().or(&inner.options).attempt_limit();
    within(limit, async {
        let response = success(inner, &call).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        match body::read(response, inner.answer_limit).await {
            Read::Whole(body) => Answer::new(status, headers, body, call.enveloped),
            Read::TooLong(body) => {
                let message = format!(
                    "{status} but the answer is longer than the {} bytes that the client takes",
                    inner.answer_limit
                );
                let received = Received::new(status, headers, body, false);
                Err(Error::new(Kind::TooLarge, message).received(received))
            }
            Read::Broken(body, error) => {
                let received = Received::new(status, headers, body, false);
                Err(Error::transport(error).received(received))
            }
        }
    })
    .await
}

/// Sends a call and hands on the body of its answer as it comes.
pub(crate) async fn stream(client: &Client, call: Prepared) -> Result<ResponseValue<ByteStream>> {
    let inner = client.inner();
    let limit = call.options.clone().or(&inner.options).attempt_limit();
    let response = within(limit, success(inner, &call)).await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = ByteStream::new(response, limit, call.operation.id);
    Ok(ResponseValue::new(bytes, status, headers))
}

/// Sends a call and returns the answer if it is a success: any 2xx, whatever
/// the published document lists.
async fn success(inner: &Inner, call: &Prepared) -> Result<Response> {
    let request = Request { inner, call };
    let Outcome { response, note } = inner.auth.send(&request).await?;
    if response.status().is_success() {
        return Ok(response);
    }
    let (status, headers) = (response.status(), response.headers().clone());
    let (body, complete) = body::beginning(response).await;
    let mut received = Received::new(status, headers, body, complete).with_api_error();
    if call.enveloped {
        received = received.out_of_envelope();
    }
    Err(Error::status_failure(received, note))
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(Error::new(
            Kind::Timeout,
            format!("no complete answer within {limit:?}"),
        )),
    }
}

/// A call as authentication sees it.
struct Request<'a> {
    inner: &'a Inner,
    call: &'a Prepared,
}

impl auth::Send for Request<'_> {
    fn target(&self) -> (&Method, &Url) {
        (&self.call.operation.method, &self.call.url)
    }

    async fn send(&self, authorization: Option<HeaderValue>) -> Result<Response> {
        let call = self.call;
        let mut request = self
            .inner
            .http
            .request(call.operation.method.clone(), call.url.clone())
            .headers(call.headers.clone());
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        auth::attach(request, authorization)
            .send()
            .await
            .map_err(Error::transport)
    }
}
