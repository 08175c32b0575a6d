//! Reads the body of a response within a bound, whatever its length and however
//! far compression blows it up.

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::HeaderMap;

use crate::error::KEPT;
use crate::transport::coding::{Decoded, Failure};

/// What came of reading a body to its end.
pub(crate) enum Read {
    /// All of it.
    Whole(Bytes),
    /// Its beginning, for the whole is longer than the limit.
    TooLong(Bytes),
    /// Its beginning, for the connection broke or the coding of the rest is broken.
    Broken(Bytes, Failure),
}

/// Reads at most `limit` bytes, decoded, and returns the headers with them.
pub(crate) async fn read(response: Response, limit: usize) -> (HeaderMap, Read) {
    collect(Decoded::new(response), limit).await
}

async fn collect(mut chunks: Decoded, limit: usize) -> (HeaderMap, Read) {
    let headers = chunks.take_headers();
    let mut body = Vec::with_capacity(chunks.length().unwrap_or_default().min(limit));
    let read = loop {
        match chunks.chunk().await {
            Some(Ok(chunk)) if body.len() + chunk.len() > limit => {
                body.extend_from_slice(&chunk[..limit.saturating_sub(body.len())]);
                break Read::TooLong(body.into());
            }
            // A copy, so that the buffer of the connection can be used again.
            Some(Ok(chunk)) => body.extend_from_slice(&chunk),
            None => break Read::Whole(body.into()),
            Some(Err(failure)) => break Read::Broken(body.into(), failure),
        }
    };
    (headers, read)
}

/// The headers of a response, the part of its body that an error keeps, and
/// whether that is all of it. A body that breaks off is kept as far as it came:
/// what the status said stands. One that is labelled as coded and is not is kept
/// as it is.
pub(crate) async fn beginning(response: Response) -> (HeaderMap, Bytes, bool) {
    match collect(Decoded::lenient(response), KEPT).await {
        (headers, Read::Whole(body)) => (headers, body, true),
        (headers, Read::TooLong(body) | Read::Broken(body, _)) => (headers, body, false),
    }
}
