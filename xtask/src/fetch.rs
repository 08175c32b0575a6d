//! Reads published documents from a file, standard input, or a URL. The only module of this
//! workspace's tools that uses the network.
//!
//! A document is complete or an error: a response without a detectable end is rejected, since
//! truncated YAML is still YAML. Documents may be compressed by gzip.

use std::io::Read;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use atlas_gen::{Error, Result, Source};
use flate2::read::MultiGzDecoder;
use reqwest::blocking::Client;
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING,
};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Url, Version};
use sha2::{Digest, Sha256};

use crate::files::{self, LIMIT};

/// The timeouts for connecting and for the whole transfer.
const CONNECT: Duration = Duration::from_secs(10);
const TOTAL: Duration = Duration::from_secs(120);
const REDIRECTS: usize = 5;

/// A document and its recorded origin.
pub struct Fetched {
    pub source: Source,
    /// The name of its file, without a directory.
    pub file: String,
    /// The SHA-256 of its bytes, uncompressed, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// Reads the document at `from`: a URL, `-` for standard input, or the path of a file.
pub fn fetch(from: &str) -> Result<Fetched> {
    let (name, file, bytes) = if from == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().take(LIMIT + 1).read_to_end(&mut bytes);
        let name = "standard input".to_owned();
        read.map_err(|error| failed(&name, format!("cannot be read: {error}")))?;
        (name, "stdin".to_owned(), bytes)
    } else if from.contains("://") {
        download(from)?
    } else {
        let path = Path::new(from);
        let bytes = files::bytes(path, from)?;
        let file = path.file_name().unwrap_or(path.as_os_str());
        (from.to_owned(), file.to_string_lossy().into_owned(), bytes)
    };
    let (bytes, file) = if is_gzip(&bytes) {
        let whole = unpacked(&bytes)
            .map_err(|error| failed(&name, format!("is no whole gzip file: {error}")))?;
        let file = file.strip_suffix(".gz").unwrap_or(&file).to_owned();
        (whole, file)
    } else {
        (bytes, file)
    };
    let bytes = files::within_limit(bytes, &name)?;
    let digest = Sha256::digest(&bytes);
    let sha256 = digest.iter().map(|b| format!("{b:02x}")).collect();
    let source = files::text(bytes, &name)?;
    // YAML and JSON do not begin like this, and the parser's message for it is misleading.
    if source.text.trim_start().starts_with('<') {
        return Err(failed(
            &name,
            "is a web page or the like; an OpenAPI document is expected",
        ));
    }
    Ok(Fetched {
        source,
        file,
        sha256,
    })
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

fn unpacked(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    let mut decoder = MultiGzDecoder::new(bytes).take(LIMIT + 1);
    decoder.read_to_end(&mut whole).map(|_| whole)
}

/// Downloads a document; returns its name in errors, the name of the file, and the content.
fn download(from: &str) -> Result<(String, String, Vec<u8>)> {
    // A URL may contain secrets, and an invalid one does not show where.
    let url = Url::parse(from)
        .map_err(|error| Error::new(format!("the URL of the document is none: {error}")))?;
    let name = shown(&url);
    if !url.username().is_empty() || url.password().is_some() {
        return Err(failed(&name, "must not hold a user name or a password"));
    }
    if !is_safe(&url) {
        return Err(failed(&name, "only https is taken, or http on loopback"));
    }
    let mut client = Client::builder()
        .user_agent(concat!("atlas-client-xtask/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        // Decompressed here: after automatic decompression it is unknown whether the length was
        // declared.
        .no_gzip()
        .redirect(Policy::custom(redirect));
    if is_loopback(&url) {
        client = client.no_proxy();
    }
    let wrap = |error: reqwest::Error| failed(&name, reason(error));
    let client = client.build().map_err(wrap)?;
    let response = client
        .get(url.clone())
        .header(ACCEPT_ENCODING, "gzip")
        .send()
        .map_err(wrap)?;
    if !response.status().is_success() {
        let status = response.status();
        return Err(failed(
            &name,
            format!("answered {status}; a document is expected"),
        ));
    }
    let has = |name: HeaderName, value: &str| {
        let found = response.headers().get(name);
        found.is_some_and(|found| found.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
    };
    let is_packed = has(CONTENT_ENCODING, "gzip") || has(CONTENT_ENCODING, "x-gzip");
    let is_measured = response.headers().contains_key(CONTENT_LENGTH)
        || has(TRANSFER_ENCODING, "chunked")
        || response.version() >= Version::HTTP_2;
    let mut bytes = Vec::new();
    let broke_off =
        |error: &dyn std::error::Error| failed(&name, format!("broke off: {}", causes(error)));
    response
        .take(LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| broke_off(&error))?;
    // A compressed document and one in JSON show truncation themselves.
    if !is_measured && !is_gzip(&bytes) && !bytes.starts_with(b"{") {
        return Err(failed(
            &name,
            "the server does not tell how long the document is, so that one cut short would pass \
             for whole; get it by other means, and name the file",
        ));
    }
    if is_packed {
        bytes = unpacked(&bytes).map_err(|error| broke_off(&error))?;
    }
    let mut segments = url.path_segments().into_iter().flatten();
    let file = segments.next_back().filter(|last| !last.is_empty());
    Ok((name, file.unwrap_or("document").to_owned(), bytes))
}

/// Returns the URL without possible secrets.
fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    format!("{}://{host}{port}{}", url.scheme(), url.path())
}

fn is_safe(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Follows a redirect, but never from https to another scheme.
fn redirect(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let was_https = attempt.previous().iter().any(|url| url.scheme() == "https");
    let to = shown(attempt.url());
    if attempt.previous().len() > REDIRECTS {
        attempt.error("too many redirections")
    } else if !is_safe(attempt.url()) || (was_https && attempt.url().scheme() != "https") {
        attempt.error(format!("sent on to {to}, where only https is followed"))
    } else {
        attempt.follow()
    }
}

/// Returns all causes of a failure, without the URL.
fn reason(error: reqwest::Error) -> String {
    format!("cannot be fetched: {}", causes(&error.without_url()))
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

fn failed(name: &str, message: impl Into<String>) -> Error {
    Error::new(message).in_file(name)
}
