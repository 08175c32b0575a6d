//! Service accounts: how calls, clones and clients share one token.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::tests::auth::service_account::{client, is_token, mints, pass, token};
use crate::tests::server::{Reply, Server, answer, json};
use crate::tests::{builder, create, list};
use crate::{AccessToken, Client, Credentials};

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

#[tokio::test]
async fn clients_made_one_by_one_for_an_account_use_one_token() {
    let server = Server::start(|number, request| match is_token(request) {
        true => token(number, 3600),
        false => json(200, &json!({})),
    })
    .await;
    let clients = [client(&server), client(&server)];
    for client in &clients {
        list(client).send::<Value>().await.unwrap();
    }
    assert_eq!((mints(&server), server.count()), (1, 3));
    clients[0].revoke_token().await.unwrap();
    list(&clients[1]).send::<Value>().await.unwrap();
    assert_eq!(
        mints(&server),
        2,
        "what one revokes is not used by the other"
    );
    drop(clients);
    list(&client(&server)).send::<Value>().await.unwrap();
    assert_eq!(mints(&server), 3, "nothing is kept for nobody");
}

#[tokio::test]
async fn a_wrong_secret_does_not_get_the_token_of_the_right_one() {
    // base64 of `mdb_id%261:s3cret%3A%2B`
    let right = "Basic bWRiX2lkJTI2MTpzM2NyZXQlM0ElMkI=";
    let server = Server::start(move |number, request| match is_token(request) {
        true if request.header("authorization") == Some(right) => token(number, 3600),
        true => json(401, &json!({"error": "invalid_client"})),
        false => json(200, &json!({})),
    })
    .await;
    let right = client(&server);
    list(&right).send::<Value>().await.unwrap();
    let wrong = Credentials::service_account("mdb_id&1", "s3cret");
    let wrong = builder(&server).credentials(wrong).build().unwrap();
    let error = list(&wrong).send::<Value>().await.unwrap_err();
    assert!(error.is_auth(), "{error}");
    list(&right).send::<Value>().await.unwrap();
    assert_eq!((mints(&server), server.count()), (2, 4));
}

#[tokio::test]
async fn a_minting_that_stands_still_with_its_runtime_holds_nobody_up_for_long() {
    let arrived = Arc::new(Semaphore::new(0));
    let seen = Arc::clone(&arrived);
    let server = Server::start(move |number, request| match (is_token(request), number) {
        (true, 0) => {
            seen.add_permits(1);
            Reply::Silence
        }
        (true, _) => token(number, 3600),
        (false, _) => json(200, &json!({})),
    })
    .await;
    let url = server.url();
    let of_account = move || {
        let credentials = Credentials::service_account("id", "s3cret");
        let builder = Client::builder().base_url(&url).credentials(credentials);
        builder.build().unwrap()
    };
    let first = of_account();
    // The other runtime is kept, but no longer driven.
    let other = std::thread::spawn(move || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build().unwrap();
        runtime.block_on(async {
            tokio::select! {
                _ = list(&first).send::<Value>() => panic!("the endpoint is silent"),
                _ = arrived.acquire() => {}
            }
        });
        (runtime, first)
    });
    while !other.is_finished() {
        tokio::task::yield_now().await;
    }
    let (runtime, _first) = other.join().unwrap();
    let second = of_account();
    let call = tokio::spawn(list(&second).send::<Value>());
    tokio::task::yield_now().await;
    pass(41).await;
    call.await.unwrap().unwrap();
    assert_eq!((mints(&server), server.count()), (2, 3));
    runtime.shutdown_background();
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
async fn a_provider_is_asked_once_for_all_and_again_when_its_token_is_refused() {
    let server = Server::start(|_, request| match request.header("authorization") {
        Some("Bearer given-t0ken0") => answer(401, &[], ""),
        _ => json(200, &json!({})),
    })
    .await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let credentials = Credentials::provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move { Ok::<_, std::io::Error>(AccessToken::new(format!("given-t0ken{number}"))) }
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
