//! Service accounts: how tokens are had, shared, renewed and given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::server::{Reply, Request, Server, answer, json};
use super::{builder, create, list};
use crate::{AccessToken, Client, Credentials};

pub(super) fn client(server: &Server) -> Client {
    let credentials = Credentials::service_account("mdb_id&1", "s3cret:+");
    builder(server).credentials(credentials).build().unwrap()
}

pub(super) fn is_token(request: &Request) -> bool {
    request.target == "/api/oauth/token"
}

pub(super) fn token(number: usize, life: u64) -> Reply {
    let token = format!("t0ken{number}");
    json(
        200,
        &json!({"access_token": token, "token_type": "bearer", "expires_in": life}),
    )
}

fn mints(server: &Server) -> usize {
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

#[tokio::test]
async fn a_thousand_first_calls_mint_one_token() {
    let server = Server::start(|number, request| match is_token(request) {
        true => token(number, 3600),
        false => json(200, &json!({})),
    })
    .await;
    let client = client(&server);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..1000 {
        let client = client.clone();
        calls.spawn(async move { list(&client).send::<Value>().await.map(drop) });
    }
    while let Some(done) = calls.join_next().await {
        done.unwrap().unwrap();
    }
    assert_eq!((mints(&server), server.count()), (1, 1001));
}

/// Moves the clock of the tokens, between requests.
pub(super) async fn pass(seconds: u64) {
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
async fn a_life_of_nothing_is_used_once_and_mints_no_more_than_it_must() {
    let server = Server::start(|number, request| match is_token(request) {
        true => token(number, 0),
        false => json(200, &json!({})),
    })
    .await;
    let client = client(&server);
    list(&client).send::<Value>().await.unwrap();
    list(&client).send::<Value>().await.unwrap();
    assert_eq!((mints(&server), server.count()), (2, 4));
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_its_token_to_the_next() {
    let reply = Arc::new(Semaphore::new(0));
    let arrived = Arc::new(Semaphore::new(0));
    let (held, seen) = (Arc::clone(&reply), Arc::clone(&arrived));
    let server = Server::start(move |_, request| match is_token(request) {
        true => {
            seen.add_permits(1);
            Reply::Held(Arc::clone(&held), Box::new(token(0, 3600)))
        }
        false => json(200, &json!({})),
    })
    .await;
    let client = client(&server);
    let first = tokio::spawn(create(&client).send::<Value>());
    arrived.acquire().await.unwrap().forget();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    reply.add_permits(1);
    list(&client).send::<Value>().await.unwrap();
    assert_eq!((mints(&server), server.count()), (1, 2));
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
async fn a_provider_is_asked_once_for_all_and_again_when_its_token_is_refused() {
    let server = Server::start(|_, request| match request.header("authorization") {
        Some("Bearer given0") => answer(401, &[], ""),
        _ => json(200, &json!({})),
    })
    .await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let credentials = Credentials::provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move { Ok::<_, std::io::Error>(AccessToken::new(format!("given{number}"))) }
    });
    let client = builder(&server).credentials(credentials).build().unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        calls.spawn(async move { list(&client).send::<Value>().await.map(drop) });
    }
    while let Some(done) = calls.join_next().await {
        done.unwrap().unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
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
    for (credentials, what) in [
        (failing, "the vault is sealed"),
        (panicking, "without a result"),
    ] {
        let client = builder(&server).credentials(credentials).build().unwrap();
        let error = create(&client).send::<Value>().await.unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
        assert!(error.is_retryable() && !error.may_have_been_executed());
    }
    assert_eq!(server.count(), 0);
}
