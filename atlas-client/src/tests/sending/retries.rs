//! What is retried, how often, and the resulting errors.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::operation::Call;
use crate::tests::clock::Clock;
use crate::tests::server::{Reply, Server, answer, bytes, json};
use crate::tests::{REPLACE, bearer, brisk, builder, create, list};
use crate::types::{Destination, LiveMigrationRequest, Source, TargetOrgRequest};
use crate::{CallOptions, Client, Credentials};

fn half() -> Reply {
    Reply::SendAndClose(bytes(200, &[("content-length", "99")], "{\"a\":"))
}

fn patient(status: u16) -> Reply {
    answer(status, &[("retry-after", "0")], "")
}

/// Starts a server that fails only the first request, with `fault`.
async fn first(fault: fn() -> Reply) -> Server {
    Server::start(move |number, _| match number {
        0 => fault(),
        _ => json(200, &json!({})),
    })
    .await
}

fn hasty(mut call: Call) -> Call {
    call.set_options(CallOptions::new().timeout(Duration::from_millis(300)));
    call
}

#[tokio::test]
async fn an_idempotent_call_outlives_every_passing_failure() {
    let faults: [fn() -> Reply; 10] = [
        || Reply::Reset,
        || Reply::SendAndClose(Vec::new()),
        || Reply::SendAndClose(b"HTTP/1.1 200 O".to_vec()),
        half,
        || answer(408, &[], ""),
        || answer(429, &[], ""),
        || answer(500, &[], ""),
        || answer(502, &[], "<html>"),
        || answer(503, &[], ""),
        || patient(504),
    ];
    for (number, fault) in faults.into_iter().enumerate() {
        let server = first(fault).await;
        let client = bearer(&server);
        list(&client).send::<Value>().await.unwrap();
        assert_eq!(server.count(), 2, "fault {number}");
        let server = first(fault).await;
        let replace = Call::new(&bearer(&server), &REPLACE);
        replace.send_empty().await.unwrap();
        assert_eq!(server.count(), 2, "fault {number}");
    }
}

#[tokio::test]
async fn a_create_is_repeated_only_if_it_was_surely_not_carried_out() {
    let harmless: [fn() -> Reply; 3] = [|| answer(429, &[], ""), || patient(429), || patient(503)];
    for fault in harmless {
        let server = first(fault).await;
        create(&bearer(&server)).send::<Value>().await.unwrap();
        assert_eq!(server.count(), 2);
    }
    let doubtful: [fn() -> Reply; 9] = [
        || Reply::Reset,
        || Reply::SendAndClose(Vec::new()),
        half,
        || answer(408, &[], ""),
        || answer(500, &[], ""),
        || answer(502, &[], ""),
        || answer(503, &[], ""),
        // An invalid `Retry-After` does not show that nothing was executed.
        || answer(503, &[("retry-after", "soon")], ""),
        || patient(504),
    ];
    for (number, fault) in doubtful.into_iter().enumerate() {
        let server = first(fault).await;
        let call = create(&bearer(&server));
        let error = call.send::<Value>().await.unwrap_err();
        assert!(
            error.may_have_been_executed() && error.is_retryable(),
            "fault {number}"
        );
        assert!(
            error.to_string().contains("may have executed it"),
            "{error}"
        );
        assert_eq!((server.count(), error.attempts()), (1, 1), "fault {number}");
    }
}

/// Makes the calls of the published operations that are not idempotent, each against its own
/// server, and asserts the number of requests.
async fn each_published_create(fault: fn() -> Reply, requests: usize) {
    let id = "32b6e34b3d91647abb20e7b8";
    let migration = || {
        LiveMigrationRequest::builder()
            .source(
                Source::builder()
                    .group_id(id)
                    .cluster_name("orders")
                    .managed_authentication(true)
                    .ssl(true),
            )
            .destination(
                Destination::builder()
                    .group_id(id)
                    .cluster_name("orders")
                    .hostname_schema_type("PUBLIC"),
            )
            .migration_hosts(["migration-host.example.com"])
    };
    for number in 0..3 {
        let server = first(fault).await;
        let client = bearer(&server);
        let failed = match number {
            0 => {
                let call = client.create_group_live_migration().group_id(id);
                call.body(migration()).send().await.err()
            }
            1 => {
                let call = client.validate_group_live_migrations().group_id(id);
                call.body(migration()).send().await.err()
            }
            _ => {
                let call = client.create_org_live_migration_link_token().org_id(id);
                call.body(TargetOrgRequest::builder()).send().await.err()
            }
        };
        assert_eq!(server.count(), requests, "{failed:?}");
        let in_doubt = failed.is_some_and(|error| error.may_have_been_executed());
        assert_eq!(in_doubt, requests == 1, "operation {number}");
    }
}

#[tokio::test]
async fn no_published_create_is_repeated_that_may_have_been_carried_out() {
    for fault in [
        || Reply::Reset,
        half,
        || answer(500, &[], ""),
        || answer(502, &[], ""),
    ] {
        each_published_create(fault, 1).await;
    }
    for fault in [
        || answer(503, &[], ""),
        || answer(504, &[], ""),
        || patient(504),
    ] {
        each_published_create(fault, 1).await;
    }
    for fault in [|| answer(429, &[], ""), || patient(429), || patient(503)] {
        each_published_create(fault, 2).await;
    }
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_for_any_operation() {
    let nobody = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let client = Client::builder()
        .base_url(nobody)
        .options(brisk())
        .build()
        .unwrap();
    let error = create(&client).send::<Value>().await.unwrap_err();
    assert_eq!(error.attempts(), 4);
    assert!(!error.may_have_been_executed());
    assert!(
        error
            .to_string()
            .contains("after 4 attempts; no more are allowed"),
        "{error}"
    );
}

#[tokio::test]
async fn a_final_failure_is_not_repeated() {
    for status in [400, 401, 403, 404, 409, 410, 415, 501] {
        let server = Server::start(move |_, _| answer(status, &[], "")).await;
        let error = list(&bearer(&server)).send::<Value>().await.unwrap_err();
        assert_eq!((server.count(), error.attempts()), (1, 1), "{error}");
        assert!(!error.to_string().contains("attempt"), "{error}");
    }
}

#[tokio::test]
async fn the_limit_of_attempts_is_that_of_the_call_before_that_of_the_client() {
    let server = Server::start(|_, _| answer(503, &[], "")).await;
    let client = builder(&server)
        .options(brisk().attempts(3))
        .build()
        .unwrap();
    let error = list(&client).send::<Value>().await.unwrap_err();
    assert_eq!((server.count(), error.attempts()), (3, 3));
    let mut call = list(&client);
    call.set_options(CallOptions::new().no_retries());
    let error = call.send::<Value>().await.unwrap_err();
    assert_eq!((server.count(), error.attempts()), (4, 1));
    assert!(!error.to_string().contains("attempt"), "{error}");
}

#[tokio::test]
async fn the_wait_that_the_server_asks_for_is_kept() {
    let server = first(|| answer(429, &[("retry-after", "1")], "")).await;
    let began = Instant::now();
    list(&bearer(&server)).send::<Value>().await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_wait_longer_than_the_call_may_take_ends_it_at_once() {
    let server = Server::start(|_, _| answer(429, &[("retry-after", "3600")], "")).await;
    let error = list(&bearer(&server)).send::<Value>().await.unwrap_err();
    assert_eq!((server.count(), error.attempts()), (1, 1));
    assert!(error.to_string().contains("asks to wait 3600s"), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
}

/// Makes a call to a silent server. Advances the clock past each attempt once the server has its
/// request, and in small steps during the last one.
async fn silenced<T>(
    server: &Server,
    (attempts, patience): (usize, Duration),
    call: impl Future<Output = T>,
) -> T {
    let mut arrived = 0;
    let idle = || {
        let arrives = server.count() > std::mem::replace(&mut arrived, server.count());
        match arrived {
            last if last >= attempts => Some(Duration::from_millis(10)),
            _ => arrives.then_some(patience + Duration::from_millis(2)),
        }
    };
    Clock::stopped().run(call, idle, || ()).await
}

#[tokio::test]
async fn silence_is_not_outlived_by_a_create() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let patience = Duration::from_secs(2);
    let mut call = create(&bearer(&server));
    call.set_options(CallOptions::new().timeout(patience));
    let error = silenced(&server, (1, patience), call.send::<Value>()).await;
    let error = error.unwrap_err();
    assert!(error.is_timeout() && error.may_have_been_executed());
    assert!(
        error.to_string().contains("may have executed it"),
        "{error}"
    );
    assert_eq!((server.count(), error.attempts()), (1, 1));
}

#[tokio::test]
async fn the_total_time_bounds_all_attempts_together() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let (patience, total) = (Duration::from_secs(2), Duration::from_secs(5));
    let mut replace = Call::new(&bearer(&server), &REPLACE);
    replace.set_options(CallOptions::new().timeout(patience).total_timeout(total));
    let began = tokio::time::Instant::now();
    let error = silenced(&server, (3, patience), replace.send_empty()).await;
    let error = error.unwrap_err();
    // The third attempt begins after four seconds and has one second left, not two.
    let took = began.elapsed();
    assert!(took >= total && took.as_secs() == 5, "{took:?}");
    assert_eq!((server.count(), error.attempts()), (3, 3), "{error}");
    assert!(error.is_timeout() && error.may_have_been_executed());
    assert!(
        error
            .to_string()
            .contains("within the 5s that the call may take (after 3 attempts; the time limit"),
        "{error}"
    );
}

#[tokio::test]
async fn a_failing_server_is_not_hammered_by_the_clones_of_a_client() {
    let server = Server::start(|_, _| answer(503, &[], "")).await;
    let client = builder(&server).retry_budget(5).build().unwrap();
    let mut last = None;
    for _ in 0..20 {
        last = Some(list(&client.clone()).send::<Value>().await.unwrap_err());
    }
    assert_eq!(server.count(), 20 + 5);
    let text = last.map(|error| error.to_string()).unwrap_or_default();
    assert!(text.contains("retry budget"), "{text}");
}

#[tokio::test]
async fn an_answer_that_does_not_decode_has_the_number_of_its_attempt() {
    let server = first(|| patient(503)).await;
    let error = list(&bearer(&server)).send::<u32>().await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_eq!(error.attempts(), 2);
    assert!(error.to_string().contains("after 2 attempts"), "{error}");
}

#[tokio::test]
async fn an_earlier_attempt_that_may_have_done_it_is_not_forgotten() {
    let server = Server::start(|number, _| match number {
        0 => Reply::Reset,
        _ => answer(404, &[], ""),
    })
    .await;
    let replace = Call::new(&bearer(&server), &REPLACE);
    let error = replace.send_empty().await.unwrap_err();
    assert!(
        error.is_not_found() && error.may_have_been_executed(),
        "{error}"
    );
    assert_eq!(error.attempts(), 2);
    assert!(error.to_string().contains("after 2 attempts"), "{error}");
}

#[tokio::test]
async fn a_call_that_waits_for_a_token_in_vain_was_not_sent() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let client = builder(&server)
        .credentials(Credentials::service_account("id", "s3cret"))
        .build()
        .unwrap();
    let error = hasty(create(&client)).send::<Value>().await.unwrap_err();
    assert!(
        error.is_timeout() && !error.may_have_been_executed(),
        "{error}"
    );
    assert_eq!(server.count(), 1, "one minting, for all its attempts");
}

#[tokio::test]
async fn a_token_endpoint_that_is_down_for_a_while_is_outlived_by_any_operation() {
    let server = Server::start(|number, request| match request.target.as_str() {
        "/api/oauth/token" if number < 3 => answer(503, &[], "<html>"),
        "/api/oauth/token" => json(200, &json!({"access_token": "t0ken"})),
        _ => json(201, &json!({})),
    })
    .await;
    let client = builder(&server)
        .credentials(Credentials::service_account("id", "s3cret"))
        .build()
        .unwrap();
    create(&client).send::<Value>().await.unwrap();
    assert_eq!(server.count(), 5);
}
