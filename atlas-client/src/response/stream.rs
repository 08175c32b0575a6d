//! Responses that are bytes and not JSON: log files, CSV, archives. They are
//! streamed as they arrive.

use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use futures_util::stream::{Stream, TryStreamExt as _, try_unfold};
use tokio::time::{Instant, sleep};

use crate::error::Kind;
use crate::error::trail::{Stop, Trail};
use crate::transport::coding::Decoded;
use crate::{Error, Result};

/// The bytes of a response as they arrive, without their content coding and
/// without buffering.
///
/// Read it with [`chunk`](Self::chunk), or as a
/// [`Stream`](https://docs.rs/futures-core/latest/futures_core/stream/trait.Stream.html).
/// Dropping it early closes the connection. It returns an error when no byte arrives
/// within the time limit of an attempt.
pub struct ByteStream {
    chunks: Pin<Box<dyn Stream<Item = Result<Bytes>> + Send + Sync>>,
    operation: &'static str,
}

impl ByteStream {
    /// `patience` is the time limit for the next bytes, and `attempts` the number of attempts until
    /// the first ones.
    pub(crate) fn new(
        response: reqwest::Response,
        patience: Duration,
        operation: &'static str,
        attempts: u32,
    ) -> Self {
        // Created here, because a stream may be polled outside of the runtime.
        let deadline = Box::pin(sleep(patience));
        let state = (Decoded::new(response), deadline);
        let chunks = try_unfold(state, move |(mut body, mut deadline)| async move {
            loop {
                let mut renewed = None;
                let arrived = |_: &Bytes| renewed = Instant::now().checked_add(patience);
                let chunk = match select(pin!(body.chunk(arrived)), deadline.as_mut()).await {
                    Either::Left((chunk, _)) => chunk.map_err(Error::broken)?,
                    Either::Right(_) => {
                        let message = format!("no byte of the answer arrived for {patience:?}");
                        return Err(Error::new(Kind::Timeout { sent: true }, message));
                    }
                };
                // On overflow the first deadline stays, which is in the far future, too.
                if let Some(renewed) = renewed {
                    deadline.as_mut().reset(renewed);
                }
                match chunk {
                    Some(bytes) if bytes.is_empty() => {}
                    chunk => return Ok(chunk.map(|bytes| (bytes, (body, deadline)))),
                }
            }
        });
        let chunks = chunks.map_err(move |error| {
            error.in_operation(operation).after(Trail {
                attempts,
                stop: Stop::HandedOn,
                earlier_executed: false,
            })
        });
        Self {
            chunks: Box::pin(chunks),
            operation,
        }
    }

    /// Returns the next bytes; `None` at the end and after an error.
    ///
    /// # Errors
    ///
    /// When the connection breaks or no bytes arrive in time. The bytes read so
    /// far are then incomplete; repeat the call to get all of them.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.try_next().await
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks.as_mut().poll_next(context)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}
