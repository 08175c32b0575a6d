//! Reads recorded responses of the real server, in the format of the tests of Atlas's command line,
//! and determines their operations. It knows nothing of the client.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A recorded response.
pub struct Recording {
    pub file: String,
    pub status: u16,
    /// Without those about the transfer encoding.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Returns the recordings below `dir`, sorted by name.
pub fn read(dir: &Path) -> Vec<Recording> {
    let mut files = Vec::new();
    find(dir, &mut files);
    files.sort();
    files
        .iter()
        .map(|path| {
            let name = path.strip_prefix(dir).unwrap_or(path).display().to_string();
            let bytes = fs::read(path).unwrap_or_else(|error| panic!("{name}: {error}"));
            parse(name.clone(), &bytes)
                .unwrap_or_else(|| panic!("{name} is no recorded answer: HTTP, as it was received"))
        })
        .collect()
}

fn find(dir: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|end| end == "snaphost") {
            files.push(path);
        }
    }
}

/// Parses a status line, headers and, after an empty line, the body; lines end with LF or CRLF.
fn parse(file: String, bytes: &[u8]) -> Option<Recording> {
    let mut rest = bytes;
    let mut line = || {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (line, after) = rest.split_at(end);
        rest = after.get(1..)?;
        std::str::from_utf8(line).ok().map(str::trim_end)
    };
    let status = line()?;
    let status = status
        .strip_prefix("HTTP/")?
        .split(' ')
        .nth(1)?
        .parse()
        .ok()?;
    let mut headers = Vec::new();
    loop {
        let line = line()?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        let framing = ["connection", "content-length", "transfer-encoding"];
        if !framing.contains(&name.to_lowercase().as_str()) {
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
    }
    Some(Recording {
        file,
        status,
        headers,
        body: rest.to_vec(),
    })
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Returns the method and the path of the request, parsed from a name such as
/// `GET_api_atlas_v2_orgs_1.snaphost`: the path has `_` for `/` and `:`, a number follows, and
/// anything may precede.
fn request(file: &str) -> Option<(&str, &str)> {
    let name = file.strip_suffix(".snaphost")?;
    let (name, number) = name.rsplit_once('_')?;
    number.parse::<u32>().ok()?;
    let at = name.find("_api_")?;
    let before = name[..at].trim_end_matches('_');
    let method = METHODS.iter().find(|method| before.ends_with(**method))?;
    Some((method, &name[at + 1..]))
}

/// Returns the id of the operation that a file belongs to, among those of `operations.json`. Of
/// several matching paths, the one with the most literal segments is chosen.
pub fn operation<'a>(file: &str, operations: &'a [Value]) -> Option<&'a str> {
    let (method, path) = request(file)?;
    let parts: Vec<&str> = path.split('_').collect();
    let fitting = operations.iter().filter_map(|operation| {
        let template = operation["path"].as_str()?.trim_start_matches('/');
        let template = template.replace(['/', ':'], "_");
        let template: Vec<&str> = template.split('_').collect();
        let literal = template.iter().filter(|part| !part.contains('{')).count();
        let fits = operation["method"] == method && fits(&template, &parts);
        fits.then_some((literal, operation["id"].as_str()?))
    });
    fitting
        .max_by_key(|(literal, _)| *literal)
        .map(|(_, id)| id)
}

fn fits(template: &[&str], parts: &[&str]) -> bool {
    let Some((first, template)) = template.split_first() else {
        return parts.is_empty();
    };
    let Some((open, close)) = first.find('{').zip(first.find('}')) else {
        return parts.first() == Some(first) && fits(template, &parts[1..]);
    };
    let (before, name, after) = (&first[..open], &first[open + 1..close], &first[close + 1..]);
    let longest = match name {
        // A host and its port.
        "processId" => 2,
        name if name.ends_with("Id") => 1,
        // Names that callers choose may contain underscores.
        _ => parts.len(),
    };
    (1..=longest.min(parts.len())).any(|count| {
        let value = parts[..count].join("_");
        value.len() > before.len() + after.len()
            && value.starts_with(before)
            && value.ends_with(after)
            && fits(template, &parts[count..])
    })
}

#[test]
fn a_recording_is_parsed_and_its_name_determines_the_operation() {
    let operation_of = |method: &str, path: &str| serde_json::json!({"id": format!("{method} {path}"), "method": method, "path": path});
    let operations = [
        operation_of("GET", "/api/atlas/v2/groups/{groupId}"),
        operation_of("DELETE", "/api/atlas/v2/groups/{groupId}"),
        operation_of("GET", "/api/atlas/v2/groups/{groupId}/shelves/{shelfName}"),
        operation_of("GET", "/api/atlas/v2/groups/{groupId}/shelves/empty"),
        operation_of(
            "POST",
            "/api/atlas/v2/groups/{groupId}/shelves/{shelfName}:dust",
        ),
        operation_of("GET", "/api/atlas/v2/groups/{groupId}/{name}.csv"),
        operation_of(
            "GET",
            "/api/atlas/v2/groups/{groupId}/processes/{processId}",
        ),
    ];
    for (file, expected) in [
        ("GET_api_atlas_v2_groups_1a_1.snaphost", Some(0)),
        ("DELETE__api_atlas_v2_groups_1a_12.snaphost", Some(1)),
        (
            "a/TestX__GET_api_atlas_v2_groups_1a_shelves_top_1.snaphost",
            Some(2),
        ),
        ("GET_api_atlas_v2_groups_1a_shelves_a_b_1.snaphost", Some(2)),
        (
            "GET_api_atlas_v2_groups_1a_shelves_empty_1.snaphost",
            Some(3),
        ),
        (
            "POST_api_atlas_v2_groups_1a_shelves_a_b_dust_1.snaphost",
            Some(4),
        ),
        ("GET_api_atlas_v2_groups_1a_books.csv_1.snaphost", Some(5)),
        (
            "GET_api_atlas_v2_groups_1a_processes_h.example.net_27017_1.snaphost",
            Some(6),
        ),
        ("GET_api_atlas_v2_groups_1a_books_1.snaphost", None),
        ("PATCH_api_atlas_v2_groups_1a_1.snaphost", None),
        ("GET_api_atlas_v2_groups_1a.snaphost", None),
    ] {
        let expected = expected.map(|i: usize| operations[i]["id"].as_str().expect("an id"));
        assert_eq!(operation(file, &operations), expected, "{file}");
    }

    let text = b"HTTP/2.0 404 Not Found\r\nContent-Length: 4\r\nX-A: b: c\r\n\r\n{\n}\n";
    let recording = parse("x".to_owned(), text).expect("an answer");
    assert_eq!(recording.status, 404);
    assert_eq!(recording.headers, [("X-A".to_owned(), "b: c".to_owned())]);
    assert_eq!(recording.body, b"{\n}\n");
    for text in [
        "",
        "HTTP/2.0",
        "HTTP/2.0 x\n\n",
        "HTTP/2.0 200 OK\nx\n\n",
        "HTTP/2.0 200 OK\n",
    ] {
        assert!(parse("x".to_owned(), text.as_bytes()).is_none(), "{text}");
    }
}
