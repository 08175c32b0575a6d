//! The configuration of the HTTP library, proxies, and headers of the caller.

use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::tests::server::{Server, answer, json};
use crate::tests::{bearer, brisk, builder, create, list};
use crate::{Client, Credentials, HeaderMap, HeaderValue};

#[tokio::test]
async fn a_configured_library_still_follows_no_redirect() {
    let server = Server::start(|_, _| answer(302, &[("location", "/elsewhere")], "")).await;
    let client = builder(&server)
        .credentials(Credentials::access_token("t0ken"))
        .configure_http(|http| http.redirect(Policy::limited(3)))
        .build()
        .unwrap();
    let error = list(&client).send::<Value>().await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(302));
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_proxy_of_the_builder_gets_the_requests_and_its_own_credentials() {
    let proxy = Server::start(|_, _| json(200, &json!({}))).await;
    let url = proxy.url().replace("http://", "http://user:s3cret@");
    let client = Client::builder()
        .base_url("http://atlas.example.test")
        .allow_insecure_http(true)
        .proxy(&url)
        .options(brisk());
    assert!(!format!("{client:?}").contains("s3cret"));
    let client = client.build().unwrap();
    list(&client).send::<Value>().await.unwrap();
    let [request] = proxy.requests().try_into().unwrap();
    assert_eq!(
        request.target,
        "http://atlas.example.test/api/atlas/v2/things"
    );
    let authorization = request.header("proxy-authorization");
    assert_eq!(authorization, Some("Basic dXNlcjpzM2NyZXQ="));
}

#[tokio::test]
async fn a_proxy_of_the_builder_is_named_or_refused_without_its_password() {
    let client = |proxy: &str| {
        let client = Client::builder().base_url("https://atlas.example.test");
        client.options(brisk().no_retries()).proxy(proxy).build()
    };
    let reached = client("http://user:s3cret@127.0.0.1:1").unwrap();
    let error = create(&reached).send::<Value>().await.unwrap_err();
    let refused = client("http://user:s3cret@").unwrap_err();
    assert!(refused.is_configuration());
    let texts = [error, refused].map(|error| format!("{error} {error:?}"));
    assert!(
        texts[0].contains("through the proxy 127.0.0.1:1"),
        "{texts:?}"
    );
    assert!(
        texts[1].contains("the proxy is no URL of a proxy"),
        "{texts:?}"
    );
    assert!(!texts.concat().contains("s3cret"), "{texts:?}");
}

#[tokio::test]
async fn the_proxy_of_the_builder_is_not_used_for_this_machine() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let client = builder(&server).proxy("http://127.0.0.1:1").build();
    list(&client.unwrap()).send::<Value>().await.unwrap();
    let client = Client::builder().base_url("http://127.0.0.1:1");
    let client = client.options(brisk()).proxy("http://127.0.0.1:2");
    let error = list(&client.build().unwrap()).send::<Value>().await;
    let text = error.unwrap_err().to_string();
    assert!(
        text.contains("could not connect to 127.0.0.1:1: "),
        "{text}"
    );
}

#[tokio::test]
async fn headers_of_the_caller_are_sent_with_each_attempt_and_replace_none_of_ours() {
    let server = Server::start(|number, _| match number {
        0 => answer(503, &[], ""),
        _ => json(200, &json!({})),
    })
    .await;
    let client = builder(&server)
        .credentials(Credentials::access_token("t0ken"))
        .request_headers(|operation| {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_static(operation.id());
            for name in [
                "x-operation",
                "accept",
                "content-type",
                "content-length",
                "host",
                "x-call",
            ] {
                headers.insert(name, value.clone());
            }
            headers
        })
        .build()
        .unwrap();
    let mut call = create(&client);
    call.header("x-call", "of the call");
    call.send::<Value>().await.unwrap_err();
    let mut call = list(&client);
    call.header("x-call", "of the call");
    call.send::<Value>().await.unwrap();

    let plain = Server::start(|_, _| json(200, &json!({}))).await;
    let mut call = create(&bearer(&plain));
    call.header("x-call", "of the call");
    call.send::<Value>().await.unwrap();

    let [created, listed] = server.requests().try_into().unwrap();
    let [expected] = plain.requests().try_into().unwrap();
    assert_eq!(created.header("x-operation"), Some("createThing"));
    assert_eq!(listed.header("x-operation"), Some("listThings"));
    for name in ["accept", "content-type", "content-length", "x-call"] {
        assert_eq!(created.header(name), expected.header(name), "{name}");
    }
    let host = server.url().replace("http://", "");
    assert_eq!(created.header("host"), Some(host.as_str()));
}
