//! Reads the body of a response up to a limit, which applies to the decompressed
//! bytes.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::HeaderMap;
use tokio::time::{Instant, timeout_at};

use crate::error::KEPT;
use crate::transport::coding::{Decoded, Failure};

/// The result of reading a body.
pub(crate) enum Read {
    /// The whole body.
    Whole(Bytes),
    /// The whole body, raw, because it does not match its content coding.
    Raw(Bytes, io::Error),
    /// The beginning of a body that is longer than the limit, or takes longer.
    TooLong(Bytes),
    /// The beginning of a body whose connection or content coding broke.
    Broken(Bytes, Failure),
}

/// Reads at most `limit` bytes, decoded, and returns the headers with them.
pub(crate) async fn read(response: Response, limit: usize) -> (HeaderMap, Read) {
    collect(Decoded::lenient(response, limit), limit, None).await
}

async fn collect(mut chunks: Decoded, limit: usize, end: Option<Instant>) -> (HeaderMap, Read) {
    let headers = chunks.take_headers();
    let mut body = Vec::with_capacity(chunks.length().unwrap_or_default().min(limit));
    let read = loop {
        let chunk = match end {
            Some(end) => timeout_at(end, chunks.chunk()).await,
            None => Ok(chunks.chunk().await),
        };
        let Ok(chunk) = chunk else {
            body.extend_from_slice(&chunks.take_raw());
            break Read::TooLong(body.into());
        };
        match chunk {
            Some(Ok(chunk)) if body.len() + chunk.len() > limit => {
                body.extend_from_slice(&chunk[..limit.saturating_sub(body.len())]);
                break Read::TooLong(body.into());
            }
            // A copy, so that the buffer of the connection can be reused.
            Some(Ok(chunk)) => body.extend_from_slice(&chunk),
            None => {
                break match chunks.take_mismatch() {
                    Some(error) => Read::Raw(body.into(), error),
                    None => Read::Whole(body.into()),
                };
            }
            Some(Err(failure)) => {
                body.extend_from_slice(&chunks.take_raw());
                break Read::Broken(body.into(), failure);
            }
        }
    };
    (headers, read)
}

/// Returns the headers of a response, the part of its body that an error keeps, and whether that is
/// all of it. If the body breaks off, or takes longer than `limit`, the part before is kept and the
/// status stays valid. A body that does not match its content coding is kept raw. So is a body of
/// which more than [`KEPT`] bytes decode to nothing; its rest is not read.
pub(crate) async fn beginning(response: Response, limit: Duration) -> (HeaderMap, Bytes, bool) {
    let end = Instant::now().checked_add(limit);
    match collect(Decoded::lenient(response, KEPT), KEPT, end).await {
        (headers, Read::Whole(body) | Read::Raw(body, _)) => (headers, body, true),
        (headers, Read::TooLong(body) | Read::Broken(body, _)) => (headers, body, false),
    }
}
