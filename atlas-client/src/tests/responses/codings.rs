//! Content codings: which are decoded, which are rejected by name, and bodies that do not match
//! their label.

use std::io::Write as _;
use std::time::Duration;

use flate2::{Compression, Crc, GzBuilder};
use serde_json::{Value, json};

use crate::Error;
use crate::tests::server::{Reply, Server, answer, bytes};
use crate::tests::{bearer, brisk, create, list, rerun};

const TEXT: &str = r#"{"a":"bcbcbcbcbcbcbcbc"}"#;

/// Returns a gzip member with a minimal header.
fn member(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Returns a gzip member with all optional fields in its header (RFC 1952, section 2.3).
fn adorned(text: &str) -> Vec<u8> {
    let encoder = GzBuilder::new()
        .extra(vec![b'x'; 300])
        .filename("a.json")
        .comment("no\ncomment")
        .write(Vec::new(), Compression::default());
    let mut encoder = encoder;
    encoder.write_all(text.as_bytes()).unwrap();
    let mut member = encoder.finish().unwrap();
    // FHCRC, which the encoder does not write.
    member[3] |= 2;
    let header = 10 + 2 + 300 + "a.json\0no\ncomment\0".len();
    let mut checksum = Crc::new();
    checksum.update(&member[..header]);
    let checksum = (checksum.sum() as u16).to_le_bytes();
    member.splice(header..header, checksum);
    member
}

/// Returns a response with a chunked body, in chunks of `size` bytes.
fn chunked(status: u16, body: &[u8], size: usize) -> Vec<u8> {
    let mut chunks = Vec::new();
    for chunk in body.chunks(size) {
        chunks.extend(format!("{:x}\r\n", chunk.len()).bytes());
        chunks.extend(chunk);
        chunks.extend(b"\r\n");
    }
    chunks.extend(b"0\r\n\r\n");
    let headers = [
        ("content-encoding", "gzip"),
        ("transfer-encoding", "chunked"),
    ];
    let head = bytes(status, &headers, "");
    let head = String::from_utf8(head).unwrap();
    let head = head.replace("content-length: 0\r\n", "");
    [head.into_bytes(), chunks].concat()
}

/// Returns the results of a create and of a stream for the same response.
async fn both(answer: Vec<u8>) -> (Result<Value, Error>, Result<String, Error>) {
    let server = Server::start(move |_, _| Reply::Send(answer.clone())).await;
    let client = bearer(&server);
    let value = create(&client).send::<Value>().await;
    let mut text = Vec::new();
    let streamed = async {
        let mut stream = create(&client).send_stream().await?;
        while let Some(chunk) = stream.chunk().await? {
            text.extend(chunk);
        }
        assert!(stream.chunk().await?.is_none());
        Ok(())
    };
    let streamed = streamed.await;
    let text = String::from_utf8(text).unwrap();
    (
        value.map(|value| value.into_inner()),
        streamed.map(|()| text),
    )
}

#[tokio::test]
async fn a_coding_is_known_by_any_spelling_of_its_name() {
    let coded = member(TEXT);
    for (labels, coded) in [
        (&["GZIP"][..], true),
        (&["gzip"], true),
        (&["X-Gzip"], true),
        (&["gzip, identity"], true),
        (&[" Identity ,, gzip"], true),
        (&["identity", "x-gzip"], true),
        (&["identity"], false),
        (&[""], false),
    ]
    .map(|(labels, is)| {
        (
            labels,
            if is {
                coded.as_slice()
            } else {
                TEXT.as_bytes()
            },
        )
    }) {
        let labels: Vec<_> = labels.iter().map(|it| ("content-encoding", *it)).collect();
        let (value, streamed) = both(bytes(200, &labels, coded)).await;
        assert_eq!(value.unwrap().to_string(), TEXT, "{labels:?}");
        assert_eq!(streamed.unwrap(), TEXT, "{labels:?}");
    }
}

#[tokio::test]
async fn a_coding_that_cannot_be_decoded_is_named() {
    for label in ["br", "zstd", "gzip, BR", "gzip, gzip", "deflate"] {
        let headers = [("content-encoding", label)];
        let (value, streamed) = both(bytes(201, &headers, b"\x8b\x07\x80{}")).await;
        for error in [value.unwrap_err(), streamed.unwrap_err()] {
            assert!(error.to_string().contains(&format!("`{label}`")), "{error}");
            assert!(error.is_decode() && error.may_have_been_executed());
            assert_eq!(error.status().map(|status| status.as_u16()), Some(201));
            assert_eq!(error.body(), Some(&b"\x8b\x07\x80{}"[..]));
        }
        let (failed, _) = both(bytes(404, &headers, b"\x8b\x07\x80{}")).await;
        let error = failed.unwrap_err();
        assert!(error.is_not_found());
        assert!(error.to_string().contains(&format!("`{label}`")), "{error}");
        assert_eq!(error.body(), Some(&b"\x8b\x07\x80{}"[..]));
    }
    // A wrong label does not matter if the body can be read.
    let headers = [("content-encoding", "br")];
    let (value, _) = both(bytes(200, &headers, TEXT)).await;
    assert_eq!(value.unwrap().to_string(), TEXT);
    let said = json!({"error": 404, "errorCode": "GROUP_NOT_FOUND"}).to_string();
    let (failed, _) = both(bytes(404, &headers, &said)).await;
    let error = failed.unwrap_err();
    assert_eq!(error.error_code(), Some("GROUP_NOT_FOUND"));
    assert!(!error.to_string().contains("`br`"), "{error}");
}

#[tokio::test]
async fn all_that_gzip_allows_is_read_to_its_end_however_it_arrives() {
    let (first, second) = TEXT.split_at(9);
    for body in [
        member(TEXT),
        adorned(TEXT),
        [member(first), member(second)].concat(),
        [adorned(first), member(""), adorned(second)].concat(),
        [member(""), adorned(""), member(TEXT), member("")].concat(),
    ] {
        for size in [1, 7, 1 << 20] {
            let (value, streamed) = both(chunked(200, &body, size)).await;
            assert_eq!(value.unwrap().to_string(), TEXT, "{size}");
            assert_eq!(streamed.unwrap(), TEXT, "{size}");
        }
    }
    let (value, streamed) = both(bytes(204, &[("content-encoding", "gzip")], "")).await;
    assert_eq!(
        (value.unwrap(), streamed.unwrap()),
        (Value::Null, String::new())
    );
}

#[tokio::test]
async fn what_is_not_all_of_gzip_or_more_than_that_is_an_error() {
    let (plain, full) = (member(TEXT), adorned(TEXT));
    let two = [member("1"), member("2")].concat();
    let changed = |at: usize| {
        let mut body = full.clone();
        body[at] ^= 1;
        body
    };
    let end = full.len();
    let mut bodies = vec![
        ("a wrong checksum", changed(end - 8)),
        ("a wrong length", changed(end - 1)),
        ("a wrong checksum of the header", changed(12)),
        ("an unknown method", changed(2)),
        (
            "a reserved flag",
            [&plain[..3], &[0x20], &plain[4..]].concat(),
        ),
        ("nothing of gzip", b"plain text".to_vec()),
    ];
    for garbage in ["\0", "x", "garbage", "longer garbage", "\x1f"] {
        bodies.push((garbage, [plain.as_slice(), garbage.as_bytes()].concat()));
    }
    for cut in [
        1,
        2,
        9,
        10,
        11,
        200,
        312,
        315,
        330,
        end - 9,
        end - 8,
        end - 1,
    ] {
        bodies.push(("cut off", full[..cut].to_vec()));
    }
    for cut in [two.len() - 1, two.len() - 8, two.len() / 2 + 1] {
        bodies.push(("the second cut off", two[..cut].to_vec()));
    }
    for (what, body) in bodies {
        for size in [1, 1 << 20] {
            let (value, streamed) = both(chunked(200, &body, size)).await;
            for error in [value.unwrap_err(), streamed.unwrap_err()] {
                let text = error.to_string();
                assert!(
                    text.contains("gzip") || text.contains("deflate"),
                    "{what}: {text}"
                );
                assert!(error.may_have_been_executed(), "{what}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn a_success_that_is_json_is_read_whatever_it_is_labelled_as() {
    let utf16: Vec<u8> = "\u{feff}{\"a\":1}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (body, value) in [
        (TEXT.as_bytes(), TEXT),
        ("\u{feff}{\"a\":1}".as_bytes(), "{\"a\":1}"),
        (&utf16, "{\"a\":1}"),
        (br#"{"a":"\ud800"}"#, "{\"a\":\"\u{fffd}\"}"),
        (b"{\"a\":\"\xfc\"}", "{\"a\":\"\u{fffd}\"}"),
        (br#"{"a":1e999}"#, r#"{"a":null}"#),
        (b"7", "7"),
    ] {
        for label in ["br", "gzip, br", "gzip", "x-gzip"] {
            let headers = [("content-encoding", label)];
            let (read, streamed) = both(bytes(200, &headers, body)).await;
            assert_eq!(read.unwrap().to_string(), value, "{label}");
            // A stream does not fall back to the raw body.
            streamed.unwrap_err();
        }
        for size in [1, 7] {
            let (read, _) = both(chunked(200, body, size)).await;
            assert_eq!(read.unwrap().to_string(), value, "{size}");
        }
    }
}

/// Bodies that do not match their coding, and of which nothing can be decoded.
#[tokio::test]
async fn a_success_that_cannot_be_decoded_keeps_its_body() {
    for raw in [
        &b"plain text"[..],
        b"{\"a\":",
        b"\x1f",
        b"\x1f\x8b\x08",
        b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff",
    ] {
        for size in [1, 1 << 20] {
            let (value, _) = both(chunked(200, raw, size)).await;
            let error = value.unwrap_err();
            assert_eq!(error.body(), Some(raw), "{error}");
            assert!(!error.body_is_truncated(), "{error}");
            assert!(error.may_have_been_executed(), "{error}");
        }
    }
}

#[tokio::test]
async fn a_failure_keeps_its_body_whatever_it_is_labelled_as() {
    let said = json!({"error": 404, "errorCode": "GROUP_NOT_FOUND"}).to_string();
    for body in [said.as_bytes(), &member(&said), &adorned(&said)] {
        for size in [1, 1 << 20] {
            let (value, _) = both(chunked(404, body, size)).await;
            let error = value.unwrap_err();
            assert_eq!(error.body(), Some(said.as_bytes()), "{error}");
            assert_eq!(error.error_code(), Some("GROUP_NOT_FOUND"));
            assert!(!error.body_is_truncated());
        }
    }
    // Bodies of errors that decode to nothing.
    for raw in [
        &b"\x1f"[..],
        b"\x1f\x8b\x08",
        b"x",
        b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff",
    ] {
        let (value, _) = both(chunked(404, raw, 1 << 20)).await;
        assert_eq!(value.unwrap_err().body(), Some(raw));
    }
    let cut = member(&said);
    let (value, _) = both(chunked(404, &cut[..cut.len() - 4], 1 << 20)).await;
    let error = value.unwrap_err();
    assert_eq!(error.body(), Some(said.as_bytes()));
    assert!(error.body_is_truncated());
}

/// Bodies of which nothing decodes, however much arrives: empty blocks of one member, or empty
/// members.
#[tokio::test]
async fn a_failure_that_decodes_to_nothing_is_read_as_far_as_it_is_kept() {
    const KEPT: usize = 64 << 10;
    let header = &member("")[..10];
    let block = [0, 0, 0, 0xff, 0xff];
    let blocks = |count: usize| [header, &block.repeat(count)].concat();
    for raw in [blocks(KEPT / 4), member("").repeat(KEPT / 16)] {
        assert!(raw.len() > KEPT);
        let sent = raw.clone();
        let server = Server::start(move |_, _| {
            // The body never ends.
            let head = bytes(
                404,
                &[
                    ("content-encoding", "gzip"),
                    ("content-length", "999999999"),
                ],
                "",
            );
            Reply::Both(
                Box::new(Reply::Send([head, sent.clone()].concat())),
                Box::new(Reply::Silence),
            )
        })
        .await;
        let mut call = list(&bearer(&server));
        call.set_options(brisk().timeout(Duration::from_secs(10)).no_retries());
        let error = call.send::<Value>().await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert!(error.body() == Some(&raw[..KEPT]) && error.body_is_truncated());
    }
    // A body of exactly the kept size is complete, and one that decodes in time is decoded.
    let mut whole = blocks(KEPT / 5 - 2);
    whole.extend(&block[..KEPT - whole.len()]);
    let more = [whole.as_slice(), b"\0"].concat();
    for (raw, truncated) in [(&whole, false), (&more, true)] {
        for size in [1 << 10, 1 << 20] {
            let (value, _) = both(chunked(404, raw, size)).await;
            let error = value.unwrap_err();
            assert!(error.body() == Some(&raw[..KEPT]), "{error}");
            assert_eq!(error.body_is_truncated(), truncated);
        }
    }
    let text = [blocks(KEPT / 6), member(TEXT)[10..].to_vec()].concat();
    let (value, _) = both(chunked(404, &text, 1 << 10)).await;
    let error = value.unwrap_err();
    assert_eq!(error.body(), Some(TEXT.as_bytes()));
    assert!(!error.body_is_truncated());
}

/// `Content-Length` is the length of the encoded body and not of the kept one.
#[tokio::test]
async fn the_length_of_a_coded_body_is_told_only_if_all_of_it_was_kept() {
    let page = "x".repeat(1 << 20);
    let coded = member(&page);
    let server =
        Server::start(move |_, _| answer(404, &[("content-encoding", "gzip")], &coded)).await;
    let error = list(&bearer(&server)).send::<Value>().await.unwrap_err();
    assert_eq!(error.body().map(<[u8]>::len), Some(64 << 10));
    assert!(error.body_is_truncated());
    assert_eq!(error.body_length(), None);
}

/// Returns the peak memory of this process in bytes, without the pages that are mapped from files,
/// such as its program.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.unwrap().split_whitespace().next().unwrap();
        kilobytes.parse::<u64>().unwrap() << 10
    };
    bytes("VmHWM:") - bytes("RssFile:")
}

/// Runs in a separate process, whose memory no other test uses.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_gibibyte_in_a_mebibyte_is_never_held_whole() {
    if std::env::var_os("ATLAS_CLIENT_TEST_BOMB").is_none() {
        rerun(
            module_path!(),
            "a_gibibyte_in_a_mebibyte_is_never_held_whole",
            |it| it.env("ATLAS_CLIENT_TEST_BOMB", "1"),
        );
        return;
    }
    let bomb = crate::tests::responses::failures::gzip_of_zeros().repeat(1024);
    let page = bomb.clone();
    let server = Server::start(move |number, _| {
        let status = if number == 0 { 404 } else { 200 };
        answer(status, &[("content-encoding", "gzip")], &page)
    })
    .await;
    let client = bearer(&server);
    let error = create(&client).send::<Value>().await.unwrap_err();
    assert!(error.is_not_found() && error.body_is_truncated());
    let mut stream = create(&client).send_stream().await.unwrap();
    let mut read = 0;
    while read < 128 << 20 {
        let chunk = stream.chunk().await.unwrap().unwrap();
        assert!(chunk.len() <= 64 << 10, "{} bytes at once", chunk.len());
        read += chunk.len();
    }
    drop(stream);
    let most = peak();
    assert!(most < 16 << 20, "{most} bytes for a stream");
    let error = create(&client).send::<Value>().await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("longer than the 67108864 bytes"), "{text}");
    let most = peak();
    assert!(most < 80 << 20, "{most} bytes");
}
