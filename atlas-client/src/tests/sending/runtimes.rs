//! One client on several runtimes, some of which are not driven, and on none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::tests::auth::service_account::{is_token, mints, token};
use crate::tests::server::{Reply, Server, answer, json};
use crate::tests::{builder, list};
use crate::transport::runtimes::PerRuntime;
use crate::{Client, Credentials};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Starts a server on a separate thread, with its own runtime.
fn served(
    script: impl Fn(usize, &crate::tests::server::Request) -> Reply + Send + Sync + 'static,
) -> (Server, impl Drop) {
    struct Ends(Option<tokio::sync::oneshot::Sender<()>>);
    impl Drop for Ends {
        fn drop(&mut self) {
            drop(self.0.take());
        }
    }
    let (started, server) = std::sync::mpsc::channel();
    let (ends, end) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        runtime().block_on(async {
            started.send(Server::start(script).await).unwrap();
            let _ = end.await;
        });
    });
    (server.recv().unwrap(), Ends(Some(ends)))
}

fn take_turns(client: &Client) {
    // The first has an open connection and is not driven while the second needs one.
    take_turns_on(client, &[runtime(), runtime()]);
}

fn take_turns_on(client: &Client, runtimes: &[Runtime]) {
    for _ in 0..3 {
        for runtime in runtimes {
            let call = async {
                let call = list(client).send::<Value>();
                tokio::time::timeout(Duration::from_secs(5), call).await
            };
            runtime.block_on(call).expect("no answer").unwrap();
        }
    }
}

#[test]
fn connections_are_configured_once_for_each_runtime() {
    let (server, _ends) = served(|_, _| json(200, &json!({})));
    let count = Arc::new(AtomicUsize::new(0));
    let configured = Arc::clone(&count);
    let client = builder(&server).configure_http(move |http| {
        configured.fetch_add(1, Ordering::SeqCst);
        http
    });
    take_turns(&client.build().unwrap());
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[test]
fn a_client_is_used_on_runtimes_that_take_turns() {
    let (server, _ends) =
        served(
            |number, request| match (is_token(request), request.header("authorization")) {
                (true, _) => token(number, 3600),
                (false, None) => {
                    let digest = "Digest realm=\"r\", nonce=\"n\", algorithm=MD5, qop=\"auth\"";
                    answer(401, &[("www-authenticate", digest)], "")
                }
                (false, Some(_)) => json(200, &json!({})),
            },
        );
    for credentials in [
        Credentials::access_token("t0ken"),
        Credentials::api_key("public", "s3cret"),
        Credentials::service_account("id", "s3cret"),
    ] {
        take_turns(&builder(&server).credentials(credentials).build().unwrap());
    }
    assert_eq!(mints(&server), 1);
    assert_eq!(server.count(), 3 * 6 + 2);
}

/// Starts a call that holds what others wait for, on a runtime that is no longer driven.
fn left_alone(client: &Client, arrived: &Semaphore) -> (Runtime, impl Drop) {
    struct Held<F>(std::pin::Pin<Box<F>>);
    impl<F> Drop for Held<F> {
        fn drop(&mut self) {}
    }
    let runtime = runtime();
    let mut call = Held(Box::pin(list(client).send::<Value>()));
    runtime.block_on(async {
        tokio::select! {
            _ = &mut call.0 => panic!("the server is silent"),
            _ = arrived.acquire() => {}
        }
    });
    (runtime, call)
}

#[test]
fn a_runtime_that_is_not_driven_holds_no_other_up() {
    for credentials in [
        Credentials::api_key("public", "s3cret"),
        Credentials::service_account("left", "s3cret"),
    ] {
        let arrived = Arc::new(Semaphore::new(0));
        let seen = Arc::clone(&arrived);
        let (server, _ends) = served(move |number, request| {
            if number == 0 {
                seen.add_permits(1);
                return Reply::Silence;
            }
            match is_token(request) {
                true => token(number, 3600),
                false => json(200, &json!({})),
            }
        });
        let client = builder(&server).credentials(credentials).build().unwrap();
        let left = left_alone(&client, &arrived);
        let took = runtime().block_on(async {
            let began = Instant::now();
            list(&client).send::<Value>().await.unwrap();
            began.elapsed()
        });
        assert!(took < Duration::from_secs(10), "{took:?}");
        drop(left.1);
        left.0.shutdown_background();
    }
}

#[test]
fn a_call_without_a_runtime_is_refused() {
    let client = Client::builder().base_url("http://127.0.0.1:1");
    let client = client.credentials(Credentials::service_account("id", "s3cret"));
    let client = client.build().unwrap();
    let mut call = std::pin::pin!(list(&client).send::<Value>());
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(Err(error)) = call.as_mut().poll(&mut context) else {
        panic!("there is no runtime");
    };
    assert!(error.is_configuration(), "{error}");
    assert!(error.to_string().contains("Tokio runtime"), "{error}");
    assert!(!error.may_have_been_executed() && !error.is_retryable());
    let mut revoked = std::pin::pin!(client.revoke_token());
    assert!(matches!(
        revoked.as_mut().poll(&mut context),
        Poll::Ready(Err(_))
    ));
}

#[test]
fn each_of_forty_runtimes_keeps_its_connection() {
    let (server, _ends) = served(|_, _| json(200, &json!({})));
    let count = Arc::new(AtomicUsize::new(0));
    let configured = Arc::clone(&count);
    let client = builder(&server).configure_http(move |http| {
        configured.fetch_add(1, Ordering::SeqCst);
        http
    });
    let runtimes: Vec<_> = (0..40).map(|_| runtime()).collect();
    take_turns_on(&client.build().unwrap(), &runtimes);
    assert_eq!(server.count(), 3 * 40);
    assert_eq!(server.connections(), 40);
    assert_eq!(count.load(Ordering::SeqCst), 40);
}

/// Runtimes that were started at about the same time, with paused clocks, and the value of each.
struct Known {
    known: PerRuntime<Arc<()>>,
    value: Arc<()>,
    runtimes: Vec<Runtime>,
}

impl Known {
    fn new() -> Self {
        Self {
            known: PerRuntime::new(),
            value: Arc::default(),
            runtimes: Vec::new(),
        }
    }

    fn begin(&mut self) -> usize {
        let mut builder = Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build().unwrap();
        self.runtimes.push(runtime);
        self.runtimes.len() - 1
    }

    /// Uses the value of a runtime `seconds` after its last use, and returns whether it was
    /// created.
    fn creates(&self, number: usize, seconds: u64) -> bool {
        let mut created = false;
        let get = async {
            tokio::time::advance(Duration::from_secs(seconds)).await;
            let create = || {
                created = true;
                Ok(Arc::clone(&self.value))
            };
            self.known.get(create).unwrap();
        };
        self.runtimes[number].block_on(get);
        created
    }

    fn count(&self) -> usize {
        Arc::strong_count(&self.value) - 1
    }
}

#[test]
fn runtimes_that_come_and_go_leave_nothing_behind() {
    let mut all = Known::new();
    for number in 0..256 {
        assert_eq!(all.begin(), number);
        assert!(all.creates(number, 0));
    }
    assert!(!all.creates(0, 10), "and it is no longer the oldest");
    for seconds in [20, 21] {
        let number = all.begin();
        assert!(all.creates(number, seconds));
        assert_eq!(all.count(), 256);
    }
    assert!(!all.creates(0, 10) && !all.creates(3, 20));
    assert!(all.creates(1, 20) && all.creates(2, 20), "the oldest went");
    for (seconds, left) in [(80, 256), (150, 2)] {
        let number = all.begin();
        assert!(all.creates(number, seconds));
        assert_eq!(all.count(), left, "those of the last 90 s, up to 256");
    }
}

#[test]
fn a_few_runtimes_keep_theirs_however_rarely_they_call() {
    let mut all = Known::new();
    let (one, other) = (all.begin(), all.begin());
    assert!(all.creates(one, 0) && all.creates(other, 1));
    for seconds in [120, 240, 360] {
        assert!(!all.creates(one, seconds) && !all.creates(other, seconds + 1));
    }
    let third = all.begin();
    assert!(all.creates(third, 2_000));
    assert_eq!(all.count(), 3);
}

#[test]
fn no_runtime_waits_until_the_value_of_another_is_created() {
    let known = PerRuntime::new();
    let (done, other) = std::sync::mpsc::channel();
    std::thread::scope(|threads| {
        let slow = || {
            threads.spawn(|| {
                let runtime = runtime();
                let _here = runtime.enter();
                known.get(|| Ok(2)).unwrap();
                done.send(()).unwrap();
            });
            let waited = other.recv_timeout(Duration::from_secs(5));
            waited.expect("the other waits for this one");
            Ok(1)
        };
        let runtime = runtime();
        let _here = runtime.enter();
        assert_eq!(known.get(slow).unwrap(), 1);
        assert_eq!(known.get(|| Ok(3)).unwrap(), 1);
    });
}

#[test]
fn threads_of_a_runtime_that_create_its_value_together_share_one() {
    let (known, runtime) = (PerRuntime::new(), runtime());
    let _here = runtime.enter();
    let outer = known.get(|| {
        assert_eq!(known.get(|| Ok(1)).unwrap(), 1);
        Ok(2)
    });
    assert_eq!(outer.unwrap(), 1);
}
