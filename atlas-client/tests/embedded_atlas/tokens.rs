//! Service accounts over HTTP: minting, use, revocation, limits.

use std::time::Duration;

use atlas_client::mock::{Atlas, OAUTH_TOKEN};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;

use crate::harness::*;

fn form(atlas: &Atlas, target: &str, secret: &str, body: &str) -> Ask {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(atlas.client_id()), encode(secret));
    let mut ask = Ask::new(Method::POST, target)
        .header("authorization", &format!("Basic {}", STANDARD.encode(pair)))
        .header("content-type", "application/x-www-form-urlencoded");
    ask.body = body.as_bytes().to_vec();
    ask
}

fn mint(atlas: &Atlas) -> Ask {
    let secret = atlas.client_secret().to_owned();
    form(
        atlas,
        "/api/oauth/token",
        &secret,
        "grant_type=client_credentials",
    )
}

async fn minted(atlas: &Atlas) -> String {
    let answer = mint(atlas).send(atlas).await;
    assert_eq!(answer.status, 200);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

async fn used(atlas: &Atlas, token: &str) -> u16 {
    projects(atlas).bearer(token).send(atlas).await.status
}

#[tokio::test]
async fn a_minted_token_opens_the_operations() {
    let atlas = Atlas::builder()
        .linked(true)
        .service_account("id&1", "a+b c/=%")
        .start();
    let answer = mint(&atlas).send(&atlas).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.json()["token_type"], "Bearer");
    assert_eq!(answer.json()["expires_in"], 3600);
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(used(&atlas, &token).await, 200);
    assert_eq!(atlas.counters().tokens_minted, 1);
    assert_eq!(atlas.requests()[0].operation.as_deref(), Some(OAUTH_TOKEN));
}

#[tokio::test]
async fn a_token_ends_by_age_by_revocation_and_on_request() {
    let atlas = Atlas::builder()
        .linked(true)
        .token_lifetime(Duration::from_secs(10))
        .start();
    let token = minted(&atlas).await;
    atlas.advance_clock(Duration::from_secs(9));
    assert_eq!(used(&atlas, &token).await, 200);
    atlas.advance_clock(Duration::from_secs(1));
    assert_eq!(used(&atlas, &token).await, 401);

    let token = minted(&atlas).await;
    let secret = atlas.client_secret();
    let body = format!("token={token}&token_type_hint=access_token");
    let stranger = form(&atlas, "/api/oauth/revoke", "guess", &body)
        .send(&atlas)
        .await;
    assert_eq!(stranger.status, 401);
    assert_eq!(used(&atlas, &token).await, 200);
    let revoked = form(&atlas, "/api/oauth/revoke", secret, &body)
        .send(&atlas)
        .await;
    assert_eq!((revoked.status, revoked.body.len()), (200, 0));
    assert_eq!(used(&atlas, &token).await, 401);

    let token = minted(&atlas).await;
    atlas.expire_tokens();
    let refused = projects(&atlas).bearer(&token).send(&atlas).await;
    assert_eq!(
        refused.failure(),
        (401, Some("UNEXPECTED_ERROR".to_owned()))
    );
    assert!(refused.challenges()[0].starts_with("Bearer "));
}

#[tokio::test]
async fn wrong_credentials_are_an_oauth_failure() {
    let atlas = Atlas::start();
    let answer = form(
        &atlas,
        "/api/oauth/token",
        "guess",
        "grant_type=client_credentials",
    )
    .send(&atlas)
    .await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["error"], "invalid_client");
    assert!(answer.json()["error_description"].is_string());
    assert_eq!(atlas.counters().tokens_minted, 0);
    let got = Ask {
        method: Method::GET,
        ..mint(&atlas)
    }
    .send(&atlas)
    .await;
    assert_eq!(got.status, 405);
}

#[tokio::test]
async fn minting_is_limited_by_the_minute_in_the_shape_of_an_api_error() {
    let atlas = Atlas::start();
    for _ in 0..10 {
        minted(&atlas).await;
    }
    let limited = mint(&atlas).send(&atlas).await;
    assert_eq!(limited.failure(), (429, Some("RATE_LIMITED".to_owned())));
    assert_eq!(limited.header("retry-after"), Some("60"));
    atlas.advance_clock(Duration::from_secs(60));
    minted(&atlas).await;
    assert_eq!(atlas.counters().tokens_minted, 11);
}

#[tokio::test]
async fn too_many_live_tokens_are_an_oauth_failure() {
    let atlas = Atlas::builder().mint_limit(None).start();
    for _ in 0..100 {
        atlas.issue_access_token();
    }
    let answer = mint(&atlas).send(&atlas).await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["error"], "access_denied");
    atlas.expire_tokens();
    minted(&atlas).await;
}
