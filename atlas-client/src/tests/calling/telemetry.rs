//! What calls report to `tracing`, and what they never report.

use serde_json::{Value, json};

use crate::Credentials;
use crate::operation::Call;
use crate::tests::log::Log;
use crate::tests::server::{Server, answer, json};
use crate::tests::{GET, builder, create, list};

#[tokio::test]
async fn a_call_is_one_span_with_one_event_for_each_attempt() {
    let server = Server::start(|number, _| match number {
        0 => answer(503, &[], ""),
        1 => json(201, &json!({})),
        _ => answer(404, &[], ""),
    })
    .await;
    let log = Log::start();
    let client = builder(&server).build().unwrap();
    let mut call = Call::new(&client, &GET);
    call.path("groupId", "the-group");
    call.path("name", "the-name");
    call.query("pass", "the-value");
    call.clone().send::<Value>().await.unwrap();
    call.send::<Value>().await.unwrap_err();

    let lines = log.lines();
    let [begun, repeated, succeeded, closed, _, failed, gone] = lines.as_slice() else {
        panic!("{lines:#?}");
    };
    for part in [
        "atlas.operation.id=\"getThing\"",
        "http.request.method=\"GET\"",
        "url.template=\"/api/atlas/v2/groups/{groupId}/things/{name}\"",
        &format!(
            "url.full={}/api/atlas/v2/groups/the-group/things/the-name?pass=REDACTED ",
            server.url()
        ),
        "server.address=\"127.0.0.1\"",
        &format!("server.port={}", server.url().rsplit(':').next().unwrap()),
        "otel.kind=\"client\"",
        "otel.name=GET /api/atlas/v2/groups/{groupId}/things/{name}",
    ] {
        assert!(begun.contains(part), "{part} in {begun}");
    }
    assert!(repeated.contains("http.response.status_code=503 http.request.resend_count=0"));
    assert!(
        repeated.contains("error.type=\"503\" wait_ms="),
        "{repeated}"
    );
    assert!(succeeded.contains("http.response.status_code=201 http.request.resend_count=1"));
    assert!(closed.contains("http.response.status_code=201 http.request.resend_count=1"));
    assert!(failed.contains("error.type=\"404\""), "{failed}");
    for part in ["error.type=\"404\"", "otel.status_code=\"ERROR\""] {
        assert!(gone.contains(part), "{part} in {gone}");
    }
    assert!(!lines.concat().contains("the-value"), "{lines:#?}");
}

#[tokio::test]
async fn the_status_of_a_stream_is_told() {
    let server = Server::start(|_, _| answer(202, &[], "bytes")).await;
    let log = Log::start();
    let client = builder(&server).build().unwrap();
    let stream = list(&client).send_stream().await.unwrap();
    let text = format!("{stream:?}");
    assert!(text.contains("operation: \"listThings\""), "{text}");
    assert_eq!(stream.headers()["content-length"], "5");
    let lines = log.lines();
    let told = lines.iter().find(|line| line.contains("status_code="));
    assert!(told.unwrap().contains("status_code=202"), "{lines:#?}");
}

#[tokio::test]
async fn the_end_of_a_version_is_told_once_for_each_operation() {
    let server = Server::start(|number, _| {
        let sunset = ("Sunset", "Thu, 1 Jul 2027 00:00:00 GMT");
        answer(if number == 0 { 404 } else { 200 }, &[sunset], "{}")
    })
    .await;
    let log = Log::start();
    let client = builder(&server).build().unwrap();
    list(&client).send::<Value>().await.unwrap_err();
    list(&client.clone()).send::<Value>().await.unwrap();
    create(&client).send::<Value>().await.unwrap();
    let lines = log.lines();
    let told: Vec<_> = lines.iter().filter(|line| line.contains("WARN")).collect();
    assert_eq!(told.len(), 2, "{lines:#?}");
    assert!(told[0].contains("listThings") && told[1].contains("createThing"));
    assert!(
        told[0].contains("sunset=\"Thu, 1 Jul 2027 00:00:00 GMT\""),
        "{}",
        told[0]
    );
}

#[tokio::test]
async fn no_log_line_of_any_crate_shows_a_secret() {
    let server = Server::start(|number, request| match request.target.as_str() {
        "/api/oauth/token" => json(200, &json!({"access_token": "s3cret-t0ken"})),
        _ if request.header("authorization").is_none() => {
            let digest = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"";
            answer(401, &[("www-authenticate", digest)], "")
        }
        _ if number % 2 == 0 => answer(503, &[("retry-after", "0")], "s3cret-answer"),
        _ => json(200, &json!({"linkToken": "s3cret-answer"})),
    })
    .await;
    let log = Log::start();
    for credentials in [
        Credentials::service_account("id", "s3cret-secret"),
        Credentials::api_key("public", "s3cret-key"),
        Credentials::access_token("s3cret-t0ken"),
    ] {
        let client = builder(&server).credentials(credentials).build().unwrap();
        for _ in 0..3 {
            let mut call = create(&client);
            call.body(json!({"password": "s3cret-password"}));
            let _ = call.send::<u8>().await;
        }
        let _ = client.revoke_token().await;
    }
    let text = log.text();
    assert!(text.lines().count() > 20, "{text}");
    let leaks: Vec<_> = text
        .lines()
        .filter(|line| line.contains("s3cret"))
        .collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}
