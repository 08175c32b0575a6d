//! Calls that are dropped return their turns and their part of the retry budget.

use std::time::Duration;

use serde_json::{Value, json};

use crate::CallOptions;
use crate::tests::log::Log;
use crate::tests::server::{Server, answer, json};
use crate::tests::{brisk, builder, list};

#[tokio::test]
async fn a_thousand_dropped_calls_do_not_keep_out_the_next() {
    let server = Server::start(|_, _| {
        let headers = [("ratelimit-limit", "30"), ("ratelimit-remaining", "0")];
        answer(200, &headers, "{}")
    })
    .await;
    let options = brisk().total_timeout(Duration::from_secs(3600));
    let client = builder(&server).options(options).pacing(true);
    let client = client.build().unwrap();
    list(&client).send::<Value>().await.unwrap();
    for number in 0..1000 {
        let mut call = Box::pin(list(&client).send::<Value>());
        // Polled once, it waits for its turn.
        let waits = std::future::poll_fn(|context| {
            std::task::Poll::Ready(call.as_mut().poll(context).is_pending())
        });
        assert!(waits.await, "{number}");
    }
    assert_eq!(server.count(), 1);
    // With two seconds for each turn, one call waits no longer than that.
    let mut call = list(&client);
    call.set_options(CallOptions::new().total_timeout(Duration::from_secs(5)));
    call.send::<Value>().await.unwrap();
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_call_that_is_dropped_before_its_retry_costs_no_budget() {
    let server = Server::start(|number, _| match number {
        0..10 | 11 => answer(503, &[], ""),
        10 => answer(500, &[], ""),
        _ => json(200, &json!({})),
    })
    .await;
    let client = builder(&server).retry_budget(2).build().unwrap();
    let log = Log::start();
    for number in 1..=10 {
        let mut call = list(&client);
        let day = Duration::from_secs(86_400);
        call.set_options(CallOptions::new().backoff(day, day).total_timeout(day * 10));
        let repeats = || {
            let lines = log.lines();
            lines.iter().filter(|it| it.contains("is repeated")).count()
        };
        let call = call.send::<Value>();
        tokio::select! {
            biased;
            done = call => panic!("{done:?}"),
            () = async { while repeats() < number { tokio::task::yield_now().await } } => {}
        }
    }
    list(&client).send::<Value>().await.unwrap();
    assert_eq!(server.count(), 13);
}
