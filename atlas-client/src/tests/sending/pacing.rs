//! Calls that wait so that the server does not reject them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::CallOptions;
use crate::tests::clock::Clock;
use crate::tests::server::{Reply, Server, answer, json};
use crate::tests::{brisk, builder, create, list};

#[tokio::test]
async fn a_client_that_paces_itself_spreads_its_last_calls() {
    let server = Server::start(|_, _| {
        let headers = [("ratelimit-limit", "1200"), ("ratelimit-remaining", "0")];
        answer(200, &headers, "{}")
    })
    .await;
    let client = builder(&server).pacing(true).build().unwrap();
    let began = Instant::now();
    for _ in 0..5 {
        list(&client).send::<Value>().await.unwrap();
    }
    // A minute for 1,200 calls is 50 milliseconds for each after the first.
    assert!(began.elapsed() >= Duration::from_millis(4 * 50));
}

#[tokio::test]
async fn a_call_whose_turn_comes_too_late_is_not_sent() {
    let server = Server::start(|_, _| {
        let headers = [("ratelimit-limit", "1"), ("ratelimit-remaining", "0")];
        answer(200, &headers, "{}")
    })
    .await;
    let client = builder(&server).pacing(true).build().unwrap();
    create(&client).send::<Value>().await.unwrap();
    let mut call = create(&client);
    call.set_options(CallOptions::new().total_timeout(Duration::from_secs(50)));
    let error = call.send::<Value>().await.unwrap_err();
    assert!(
        error.is_timeout() && !error.may_have_been_executed(),
        "{error}"
    );
    assert!(
        error.to_string().ends_with("50s that it may take"),
        "{error}"
    );
    assert_eq!((server.count(), error.attempts()), (1, 0));
}

#[tokio::test]
async fn a_client_that_paces_itself_leaves_alone_what_refused_a_call_for_its_rate() {
    let refusals: [(fn() -> Reply, usize); 3] = [
        (|| answer(429, &[("retry-after", "70")], ""), 1),
        (
            || {
                let parameters = json!(["/api/atlas/v2/things", 70]);
                json(
                    429,
                    &json!({"errorCode": "RATE_LIMITED_TOKEN_BUCKET", "parameters": parameters}),
                )
            },
            1,
        ),
        // A 503 does not affect the pace.
        (|| answer(503, &[("retry-after", "70")], ""), 2),
    ];
    for (refusal, requests) in refusals {
        let server = Server::start(move |number, _| match number {
            0 => refusal(),
            _ => json(200, &json!({})),
        })
        .await;
        let options = brisk().no_retries().total_timeout(Duration::from_secs(60));
        let client = builder(&server).options(options).pacing(true);
        let client = client.build().unwrap();
        let error = create(&client).send::<Value>().await.unwrap_err();
        let again = create(&client).send::<Value>().await;
        assert_eq!(server.count(), requests, "after {error}: {again:?}");
        assert_eq!(again.is_err(), requests == 1, "{again:?}");
    }
}

#[tokio::test]
async fn the_wait_for_a_turn_counts_as_time_of_the_call() {
    let server = Server::start(|number, _| match number {
        0 => {
            let headers = [("ratelimit-limit", "1"), ("ratelimit-remaining", "0")];
            answer(200, &headers, "{}")
        }
        _ => Reply::Silence,
    })
    .await;
    let seconds = Duration::from_secs;
    let options = CallOptions::new()
        .timeout(seconds(90))
        .total_timeout(seconds(100));
    let client = builder(&server).options(options).pacing(true);
    let client = client.build().unwrap();
    create(&client).send::<Value>().await.unwrap();
    let mut clock = Clock::stopped();
    let began = tokio::time::Instant::now();
    let idle = || Some(Duration::from_millis(50));
    let error = clock.run(create(&client).send::<Value>(), idle, || ());
    let error = error.await.unwrap_err();
    // Its turn comes after a minute, which leaves 40 seconds.
    assert_eq!(began.elapsed().as_secs(), 100, "{error}");
    assert!(
        error.to_string().contains("within the 100s that the call"),
        "{error}"
    );
    assert_eq!((server.count(), error.attempts()), (2, 1), "{error}");
}
