//! The time limit for opening a connection: DNS, TCP, TLS and the proxy
//! handshake. Must not know how connectors work.
//!
//! The HTTP library has one limit for all connections of a client. A call sets its
//! own as a task-local.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};
use tower::{Service, ServiceExt as _, service_fn};

tokio::task_local! {
    static LIMIT: Limit;
}

/// The time limit for the connections of one attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) each: Duration,
    /// The deadline of the attempt. A connection that is not open by then was not
    /// used, so nothing was sent.
    pub(crate) attempt: Instant,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The longest time limit; a longer one counts as none. FreeBSD has no time in a hundred years.
const LONGEST: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// Returns the end of a time limit that begins now.
pub(crate) fn deadline(limit: Duration) -> Instant {
    Instant::now() + limit.min(LONGEST)
}

/// Runs `work` with `limit` on each of its connections.
pub(crate) fn within<F: Future>(limit: Limit, work: F) -> impl Future<Output = F::Output> {
    LIMIT.scope(limit, work)
}

/// The settings that the connections of a client share.
#[derive(Clone, Debug)]
pub(crate) struct Limited {
    /// The time limit outside of a call.
    pub(crate) usual: Duration,
    /// The proxy of the connections, if any.
    pub(crate) proxy: Option<Arc<str>>,
}

/// A connection that failed through a proxy.
#[derive(Debug, thiserror::Error)]
#[error("no connection through the proxy {proxy}")]
pub(crate) struct Through {
    pub(crate) proxy: Arc<str>,
    #[source]
    cause: Failure,
}

/// Returns a connector with a time limit.
pub(crate) fn limited<S, R>(
    inner: S,
    settings: Limited,
) -> impl Service<R, Response = S::Response, Error = Failure, Future: Send> + Clone + Send + Sync
where
    S: Service<R, Error = Failure> + Clone + Send + Sync + 'static,
    S::Future: Send,
    R: Send + 'static,
{
    // Shared, because the HTTP library clones its connector several times for each request.
    let shared = Arc::new((inner, settings));
    service_fn(move |request| {
        let shared = Arc::clone(&shared);
        let limit = LIMIT.try_with(|limit| *limit).unwrap_or_else(|_| Limit {
            each: shared.1.usual,
            attempt: deadline(Duration::MAX),
        });
        async move {
            let (inner, settings) = &*shared;
            let of_its_own = timeout(limit.each, inner.clone().oneshot(request));
            let done = timeout_at(limit.attempt, of_its_own).await;
            let timed_out = |message| io::Error::new(io::ErrorKind::TimedOut, message).into();
            let cause: Failure = match done {
                Ok(Ok(Ok(connection))) => return Ok(connection),
                Ok(Ok(Err(error))) => error,
                Ok(Err(_)) => timed_out(format!("no connection within {:?}", limit.each)),
                Err(_) => timed_out("no connection in the time of the attempt".to_owned()),
            };
            Err(match settings.proxy.clone() {
                Some(proxy) => Through { proxy, cause }.into(),
                None => cause,
            })
        }
    })
}
