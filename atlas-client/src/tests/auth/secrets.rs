//! Searches what the tests print, log and format for their secrets.
//!
//! Each secret of these tests contains a mark: `t0ken` in an access token, `s3cret` in any other.
//! The servers of the tests assert that credentials contain one.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use crate::tests::forms::leaks;
use crate::tests::log::ALOUD;
use crate::tests::own;
use crate::tests::server::Request;

const MARKS: [&str; 2] = ["s3cret", "t0ken"];

/// Returns whether the credentials of a request contain a mark. A digest response contains no
/// secret.
pub(crate) fn is_marked(request: &Request) -> bool {
    let text = match request.header("authorization") {
        None => return true,
        Some(value) => match value.strip_prefix("Basic ") {
            Some(encoded) => String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap(),
            None => value.to_owned(),
        },
    };
    text.starts_with("Digest ") || MARKS.iter().any(|mark| text.contains(mark))
}

#[test]
fn a_secret_is_found_in_each_of_its_forms() {
    for text in [
        "Bearer t0ken7".to_owned(),
        "S3CRET".to_owned(),
        "access%5Fs3cret%3A".to_owned(),
        "%73%33%63%72%65%74".to_owned(),
        STANDARD.encode("id:s3cret"),
        STANDARD.encode("ids:s3cret and more"),
        STANDARD.encode("s3cret"),
        STANDARD_NO_PAD.encode("a t0ken"),
        "[0x] 74306B656E".to_owned(),
    ] {
        assert_eq!(leaks(&text, &MARKS).len(), 1, "{text}");
    }
    assert!(leaks("secret token [redacted] czNjc", &MARKS).is_empty());
}

#[test]
fn nothing_that_the_tests_print_or_log_shows_a_secret() {
    let this = own(module_path!(), "");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--nocapture", "--skip", &this])
        .env(ALOUD, "1")
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    let summary = printed[0]
        .lines()
        .rev()
        .find(|line| line.contains("test result"));
    assert!(output.status.success(), "{summary:?}");
    for word in [
        "test result: ok",
        "atlas_call",
        "h2::",
        "reqwest::",
        "hyper_util::",
    ] {
        // Otherwise the logs are no longer captured.
        assert!(printed.iter().any(|text| text.contains(word)), "{word}");
    }
    for text in printed {
        let leaks = leaks(&text, &MARKS);
        assert!(leaks.is_empty(), "{} lines: {leaks:#?}", leaks.len());
    }
}
