//! Downloads a published document. The only module of this workspace's tools that uses the
//! network.

use std::io::Read;
use std::net::IpAddr;
use std::time::Duration;

use atlas_gen::{Error, Result};
use reqwest::blocking::Client;
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING,
};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Url, Version};

use super::{failed, is_gzip, unpacked};
use crate::files::LIMIT;

/// The timeouts for connecting and for the whole transfer.
const CONNECT: Duration = Duration::from_secs(10);
const TOTAL: Duration = Duration::from_secs(120);
const REDIRECTS: usize = 5;

/// Downloads a document; returns its name in errors, the name of the file, and the content.
pub fn download(from: &str) -> Result<(String, String, Vec<u8>)> {
    // A URL may contain secrets, and an invalid one does not show where.
    let url =
        Url::parse(from).map_err(|error| Error::new(format!("invalid document URL: {error}")))?;
    let name = shown(&url);
    if !url.username().is_empty() || url.password().is_some() {
        return Err(failed(&name, "must not hold a user name or a password"));
    }
    if !is_safe(&url) {
        return Err(failed(&name, "must use https, or http on loopback"));
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
    let broke_off = |error: &dyn std::error::Error| {
        failed(&name, format!("download interrupted: {}", causes(error)))
    };
    response
        .take(LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| broke_off(&error))?;
    // A compressed document and one in JSON show truncation themselves.
    if !is_measured && !is_gzip(&bytes) && !bytes.starts_with(b"{") {
        return Err(failed(
            &name,
            "the server does not declare the length, so a truncated document could not be \
             detected; download it another way and pass the file",
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
