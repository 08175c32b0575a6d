//! Tests of how an error is classified and displayed.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName};

use super::{Error, Kind, Refusal};

#[test]
fn each_kind_of_error_has_its_own_predicates() {
    type Predicate = fn(&Error) -> bool;
    let predicates: [(&str, Predicate); 16] = [
        ("not_found", Error::is_not_found),
        ("unauthorized", Error::is_unauthorized),
        ("forbidden", Error::is_forbidden),
        ("auth", Error::is_auth),
        ("rate_limited", Error::is_rate_limited),
        ("conflict", Error::is_conflict),
        ("gone", Error::is_gone),
        ("retryable", Error::is_retryable),
        ("executed", Error::may_have_been_executed),
        ("timeout", Error::is_timeout),
        ("connect", Error::is_connect),
        ("decode", Error::is_decode),
        ("invalid_request", Error::is_invalid_request),
        ("configuration", Error::is_configuration),
        ("outcome", Error::is_outcome),
        ("truncated", Error::body_is_truncated),
    ];
    let connect = |timed_out, untrusted| Kind::Connect {
        timed_out,
        untrusted,
    };
    for (kind, expected) in [
        (Kind::Configuration, &["configuration"][..]),
        (Kind::InvalidRequest, &["invalid_request"]),
        (connect(false, false), &["retryable", "connect"]),
        (connect(true, false), &["retryable", "timeout", "connect"]),
        (connect(false, true), &["connect"]),
        (Kind::Timeout { sent: false }, &["retryable", "timeout"]),
        (
            Kind::Timeout { sent: true },
            &["retryable", "executed", "timeout"],
        ),
        (Kind::Transport, &["retryable", "executed"]),
        (Kind::Decode, &["executed", "decode"]),
        (Kind::TooLarge, &["executed", "decode"]),
        (Kind::Outcome, &["outcome"]),
        (Kind::Token(Refusal::Transient), &["retryable"]),
        (
            Kind::Token(Refusal::WrongCredentials),
            &["unauthorized", "auth"],
        ),
        (Kind::Token(Refusal::Forbidden), &["forbidden", "auth"]),
        (Kind::Token(Refusal::Other), &[]),
    ] {
        let error = Error::new(kind, "a message");
        let found = predicates.iter().filter(|(_, is)| is(&error));
        let found: Vec<_> = found.map(|(name, _)| *name).collect();
        assert_eq!(found, expected, "{kind:?}");
    }
}

#[test]
fn an_error_has_the_rate_limit_of_its_response() {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("ratelimit-limit", "500"),
        ("ratelimit-remaining", "7"),
        ("retry-after", "9"),
    ] {
        headers.insert(HeaderName::from_static(name), value.parse().unwrap());
    }
    let error = Error::for_test(StatusCode::TOO_MANY_REQUESTS, headers, "");
    assert_eq!(error.rate_limit(), Some(500));
    assert_eq!(error.rate_limit_remaining(), Some(7));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
    let without = Error::for_test(StatusCode::TOO_MANY_REQUESTS, HeaderMap::new(), "");
    for error in [without, Error::new(Kind::Transport, "a message")] {
        assert_eq!(error.rate_limit(), None);
        assert_eq!(error.rate_limit_remaining(), None);
        assert_eq!(error.retry_after(), None);
    }
}

#[test]
fn debug_shows_the_parts_of_an_error_and_not_the_body() {
    let error = Error::for_test(StatusCode::NOT_FOUND, HeaderMap::new(), "s3cret");
    assert_eq!(
        format!("{:?}", error.in_operation("getThing")),
        r#"Error { kind: Status, operation: "getThing", message: "404 Not Found, with 6 bytes of no media type", status: 404, body_bytes: 6 }"#
    );
    let error = Error::configuration("a message").caused_by(std::fmt::Error);
    assert_eq!(
        format!("{error:?}"),
        r#"Error { kind: Configuration, message: "a message", source: Error }"#
    );
}
