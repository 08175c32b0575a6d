//! Documents from a URL: either complete or an error with its cause.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Scene;
use crate::serving::{response, send, serve};
use crate::workspace::{DOCUMENT, VENDOR, real};

fn packed(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).expect("compressed");
    gzip.finish().expect("compressed")
}

#[test]
fn a_document_is_fetched_plain_compressed_and_after_a_redirect() {
    let scene = Scene::new();
    let fragment = scene.copy.read(DOCUMENT);
    let text = scene.text();
    let gzip = packed(&text);
    let base = serve(Box::new(move |path, stream| {
        let answer = match path {
            "/plain.yaml?token=secret" => response("200 OK", "", text.as_bytes()),
            "/encoded.yaml" => response("200 OK", "content-encoding: gzip\r\n", &gzip),
            "/file.yaml.gz" => response("200 OK", "", &gzip),
            "/sent-on.yaml" => response("302 Found", "location: /encoded.yaml\r\n", b""),
            _ => response("404 Not Found", "", b""),
        };
        send(stream, &answer);
    }));
    for (path, file) in [
        ("plain.yaml?token=secret", "plain.yaml"),
        ("encoded.yaml", "encoded.yaml"),
        ("file.yaml.gz", "file.yaml"),
        ("sent-on.yaml", "sent-on.yaml"),
    ] {
        let run = scene.vendor_from(&format!("{base}/{path}"), &[]);
        assert_eq!(run.status, Some(0), "{path}: {run:?}");
        assert_eq!(scene.copy.read(DOCUMENT), fragment, "{path}");
        let vendor = scene.copy.read(VENDOR);
        assert!(
            vendor.contains(&format!("file = \"{file}\"\n")),
            "{path}: {vendor}"
        );
        assert!(!vendor.contains("secret"));
    }
}

#[test]
fn a_response_that_is_not_a_document_changes_no_file() {
    let scene = Scene::new();
    let text = scene.text();
    let gzip = packed(&text);
    let base = serve(Box::new(move |path, stream| {
        let body = text.as_bytes();
        let answer = match path {
            "/missing?token=secret" => response("404 Not Found", "", b"nothing here"),
            "/down" => response("503 Service Unavailable", "", b""),
            "/page" => response(
                "200 OK",
                "content-type: text/html\r\n",
                b"<html>Sign in</html>",
            ),
            "/to-http" => response(
                "302 Found",
                "location: http://192.0.2.1/x?token=secret\r\n",
                b"",
            ),
            "/circle" => response("302 Found", "location: /circle\r\n", b""),
            "/long" => {
                b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\nopenapi: 3.0.1\n".to_vec()
            }
            "/cut" => {
                let whole = response("200 OK", "", body);
                whole[..whole.len() / 2].to_vec()
            }
            "/cut-chunk" => {
                let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
                let chunk = format!("{:x}\r\n", body.len() / 2);
                [
                    head.as_bytes(),
                    chunk.as_bytes(),
                    &body[..body.len() / 2],
                    b"\r\n",
                ]
                .concat()
            }
            "/unmeasured" => [b"HTTP/1.1 200 OK\r\n\r\n", body].concat(),
            "/unmeasured-json" => b"HTTP/1.1 200 OK\r\n\r\n{\"openapi\": \"3.0.1\", ".to_vec(),
            "/cut-gzip" => {
                let whole = response("200 OK", "content-encoding: gzip\r\n", &gzip);
                let head = whole.len() - gzip.len();
                // The declared length is that of the truncated body.
                response(
                    "200 OK",
                    "content-encoding: gzip\r\n",
                    &whole[head..whole.len() - 9],
                )
            }
            "/no-gzip" => response("200 OK", "content-encoding: gzip\r\n", body),
            _ => b"what?\r\n\r\n".to_vec(),
        };
        send(stream, &answer);
    }));
    let before = scene.files();
    for (path, said) in [
        (
            "/missing?token=secret",
            "/missing: answered 404 Not Found; a document is expected",
        ),
        ("/down", "/down: answered 503 Service Unavailable"),
        ("/page", "/page: is a web page or the like"),
        (
            "/to-http",
            "sent on to http://192.0.2.1/x, where only https is followed",
        ),
        ("/circle", "too many redirections"),
        ("/long", "/long: download interrupted: "),
        ("/cut", "/cut: download interrupted: "),
        ("/cut-chunk", "/cut-chunk: download interrupted: "),
        ("/cut-gzip", "/cut-gzip: download interrupted: "),
        (
            "/unmeasured",
            "/unmeasured: the server does not declare the length",
        ),
        (
            "/unmeasured-json",
            "/unmeasured-json:1: not valid JSON: EOF while parsing",
        ),
        ("/no-gzip", "/no-gzip: download interrupted: "),
        ("/nonsense", "/nonsense: cannot be fetched: "),
    ] {
        let run = scene.vendor_from(&format!("{base}{path}"), &[]);
        scene.refused(&run, &before, said);
        assert!(!run.stderr.contains("secret"), "{run:?}");
    }
}

#[test]
fn an_unreachable_server_is_named() {
    let scene = Scene::new();
    let before = scene.files();
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let run = scene.vendor_from(&format!("http://127.0.0.1:{port}/spec.yaml"), &[]);
    scene.refused(
        &run,
        &before,
        &format!("http://127.0.0.1:{port}/spec.yaml: cannot be fetched: "),
    );
}

#[test]
fn only_https_is_accepted_and_no_secret_is_printed() {
    let scene = Scene::new();
    let before = scene.files();
    for (from, said) in [
        (
            "http://example.com/a.yaml",
            "http://example.com/a.yaml: must use https",
        ),
        ("ftp://example.com/a.yaml", "must use https"),
        ("http://localhost.example.com/a", "must use https"),
        (
            "https://me:secret@example.com/a",
            "https://example.com/a: must not hold a user name",
        ),
        ("https://", "invalid document URL"),
    ] {
        let run = scene.vendor_from(from, &[]);
        scene.refused(&run, &before, said);
        assert!(!run.stderr.contains("secret"), "{run:?}");
    }
}

#[test]
fn a_killed_run_changes_no_file() {
    let scene = Scene::new();
    let before = scene.files();
    let text = scene.text();
    let (half_way, reached) = mpsc::channel();
    let (go_on, gone) = mpsc::channel::<()>();
    let base = serve(Box::new(move |_, stream| {
        let whole = response("200 OK", "", text.as_bytes());
        send(stream, &whole[..whole.len() / 2]);
        let _ = half_way.send(());
        // The connection stays open until the client is killed.
        let _ = gone.recv();
    }));
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["vendor", "--from", &format!("{base}/spec.yaml")])
        .current_dir(scene.copy.path(""))
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    reached.recv().expect("half of it is on its way");
    child.kill().expect("killed");
    child.wait().expect("it ends");
    drop(go_on);
    assert!(scene.files() == before, "something was written");
}

#[test]
fn every_command_that_takes_a_document_takes_its_url() {
    let scene = Scene::new();
    let gzip = packed(&scene.text());
    let base = serve(Box::new(move |path, stream| {
        let answer = match path {
            "/spec.yaml.gz?token=secret" => response("200 OK", "", &gzip),
            _ => response("404 Not Found", "", b""),
        };
        send(stream, &answer);
    }));
    let url = format!("{base}/spec.yaml.gz?token=secret");
    let versions = scene.run(&["versions", "--spec", &url, "--today", "2026-09-01"]);
    assert_eq!(versions.status, Some(0), "{versions:?}");
    assert!(versions.stdout.contains("createGroupLiveMigration"));
    let diff = scene.run(&["diff", DOCUMENT, &url, "--no-rust", "--fail-on", "never"]);
    assert_eq!(diff.status, Some(0), "{diff:?}");
    assert!(!diff.stdout.contains("secret"), "{diff:?}");
    assert!(
        diff.stdout.contains(&format!("{base}/spec.yaml.gz")),
        "{diff:?}"
    );
    let missing = scene.run(&["codegen", "--spec", &format!("{base}/no"), "--out", "out"]);
    assert_eq!(missing.status, Some(2), "{missing:?}");
    assert!(missing.stderr.contains("/no: answered 404 Not Found"));

    // The runtime that a slice depends on.
    let sources = real().join("atlas-client");
    copy_dir(&sources.join("src"), &scene.copy.path("atlas-client/src"));
    for file in ["atlas-client/Cargo.toml", "Cargo.toml"] {
        fs::copy(real().join(file), scene.copy.path(file)).expect("a copy");
    }
    let made = scene.run(&["codegen", "--spec", &url, "--out", "out"]);
    assert_eq!(made.status, Some(0), "{made:?}");
    let header = scene.copy.read("out/src/generated/mod.rs");
    assert!(header.contains("spec.yaml"), "{header}");
    assert!(!header.contains("secret"), "{header}");
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        match path.is_dir() {
            true => copy_dir(&path, &to),
            false => fs::copy(&path, to).map(drop).expect("a copy"),
        }
    }
}
