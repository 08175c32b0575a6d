//! Reads the body of a response up to a limit, which applies to the decompressed
//! bytes.

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
    let mut chunks = Decoded::lenient(response, limit);
    let headers = chunks.take_headers();
    let mut body = Vec::with_capacity(chunks.length().unwrap_or_default().min(limit));
    let mut complete = false;
    let failure = loop {
        let chunk = match end {
            Some(end) => timeout_at(end, chunks.chunk()).await,
            None => Ok(chunks.chunk().await),
        };
        match chunk {
            Ok(Some(Ok(chunk))) if body.len() + chunk.len() > limit => {
                body.extend_from_slice(&chunk[..limit.saturating_sub(body.len())]);
                break None;
            }
            // A copy, so that the buffer of the connection can be reused.
            Ok(Some(Ok(chunk))) => body.extend_from_slice(&chunk),
            Ok(None) => {
                complete = true;
                break chunks.take_mismatch().map(Failure::Coding);
            }
            Ok(Some(Err(failure))) => {
                body.extend_from_slice(&chunks.take_raw());
                break Some(failure);
            }
            Err(_) => {
                body.extend_from_slice(&chunks.take_raw());
                break None;
            }
        }
    };
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
    let Read {
        headers,
        body,
        complete,
        ..
    } = collect(response, KEPT, end).await;
    Received::new(status, headers, body, complete)
}
