//! Service accounts: how tokens are requested, renewed and revoked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::tests::server::{Reply, Request, Server, answer, json};
use crate::tests::{builder, create, list};
use crate::{AccessToken, Client, Credentials};

pub(crate) fn client(server: &Server) -> Client {
    let credentials = Credentials::service_account("mdb_id&1", "s3cret:+");
    builder(server).credentials(credentials).build().unwrap()
}

pub(crate) fn is_token(request: &Request) -> bool {
    request.target == "/api/oauth/token"
}

pub(crate) fn token(number: usize, life: u64) -> Reply {
    let token = format!("t0ken{number}");
    json(
        200,
        &json!({"access_token": token, "token_type": "bearer", "expires_in": life}),
    )
}

pub(crate) fn mints(server: &Server) -> usize {
    server
        .requests()
        .iter()
        .filter(|request| is_token(request))
        .count()
}

#[tokio::test]
async fn a_token_is_asked_for_as_the_rfc_has_it_and_used_until_it_ends() {
    let server = Server::start(|number, request| match is_token(request) {
        true => token(number, 3600),
        false => json(200, &json!({})),
    })
    .await;
    let client = client(&server);
    for _ in 0..5 {
        create(&client.clone()).send::<Value>().await.unwrap();
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 6);
    let minting = &requests[0];
    assert_eq!(
        (minting.method.as_str(), minting.target.as_str()),
        ("POST", "/api/oauth/token")
    );
    // base64 of `mdb_id%261:s3cret%3A%2B`
    assert_eq!(
        minting.header("authorization"),
        Some("Basic bWRiX2lkJTI2MTpzM2NyZXQlM0ElMkI=")
    );
    assert_eq!(
        minting.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(minting.body, b"grant_type=client_credentials");
    for request in &requests[1..] {
        assert_eq!(request.header("authorization"), Some("Bearer t0ken0"));
    }
}

/// Advances the clock of the tokens, between requests.
pub(crate) async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_token_near_its_end_is_renewed_while_it_still_serves() {
    let renew = Arc::new(Semaphore::new(0));
    let arrived = Arc::new(Semaphore::new(0));
    let (held, seen) = (Arc::clone(&renew), Arc::clone(&arrived));
    let server = Server::start(move |number, request| match (is_token(request), number) {
        (true, 0) => token(0, 3600),
        (true, _) => {
            seen.add_permits(1);
            Reply::Held(Arc::clone(&held), Box::new(token(1, 3600)))
        }
        (false, _) => json(200, &json!({"with": request.header("authorization")})),
    })
    .await;
    let client = client(&server);
    let used = async || list(&client).send::<Value>().await.unwrap()["with"].clone();
    assert_eq!(used().await, "Bearer t0ken0");
    pass(3200).await;
    assert_eq!(used().await, "Bearer t0ken0");
    assert_eq!(mints(&server), 1, "too early to renew");
    pass(200).await;
    assert_eq!(used().await, "Bearer t0ken0");
    arrived.acquire().await.unwrap().forget();
    assert_eq!(
        used().await,
        "Bearer t0ken0",
        "the renewal is still under way"
    );
    renew.add_permits(1);
    while used().await != "Bearer t0ken1" {
        tokio::task::yield_now().await;
    }
    assert_eq!(mints(&server), 2);
}

#[tokio::test]
async fn a_renewal_that_fails_leaves_the_token_while_it_is_valid() {
    let server = Server::start(move |number, request| match (is_token(request), number) {
        (true, 0 | 5..) => token(number, 3600),
        (true, _) => answer(500, &[], ""),
        (false, _) => json(200, &json!({"with": request.header("authorization")})),
    })
    .await;
    let client = client(&server);
    let used = async || list(&client).send::<Value>().await.unwrap()["with"].clone();
    assert_eq!(used().await, "Bearer t0ken0");
    pass(3400).await;
    assert_eq!(used().await, "Bearer t0ken0");
    while mints(&server) < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(used().await, "Bearer t0ken0");
    pass(300).await;
    assert_eq!(
        used().await,
        "Bearer t0ken5",
        "what has expired is not sent"
    );
}

#[tokio::test]
async fn a_renewal_is_not_tried_before_the_endpoint_wants_it() {
    let server = Server::start(move |number, request| match (is_token(request), number) {
        (true, 0) => token(number, 3600),
        (true, _) => answer(429, &[("retry-after", "40")], ""),
        (false, _) => json(200, &json!({})),
    })
    .await;
    let client = client(&server);
    let call = async || list(&client).send::<Value>().await.unwrap();
    call().await;
    pass(3400).await;
    call().await;
    while mints(&server) < 2 {
        tokio::task::yield_now().await;
    }
    // Each call is a round trip, in which the earlier response arrives.
    for _ in 0..3 {
        call().await;
    }
    pass(39).await;
    for _ in 0..3 {
        call().await;
    }
    assert_eq!(mints(&server), 2, "39 seconds are not 40");
    pass(2).await;
    call().await;
    while mints(&server) < 3 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_token_lives_as_long_as_it_is_said_to_whatever_the_dates_are() {
    for date in [
        "Thu, 1 Jan 1970 00:00:00 GMT",
        "Thu, 1 Jan 2099 00:00:00 GMT",
    ] {
        let server = Server::start(move |number, request| match is_token(request) {
            true => {
                let token = format!("t0ken{number}");
                let body = json!({"access_token": token, "expires_in": 100});
                answer(200, &[("date", date)], body.to_string())
            }
            false => answer(200, &[("date", date)], "{}"),
        })
        .await;
        let client = client(&server);
        list(&client).send::<Value>().await.unwrap();
        pass(88).await;
        list(&client).send::<Value>().await.unwrap();
        assert_eq!(mints(&server), 1, "{date}");
        pass(12).await;
        list(&client).send::<Value>().await.unwrap();
        assert_eq!(mints(&server), 2, "{date}");
    }
}

#[tokio::test]
async fn a_life_that_is_told_in_any_way_is_kept_and_one_without_sense_is_the_usual() {
    let usual = 3600;
    for (told, life) in [
        (None, usual),
        (Some(json!(null)), usual),
        (Some(json!(0)), usual),
        (Some(json!(-5)), usual),
        (Some(json!("0")), usual),
        (Some(json!("-5")), usual),
        (Some(json!("soon")), usual),
        (Some(json!("NaN")), usual),
        (Some(json!([60])), usual),
        (Some(json!(60)), 60),
        (Some(json!("60")), 60),
        (Some(json!(60.9)), 60),
        (Some(json!(1e300)), 24 * 3600),
        (Some(json!("inf")), 24 * 3600),
    ] {
        let body = match &told {
            None => json!({"access_token": "t0ken"}),
            Some(told) => json!({"access_token": "t0ken", "expires_in": told}),
        };
        let server = Server::start(move |_, request| match is_token(request) {
            true => json(200, &body),
            false => json(200, &json!({})),
        })
        .await;
        let client = client(&server);
        let call = async || list(&client).send::<Value>().await.unwrap();
        call().await;
        call().await;
        assert_eq!(mints(&server), 1, "{told:?}");
        pass(life * 8 / 10).await;
        call().await;
        assert_eq!(mints(&server), 1, "{told:?} is not over yet");
        pass(life * 2 / 10 + 1).await;
        call().await;
        assert_eq!(mints(&server), 2, "{told:?} is over");
    }
}

#[tokio::test]
async fn a_token_from_a_provider_that_lives_for_nothing_serves_the_call_that_waits() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let credentials = Credentials::provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            let token = AccessToken::new(format!("t0ken{number}"));
            Ok::<_, std::io::Error>(token.expires_in(Duration::ZERO))
        }
    });
    let client = builder(&server).credentials(credentials).build().unwrap();
    for number in 0..3 {
        list(&client).send::<Value>().await.unwrap();
        let expected = format!("Bearer t0ken{number}");
        let requests = server.requests();
        let sent = requests.last().unwrap().header("authorization");
        assert_eq!(sent, Some(expected.as_str()));
    }
    assert_eq!((asked.load(Ordering::SeqCst), server.count()), (3, 3));
}

#[tokio::test]
async fn a_token_refused_before_its_end_is_replaced_once() {
    let server = Server::start(|number, request| match is_token(request) {
        true => token(number, 3600),
        false if request.header("authorization") == Some("Bearer t0ken0") => answer(401, &[], ""),
        false => json(200, &json!({})),
    })
    .await;
    create(&client(&server)).send::<Value>().await.unwrap();
    assert_eq!((mints(&server), server.count()), (2, 4));
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_ends_the_call() {
    let server = Server::start(|number, request| match is_token(request) {
        true => token(number, 3600),
        false => answer(401, &[], "{\"error\": 401}"),
    })
    .await;
    let error = create(&client(&server)).send::<Value>().await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_retryable());
    assert!(error.to_string().contains("IP access list"), "{error}");
    assert_eq!((mints(&server), server.count()), (2, 4));
    assert!(!format!("{error} {error:?}").contains("t0ken"));
}

#[tokio::test]
async fn a_revoked_token_is_named_to_the_endpoint_and_not_used_again() {
    let server = Server::start(|number, request| match request.target.as_str() {
        "/api/oauth/token" => token(number, 3600),
        "/api/oauth/revoke" if number < 5 => answer(200, &[], ""),
        "/api/oauth/revoke" => json(401, &json!({"error": "invalid_client"})),
        _ => json(200, &json!({})),
    })
    .await;
    let client = client(&server);
    client.revoke_token().await.unwrap();
    assert_eq!(server.count(), 0, "there was no token yet");
    list(&client).send::<Value>().await.unwrap();
    client.revoke_token().await.unwrap();
    list(&client).send::<Value>().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[2].target, "/api/oauth/revoke");
    assert_eq!(
        requests[2].body,
        b"token_type_hint=access_token&token=t0ken0"
    );
    assert!(
        requests[2]
            .header("authorization")
            .unwrap()
            .starts_with("Basic ")
    );
    assert_eq!(requests[4].header("authorization"), Some("Bearer t0ken3"));
    let error = client.revoke_token().await.unwrap_err();
    assert!(
        error.to_string().contains("not revoked: invalid_client"),
        "{error}"
    );
    assert!(!format!("{error} {error:?}").contains("t0ken"));
}

#[tokio::test]
async fn a_provider_that_fails_or_panics_ends_the_call_unsent() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let failing = Credentials::provider(|| async {
        Err::<AccessToken, _>(std::io::Error::other("the vault is sealed"))
    });
    let panicking = Credentials::provider(|| async {
        if true {
            panic!("no vault at all");
        }
        Ok::<_, std::io::Error>(AccessToken::new("never"))
    });
    for (credentials, what, cause) in [
        (failing, "the vault is sealed", Some("the vault is sealed")),
        (panicking, "without a result", None),
    ] {
        let client = builder(&server).credentials(credentials).build().unwrap();
        let error = create(&client).send::<Value>().await.unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
        let source = std::error::Error::source(&error).map(ToString::to_string);
        assert_eq!(source.as_deref(), cause);
        assert!(error.is_retryable() && !error.may_have_been_executed());
    }
    assert_eq!(server.count(), 0);
}
