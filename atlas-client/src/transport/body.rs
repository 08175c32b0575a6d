//! Reads the body of a response up to a limit, which applies to the decompressed
//! bytes.

use std::future::poll_fn;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::HeaderMap;
use tokio::time::{Instant, timeout_at};

use crate::error::{KEPT, Received};
use crate::transport::coding::{Decoded, Failure};

/// A body that was read, with the headers of its response.
pub(crate) struct Read {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// False for the beginning of a body that broke off, exceeds the limit, or takes longer.
    pub(crate) complete: bool,
    /// Why the body broke off or, if it is complete, why it is raw: it does not match its content
    /// coding.
    pub(crate) failure: Option<Failure>,
}

/// Reads at most `limit` bytes, decoded.
pub(crate) async fn read(response: Response, limit: usize) -> Read {
    collect(response, limit, None).await
}

async fn collect(response: Response, limit: usize, end: Option<Instant>) -> Read {
    let mut chunks = Decoded::new(response);
    let headers = chunks.take_headers();
    let mut body = Vec::with_capacity(chunks.length().unwrap_or_default().min(limit));
    // The bytes of the server, until any are decoded: a body that does not match its coding, as error
    // pages of proxies may not, is raw.
    let mut raw = Vec::new();
    let mut mismatch = None;
    let (complete, failure) = loop {
        let may_be_raw = chunks.is_decoding() && body.is_empty();
        let mut arrived = |bytes: &Bytes| {
            if may_be_raw {
                raw.extend_from_slice(bytes);
            }
        };
        let chunk = poll_fn(|context| chunks.poll_chunk(context, &mut arrived));
        let chunk = match end {
            Some(end) => timeout_at(end, chunk).await,
            None => Ok(chunk.await),
        };
        match chunk {
            Ok(Some(Ok(chunk))) if body.len() + chunk.len() > limit => {
                body.extend_from_slice(&chunk[..limit.saturating_sub(body.len())]);
                break (false, None);
            }
            // A copy, so that the buffer of the connection can be reused.
            Ok(Some(Ok(chunk))) => body.extend_from_slice(&chunk),
            Ok(Some(Err(failure @ Failure::Coding(_)))) if body.is_empty() => {
                body = std::mem::take(&mut raw);
                mismatch = Some(failure);
            }
            Ok(None) => break (true, mismatch),
            Ok(Some(Err(failure))) => break (false, Some(failure)),
            Err(_) => break (false, None),
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
    let end = Instant::now().checked_add(limit);
    let read = collect(response, KEPT, end).await;
    Received::new(status, read.headers, read.body, read.complete)
}
