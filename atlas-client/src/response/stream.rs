//! Responses that are bytes and not JSON: log files, CSV, archives. They are
//! streamed as they arrive.

use std::fmt;
use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{Stream, TryStreamExt as _};
use tokio::time::{Instant, Sleep};

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
    body: Decoded,
    /// The time limit for the next bytes.
    patience: Duration,
    deadline: Pin<Box<Sleep>>,
    operation: &'static str,
    /// The number of attempts until the first bytes.
    attempts: u32,
    ended: bool,
}

impl ByteStream {
    pub(crate) fn new(
        response: reqwest::Response,
        patience: Duration,
        operation: &'static str,
        attempts: u32,
    ) -> Self {
        Self {
            body: Decoded::new(response),
            patience,
            deadline: Box::pin(tokio::time::sleep(patience)),
            operation,
            attempts,
            ended: false,
        }
    }

    fn failed(&mut self, error: Error) -> Error {
        self.ended = true;
        error.in_operation(self.operation).after(Trail {
            attempts: self.attempts,
            stop: Stop::HandedOn,
            earlier_executed: false,
        })
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

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        loop {
            let arrived = |_: &Bytes| {
                // On overflow the first deadline stays, which is in the far future, too.
                if let Some(renewed) = Instant::now().checked_add(this.patience) {
                    this.deadline.as_mut().reset(renewed);
                }
            };
            match this.body.poll_chunk(context, arrived) {
                Poll::Ready(Some(Ok(bytes))) if bytes.is_empty() => {}
                Poll::Ready(Some(Ok(bytes))) => return Poll::Ready(Some(Ok(bytes))),
                Poll::Ready(Some(Err(failure))) => {
                    let error = this.failed(Error::broken(failure));
                    return Poll::Ready(Some(Err(error)));
                }
                Poll::Ready(None) => {
                    this.ended = true;
                    return Poll::Ready(None);
                }
                Poll::Pending => break,
            }
        }
        if this.deadline.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let message = format!("no byte of the answer arrived for {:?}", this.patience);
        let error = this.failed(Error::new(Kind::Timeout { sent: true }, message));
        Poll::Ready(Some(Err(error)))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("operation", &self.operation)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
