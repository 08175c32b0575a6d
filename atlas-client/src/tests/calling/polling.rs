//! Polls of any operation, on a paused clock, which advances whenever all tasks wait.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

use crate::poll::{Polling, Waits, poll_until};
use crate::{Error, Result};

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn failed(status: u16, asked: Option<&str>) -> Error {
    let mut headers = HeaderMap::new();
    if let Some(asked) = asked {
        headers.insert(RETRY_AFTER, asked.parse().unwrap());
    }
    Error::for_test(StatusCode::from_u16(status).unwrap(), headers, Bytes::new())
}

/// Returns when each poll was made, in milliseconds, and the outcome.
async fn polled(
    polling: Polling,
    found: impl Fn(usize) -> Result<usize>,
    wanted: usize,
) -> (Vec<u128>, Result<usize>) {
    let (began, times) = (Instant::now(), RefCell::new(Vec::new()));
    let poll = || {
        let number = times.borrow().len();
        // Timers have a resolution of one millisecond.
        times.borrow_mut().push(began.elapsed().as_millis());
        std::future::ready(found(number))
    };
    let polls = poll_until(polling, poll, |number| *number >= wanted);
    let outcome = tokio::time::timeout(seconds(86_400), polls).await;
    let outcome = outcome.expect("it ends within a day of this clock");
    (times.into_inner(), outcome)
}

/// Returns the waits between polls, in whole seconds.
fn waits(times: &[u128]) -> Vec<u128> {
    times
        .windows(2)
        .map(|pair| (pair[1] - pair[0]) / 1000)
        .collect()
}

#[tokio::test(start_paused = true)]
async fn polls_back_off_up_to_the_longest_wait() {
    let polling = Polling::new().backoff(seconds(2), seconds(10)).jitter(0.0);
    let (times, outcome) = polled(polling, Ok, 5).await;
    assert_eq!(outcome.unwrap(), 5);
    assert_eq!(waits(&times), [2, 4, 8, 10, 10]);
}

#[tokio::test(start_paused = true)]
async fn jitter_makes_waits_longer_and_never_shorter() {
    let polling = Polling::new().backoff(seconds(10), seconds(10)).jitter(0.5);
    let (times, _) = polled(polling, Ok, 200).await;
    let waits: Vec<u128> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        waits.iter().all(|wait| (10_000..=15_002).contains(wait)),
        "{waits:?}"
    );
    assert!(waits.iter().any(|wait| *wait < 11_000), "{waits:?}");
    assert!(waits.iter().any(|wait| *wait > 14_000), "{waits:?}");
    let endless = Polling::new()
        .backoff(Duration::MAX, Duration::MAX)
        .jitter(f64::NAN);
    assert_eq!(endless, endless.clone().jitter(-1.0));
    let endless = endless.jitter(9.0).deadline(seconds(1));
    assert!(polled(endless, Ok, 1).await.1.unwrap_err().is_timeout());
}

#[tokio::test(start_paused = true)]
async fn no_poll_comes_sooner_than_the_server_asks_for() {
    let polling = Polling::every(seconds(2));
    let found = |number| match number {
        1 => Err(failed(429, Some("70"))),
        2 => Err(failed(503, Some("1"))),
        number => Ok(number),
    };
    let (times, outcome) = polled(polling, found, 4).await;
    assert_eq!(outcome.unwrap(), 4);
    assert_eq!(waits(&times), [2, 70, 2, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_does_not_pass_ends_polls_at_once() {
    let found = |number| match number {
        2 => Err(failed(404, None)),
        number => Ok(number),
    };
    let (times, outcome) = polled(Polling::new(), found, 9).await;
    assert!(outcome.unwrap_err().is_not_found());
    assert_eq!(times.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn failures_that_pass_are_outlived_for_as_long_as_an_outage_may_last() {
    let polling = Polling::every(seconds(10)).outage(seconds(60));
    // Each success ends an outage.
    let found = |number: usize| match number % 6 {
        5 => Ok(number),
        _ => Err(failed(502, None)),
    };
    let (times, outcome) = polled(polling.clone(), found, 30).await;
    assert_eq!((times.len(), outcome.unwrap()), (36, 35));

    let (times, outcome) = polled(polling, |_| Err(failed(502, None)), 0).await;
    assert_eq!(outcome.unwrap_err().status(), Some(StatusCode::BAD_GATEWAY));
    assert_eq!(times.len(), 7);
}

#[cfg(feature = "cloud-migration-service")]
#[tokio::test(start_paused = true)]
async fn a_migration_is_polled_each_minute_through_an_outage_of_a_day_unless_set_otherwise() {
    let mut waits = Waits::new(crate::migration::default_polling());
    let (began, error) = (Instant::now(), failed(502, None));
    let mut last = Duration::ZERO;
    for wait in [5, 10, 20, 40, 60] {
        last = waits.next(Some(&error), "").unwrap();
        let range = seconds(wait)..=seconds(wait) * 6 / 5;
        assert!(range.contains(&last), "{last:?} is not {wait} s");
        tokio::time::advance(last).await;
    }
    while let Ok(wait) = waits.next(Some(&error), "") {
        last = wait;
        tokio::time::advance(wait).await;
    }
    assert!((seconds(60)..=seconds(72)).contains(&last), "{last:?}");
    let day = seconds(24 * 3600);
    assert!((day..day + last).contains(&began.elapsed()));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_polls_and_waits_that_would_outlast_it() {
    let polling = Polling::every(seconds(10)).deadline(seconds(35));
    let began = Instant::now();
    let (times, outcome) = polled(polling.clone(), Ok, 9).await;
    let error = outcome.unwrap_err();
    assert!(
        error.is_timeout() && !error.may_have_been_executed(),
        "{error}"
    );
    assert_eq!(waits(&times), [10, 10, 10]);
    assert!(
        began.elapsed() < seconds(31),
        "it ends without the last wait"
    );

    // A wait may end at the deadline.
    let exact = Polling::every(seconds(10)).deadline(seconds(10));
    assert_eq!(Waits::new(exact).next(None, "").unwrap(), seconds(10));

    let (_, outcome) = polled(polling, |_| Err(failed(429, Some("3600"))), 9).await;
    let error = outcome.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    let cause = std::error::Error::source(&error).unwrap();
    assert!(cause.to_string().contains("429"), "{error}: {cause}");
}

#[tokio::test(start_paused = true)]
async fn dropped_polls_stop() {
    let count = Cell::new(0);
    let poll = || {
        count.set(count.get() + 1);
        std::future::ready(Ok(()))
    };
    let polls = poll_until(Polling::every(seconds(10)), poll, |()| false);
    assert!(tokio::time::timeout(seconds(25), polls).await.is_err());
    assert_eq!(count.get(), 3);
}
