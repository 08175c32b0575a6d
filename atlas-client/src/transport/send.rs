//! Sends a request: authenticates, retries, classifies, reads the response. Owns
//! time limits and size limits; must not know what type the response decodes to.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap,
    HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use reqwest::{Method, Response, StatusCode, Url};
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument as _, Span};

use crate::auth::{Secrets, Sent};
use crate::client::Inner;
use crate::client::options::Limits;
use crate::error::trail::{Stop, Trail};
use crate::error::{Kind, Received};
use crate::operation::description::Operation;
use crate::response::answer::Answer;
use crate::transport::body;
use crate::transport::{coding, retry, trace};
use crate::{
    ByteStream, CallOptions, Client, Error, ResponseValue, Result, Sensitive, transport::connect,
    transport::runtimes,
};

/// A complete request, which can be sent any number of times.
pub(crate) struct Prepared {
    pub(crate) operation: &'static Operation,
    pub(crate) url: Url,
    /// The headers beyond those of the operation.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    /// Whether the response is in an envelope.
    pub(crate) enveloped: bool,
    pub(crate) options: CallOptions,
    /// The secrets among the arguments.
    pub(crate) secrets: Vec<Sensitive>,
}

/// Attempts a call until it succeeds or must not be retried.
pub(crate) async fn send<T: Arrival>(client: &Client, call: &Prepared) -> Result<T> {
    // Timers panic outside of a runtime.
    runtimes::current()?;
    let span = trace::span(call.operation, &call.url);
    // What follows is wrapped by reference: a future of this size is expensive to move.
    let work = pin!(attempts(&client.0, call, &span));
    work.instrument(span.clone()).await
}

async fn attempts<T: Arrival>(inner: &Inner, call: &Prepared, span: &Span) -> Result<T> {
    let limits = &call.options.limits(&inner.options);
    let began = Instant::now();
    let method = &call.operation.method;
    let mut made = 0;
    let mut earlier_executed = false;
    let failed = |error: Error, attempts, stop, earlier_executed| {
        trace::ended(span, attempts, Err(&error));
        Err(error.after(Trail {
            attempts,
            stop,
            earlier_executed,
        }))
    };
    // Returned to the budget if the call is dropped before the retry.
    let mut spent: Option<SemaphorePermit<'_>> = None;
    loop {
        let mut left = limits.total.saturating_sub(began.elapsed());
        if let Some(pace) = &inner.pace {
            let Some(turn) = pace.turn(call.operation.id, Instant::now(), left) else {
                let message = format!(
                    "the rate limit leaves no room for the call within the {:?} that it may take",
                    limits.total
                );
                let error = Error::new(Kind::Timeout { sent: false }, message);
                return failed(error, made, Stop::Time, earlier_executed);
            };
            tokio::time::sleep(turn.wait()).await;
            turn.begin();
            left = limits.total.saturating_sub(began.elapsed());
        }
        if let Some(spent) = spent.take() {
            spent.forget();
        }
        made += 1;
        let error = match attempt::<T>(inner, call, limits, left, made).await {
            Ok(arrived) => {
                trace::ended(span, made, Ok(arrived.status()));
                inner.budget.succeeded(made);
                return Ok(arrived);
            }
            Err(error) => error,
        };
        let left = limits.total.saturating_sub(began.elapsed());
        match retry::next(&error, method, made, left, limits, &inner.budget) {
            Ok((wait, cost)) => {
                spent = cost;
                trace::repeats(&error, made, wait);
                earlier_executed |= error.may_have_been_executed();
                tokio::time::sleep(wait).await;
            }
            Err(stop) => return failed(error, made, stop, earlier_executed),
        }
    }
}

/// Makes attempt number `number`, within the time limit of the attempt and the remaining time
/// of the call.
async fn attempt<T: Arrival>(
    inner: &Inner,
    call: &Prepared,
    limits: &Limits,
    left: Duration,
    number: u32,
) -> Result<T> {
    let end = connect::deadline(limits.attempt.min(left));
    let mut request = Request {
        inner,
        call,
        number,
        connecting: connect::Limit {
            each: limits.connect,
            attempt: end,
        },
        sent: false,
        authorization: None,
    };
    let done = {
        let work = pin!(async {
            let response = success(&mut request).await?;
            T::arrive(&request, response).await
        });
        timeout_at(end, work).await
    };
    match done {
        Ok(done) => done.map_err(|error| error.without(&request.secrets())),
        Err(_) => {
            let sent = request.sent;
            let message = if left < limits.attempt {
                let limit = limits.total;
                format!("no complete answer within the {limit:?} that the call may take")
            } else {
                format!("no complete answer within {:?}", limits.attempt)
            };
            Err(Error::new(Kind::Timeout { sent }, message))
        }
    }
}

/// Sends a call and returns the response if it is a success: any 2xx, whatever
/// the published document lists.
async fn success(request: &mut Request<'_>) -> Result<Response> {
    let (inner, call) = (request.inner, request.call);
    let (response, note) = inner.auth.send(request).await?;
    inner
        .deprecation_log
        .note(call.operation, response.headers(), || request.secrets());
    let paced = |asked, headers: &HeaderMap| {
        if let Some(pace) = &inner.pace {
            pace.note(call.operation.id, asked, headers, Instant::now());
        }
    };
    if response.status().is_success() {
        paced(None, response.headers());
        return Ok(response);
    }
    let received = body::beginning(response, request.longest_reason()).await;
    let error = Error::status_failure(received.with_api_error(), Some(note), &request.secrets());
    let asked = error.retry_after().filter(|_| error.is_rate_limited());
    paced(asked, error.headers().unwrap_or(&HeaderMap::new()));
    Err(error)
}

/// How an attempt reads a successful response.
pub(crate) trait Arrival: Sized {
    fn arrive(
        request: &Request<'_>,
        response: Response,
    ) -> impl Future<Output = Result<Self>> + Send;

    fn status(&self) -> StatusCode;
}

/// Reads the whole response, within the size limit of the client.
impl Arrival for Answer {
    async fn arrive(request: &Request<'_>, response: Response) -> Result<Self> {
        let Request { inner, call, .. } = request;
        let status = response.status();
        let mut read = body::read(response, inner.answer_limit).await;
        let error = read.take_error(status, inner.answer_limit).or_else(|| {
            let name = coding::unknown(&read.headers).filter(|_| !read.is_json())?;
            Some(Error::unknown_coding(status, &name))
        });
        match error {
            None => {
                let sent = request.sent_with();
                let mut answer = Self::new(status, read.headers, read.body, call.enveloped, sent)?;
                answer.attempts = request.number;
                Ok(answer)
            }
            Some(error) => {
                let received = Received::new(status, read.headers, read.body, read.complete);
                Err(error.received(received))
            }
        }
    }

    fn status(&self) -> StatusCode {
        self.response.status()
    }
}

/// Returns at the headers; the caller reads the body.
impl Arrival for ResponseValue<ByteStream> {
    async fn arrive(request: &Request<'_>, response: Response) -> Result<Self> {
        let Request { inner, call, .. } = request;
        let (status, headers) = (response.status(), response.headers().clone());
        if let Some(name) = coding::unknown(&headers) {
            let error = Error::unknown_coding(status, &name);
            return Err(error.received(body::beginning(response, request.longest_reason()).await));
        }
        let patience = call.options.limits(&inner.options).attempt;
        let bytes = ByteStream::new(response, patience, call.operation.id, request.number);
        Ok(Self::new(bytes, status, headers, Bytes::new()))
    }

    fn status(&self) -> StatusCode {
        Self::status(self)
    }
}

/// The maximum time for reading the body of an error response.
const LONGEST_REASON: Duration = Duration::from_secs(10);

/// The headers that `ClientBuilder::request_headers` cannot set.
const OWN: [HeaderName; 7] = [
    ACCEPT,
    AUTHORIZATION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    HOST,
    TRANSFER_ENCODING,
    ACCEPT_ENCODING,
];

/// One attempt of a call, as `auth` sends it.
pub(crate) struct Request<'a> {
    inner: &'a Inner,
    call: &'a Prepared,
    /// The number of the attempt, from 1.
    number: u32,
    /// The time limit for opening a connection.
    connecting: connect::Limit,
    /// Whether the server may have received the request and has not rejected it.
    sent: bool,
    /// The last `Authorization` header sent.
    authorization: Option<HeaderValue>,
}

impl<'a> Request<'a> {
    fn sent_with(&self) -> Sent {
        Sent {
            authorization: self.authorization.clone(),
            arguments: self.call.secrets.clone(),
        }
    }

    fn secrets(&self) -> Secrets {
        self.sent_with().secrets()
    }

    /// Returns the time limit for the body of an error response: at most half of the remaining time
    /// of the attempt, so that a body that stalls does not turn the error into a timeout.
    fn longest_reason(&self) -> Duration {
        let end = self.connecting.attempt;
        let left = end.saturating_duration_since(Instant::now());
        LONGEST_REASON.min(left / 2)
    }

    /// Returns method and URL.
    pub(crate) fn target(&self) -> (&'a Method, &'a Url) {
        (&self.call.operation.method, &self.call.url)
    }

    /// Sends the request with the given `Authorization`.
    pub(crate) async fn send(&mut self, authorization: Option<HeaderValue>) -> Result<Response> {
        let call = self.call;
        let mut request = self
            .inner
            .http
            .pool()?
            .request(call.operation.method.clone(), call.url.clone())
            .header(ACCEPT, HeaderValue::from_static(call.operation.accept));
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        if let Some(headers) = &self.inner.request_headers {
            for (name, value) in &headers(call.operation) {
                if !OWN.contains(name) && !call.headers.contains_key(name) {
                    request = request.header(name, value);
                }
            }
        }
        if let Some(body) = &call.body {
            if let Some(media_type) = call.operation.content_type {
                request = request.header(CONTENT_TYPE, HeaderValue::from_static(media_type));
            }
            request = request.body(body.clone());
        } else if matches!(
            call.operation.method,
            Method::POST | Method::PUT | Method::PATCH
        ) {
            // Explicit, because some proxies respond with 411 if it is absent (RFC
            // 9110, section 8.6).
            request = request.header(CONTENT_LENGTH, 0);
        }
        self.authorization.clone_from(&authorization);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        self.sent = true;
        let response = connect::within(self.connecting, pin!(request.send()))
            .await
            .map_err(Error::transport)?;
        if response.status() == StatusCode::UNAUTHORIZED {
            self.sent = false;
        }
        Ok(response)
    }
}
