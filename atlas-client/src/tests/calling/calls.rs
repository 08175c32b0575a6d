//! The requests of calls, and the results of each kind of success.

use std::sync::Arc;

use futures_util::FutureExt as _;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;

use crate::operation::{Call, Operation};
use crate::runtime::{BuildError, Faults, Place, Style, convert};
use crate::tests::auth::service_account::pass;
use crate::tests::server::{Reply, Server, answer, bytes, json};
use crate::tests::{GET, JSON, NEWER, REPLACE, bearer, builder, create, list, rerun};
use crate::{Credentials, ObjectId, ResponseValue};

#[tokio::test]
async fn a_call_speaks_the_media_types_of_its_operation() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let client = builder(&server)
        .credentials(Credentials::access_token("t0ken"))
        .user_agent("my-tool/1.0")
        .build()
        .unwrap();
    list(&client).send::<Value>().await.unwrap();
    create(&client).send::<Value>().await.unwrap();
    Call::new(&client, &REPLACE).send_empty().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].header("accept"), Some(JSON));
    assert_eq!(requests[0].header("content-length"), None);
    assert_eq!(requests[0].header("content-type"), None);
    assert_eq!(requests[1].header("accept"), Some(NEWER));
    assert_eq!(requests[1].header("content-type"), Some(NEWER));
    assert_eq!(requests[1].body, br#"{"name":"a"}"#);
    assert_eq!(requests[2].header("content-type"), None);
    assert_eq!(requests[2].header("content-length"), Some("0"));
    for request in requests {
        let agent = request.header("user-agent").unwrap();
        assert!(agent.starts_with("my-tool/1.0 atlas-client/"), "{agent}");
        assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
        assert_eq!(request.header("api-version"), None);
    }
}

#[tokio::test]
async fn arguments_stay_in_their_places_whatever_they_contain() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let mut call = Call::new(&bearer(&server), &GET);
    call.path("groupId", "g");
    call.path("name", "a/b?c=d#e%2F \\é..");
    call.query("tag", ["x&y", "z w"]);
    call.query("pretty", false);
    call.query("pretty", true);
    call.query("absent", Value::Null);
    call.header("X-Note", "hello");
    call.send::<Value>().await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(
        request.target,
        "/api/atlas/v2/groups/g/things/a%2Fb%3Fc%3Dd%23e%252F%20%5C%C3%A9..\
         ?tag=x%26y&tag=z%20w&pretty=true"
    );
    assert_eq!(request.header("x-note"), Some("hello"));
}

/// A setter as generated code has it.
fn group_id(mut call: Call, value: u16) -> Call {
    call.param(
        Place::Path,
        "groupId",
        convert::<u8, _>(value),
        Style::Simple,
    );
    call
}

fn body(mut call: Call, value: u16) -> Call {
    call.json_body(convert::<u8, _>(value));
    call
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_by_name_before_anything_is_sent() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let client = bearer(&server);
    let with = |change: fn(&mut Call)| {
        let mut call = Call::new(&client, &GET);
        call.path("groupId", "g");
        call.path("name", "n");
        change(&mut call);
        call
    };
    let cases = [
        ("`groupId`", group_id(with(|_| ()), 256_u16)),
        ("`groupId`", with(|call| call.path("groupId", ""))),
        ("`name`", with(|call| call.path("name", ".."))),
        ("`name`", with(|call| call.path("name", "."))),
        (
            "`filter`",
            with(|call| call.query("filter", json!({"a": [1]}))),
        ),
        (
            "`X-Note`",
            with(|call| call.header("X-Note", "a\r\nX-Injected: 1")),
        ),
        ("request body", body(with(|_| ()), 256_u16)),
        ("`groupId`", Call::new(&client, &GET)),
        (
            "request body",
            with(|call| call.json_body::<u8>(Err(BuildError::missing()))),
        ),
    ];
    for (name, call) in cases {
        let error = call.send::<Value>().await.unwrap_err();
        assert!(
            error.is_invalid_request() && !error.may_have_been_executed(),
            "{error}"
        );
        assert!(error.to_string().contains(name), "{error}");
        assert!(error.operation().is_some());
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_response_without_a_type_is_not_decoded_in_tests_either() {
    let server = Server::start(|_, _| json(200, &json!({"a": [1]}))).await;
    let sent = Call::new(&bearer(&server), &REPLACE).send_empty().await;
    let sent = sent.unwrap();
    assert_eq!(
        (sent.body(), sent.repairs()),
        (&b"{\"a\":[1]}"[..], &[][..])
    );
    for body in ["{\"a\":[1]}", "null", "", "no JSON"] {
        let made = ResponseValue::<()>::for_test(StatusCode::OK, HeaderMap::new(), body).unwrap();
        assert_eq!((made.body(), made.repairs()), (body.as_bytes(), &[][..]));
    }
}

#[tokio::test]
async fn all_faults_of_all_arguments_are_told_at_once() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let mut call = Call::new(&bearer(&server), &GET);
    let odd = convert::<ObjectId, _>("odd");
    call.param(Place::Path, "groupId", odd, Style::Simple);
    call.param(Place::Path, "name", Ok(".."), Style::Simple);
    call.param(
        Place::Query,
        "filter",
        Ok(json!({"a": {"b": 1}})),
        Style::DeepObject,
    );
    call.param(Place::Header, "X-Note", Ok("a\nb"), Style::Simple);
    call.param::<String>(Place::Cookie, "c", Err(BuildError::missing()), Style::Form);
    let mut faults = Faults::new();
    faults.push("a", "is odd");
    faults.push("[0]", "is too long");
    call.param(Place::Query, "d", faults.finish(), Style::Form);
    let mut faults = Faults::new();
    faults.member::<String>("source.groupId", &Err(BuildError::missing()));
    faults.push("migrationHosts[0]", "is too long");
    call.json_body(faults.finish());
    let error = call.send::<Value>().await.unwrap_err();
    assert!(error.is_invalid_request());
    assert_eq!(
        error.to_string(),
        "getThing: parameter `groupId` cannot be used: an id is 24 hexadecimal digits; this text \
         holds 'o'; parameter `name` is `..`, which no path can hold; parameter `filter` holds a \
         list or an object inside of another, which no parameter can; parameter `X-Note` holds a \
         character that no header can hold; parameter `c` is missing; parameter `d.a` is odd; \
         parameter `d[0]` is too long; the request body `source.groupId` is missing; \
         `migrationHosts[0]` is too long"
    );
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn typed_arguments_reach_their_places() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let mut call = Call::new(&bearer(&server), &GET);
    call.param(Place::Path, "groupId", Ok("a/b"), Style::Simple);
    call.param(Place::Path, "name", Ok(["x", "y,z"]), Style::Matrix);
    call.param(
        Place::Query,
        "envelope",
        Ok(None::<bool>),
        Style::FormExploded,
    );
    call.param(Place::Query, "ids", Ok([1, 2]), Style::Form);
    call.param(
        Place::Query,
        "filter",
        Ok(json!({"a": "b"})),
        Style::DeepObject,
    );
    call.param(Place::Header, "X-Note", Ok(Some("n")), Style::Simple);
    call.param(Place::Header, "X-None", Ok(None::<String>), Style::Simple);
    call.param(Place::Cookie, "c", Ok(1), Style::Form);
    call.param(Place::Cookie, "d", Ok(["x", "y"]), Style::Form);
    call.json_body(Ok(None::<Value>));
    call.send::<Value>().await.unwrap();
    let request = &server.requests()[0];
    let target = "/api/atlas/v2/groups/a%2Fb/things/;name=x,y%2Cz?ids=1,2&filter[a]=b";
    assert_eq!(request.target, target);
    assert_eq!(request.header("x-note"), Some("n"));
    assert_eq!(request.header("x-none"), None);
    assert_eq!(request.header("cookie"), Some("c=1; d=x,y"));
    assert!(request.body.is_empty());
}

#[tokio::test]
async fn nothing_that_a_client_is_made_of_gets_a_header_of_its_own() {
    let injected = "s3cret\r\nX-Injected: 1";
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let with = |credentials| builder(&server).credentials(credentials);
    for description in [
        builder(&server).user_agent(injected),
        with(Credentials::access_token(injected)),
        with(Credentials::api_key(injected, "s3cret")),
        with(Credentials::api_key("public", injected)),
        with(Credentials::service_account(injected, "s3cret")),
        with(Credentials::service_account("id", injected)),
    ] {
        let error = description.build().unwrap_err();
        assert!(error.is_configuration(), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
    let given = Credentials::provider(move || async move {
        Ok::<_, std::io::Error>(crate::AccessToken::new(injected))
    });
    let client = with(given).build().unwrap();
    let error = list(&client).send::<Value>().await.unwrap_err();
    assert!(error.to_string().contains("no header can hold"), "{error}");
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn any_2xx_is_a_success_and_its_body_decides_the_value() {
    let server = Server::start(|number, _| match number {
        0 => json(201, &json!({"a": 1})),
        1 => json(202, &json!({"a": 1})),
        2 => answer(204, &[], ""),
        3 => json(200, &json!({"left": "aside"})),
        _ => json(299, &json!({"a": 1})),
    })
    .await;
    let client = bearer(&server);
    let created = create(&client).send::<Value>().await.unwrap();
    assert_eq!(
        (created.status(), &created["a"]),
        (StatusCode::CREATED, &json!(1))
    );
    let accepted = create(&client).send::<Value>().await.unwrap();
    assert_eq!(accepted.status(), StatusCode::ACCEPTED);
    let nothing = list(&client).send::<Option<Value>>().await.unwrap();
    assert_eq!(
        (nothing.status(), nothing.into_inner()),
        (StatusCode::NO_CONTENT, None)
    );
    list(&client).send_empty().await.unwrap();
    list(&client).send::<Value>().await.unwrap();
}

#[tokio::test]
async fn an_envelope_gives_the_same_value_and_its_failures_are_failures() {
    let server = Server::start(|number, request| {
        assert!(request.target.ends_with("?envelope=true"));
        match number {
            0 => json(200, &json!({"status": 201, "content": {"a": 1}})),
            1 => json(200, &json!({"status": 200, "results": [1, 2]})),
            2 | 3 => json(
                200,
                &json!({"status": 404, "content": {"errorCode": "NOT_HERE"}}),
            ),
            _ => json(
                409,
                &json!({"status": 409, "content": {"errorCode": "BUSY"}}),
            ),
        }
    })
    .await;
    let client = bearer(&server);
    let enveloped = || {
        let mut call = list(&client);
        call.query("envelope", true);
        call
    };
    let object = enveloped().send::<Value>().await.unwrap();
    assert_eq!(
        (object.status(), &*object),
        (StatusCode::CREATED, &json!({"a": 1}))
    );
    let results = enveloped().send::<Vec<u8>>().await.unwrap().into_inner();
    assert_eq!(results, [1, 2]);
    for error in [
        enveloped().send::<Value>().await.unwrap_err(),
        enveloped().send_empty().await.unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.error_code(), Some("NOT_HERE"));
    }
    let error = enveloped().send::<Value>().await.unwrap_err();
    assert_eq!(error.error_code(), Some("BUSY"));
}

#[tokio::test]
async fn an_answer_tells_limits_and_the_end_of_its_version() {
    let server = Server::start(|_, _| {
        let headers = [
            ("RateLimit-Limit", "100"),
            ("RateLimit-Remaining", "42"),
            ("Retry-After", "3"),
            ("Deprecation", "Thu, 1 Jul 2027 00:00:00 GMT"),
            ("Sunset", "Sat, 1 Jul 2028 00:00:00 GMT"),
        ];
        answer(200, &headers, "{}")
    })
    .await;
    let value = list(&bearer(&server)).send::<Value>().await.unwrap();
    assert_eq!(
        (value.rate_limit(), value.rate_limit_remaining()),
        (Some(100), Some(42))
    );
    assert_eq!(value.retry_after().map(|wait| wait.as_secs()), Some(3));
    let year = value
        .sunset()
        .unwrap()
        .duration_since(value.deprecation().unwrap())
        .unwrap();
    assert_eq!(year.as_secs() / 86_400, 366);
}

#[tokio::test]
async fn a_stream_of_bytes_is_handed_on_before_it_is_whole() {
    let rest = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&rest);
    let server = Server::start(move |_, _| {
        let head = bytes(200, &[("content-length", "10")], "first");
        let second = Box::new(Reply::Send(b"other".to_vec()));
        Reply::Both(
            Box::new(Reply::Send(head)),
            Box::new(Reply::Held(Arc::clone(&held), second)),
        )
    })
    .await;
    static LOGS: Operation = Operation::new(
        "getLogs",
        reqwest::Method::GET,
        "/api/atlas/v2/logs",
        "application/vnd.atlas.2023-02-01+gzip",
    );
    let call = Call::new(&bearer(&server), &LOGS);
    let mut stream = call.send_stream().await.unwrap();
    assert_eq!(
        stream.chunk().await.unwrap().as_deref(),
        Some(&b"first"[..])
    );
    rest.add_permits(1);
    assert_eq!(
        stream.chunk().await.unwrap().as_deref(),
        Some(&b"other"[..])
    );
    assert_eq!(stream.chunk().await.unwrap(), None);
    assert_eq!(server.requests()[0].header("accept"), Some(LOGS.accept));
}

#[tokio::test]
async fn a_stream_may_take_any_time_while_its_parts_arrive() {
    let permits = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&permits);
    let server = Server::start(move |_, _| {
        let part = |text: &str| {
            let part = Reply::Send(text.as_bytes().to_vec());
            Box::new(Reply::Held(Arc::clone(&held), Box::new(part)))
        };
        let head = bytes(200, &[("content-length", "15")], "first");
        let others = Reply::Both(part("other"), part("third"));
        Reply::Both(Box::new(Reply::Send(head)), Box::new(others))
    })
    .await;
    let mut stream = list(&bearer(&server)).send_stream().await.unwrap();
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "first");
    for part in ["other", "third"] {
        // A future that is dropped loses nothing.
        assert!(stream.chunk().now_or_never().is_none());
        // Less than the time limit of an attempt, and twice that is more.
        pass(40).await;
        permits.add_permits(1);
        assert_eq!(stream.chunk().await.unwrap().unwrap(), part);
    }
    assert_eq!(stream.chunk().await.unwrap(), None);
}

#[test]
fn a_stream_can_be_polled_outside_of_its_runtime() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let mut stream = runtime.block_on(async {
        let head = bytes(200, &[("content-length", "10")], "first");
        let begun = move || Box::new(Reply::Send(head.clone()));
        let answer = move |_, _: &_| Reply::Both(begun(), Box::new(Reply::Silence));
        let server = Server::start(answer).await;
        list(&bearer(&server)).send_stream().await.unwrap()
    });
    for _ in 0..2 {
        let polled = stream.chunk().now_or_never();
        assert!(matches!(polled, None | Some(Ok(Some(_)))), "{polled:?}");
    }
}

#[tokio::test]
async fn a_stream_that_breaks_off_or_goes_silent_ends_in_an_error() {
    let server = Server::start(|number, _| {
        let head = bytes(200, &[("content-length", "10")], "first");
        match number {
            0 => answer(503, &[], ""),
            1 => Reply::SendAndClose(head),
            _ => Reply::Both(Box::new(Reply::Send(head)), Box::new(Reply::Silence)),
        }
    })
    .await;
    let client = bearer(&server);
    let call = list(&client);
    let mut broken = call.clone().send_stream().await.unwrap();
    broken.chunk().await.unwrap();
    let error = broken.chunk().await.unwrap_err();
    assert!(error.is_retryable() && error.attempts() == 2, "{error}");
    assert!(
        error.to_string().ends_with(
            "(after 2 attempts; not repeated, because the caller already has the beginning of it)"
        ),
        "{error}"
    );
    assert_eq!(broken.chunk().await.unwrap(), None);
    let mut silent = call.send_stream().await.unwrap();
    silent.chunk().await.unwrap();
    // A paused clock advances as soon as all tasks wait.
    tokio::time::pause();
    let error = silent.chunk().await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 1, "{error}");
    assert_eq!(silent.chunk().await.unwrap(), None);
}

#[test]
fn a_proxy_of_the_environment_is_not_used_for_this_machine() {
    // All threads of a process share its environment, so another process makes the call. Nothing
    // listens on the port of the proxy.
    rerun(
        module_path!(),
        "a_call_speaks_the_media_types_of_its_operation",
        |it| {
            it.envs(
                ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
                    .map(|name| (name, "http://127.0.0.1:1")),
            )
        },
    );
}

#[test]
fn what_users_hold_can_be_sent_between_threads() {
    fn sent<T: Send>() {}
    fn shared<T: Send + Sync + Clone>() {}
    shared::<crate::Client>();
    shared::<crate::ClientBuilder>();
    shared::<crate::ResponseValue<Value>>();
    shared::<Call>();
    sent::<crate::ByteStream>();
    sent::<crate::Error>();
    fn error<T: std::error::Error + Send + Sync + 'static>() {}
    error::<crate::Error>();
}
