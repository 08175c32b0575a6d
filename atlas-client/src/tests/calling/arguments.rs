//! Descriptions of operations, missing arguments, and bodies that are not JSON.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::Bytes;
use crate::operation::Call;
use crate::runtime::{Place, Style, convert};
use crate::tests::server::{Server, json};
use crate::tests::{CREATE, GET, JSON, NEWER, bearer, list};

#[test]
fn an_operation_is_described_by_its_id_method_path_and_media_type() {
    assert_eq!(CREATE.id(), "createThing");
    assert_eq!(CREATE.method(), Method::POST);
    assert_eq!(CREATE.path(), "/api/atlas/v2/things");
    assert_eq!((CREATE.accept(), GET.accept()), (NEWER, JSON));
}

#[tokio::test]
async fn each_missing_parameter_of_the_path_is_listed_once() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let client = bearer(&server);
    let call = Call::new(&client, &GET);
    let error = call.send::<Value>().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "getThing: parameter `groupId` is missing; parameter `name` is missing"
    );
    let mut call = Call::new(&client, &GET);
    call.param(
        Place::Path,
        "groupId",
        convert::<u8, _>(256_u16),
        Style::Simple,
    );
    let text = call.send::<Value>().await.unwrap_err().to_string();
    assert_eq!(text.matches("`groupId`").count(), 1, "{text}");
    assert!(text.ends_with("; parameter `name` is missing"), "{text}");
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_sent_as_it_is() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let client = bearer(&server);
    let bodies: [fn(&mut Call); 4] = [
        |call| call.bytes_body(Ok(Some(Bytes::from_static(b"a\0b")))),
        |call| call.bytes_body(Ok(Some(vec![0xff, 0xfe]))),
        |call| call.bytes_body(Ok(Some("text".to_owned()))),
        |call| call.bytes_body(Ok(None::<Bytes>)),
    ];
    for set_body in bodies {
        let mut call = Call::new(&client, &CREATE);
        set_body(&mut call);
        call.send::<Value>().await.unwrap();
    }
    let requests = server.requests();
    let sent: Vec<_> = requests.iter().map(|request| &*request.body).collect();
    assert_eq!(sent, [&b"a\0b"[..], b"\xff\xfe", b"text", b""]);
    assert_eq!(requests[0].header("content-type"), Some(NEWER));
    assert_eq!(requests[3].header("content-type"), None);
}

#[tokio::test]
async fn a_later_argument_replaces_an_earlier_one() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let client = bearer(&server);
    for (value, sent) in [
        (json!(2), [Some("a=2"), Some("2"), Some("c=2; d=1")]),
        (json!(null), [None, None, Some("d=1")]),
    ] {
        let mut call = list(&client);
        for value in [&json!(1), &value] {
            call.query("a", value);
            call.header("x-b", value);
            call.param(Place::Cookie, "c", Ok(value), Style::Form);
            call.param(Place::Cookie, "d", Ok(1), Style::Form);
            call.body(value);
        }
        call.send::<Value>().await.unwrap();
        let request = server.requests().pop().unwrap();
        let found = [
            request.target.split_once('?').map(|(_, query)| query),
            request.header("x-b"),
            request.header("cookie"),
        ];
        assert_eq!(found, sent, "{value}");
        let body = (!value.is_null()).then(|| value.to_string());
        assert_eq!(request.body, body.unwrap_or_default().as_bytes());
    }
}

#[tokio::test]
async fn an_unset_header_removes_no_other_argument() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let client = bearer(&server);
    let mut call = list(&client);
    call.header("X-Tenant", "a");
    call.header("x-tenant", Value::Null);
    call.send::<Value>().await.unwrap();
    // A value replaces that of the same header, whatever the case of its name.
    let mut call = list(&client);
    call.header("X-Tenant", "a");
    call.header("x-tenant", "b");
    assert!(
        format!("{call:?}").contains("headers: [\"x-tenant\"]"),
        "{call:?}"
    );
    call.send::<Value>().await.unwrap();
    let requests = server.requests();
    let sent: Vec<_> = requests
        .iter()
        .map(|sent| sent.header("x-tenant"))
        .collect();
    assert_eq!(sent, [Some("a"), Some("b")]);
}

#[tokio::test]
async fn a_response_is_an_envelope_only_if_one_was_requested() {
    let body = json!({"status": 201, "content": {"a": 1}});
    let envelope = body.clone();
    let server = Server::start(move |_, _| json(200, &envelope)).await;
    let client = bearer(&server);
    for (value, is_envelope) in [
        (json!(true), true),
        (json!("true"), true),
        (json!(["false", "true"]), true),
        (json!(false), false),
        (json!("false"), false),
        (json!(null), false),
    ] {
        let mut call = list(&client);
        call.query("envelope", &value);
        let answer = call.send::<Value>().await.unwrap();
        let expected = match is_envelope {
            true => (StatusCode::CREATED, &body["content"]),
            false => (StatusCode::OK, &body),
        };
        assert_eq!((answer.status(), &*answer), expected, "{value}");
    }
}
