//! Responses whose JSON serde_json rejects, wherever a client reads JSON.

use serde_json::{Value, json};

use crate::tests::server::{Server, answer};
use crate::tests::{bearer, builder, create, list};
use crate::{Credentials, RepairKind};

/// Returns bodies with `errorCode` and `detail`, and the detail that is read.
fn failures() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let json = "application/json";
    let latin = "application/json; charset=ISO-8859-1";
    let text = |detail: &str| {
        let more = format!("\"errorCode\": \"BUSY\", \"detail\": \"{detail}\"");
        format!("{{\"error\": 409, {more}}}")
    };
    let latin_1 = || {
        let text = text("M\u{fc}nchen");
        text.chars().map(|it| it as u8).collect::<Vec<u8>>()
    };
    let utf16 = format!("\u{feff}{}", text("München"));
    let utf16 = utf16.encode_utf16().flat_map(u16::to_le_bytes);
    let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let nested = format!("{{\"parameters\": [{nested}], {}", &text("x")[1..]);
    vec![
        (json, format!("\u{feff}{}", text("x")).into(), "x"),
        (json, utf16.collect(), "München"),
        (json, text("x\\ud83dy").into(), "x\u{fffd}y"),
        (json, text("x").replace("409", "1e400").into(), "x"),
        (json, nested.into(), "x"),
        (json, latin_1(), "M\u{fffd}nchen"),
        (latin, latin_1(), "München"),
    ]
}

#[tokio::test]
async fn a_failure_keeps_its_code_its_detail_and_its_body() {
    for (media_type, body, detail) in failures() {
        let sent = body.clone();
        let server =
            Server::start(move |_, _| answer(409, &[("content-type", media_type)], &sent)).await;
        let error = create(&bearer(&server)).send::<Value>().await.unwrap_err();
        let shown = String::from_utf8_lossy(&body);
        assert!(error.is_conflict());
        assert_eq!(error.error_code(), Some("BUSY"), "{shown}");
        let api = error.api_error().unwrap();
        assert_eq!(api.detail.as_deref(), Some(detail), "{shown}");
        assert_eq!(error.body(), Some(&body[..]));
    }
}

#[tokio::test]
async fn a_failure_that_is_too_long_to_be_kept_has_its_code_all_the_same() {
    let long = "x".repeat(100_000);
    let body = format!("{{\"error\": 409, \"errorCode\": \"BUSY\", \"detail\": \"{long}\"}}");
    let server = Server::start(move |_, _| answer(409, &[], &body)).await;
    let error = create(&bearer(&server)).send::<Value>().await.unwrap_err();
    assert!(error.body_is_truncated());
    assert_eq!(error.error_code(), Some("BUSY"));
}

#[tokio::test]
async fn a_success_has_its_value_its_repairs_and_its_body() {
    let body = b"{\"a\": \"\\ud800\", \"b\": [1e400, 2]}";
    let server = Server::start(move |_, _| answer(200, &[], body)).await;
    let value = list(&bearer(&server)).send::<Value>().await.unwrap();
    let expected = json!({"a": "\u{fffd}", "b": [null, 2]});
    assert_eq!(*value, expected);
    assert_eq!(value.body_as::<Value>().unwrap(), expected);
    assert_eq!(value.body(), body);
    let repairs = value.repairs().iter();
    let repairs: Vec<_> = repairs.map(|it| (it.pointer(), it.kind())).collect();
    let expected = [
        ("/a", RepairKind::InvalidText),
        ("/b/0", RepairKind::OutOfRange),
    ];
    assert_eq!(repairs, expected);
}

#[tokio::test]
async fn a_token_endpoint_is_understood_alike() {
    let server = Server::start(move |number, request| match number {
        0 => {
            assert_eq!(request.target, "/api/oauth/token");
            let token =
                b"\xef\xbb\xbf{\"access_token\": \"t0ken\", \"note\": \"\xfc\", \"n\": 1e400}";
            answer(200, &[], token)
        }
        1 => {
            assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
            answer(200, &[], "{}")
        }
        _ => {
            let odd = b"{\"error\": \"invalid_client\", \"error_description\": \"M\xfcnchen\"}";
            answer(401, &[], odd)
        }
    })
    .await;
    let account = |id: &str| {
        let client = builder(&server).credentials(Credentials::service_account(id, "s3cret"));
        client.build().unwrap()
    };
    list(&account("malformed")).send::<Value>().await.unwrap();
    let call = list(&account("malformed-and-refused"));
    let error = call.send::<Value>().await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("invalid_client: M\u{fffd}nchen"), "{text}");
}

#[tokio::test]
async fn a_secret_is_found_in_a_failure_of_any_spelling() {
    let body = b"\xef\xbb\xbf{\"errorCode\": \"X\", \"detail\": \"s3\\u0063ret-of-mine\"}";
    for cut in [false, true] {
        let mut body = body.to_vec();
        if cut {
            body.truncate(body.len() - 1);
            body.extend_from_slice(b", \"more\": \"");
            body.extend_from_slice(&[b'x'; 70_000]);
        }
        let server = Server::start(move |_, _| answer(401, &[], &body)).await;
        let client = builder(&server);
        let client = client.credentials(Credentials::service_account("any", "s3cret-of-mine"));
        let call = list(&client.build().unwrap());
        let error = call.send::<Value>().await.unwrap_err();
        assert_eq!(error.body(), Some(&b""[..]), "{cut}");
        assert!(error.api_error().is_none(), "{cut}");
    }
}
