//! Reads the body of a response within a bound, whatever its length and however
//! far compression blows it up.

use bytes::{Bytes, BytesMut};
use reqwest::Response;

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

/// Reads at most `limit` bytes, decoded.
pub(crate) async fn read(response: Response, limit: usize) -> Read {
    collect(Decoded::new(response), limit).await
}

async fn collect(mut chunks: Decoded, limit: usize) -> Read {
    let mut body = BytesMut::new();
    loop {
        match chunks.chunk().await {
            Some(Ok(chunk)) if body.len() + chunk.len() > limit => {
                body.extend_from_slice(&chunk[..limit.saturating_sub(body.len())]);
                return Read::TooLong(body.freeze());
            }
            // The usual answer is one chunk, which need not be copied.
            Some(Ok(chunk)) if body.is_empty() => match chunk.try_into_mut() {
                Ok(first) => body = first,
                Err(shared) => body.extend_from_slice(&shared),
            },
            Some(Ok(chunk)) => body.extend_from_slice(&chunk),
            None => return Read::Whole(body.freeze()),
            Some(Err(failure)) => return Read::Broken(body.freeze(), failure),
        }
    }
}

/// The part of a body that an error keeps, and whether that is all of it. A
/// body that breaks off is kept as far as it came: what the status said stands.
/// One that is labelled as coded and is not is kept as it is.
pub(crate) async fn beginning(response: Response) -> (Bytes, bool) {
    match collect(Decoded::lenient(response), KEPT).await {
        Read::Whole(body) => (body, true),
        Read::TooLong(body) | Read::Broken(body, _) => (body, false),
    }
}
