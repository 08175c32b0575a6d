//! Reads the body of a response up to a limit, which applies to the decompressed
//! bytes.

use std::future::pending;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use serde::de::IgnoredAny;

use crate::error::{KEPT, Kind, Received};
use crate::transport::coding::{Decoded, Failure};
use crate::{Error, json};

/// A body that was read, with the headers of its response.
pub(crate) struct Read {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// False for the beginning of a body that broke off, exceeds the limit, or takes longer.
    pub(crate) complete: bool,
    /// Why the body broke off or, if it is complete, why it is raw: it does not match its content
    /// coding.
    failure: Option<Failure>,
}

impl Read {
    /// Takes the error of a body that broke off, is longer than `limit` or does not match its
    /// content coding. A wrong label of the coding does not matter if the body is JSON.
    pub(crate) fn take_error(&mut self, status: StatusCode, limit: usize) -> Option<Error> {
        match self.failure.take() {
            Some(_) if self.complete && self.is_json() => None,
            Some(failure) => Some(Error::broken(failure)),
            None if self.complete => None,
            None => {
                let message = format!(
                    "{status} but the answer is longer than the {limit} bytes that the client takes"
                );
                Some(Error::new(Kind::TooLarge, message))
            }
        }
    }

    /// Returns whether the body can be read, whatever its content coding is called.
    pub(crate) fn is_json(&self) -> bool {
        let Self { headers, body, .. } = self;
        // `IgnoredAny` validates JSON without building a value.
        let is_valid = || serde_json::from_slice::<IgnoredAny>(body).is_ok();
        body.is_empty() || is_valid() || json::document(body, headers).is_some()
    }
}

/// Reads at most `limit` bytes, decoded.
pub(crate) async fn read(response: Response, limit: usize) -> Read {
    collect(response, limit, pending()).await
}

/// Reads at most `limit` bytes, decoded, until `end`.
async fn collect(response: Response, limit: usize, end: impl Future<Output = ()>) -> Read {
    let mut end = pin!(end);
    let mut chunks = Decoded::new(response);
    let headers = std::mem::take(chunks.response.headers_mut());
    let mut body = Vec::with_capacity(chunks.length().unwrap_or_default().min(limit));
    // The bytes of the server, until any are decoded: a body that does not match its coding, as error
    // pages of proxies may not, is raw.
    let mut raw = Vec::new();
    let mut mismatch = None;
    let (complete, failure) = loop {
        let may_be_raw = chunks.gzip.is_some() && body.is_empty();
        let chunk = chunks.chunk(|bytes| {
            if may_be_raw {
                raw.extend_from_slice(bytes);
            }
        });
        let Either::Left((chunk, _)) = select(pin!(chunk), end.as_mut()).await else {
            break (false, None);
        };
        match chunk {
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => {
                body.extend_from_slice(&chunk[..limit.saturating_sub(body.len())]);
                break (false, None);
            }
            // A copy, so that the buffer of the connection can be reused.
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break (true, mismatch),
            Err(failure @ Failure::Coding(_)) if body.is_empty() => {
                body = std::mem::take(&mut raw);
                mismatch = Some(failure);
            }
            Err(failure) => break (false, Some(failure)),
        }
        let kept = if body.is_empty() { &raw } else { &body };
        if kept.len() > limit {
            break (false, None);
        }
    };
    if !complete && body.is_empty() {
        body = raw;
    }
    body.truncate(limit);
    Read {
        headers,
        body: body.into(),
        complete,
        failure,
    }
}

/// Reads the part of a body that an error keeps. If the body breaks off, or takes longer than
/// `limit`, the part before is kept and the status stays valid. A body that does not match its
/// content coding is kept raw. So is a body of which more than [`KEPT`] bytes decode to nothing; its
/// rest is not read.
pub(crate) async fn beginning(response: Response, limit: Duration) -> Received {
    let status = response.status();
    let read = collect(response, KEPT, tokio::time::sleep(limit)).await;
    Received::new(status, read.headers, read.body, read.complete)
}
