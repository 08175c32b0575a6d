use std::collections::BTreeMap;

use reqwest::header::HeaderValue;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::json::{Repair, from_slice};

fn typed(media_type: &'static str) -> HeaderMap {
    let value = HeaderValue::from_static(media_type);
    HeaderMap::from_iter([(CONTENT_TYPE, value)])
}

/// Parses a body, and returns the repairs with their paths.
fn told(body: &[u8], media_type: &'static str) -> Option<(Value, Vec<(String, RepairKind)>)> {
    let (value, repairs) = from_slice(body, &typed(media_type)).ok()?;
    let repairs = repairs.iter();
    let repairs = repairs.map(|repair| (repair.pointer().to_owned(), repair.kind()));
    Some((value, repairs.collect()))
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = format!("\u{feff}{text}");
    text.encode_utf16().flat_map(order).collect()
}

/// A media type, a body, the parsed value, and the repairs with their paths.
type Case<'a> = (
    &'static str,
    &'a [u8],
    Value,
    &'static [(&'static str, RepairKind)],
);

#[test]
fn what_serde_json_refuses_is_read_as_far_as_it_can_be() {
    use RepairKind::{InvalidText, OutOfRange};
    let json = "application/json";
    let latin = "application/json; charset=\"ISO-8859-1\"";
    let marked = "\u{feff}{\"a\": \"ü\"}".as_bytes();
    let little = utf16("{\"a\": \"ü😀\"}", u16::to_le_bytes);
    let big = utf16("{\"a\": \"ü😀\"}", u16::to_be_bytes);
    let half: Vec<u8> = [0xfeff, 0x22, 0xd83d, 0x22].map(u16::to_be_bytes).concat();
    let cases: &[Case] = &[
        (json, marked, json!({"a": "ü"}), &[]),
        (json, &little, json!({"a": "ü😀"}), &[]),
        (json, &big, json!({"a": "ü😀"}), &[]),
        (json, &half, json!("\u{fffd}"), &[("", InvalidText)]),
        (
            json,
            br#"{"a": "x\ud800y", "b": ["\\ud800", "\udc00", "\ud83d\ude00"]}"#,
            json!({"a": "x\u{fffd}y", "b": ["\\ud800", "\u{fffd}", "😀"]}),
            &[("/a", InvalidText), ("/b/1", InvalidText)],
        ),
        (
            json,
            br#"{"\ud83d\ud83d\ude00\n": 1, "b": "\uD83Dx"}"#,
            json!({"\u{fffd}😀\n": 1, "b": "\u{fffd}x"}),
            &[("/\u{fffd}😀\n", InvalidText), ("/b", InvalidText)],
        ),
        (
            json,
            br#"[1e400, -1e+400, 1e-400, 12, [-7.5E2], {"a/b": 1E999}, "1e400"]"#,
            json!([null, null, 0.0, 12, [-750.0], {"a/b": null}, "1e400"]),
            &[
                ("/0", OutOfRange),
                ("/1", OutOfRange),
                ("/5/a~1b", OutOfRange),
            ],
        ),
        (
            json,
            b"{\"a\": \"M\xfcnchen\", \"b\": \"\xe2\"}",
            json!({"a": "M\u{fffd}nchen", "b": "\u{fffd}"}),
            &[("/a", InvalidText), ("/b", InvalidText)],
        ),
        (
            "application/json; charset=utf-8",
            b"{\"a\": \"M\xfcnchen\"}",
            json!({"a": "M\u{fffd}nchen"}),
            &[("/a", InvalidText)],
        ),
        (
            latin,
            b"{\"a\": \"M\xfcnchen \x80\"}",
            json!({"a": "München €"}),
            &[],
        ),
        (
            latin,
            "{\"a\": \"ü\\ud800\"}".as_bytes(),
            json!({"a": "ü\u{fffd}"}),
            &[("/a", InvalidText)],
        ),
        (json, b"{\"a\": \"x\n\ty\"}", json!({"a": "x\n\ty"}), &[]),
        (
            json,
            br#"{"a": "x\" 1e400]", "b": 1e400}"#,
            json!({"a": "x\" 1e400]", "b": null}),
            &[("/b", OutOfRange)],
        ),
    ];
    for (media_type, body, value, repairs) in cases {
        assert!(serde_json::from_slice::<Value>(body).is_err());
        let shown = String::from_utf8_lossy(body);
        let (read, told) = told(body, media_type).expect(&shown);
        let told: Vec<_> = told.iter().map(|(at, kind)| (at.as_str(), *kind)).collect();
        assert_eq!((&read, &told[..]), (value, *repairs), "{shown}");
    }
}

#[test]
fn a_charset_is_known_by_each_of_its_labels() {
    let of = |label: &str| {
        let value = HeaderValue::try_from(format!("application/json; charset={label}")).unwrap();
        Charset::of(&HeaderMap::from_iter([(CONTENT_TYPE, value)]))
    };
    for label in [
        "cp1252",
        "windows-1252",
        "l1",
        "latin1",
        "iso8859-1",
        "iso-8859-1",
        "iso_8859-1",
        "iso88591",
        "iso_8859-1:1987",
        "ascii",
        "us-ascii",
        "x-cp1252",
    ] {
        let upper = label.to_ascii_uppercase();
        for label in [label, &upper] {
            for spelled in [
                label.to_owned(),
                format!("\"{label}\""),
                format!("'{label}'"),
                format!("\" {label} \" ; x=y"),
            ] {
                assert_eq!(of(&spelled), Charset::Windows1252, "{spelled}");
            }
        }
    }
    for label in ["utf-8", "\"UTF8\"", "iso-8859-15", "latin", "\"\"", ""] {
        assert_eq!(of(label), Charset::Utf8, "{label}");
    }
}

#[test]
fn what_is_nested_too_deep_is_left_out() {
    for depth in [127, 128, 129, 100_000] {
        let lists = "[".repeat(depth) + "\"]\"" + &"]".repeat(depth);
        let objects = "{\"a\":".repeat(depth) + "\"}\"" + &"}".repeat(depth);
        for (text, step) in [(lists, "/0"), (objects, "/a")] {
            let text = format!("{{\"x\": \"]\", \"y\": {text}, \"z\": 1}}");
            let (value, repairs) = told(text.as_bytes(), "application/json").unwrap();
            assert_eq!((&value["x"], &value["z"]), (&json!("]"), &json!(1)));
            let place = format!("/y{}", step.repeat(DEEPEST - 1));
            let expected = if depth < DEEPEST {
                Vec::new()
            } else {
                vec![(place.clone(), RepairKind::TooDeep)]
            };
            assert_eq!(repairs, expected, "{depth}");
            assert_eq!(value.pointer(&place).unwrap(), &Value::Null);
        }
    }
    // Also what no parser accepts, if its brackets match.
    for inside in ["\"a\nb\"", "\"\\udead\"", "nonsense", "1e999", "[1 2]"] {
        let deep = "[".repeat(200) + inside + &"]".repeat(200);
        let text = format!("{{\"y\": {deep}, \"z\": 1}}");
        let (value, repairs) = told(text.as_bytes(), "application/json").unwrap();
        assert_eq!((&value["z"], repairs.len()), (&json!(1), 1), "{inside}");
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Measured {
    name: String,
    size: f64,
    count: Option<i64>,
    all: Vec<f64>,
    more: Option<BTreeMap<String, f64>>,
}

#[test]
fn a_repair_of_the_text_is_listed_once_whatever_comes_of_its_type() {
    use RepairKind::{InvalidText, Missing, OutOfRange};
    let body = br#"[{"name": "\udead", "size": 1e999, "count": 1e999, "all": [1, 1e999, 2]},
        {"size": 1, "all": [], "more": {"a": 1e999, "b": 2}}, 1e999]"#;
    let (read, repairs) = from_slice::<Vec<Measured>>(body, &HeaderMap::new()).unwrap();
    let first = Measured {
        name: "\u{fffd}".to_owned(),
        size: 0.0,
        count: None,
        all: vec![1.0, 2.0],
        more: None,
    };
    assert_eq!(read[0], first);
    assert_eq!(
        read[1].more.as_ref().unwrap(),
        &BTreeMap::from([("b".to_owned(), 2.0)])
    );
    assert_eq!(read.len(), 2);
    let repairs: Vec<_> = repairs.iter().map(|it| (it.pointer(), it.kind())).collect();
    let expected = [
        ("/0/name", InvalidText),
        ("/0/size", OutOfRange),
        ("/0/count", OutOfRange),
        ("/0/all/1", OutOfRange),
        ("/1/more/a", OutOfRange),
        ("/2", OutOfRange),
        ("/1/name", Missing),
    ];
    assert_eq!(repairs, expected);
}

#[test]
fn what_is_no_json_at_all_stays_an_error() {
    for body in [
        &b"{} x"[..],
        b"{",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"<html>",
        b"{\"a\": \xff}",
        b"[1e400",
        b"{\"a\": \"\\ud8",
        b"\"\\",
        b"NaN",
        b"[1e400]]",
        b"[1e400,]",
        b"[,1e400]",
        b"[1e400 2]",
        b"[1e400\x0c]",
        b"[+1e400]",
        b"[-inf]",
        b"{1e400: 1}",
        b"{\"a\" 1e400}",
        b"{\"a\": 1e400, }",
        b"[}1e400",
        b"\"\\x \\ud800\"",
    ] {
        assert_eq!(told(body, "application/json"), None, "{body:?}");
    }
}

#[test]
fn a_text_that_is_no_json_is_listed_if_it_is_no_unicode() {
    let read = |body| from_slice::<String>(body, &HeaderMap::new()).unwrap();
    assert_eq!(read(b"caf\xc3\xa9"), ("café".to_owned(), Vec::new()));
    let (text, repairs) = read(b"caf\xe9");
    assert_eq!(text, "caf\u{fffd}");
    assert_eq!(
        repairs,
        [Repair::new(String::new(), RepairKind::InvalidText)]
    );
}

#[test]
fn of_a_body_that_was_cut_the_values_before_the_cut_are_read() {
    let whole = r#"{"a": [1, {"b": "x"}], "errorCode": "X", "detail": "text"}"#;
    for length in 0..whole.len() {
        let read = read(&whole.as_bytes()[..length], Charset::Utf8, true);
        let Some(read) = read else {
            assert_eq!(length, 0);
            continue;
        };
        let code = read.0.get("errorCode");
        assert_eq!(code.is_some(), length > 39, "{length}: {}", read.0);
    }
}

/// A deterministic pseudo-random generator.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

#[test]
fn no_bytes_panic_and_what_serde_json_reads_is_read_alike() {
    let seeds: [&[u8]; 4] = [
        "\u{feff}{\"a\": [1e400, \"\\ud83d\\ude00\", {\"b\\n\": null}], \"ü\": \"\\udc00\"}"
            .as_bytes(),
        &utf16("{\"a\": [true, -1.5e3, \"ü\"]}", u16::to_le_bytes),
        b"[[[[\"M\xfcnchen\", 1E999]]], {\"\xff\": {\"a\": \"\\\\\"}}, 12]",
        b"{\"error\": 404, \"errorCode\": \"X\", \"parameters\": [\"a\", 1]}",
    ];
    let odd = b"\"\\[]{},:u0d8feE+-\xff\xfe\xef\xbb\xbf\x00\n 19";
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..3_000 {
        let mut body = seeds[random.below(seeds.len())].to_vec();
        for _ in 0..random.below(4) {
            let at = random.below(body.len());
            match random.below(4) {
                0 => body[at] = odd[random.below(odd.len())],
                1 => body.insert(at, odd[random.below(odd.len())]),
                2 if body.len() > 1 => drop(body.remove(at)),
                _ => body.truncate(at.max(1)),
            }
        }
        for charset in ["a/b", "a/b; charset=latin1"] {
            let read = told(&body, charset);
            if let Ok(value) = serde_json::from_slice::<Value>(&body) {
                assert_eq!(read, Some((value, Vec::new())));
            }
            let _ = super::read(&body, Charset::of(&typed(charset)), true);
            let _ = from_slice::<Measured>(&body, &typed(charset));
            let _ = from_slice::<String>(&body, &typed(charset));
        }
    }
}

#[test]
fn places_that_are_out_of_proportion_to_the_body_are_an_error() {
    let inside = |name: usize, count: usize| {
        let numbers = vec!["1e999"; count].join(",");
        format!("{{\"{}\": [{numbers}]}}", "x".repeat(name)).into_bytes()
    };
    let some = told(&inside(10, 100_000), "a/b").unwrap();
    assert_eq!(some.1.len(), 100_000);
    assert_eq!(told(&inside(100_000, 100_000), "a/b"), None);
    // The minimum of the limit suffices for the deeply nested repairs of a short body.
    let numbers = vec!["1e999"; 100].join(",");
    let nested = "[".repeat(120) + &numbers + &"]".repeat(120);
    let some = told(nested.as_bytes(), "a/b").unwrap();
    assert_eq!(some.1.len(), 100);
}
