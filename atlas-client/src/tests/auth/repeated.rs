//! Secrets that a server repeats, at each position around those at which its texts are truncated.

use std::collections::HashMap;
use std::error::Error as _;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::operation::Call;
use crate::response::pages::Page;
use crate::runtime::{Place, Style};
use crate::tests::auth::service_account::is_token;
use crate::tests::log::Log;
use crate::tests::server::{Reply, Server, answer, json};
use crate::tests::{builder, create, list};
use crate::{CallOptions, Credentials, Error, Sensitive};

const TOKEN: &str = "t0kenQZJKVWYPH";
const SECRET: &str = "s3cretQZJKVWYPH";

/// A type whose decode error quotes the value.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Refusing;

impl TryFrom<String> for Refusing {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Err(format!("no {text}"))
    }
}

/// Returns everything that an error and its sources display.
fn displayed(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    text
}

/// Asserts that no four characters of `secret` in a row are in `text`.
fn assert_hidden(text: &str, secret: &str, case: &str) {
    let lower = text.to_ascii_lowercase();
    let secret = secret.to_ascii_lowercase();
    for at in 0..=secret.len() - 4 {
        let part = &secret[at..at + 4];
        assert!(!lower.contains(part), "{case}: {part} in {text}");
    }
}

/// Returns a longer text, with `secret` after `before` characters.
fn around(before: usize, secret: &str) -> String {
    format!("{}{secret}{}", "x".repeat(before), "y".repeat(40))
}

#[tokio::test]
async fn no_part_of_a_token_is_shown_wherever_a_text_is_cut() {
    let detail = |before| json!({"error": 403, "errorCode": "X", "detail": around(before, TOKEN)});
    type Script = Box<dyn Fn(usize) -> Reply + Send + Sync>;
    let cases: [(&str, Range<usize>, bool, Script); 7] = [
        (
            "detail",
            380..405,
            false,
            Box::new(move |before| json(403, &detail(before))),
        ),
        (
            "enveloped detail",
            380..405,
            true,
            Box::new(move |before| json(200, &json!({"status": 403, "content": detail(before)}))),
        ),
        (
            "code",
            700..805,
            false,
            Box::new(|before| json(403, &json!({"errorCode": around(before, TOKEN)}))),
        ),
        (
            "media type",
            700..805,
            false,
            Box::new(|before| {
                let media_type = around(before, TOKEN);
                answer(403, &[("content-type", &media_type)], "?")
            }),
        ),
        (
            "coding",
            700..805,
            false,
            Box::new(|before| {
                let coding = around(before, TOKEN);
                answer(200, &[("content-encoding", &coding)], "?")
            }),
        ),
        (
            "value",
            700..805,
            false,
            Box::new(|before| json(200, &json!(around(before, TOKEN)))),
        ),
        (
            "enveloped value",
            700..805,
            true,
            Box::new(|before| {
                json(
                    200,
                    &json!({"status": 200, "content": around(before, TOKEN)}),
                )
            }),
        ),
    ];
    for (case, offsets, enveloped, script) in cases {
        let first = offsets.start;
        let server = Server::start(move |number, _| script(first + number)).await;
        let token = Credentials::access_token(TOKEN);
        let client = builder(&server).credentials(token).build().unwrap();
        for before in offsets {
            let mut call = create(&client);
            if enveloped {
                call.query("envelope", true);
            }
            let error = call.send::<Refusing>().await.unwrap_err();
            let case = format!("{case} after {before}");
            assert_hidden(&displayed(&error), TOKEN, &case);
        }
    }
}

#[tokio::test]
async fn no_part_of_a_token_is_logged_wherever_a_text_is_cut() {
    let log = Log::start();
    for before in [0, 780, 786, 790, 795, 799, 800] {
        let server = Server::start(move |_, _| {
            let sunset = around(before, TOKEN);
            answer(200, &[("sunset", &sunset)], "{}")
        })
        .await;
        let token = Credentials::access_token(TOKEN);
        let client = builder(&server).credentials(token).build().unwrap();
        list(&client).send::<Value>().await.unwrap();
    }
    let lines: Vec<_> = log
        .lines()
        .into_iter()
        .filter(|line| line.contains("sunset"))
        .collect();
    assert_eq!(lines.len(), 7, "{lines:#?}");
    assert_hidden(&lines.concat(), TOKEN, "log");
}

#[tokio::test]
async fn no_part_of_a_client_secret_is_shown_wherever_a_text_is_cut() {
    type Body = fn(&str) -> Value;
    let texts: [(Body, Range<usize>); 3] = [
        (|text| json!({"errorCode": "X", "detail": text}), 340..405),
        (
            |text| json!({"error": "x", "error_description": text}),
            690..805,
        ),
        (|text| json!({"errorCode": text}), 690..805),
    ];
    let forms = [
        SECRET.to_owned(),
        STANDARD.encode(SECRET),
        STANDARD.encode(format!("id:{SECRET}")),
    ];
    for (body, offsets) in texts {
        for status in [200, 403] {
            for form in &forms {
                let (first, repeated) = (offsets.start, form.clone());
                let server = Server::start(move |number, _| {
                    json(status, &body(&around(first + number, &repeated)))
                })
                .await;
                let account = Credentials::service_account("id", SECRET);
                let client = builder(&server).credentials(account).build().unwrap();
                for before in offsets.clone() {
                    let error = list(&client).send::<Value>().await.unwrap_err();
                    assert!(error.to_string().contains("no access token"), "{error}");
                    let case = format!("{status} after {before}");
                    assert_hidden(&displayed(&error), form, &case);
                }
            }
        }
    }
}

/// The body that an error of the token endpoint keeps ends at 64 KiB.
#[tokio::test]
async fn no_part_of_a_client_secret_is_in_a_body_whose_end_cuts_it() {
    const KEPT: usize = 64 * 1024;
    let escaped: String = SECRET
        .bytes()
        .map(|byte| format!("\\u{byte:04x}"))
        .collect();
    for (form, start, length) in [
        (SECRET.to_owned(), "", 1),
        (STANDARD.encode(format!("id:{SECRET}")), "", 1),
        (
            SECRET.to_owned(),
            "{\"errorCode\": \"X\", \"detail\": \"",
            1,
        ),
        (escaped, "{\"errorCode\": \"X\", \"detail\": \"", 6),
    ] {
        // Up to a complete secret in a truncated body.
        for kept in 0..=form.len() + 2 {
            let filler = "x".repeat(KEPT - start.len() - kept);
            let page = format!("{start}{filler}{form}{}", "y".repeat(40));
            let server = Server::start(move |_, _| answer(403, &[], &page)).await;
            let account = Credentials::service_account("id", SECRET);
            let client = builder(&server).credentials(account).build().unwrap();
            let error = list(&client).send::<Value>().await.unwrap_err();
            let case = format!("{kept} of {form}");
            assert_hidden(&displayed(&error), &form, &case);
            let body = error.body_text().unwrap();
            for at in 0..=form.len() / length - 4 {
                let part = &form[at * length..(at + 4) * length];
                assert!(!body.contains(part), "{case}: {part} in the body");
            }
            if kept < 4 * length {
                assert_eq!(body.len(), KEPT, "{case}: nothing of a secret was kept");
            }
            assert!(error.body_is_truncated());
        }
    }
}

/// Another member of the response also contains the unusable token.
#[tokio::test]
async fn a_token_that_cannot_be_used_is_not_shown_with_the_reason() {
    let server = Server::start(|_, request| {
        assert!(is_token(request));
        let token = format!("{TOKEN} {TOKEN}");
        let why = format!("made {token} for nobody");
        json(
            200,
            &json!({"access_token": token, "error": "x", "error_description": why}),
        )
    })
    .await;
    let account = Credentials::service_account("id", SECRET);
    let client = builder(&server).credentials(account).build().unwrap();
    let mut call = list(&client);
    call.set_options(CallOptions::new().no_retries());
    let error = call.send::<HashMap<String, Value>>().await.unwrap_err();
    assert!(
        error.to_string().contains("x: made [redacted] for nobody"),
        "{error}"
    );
    assert_hidden(&displayed(&error), TOKEN, "reason");
    assert_eq!(error.body(), Some(&b""[..]));
}

#[derive(Debug, Deserialize)]
struct NoPage;

impl Page for NoPage {
    type Item = ();

    fn results(&self) -> &[()] {
        &[]
    }

    fn into_results(self) -> Vec<()> {
        Vec::new()
    }
}

#[tokio::test]
async fn no_part_of_a_secret_argument_is_shown_wherever_a_text_is_cut() {
    let secret = || Ok(Sensitive::from(SECRET));
    let arguments: [&dyn Fn(&mut Call); 4] = [
        &|call| call.json_body(Ok(HashMap::from([("a", [secret().unwrap()])]))),
        &|call| call.param(Place::Query, "a", secret(), Style::Form),
        &|call| call.param(Place::Header, "a", secret(), Style::Simple),
        &|call| call.param(Place::Cookie, "a", secret(), Style::Form),
    ];
    let detail = |before| json!({"errorCode": "X", "detail": around(before, SECRET)});
    type Script = Box<dyn Fn(usize) -> Reply + Send + Sync>;
    let scripts: [(Range<usize>, Script); 3] = [
        (380..405, Box::new(move |before| json(400, &detail(before)))),
        (
            380..405,
            Box::new(move |before| json(200, &json!({"status": 400, "content": detail(before)}))),
        ),
        (
            700..805,
            Box::new(|before| {
                json(
                    200,
                    &json!({"content": around(before, SECRET), "status": 200}),
                )
            }),
        ),
    ];
    for (offsets, script) in scripts {
        let (first, count) = (offsets.start, offsets.len());
        let server = Server::start(move |number, _| script(first + number % count)).await;
        let client = builder(&server).build().unwrap();
        for set in arguments {
            for before in offsets.clone() {
                let mut call = create(&client);
                call.query("envelope", true);
                set(&mut call);
                let error = call.send::<Refusing>().await.unwrap_err();
                assert_hidden(&displayed(&error), SECRET, &format!("after {before}"));
                let body = error.body_text().unwrap();
                assert!(body.contains(SECRET), "the body is kept: {body}");
            }
        }
    }
}

#[tokio::test]
async fn a_secret_argument_is_hidden_in_each_form_of_each_attempt_page_and_stream() {
    const ODD: &str = "S3cret /\n\u{e9}QZJK";
    let server = Server::start(|number, _| {
        let status = if number % 2 == 0 { 503 } else { 400 };
        let texts = [ODD, "s3cret / \u{e9}qzjk", "S3cret%20%2F%0A%C3%A9QZJK"];
        let detail = format!("<{}> but abc is short", texts.join("><"));
        json(status, &json!({"detail": detail}))
    })
    .await;
    let client = builder(&server).build().unwrap();
    let mut call = list(&client);
    call.query("a", [Sensitive::from(ODD), Sensitive::from("abc")]);
    let shown = "<[redacted]><[redacted]><[redacted]> but abc is short";
    let errors = [
        call.clone().send::<Value>().await.unwrap_err(),
        call.clone().send_stream().await.unwrap_err(),
        call.pages::<NoPage>().next().await.unwrap().unwrap_err(),
    ];
    for error in errors {
        let text = displayed(&error);
        assert!(error.to_string().contains(shown), "{text}");
        assert_eq!(text.matches(shown).count(), 3, "{text}");
    }
    assert_eq!(server.count(), 6);
}
