//! The future that every operation's `send` returns.
//!
//! It is one type for all of them, because an `async fn` for each of 540 operations takes seconds
//! to compile.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::{ResponseValue, Result};

/// The future of a call. Nothing is sent before it is first polled.
#[must_use = "a call is made when its future is awaited"]
pub struct ResponseFuture<T> {
    operation: &'static str,
    call: Pin<Box<dyn Future<Output = Result<ResponseValue<T>>> + Send>>,
}

impl<T> ResponseFuture<T> {
    /// `operation` is the operation id, which errors display.
    pub(crate) fn new(
        operation: &'static str,
        call: impl Future<Output = Result<ResponseValue<T>>> + Send + 'static,
    ) -> Self {
        Self {
            operation,
            call: Box::pin(call),
        }
    }
}

impl<T> Future for ResponseFuture<T> {
    type Output = Result<ResponseValue<T>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = self.call.as_mut().poll(context);
        polled.map_err(|error| error.in_operation(self.operation))
    }
}

impl<T> fmt::Debug for ResponseFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseFuture")
    }
}
