//! Reads the body of an answer within a bound, whatever its length and however
//! far compression blows it up.

use bytes::{Bytes, BytesMut};
use reqwest::Response;

use crate::error::KEPT;

/// What came of reading a body to its end.
pub(crate) enum Read {
    /// All of it.
    Whole(Bytes),
    /// Its beginning, for the whole is longer than the limit.
    TooLong(Bytes),
    /// Its beginning, for the connection broke.
    Broken(Bytes, reqwest::Error),
}

/// Reads at most `limit` bytes, decompressed.
pub(crate) async fn read(mut response: Response, limit: usize) -> Read {
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => {
                body.extend_from_slice(&chunk[..limit.saturating_sub(body.len())]);
                return Read::TooLong(body.freeze());
            }
            // The usual answer is one chunk, which need not be copied.
            Ok(Some(chunk)) if body.is_empty() => match chunk.try_into_mut() {
                Ok(first) => body = first,
                Err(shared) => body.extend_from_slice(&shared),
            },
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Read::Whole(body.freeze()),
            Err(error) => return Read::Broken(body.freeze(), error),
        }
    }
}

/// The part of a body that an error keeps, and whether that is all of it. A
/// body that breaks off is kept as far as it came: what the status said stands.
pub(crate) async fn beginning(response: Response) -> (Bytes, bool) {
    match read(response, KEPT).await {
        Read::Whole(body) => (body, true),
        Read::TooLong(body) | Read::Broken(body, _) => (body, false),
    }
}
