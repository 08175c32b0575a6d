//! The lifetime of a token, on a paused clock.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use tokio::sync::Semaphore;

use super::*;
use crate::AccessToken;
use crate::error::{Kind, Received, Refusal};

#[test]
fn the_last_client_of_an_account_drops_its_token() {
    let base = "https://registry.test".parse().unwrap();
    let key = Key::new(&base, "last", &"s3cret".into());
    let (one, two) = (ACCOUNTS.shared(key), ACCOUNTS.shared(key));
    let known = Arc::downgrade(&one);
    drop(one);
    assert!(Arc::ptr_eq(&two, &known.upgrade().unwrap()));
    drop(two);
    assert!(known.upgrade().is_none());
}

/// Tokens from a provider.
struct Provided {
    tokens: Tokens,
    /// The provider returns one token for each permit, and fails once this is closed.
    permits: Arc<Semaphore>,
    /// How often the provider was called.
    asked: Arc<AtomicUsize>,
    began: Instant,
}

impl Provided {
    /// Creates tokens with a lifetime of `seconds`.
    fn living(seconds: u64) -> Self {
        let (permits, asked) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
        let (held, count) = (Arc::clone(&permits), Arc::clone(&asked));
        let provider = move || {
            count.fetch_add(1, Ordering::SeqCst);
            let held = Arc::clone(&held);
            async move {
                held.acquire().await.map_err(io::Error::other)?.forget();
                let token = AccessToken::new("t0ken");
                Ok::<_, io::Error>(token.expires_in(Duration::from_secs(seconds)))
            }
        };
        Self {
            tokens: Tokens::of_provider(Arc::new(provider)),
            permits,
            asked,
            began: Instant::now(),
        }
    }

    /// Advances the clock to `time` after the beginning.
    async fn pass_to(&self, time: Duration) {
        let passed = self.began.elapsed();
        tokio::time::advance(time.saturating_sub(passed)).await;
    }

    /// Requests a token, and returns its number or the error.
    async fn number(&self) -> Result<u64> {
        self.tokens.token().await.map(|token| token.number)
    }

    /// Returns how often the provider was called, after the other tasks have run.
    async fn asked(&self) -> usize {
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        self.asked.load(Ordering::SeqCst)
    }

    /// Records that the endpoint rejected a request, and asks to wait for `seconds`.
    fn refused(&self, seconds: u64) {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        let status = StatusCode::TOO_MANY_REQUESTS;
        let received = Received::new(status, headers, Bytes::new(), true);
        let kind = Kind::Token(Refusal::Transient);
        let error = Error::new(kind, "refused").received(received);
        let _ = self.tokens.shared.note(Err(error), Instant::now());
    }
}

/// A token request that began on this runtime, and the sender that its task would hold.
fn minting(began: Instant) -> (watch::Sender<Option<Result<Token>>>, Minting) {
    let (sender, result) = watch::channel(None);
    let runtime = runtimes::current().unwrap();
    let minting = Minting {
        result,
        began,
        runtime,
    };
    (sender, minting)
}

const MOMENT: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_ahead_of_its_end_and_not_sent_close_to_it() {
    for (life, renewed, ended) in [
        (500, 450, 495),
        (3_600, 3_300, 3_590),
        (86_400, 86_100, 86_390),
    ] {
        let provided = Provided::living(life);
        let (renewed, ended) = (Duration::from_secs(renewed), Duration::from_secs(ended));
        provided.permits.add_permits(1);
        assert_eq!(provided.number().await.unwrap(), 1);
        provided.pass_to(renewed - MOMENT).await;
        assert_eq!(provided.number().await.unwrap(), 1);
        assert_eq!(provided.asked().await, 1, "{life}: too early to renew");
        provided.pass_to(renewed).await;
        assert_eq!(provided.number().await.unwrap(), 1);
        assert_eq!(provided.asked().await, 2, "{life}: time to renew");
        // A failed renewal does not invalidate the token.
        provided.pass_to(ended - MOMENT).await;
        assert_eq!(provided.number().await.unwrap(), 1, "{life}");
        provided.pass_to(ended).await;
        provided.permits.add_permits(2);
        assert_ne!(provided.number().await.unwrap(), 1, "{life}: too old");
    }
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_failed_is_tried_again_after_a_pause() {
    let provided = Provided::living(3_600);
    provided.permits.add_permits(1);
    provided.number().await.unwrap();
    provided.permits.close();
    let due = Duration::from_secs(3_300);
    for (passed, asked) in [(0, 2), (0, 2), (14_999, 2), (15_000, 3), (15_000, 3)] {
        provided.pass_to(due + MOMENT * passed).await;
        assert_eq!(provided.number().await.unwrap(), 1);
        assert_eq!(provided.asked().await, asked, "after {passed} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_asks_to_wait_for_ever_is_asked_again_after_an_hour() {
    for seconds in [3_601, u64::MAX] {
        let provided = Provided::living(3_600);
        provided.permits.add_permits(1);
        provided.refused(seconds);
        let hour = Duration::from_secs(3_600);
        provided.pass_to(hour - MOMENT).await;
        assert!(provided.number().await.unwrap_err().is_rate_limited());
        provided.pass_to(hour).await;
        assert_eq!(provided.number().await.unwrap(), 1, "{seconds}");
    }
}

/// Two runtimes that share an account may each request a token.
#[tokio::test(start_paused = true)]
async fn a_token_ends_the_wait_that_another_request_for_one_was_told() {
    let provided = Provided::living(100);
    let (first, ()) = tokio::join!(provided.number(), async {
        assert_eq!(provided.asked().await, 1);
        provided.refused(3_000);
        provided.permits.add_permits(3);
    });
    assert_eq!(first.unwrap(), 1);
    provided.tokens.drop_token(1);
    assert_eq!(provided.number().await.unwrap(), 2, "it may be replaced");
    provided.pass_to(Duration::from_secs(91)).await;
    assert_eq!(provided.number().await.unwrap(), 2);
    assert_eq!(provided.asked().await, 3, "it may be renewed");
}

/// When the runtime of another thread ends, its tasks disappear.
#[tokio::test(start_paused = true)]
async fn a_renewal_that_has_disappeared_or_stalled_is_begun_again() {
    for (disappears, age, asked) in [
        (false, Duration::ZERO, 1),
        (false, STANDSTILL - MOMENT, 1),
        (false, STANDSTILL, 2),
        (true, Duration::ZERO, 2),
    ] {
        let provided = Provided::living(3_600);
        provided.permits.add_permits(1);
        provided.number().await.unwrap();
        provided.pass_to(Duration::from_secs(3_400)).await;
        let (sender, minting) = minting(Instant::now() - age);
        let held = (!disappears).then_some(sender);
        lock(&provided.tokens.shared.0).minting = Some(minting);
        assert_eq!(provided.number().await.unwrap(), 1, "it still serves");
        assert_eq!(provided.asked().await, asked, "{disappears}, {age:?}");
        drop(held);
    }
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_not_sent_though_the_request_for_another_disappears_or_stalls() {
    for disappears in [true, false] {
        let provided = Provided::living(100);
        provided.permits.add_permits(2);
        provided.number().await.unwrap();
        provided.pass_to(Duration::from_secs(100)).await;
        let (sender, minting) = minting(Instant::now());
        let held = (!disappears).then_some(sender);
        lock(&provided.tokens.shared.0).minting = Some(minting);
        assert_eq!(provided.number().await.unwrap(), 2);
        assert_eq!(provided.asked().await, 2);
        drop(held);
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_takes_too_long_is_a_transient_failure() {
    let error = Provided::living(60).number().await.unwrap_err();
    assert!(error.is_retryable() && !error.may_have_been_executed());
    assert!(error.to_string().contains("no token within 30s"), "{error}");
}
