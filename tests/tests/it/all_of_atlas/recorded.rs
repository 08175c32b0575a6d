//! Decodes recorded responses of the real server by a client of the whole document: as bodies of
//! successes, and as responses to calls. No information may be lost: known members are in the typed
//! value, and everything is in the raw body.
//!
//! The environment variable `ATLAS_RECORDED_ANSWERS` names a directory of recordings, see
//! [`crate::all_of_atlas::recordings`]; `ATLAS_FULL_SPEC` names the document. Without them, the
//! test reports that it is skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use atlas_gen::Source;
use atlas_gen::output::tables::OPERATIONS;
use serde_json::{Value, json};

use crate::all_of_atlas::calls_of_all;
use crate::all_of_atlas::full_document::{
    cargo, crate_files, generated, named_revision, write_crate,
};
use crate::all_of_atlas::offered::Offered;
use crate::all_of_atlas::recordings::{self, Recording, operation};

/// The members of failure bodies.
const API_ERROR: [&str; 9] = [
    "badRequestDetail",
    "description",
    "detail",
    "error",
    "errorCode",
    "field",
    "fields",
    "parameters",
    "reason",
];

#[test]
fn recorded_answers_of_the_real_server_decode() {
    let recordings = std::env::var_os("ATLAS_RECORDED_ANSWERS").map(PathBuf::from);
    let (Some(recordings), Some(revision)) = (recordings, named_revision()) else {
        eprintln!("skipped: ATLAS_RECORDED_ANSWERS and ATLAS_FULL_SPEC do not both name something");
        return;
    };
    let recordings = recordings::read(&recordings);
    let text = fs::read_to_string(&revision).expect("the document");
    let output = generated(&Source::new(revision.display().to_string(), text));
    let operations = serde_json::from_str(&output.tables[OPERATIONS]);
    let operations: Vec<Value> = operations.expect("operations");
    let mut files = crate_files(&output);
    let offered = Offered::by(&output.files);
    let program = calls_of_all::program(&offered);
    files.insert("examples/call.rs".to_owned(), program);
    // A separate directory, because cargo would take it for the crate of the other tests.
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recorded-answers");
    let target = dir.join("target");
    // Unchanged files are not written, because the crate takes minutes to compile.
    files.retain(|path, text| fs::read_to_string(dir.join(path)).ok().as_ref() != Some(text));
    write_crate(&dir, &files);
    cargo(
        &dir,
        &target,
        &["build", "--example", "call"],
        "RUSTFLAGS",
        "",
    );

    // The members that the success type of each operation may have, by operation id.
    let known: BTreeMap<&str, BTreeSet<String>> = offered
        .calls
        .iter()
        .map(|call| (call.id.as_str(), offered.members_below(&call.success)))
        .collect();
    let server = Server::start();
    let mut program = Command::new(target.join("debug/examples/call"))
        .arg(&server.url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut stdin = program.stdin.take().expect("stdin");
    let mut stdout = BufReader::new(program.stdout.take().expect("stdout"));
    let (mut unknown, mut faults, mut count) = (Vec::new(), Vec::new(), 0);
    for recording in recordings {
        let Some(id) = operation(&recording.file, &operations) else {
            unknown.push(recording.file);
            continue;
        };
        count += 1;
        let recording = Arc::new(recording);
        server.answer_with(&recording);
        // In JSON, line breaks are insignificant: strings cannot contain them.
        let json = String::from_utf8_lossy(&recording.body).replace(['\r', '\n'], " ");
        writeln!(stdin, "{id} {json}").expect("a line taken");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("an answer");
        let told: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("{}: the program stopped", recording.file));
        let problems = problems(&recording, &told, &known[id]);
        faults.extend(problems.map(|problem| format!("{} ({id}): {problem}", recording.file)));
    }
    drop(stdin);
    program.wait().expect("the program");
    eprintln!(
        "{count} recorded answers read, {} of no known operation:\n{}",
        unknown.len(),
        unknown.join("\n")
    );
    assert!(count > 0, "no recorded answer is at hand");
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// Returns what was lost or changed of the recording, according to the program's output `told`;
/// `known` are the members of the success type.
fn problems(
    recording: &Recording,
    told: &Value,
    known: &BTreeSet<String>,
) -> impl Iterator<Item = String> {
    let body = String::from_utf8_lossy(&recording.body);
    let sent = serde_json::from_str::<Value>(&body);
    let success = (200..300).contains(&recording.status);
    let (read, told) = (&told["read"], &told["told"]);
    let text = |value: &Value| {
        let text = value.as_str()?;
        serde_json::from_str::<Value>(text).ok()
    };
    let mut problems = Vec::new();
    if told["status"] != recording.status {
        problems.push(format!("the call tells another status: {told}"));
    }
    match (&sent, told) {
        (_, told) if success && told["error"].is_string() => {
            problems.push(format!("the call fails: {}", told["error"]));
        }
        // The response to the call has no body.
        (_, Value::Object(members)) if success && members.len() == 1 => {}
        // A stream, or a failure body that is not an `ApiError`.
        (sent, told)
            if told["bytes"].is_array() && (success || !matches!(sent, Ok(Value::Object(_)))) =>
        {
            if told["bytes"] != json!(recording.body) {
                problems.push("the bytes of the answer are not all there".to_owned());
            }
        }
        (Err(_), _) if success && body.trim().is_empty() => {}
        (sent, told) => {
            // A body that is not JSON is compared as text.
            let sent = match sent {
                Ok(sent) => sent.clone(),
                Err(_) => Value::from(&*body),
            };
            let value = if success {
                &told["value"]
            } else {
                &told["api_error"]
            };
            match text(value) {
                Some(value) => {
                    let of_failures = API_ERROR.map(str::to_owned).into();
                    let known = if success { known } else { &of_failures };
                    let differences = differences("", &sent, &value, known);
                    problems.extend(differences.map(|place| format!("the call loses {place}")));
                }
                None => problems.push(format!("the call gives no value: {told}")),
            }
            if told["body"] != json!(recording.body) {
                problems.push("the body is not kept as it came".to_owned());
            }
            problems.extend(repaired(told));
        }
    }
    if let (Ok(sent), true, true) = (&sent, success, read.is_object()) {
        match text(&read["value"]) {
            Some(value) => {
                let differences = differences("", sent, &value, known);
                problems.extend(differences.map(|place| format!("the value loses {place}")));
            }
            None => problems.push(format!("the value: {}", read["error"])),
        }
        problems.extend(repaired(read));
    }
    problems.into_iter()
}

/// Returns the locations of values that did not match their types.
fn repaired(told: &Value) -> impl Iterator<Item = String> {
    let repairs = told["repairs"].as_array().into_iter().flatten();
    let places = repairs.filter_map(Value::as_str);
    places.map(|place| format!("{place} does not fit"))
}

/// Returns the locations where two values differ, such as `a.b[0]`, and how. Members that are null
/// or not `known` may be missing in the other value.
fn differences(
    path: &str,
    one: &Value,
    other: &Value,
    known: &BTreeSet<String>,
) -> std::vec::IntoIter<String> {
    let mut found = Vec::new();
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for (key, value) in one {
                let path = format!("{path}.{key}");
                match other.get(key) {
                    Some(other) => found.extend(differences(&path, value, other, known)),
                    None if value.is_null() || !known.contains(key) => {}
                    None => found.push(path),
                }
            }
            let added = other.keys().filter(|key| !one.contains_key(*key));
            found.extend(added.map(|key| format!("{path}.{key}, which it makes up")));
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (i, (one, other)) in one.iter().zip(other).enumerate() {
                found.extend(differences(&format!("{path}[{i}]"), one, other, known));
            }
        }
        (one, other) if one == other => {}
        (one, other) => found.push(format!("{path}: {one} became {other}")),
    }
    found.into_iter()
}

/// A server that sends the recording that was set last.
struct Server {
    url: String,
    current: Arc<Mutex<Option<Arc<Recording>>>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let current: Arc<Mutex<Option<Arc<Recording>>>> = Arc::default();
        let answers = Arc::clone(&current);
        // The thread ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let recording = answers.lock().expect("the recording").clone();
                serve(
                    stream.expect("a connection"),
                    &recording.expect("a recording"),
                );
            }
        });
        Self { url, current }
    }

    fn answer_with(&self, recording: &Arc<Recording>) {
        *self.current.lock().expect("the recording") = Some(Arc::clone(recording));
    }
}

/// Reads a request and sends the recording.
fn serve(mut stream: TcpStream, recording: &Recording) {
    let mut reader = BufReader::new(stream.try_clone().expect("a reader"));
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line).expect("a line") > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().expect("a length");
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let mut head = format!(
        "HTTP/1.1 {} Recorded\r\nconnection: close\r\n",
        recording.status
    );
    for (name, value) in &recording.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if recording.status != 204 {
        head.push_str(&format!("content-length: {}\r\n", recording.body.len()));
    }
    head.push_str("\r\n");
    let answer = [head.as_bytes(), &recording.body].concat();
    stream.write_all(&answer).expect("an answer sent");
}

#[test]
fn lost_and_added_values_are_reported_by_location() {
    let told = |status: u16, body: &str, told: Value| {
        let recording = Recording {
            file: String::new(),
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        let known = ["a", "b", "c"].map(str::to_owned).into();
        problems(&recording, &told, &known).collect::<Vec<String>>()
    };
    let body = r#"{"a": [{"b": 10}], "c": null, "new": 1}"#;
    let known = r#"{"a": [{"b": 10}]}"#;
    let with = |value: &str, repairs: &[&str]| {
        json!({
            "read": {"value": value, "repairs": repairs},
            "told": {"status": 200, "value": known, "repairs": [], "body": body.as_bytes()},
        })
    };
    let whole = with(known, &[]);
    assert_eq!(told(200, body, whole.clone()), [""; 0]);
    assert_eq!(told(201, body, whole.clone()).len(), 1);
    let other_body = body.replace("1}", "2}");
    assert_eq!(
        told(200, &other_body, whole),
        ["the body is not kept as it came"]
    );
    assert_eq!(
        told(200, body, with(r#"{"a": [{"b": 10.0}], "d": 0}"#, &["/c"])),
        [
            "the value loses .a[0].b: 10 became 10.0",
            "the value loses .d, which it makes up",
            "/c does not fit"
        ]
    );
    assert_eq!(
        told(200, body, with(r#"{"a": [{}]}"#, &[])),
        ["the value loses .a[0].b"]
    );
    let read = json!({"value": known, "repairs": []});
    let failed = json!({"read": read, "told": {"status": 200, "error": "no"}});
    assert_eq!(told(200, body, failed), ["the call fails: \"no\""]);
    let failed = json!({"told": {"status": 200, "error": "no", "bytes": b"plain"}});
    assert_eq!(told(200, "plain", failed.clone()).len(), 1);
    assert_eq!(told(200, "", failed).len(), 1);
    let failure = r#"{"detail": "a", "error": 404, "new": 1}"#;
    let failed = |value: &str, body: &str| {
        let body = body.as_bytes();
        json!({"told": {"status": 404, "api_error": value, "bytes": null, "body": body}})
    };
    let whole = r#"{"detail": "a", "error": 404}"#;
    assert_eq!(told(404, failure, failed(whole, failure)), [""; 0]);
    assert_eq!(told(404, failure, failed(whole, whole)).len(), 1);
    assert_eq!(
        told(404, failure, failed(r#"{"error": 4}"#, failure)).len(),
        2
    );
    let unread = json!({"told": {"status": 404, "error": "no", "bytes": body.as_bytes()}});
    assert_eq!(told(404, body, unread).len(), 2);
    let page = json!({"told": {"status": 502, "error": "no", "bytes": b"<html>"}});
    assert_eq!(told(502, "<html>", page), [""; 0]);
    let bytes = json!({"told": {"status": 200, "bytes": [1]}});
    assert_eq!(told(200, body, bytes).len(), 1);
    let text = json!({"told": {
        "status": 200, "value": "\"plain\"", "repairs": [], "body": b"plain",
    }});
    assert_eq!(told(200, "plain", text), [""; 0]);
}
