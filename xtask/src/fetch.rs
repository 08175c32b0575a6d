//! Reads published documents from a file, standard input, or a URL.
//!
//! A document is complete or an error: a response without a detectable end is rejected, since
//! truncated YAML is still YAML. Documents may be compressed by gzip.

#[cfg(feature = "download")]
mod download;
#[cfg(any(not(feature = "download"), test))]
#[cfg_attr(
    feature = "download",
    allow(
        dead_code,
        reason = "the full program does not rerun itself; only tests use it there"
    )
)]
mod rerun;

use std::io::Read;
use std::path::Path;

use atlas_gen::{Error, Result, Source};
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::files::{self, LIMIT};

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
    if from.is_empty() {
        return Err(Error::new(
            "the name of the document is empty; give a file, `-` or a URL",
        ));
    }
    let (name, file, bytes) = read(from)?;
    let (bytes, file) = if is_gzip(&bytes) {
        let whole = unpacked(&bytes)
            .map_err(|error| failed(&name, format!("is not a complete gzip file: {error}")))?;
        let file = file.strip_suffix(".gz").unwrap_or(&file).to_owned();
        (whole, file)
    } else {
        (bytes, file)
    };
    let bytes = files::within_limit(bytes, &name)?;
    let digest = Sha256::digest(&bytes);
    let sha256 = digest.iter().map(|b| format!("{b:02x}")).collect();
    let source = files::text(bytes, &name)?;
    // Neither YAML nor JSON begins like this, and the parser's message would be misleading.
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

/// Returns the name of a document in errors, the name of its file, and its content.
#[cfg(feature = "download")]
fn read(from: &str) -> Result<(String, String, Vec<u8>)> {
    if from == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().take(LIMIT + 1).read_to_end(&mut bytes);
        let name = "standard input".to_owned();
        read.map_err(|error| failed(&name, format!("cannot be read: {error}")))?;
        Ok((name, "stdin".to_owned(), bytes))
    } else if from.contains("://") {
        download::download(from)
    } else {
        read_file(from)
    }
}

/// Reads a small file, and reruns the task in the full program for anything that may be a whole
/// published document. Returns the same as the variant above.
#[cfg(not(feature = "download"))]
fn read(from: &str) -> Result<(String, String, Vec<u8>)> {
    if rerun::takes(from) {
        Err(rerun::rerun())
    } else {
        read_file(from)
    }
}

fn read_file(from: &str) -> Result<(String, String, Vec<u8>)> {
    let path = Path::new(from);
    let bytes = files::bytes(path, from)?;
    let file = path.file_name().unwrap_or(path.as_os_str());
    Ok((from.to_owned(), file.to_string_lossy().into_owned(), bytes))
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

fn unpacked(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    let mut decoder = MultiGzDecoder::new(bytes).take(LIMIT + 1);
    decoder.read_to_end(&mut whole).map(|_| whole)
}

fn failed(name: &str, message: impl Into<String>) -> Error {
    Error::new(message).in_file(name)
}
