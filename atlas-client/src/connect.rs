//! How long making a connection may take: looking up the name, TCP, TLS and
//! what a proxy wants to hear. Knows connectors only as something that takes
//! its time.
//!
//! Connections are made inside the HTTP library, which knows one limit for all
//! of them. A call says what it allows by way of the task that it runs in.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    static LIMIT: Duration;
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Does `work`, each connection of which may take as long as `limit`.
pub(crate) async fn within<F: Future>(limit: Duration, work: F) -> F::Output {
    LIMIT.scope(limit, work).await
}

/// Limits the connections that nobody set a limit for to this.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limited(pub(crate) Duration);

impl<S> Layer<S> for Limited {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector {
            inner,
            usual: self.0,
        }
    }
}

/// A connector that gives up in time.
#[derive(Clone, Debug)]
pub(crate) struct Connector<S> {
    inner: S,
    usual: Duration,
}

impl<S, R> Service<R> for Connector<S>
where
    S: Service<R, Error = Failure>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, Failure>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let limit = LIMIT.try_with(|limit| *limit).unwrap_or(self.usual);
        let connecting = self.inner.call(request);
        Box::pin(async move {
            match tokio::time::timeout(limit, connecting).await {
                Ok(done) => done,
                Err(_) => {
                    let message = format!("no connection within {limit:?}");
                    Err(io::Error::new(io::ErrorKind::TimedOut, message).into())
                }
            }
        })
    }
}
