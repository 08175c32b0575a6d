//! Reads input files, and writes file sets as a whole or not at all.
//!
//! It must not know what the files contain.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use atlas_gen::{Error, Result, Source};

/// The maximal size of an input in bytes; Atlas's own document has four million.
pub const LIMIT: u64 = 64 << 20;

/// The names of temporary files and directories begin with this.
const FRESH: &str = ".new-";

/// Returns the root of the workspace that contains the current directory: the nearest ancestor that
/// holds one of `marks`.
///
/// The checkout that this program was built in is ignored, so that a copied program, or one that is
/// called by its path, works on the user's current checkout.
///
/// # Errors
/// There is no such directory.
pub fn workspace_root(marks: &[&str]) -> Result<PathBuf> {
    let here = std::env::current_dir()
        .map_err(|error| Error::new(format!("the current directory cannot be read: {error}")))?;
    let is_root = |dir: &&Path| marks.iter().any(|mark| dir.join(mark).is_file());
    here.ancestors()
        .find(is_root)
        .map(Path::to_path_buf)
        .ok_or_else(|| {
            Error::new(format!(
                "{} is in no checkout of this workspace, which holds {}; go to one",
                here.display(),
                marks.join(", ")
            ))
        })
}

/// Reads the file at `path`; errors call it `name`.
pub fn read(path: &Path, name: &str) -> Result<Source> {
    text(bytes(path, name)?, name)
}

/// Reads the bytes of the file at `path`, at most [`LIMIT`], since not every file has an end;
/// errors call it `name`.
pub fn bytes(path: &Path, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
        .map_err(|error| failed("cannot be read", name, &error))?;
    within_limit(bytes, name)
}

/// Rejects inputs above the size limit.
pub fn within_limit(bytes: Vec<u8>, name: &str) -> Result<Vec<u8>> {
    if bytes.len() as u64 > LIMIT {
        let limit = LIMIT >> 20;
        return Err(
            Error::new(format!("is longer than {limit} MiB, too long for an input")).in_file(name),
        );
    }
    Ok(bytes)
}

/// Decodes `bytes` as UTF-8; errors call them `name`.
pub fn text(bytes: Vec<u8>, name: &str) -> Result<Source> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(name, text)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..valid]
                .iter()
                .filter(|b| **b == b'\n')
                .count()
                + 1;
            Err(Error::new("is not valid UTF-8").in_file(name).on_line(line))
        }
    }
}

/// Returns the texts of all files below `dir`, by their path relative to it with `/` as separator.
/// Empty if the directory does not exist.
pub fn read_all(dir: &Path) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    collect(dir, "", &mut found)?;
    Ok(found)
}

fn collect(dir: &Path, prefix: &str, found: &mut BTreeMap<String, String>) -> Result<()> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound && prefix.is_empty() => return Ok(()),
        Err(error) => return Err(failed("cannot be read", &dir.display().to_string(), &error)),
    };
    for entry in entries {
        let entry =
            entry.map_err(|error| failed("cannot be read", &dir.display().to_string(), &error))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if path.is_dir() {
            collect(&path, &format!("{name}/"), found)?;
        } else {
            // A binary file is not a generated file; its content does not matter.
            let bytes = fs::read(&path).map_err(|error| failed("cannot be read", &name, &error))?;
            found.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(())
}

/// Replaces the contents of `dir` by exactly `files`: the whole set or, on failure, none of it.
///
/// The set is written beside `dir` first; then the two directories are exchanged atomically, so
/// that a killed run leaves either the old or the new set. If the system has no such exchange, it
/// takes two renames, between which the old set is beside `dir` with the suffix `.old`.
///
/// If `dir` is a symbolic link, its target is replaced, and the link stays. A link among the files
/// is rejected: it would be lost.
pub fn replace_all(dir: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    let shown = dir.display().to_string();
    let dir = &behind_link(dir)?;
    refuse_links(dir)?;
    let parent = dir
        .parent()
        .ok_or_else(|| Error::new(format!("`{shown}` has no parent directory")))?;
    let wrap = |what: &str| {
        let (what, shown) = (what.to_owned(), shown.clone());
        move |error: io::Error| failed(&what, &shown, &error)
    };
    fs::create_dir_all(parent).map_err(wrap("cannot be created"))?;
    let fresh = tempfile::Builder::new()
        .prefix(FRESH)
        .tempdir_in(parent)
        .map_err(wrap("cannot be written"))?;
    for (name, text) in files {
        let path = fresh.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(wrap("cannot be written"))?;
        }
        fs::write(&path, text).map_err(wrap("cannot be written"))?;
    }
    // A temporary directory is private; checked-in files are not.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(fresh.path(), fs::Permissions::from_mode(0o755))
            .map_err(wrap("cannot be written"))?;
    }
    if !dir.exists() {
        let fresh = fresh.keep();
        return fs::rename(&fresh, dir).map_err(|error| {
            let _ = fs::remove_dir_all(&fresh);
            wrap("cannot be replaced")(error)
        });
    }
    if !dir.is_dir() {
        return Err(Error::new("is not a directory; remove it").in_file(&shown));
    }
    // The old set is then in the temporary directory and is deleted with it.
    exchange(fresh.path(), dir).map_err(wrap("cannot be replaced"))
}

/// Returns `dir`, or its target if it is a symbolic link.
fn behind_link(dir: &Path) -> Result<PathBuf> {
    if !dir.is_symlink() {
        return Ok(dir.to_path_buf());
    }
    dir.canonicalize().map_err(|_| {
        Error::new("is a broken symbolic link; remove or repair it")
            .in_file(&dir.display().to_string())
    })
}

/// Rejects symbolic links below `dir`.
fn refuse_links(dir: &Path) -> Result<()> {
    let shown = dir.display().to_string();
    let wrap = |error: io::Error| failed("cannot be read", &shown, &error);
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        // Callers that need a directory reject anything else.
        Err(_) => return Ok(()),
    };
    for entry in entries {
        let entry = entry.map_err(wrap)?;
        let kind = entry.file_type().map_err(wrap)?;
        if kind.is_symlink() {
            return Err(lost_link(&entry.path()));
        }
        if kind.is_dir() {
            refuse_links(&entry.path())?;
        }
    }
    Ok(())
}

fn lost_link(path: &Path) -> Error {
    Error::new("is a symbolic link that would be overwritten; replace it with its target")
        .in_file(&path.display().to_string())
}

/// Adds `files` to `dir` and keeps its other files: all of them or none, like [`replace_all`].
/// Other links in `dir` are kept; one in the place of a file is rejected.
pub fn replace_some(dir: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    let shown = dir.display().to_string();
    let wrap = |error: io::Error| failed("cannot be written", &shown, &error);
    for name in files.keys() {
        let path = dir.join(name);
        if path.is_symlink() {
            return Err(lost_link(&path));
        }
    }
    let dir = behind_link(dir)?;
    let parent = dir.parent().unwrap_or(&dir);
    let fresh = tempfile::Builder::new()
        .prefix(FRESH)
        .tempdir_in(parent)
        .map_err(wrap)?;
    copy_all(&dir, fresh.path()).map_err(wrap)?;
    for (name, text) in files {
        fs::write(fresh.path().join(name), text).map_err(wrap)?;
    }
    exchange(fresh.path(), &dir).map_err(wrap)
}

/// Copies the contents of `from` to `to`, which exists, including permissions. `to` is beside
/// `from`, so that relative links stay valid.
fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        #[cfg(unix)]
        if entry.file_type()?.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path())?, target)?;
            continue;
        }
        if entry.path().is_dir() {
            fs::create_dir(&target)?;
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    fs::set_permissions(to, fs::metadata(from)?.permissions())
}

/// Exchanges two directories, atomically if the system supports it.
fn exchange(fresh: &Path, dir: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, fresh, CWD, dir, RenameFlags::EXCHANGE) {
            // Not every file system supports it.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            done => return done.map_err(io::Error::from),
        }
    }
    let aside = dir.with_extension("old");
    fs::rename(dir, &aside)?;
    if let Err(error) = fs::rename(fresh, dir) {
        // The old set is restored before the error is reported.
        let _ = fs::rename(&aside, dir);
        return Err(error);
    }
    fs::remove_dir_all(&aside)
}

/// Writes `files` of a crate to `dir`: `src/generated` is replaced as a whole, each other file is
/// written, and what else is there is kept.
pub fn replace_crate(dir: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    let generated = "src/generated";
    let mut sources = BTreeMap::new();
    let mut others = Vec::new();
    for (path, text) in files {
        match Path::new(path).strip_prefix(generated) {
            Ok(inner) => {
                sources.insert(inner.display().to_string(), text.clone());
            }
            Err(_) => others.push((path, text)),
        }
    }
    // A directory or a broken link in place of a file is found before anything is replaced.
    for (path, _) in &others {
        let path = dir.join(path);
        if behind_link(&path)?.is_dir() {
            let shown = path.display().to_string();
            return Err(Error::new("is a directory where a file has to be").in_file(&shown));
        }
    }
    remove_leftovers(&dir.join("src"))?;
    remove_leftovers(dir)?;
    replace_all(&dir.join(generated), &sources)?;
    for (path, text) in others {
        write(&dir.join(path), text)?;
    }
    Ok(())
}

/// Returns whether a killed run left the file or directory called `name`.
fn is_leftover(name: &OsStr) -> bool {
    let name = name.to_str().and_then(|name| name.strip_prefix(FRESH));
    // As `tempfile` completes names.
    name.is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Removes what killed runs left in `dir`.
fn remove_leftovers(dir: &Path) -> Result<()> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| is_leftover(&entry.file_name())) {
        let path = entry.path();
        let removed = match entry.file_type() {
            Ok(kind) if kind.is_dir() => fs::remove_dir_all(&path),
            _ => fs::remove_file(&path),
        };
        removed
            .map_err(|error| failed("cannot be removed", &path.display().to_string(), &error))?;
    }
    Ok(())
}

/// Returns whether a crate may be written to `dir`, because it is missing or empty, beside what a
/// killed run left.
pub fn is_vacant(dir: &Path) -> bool {
    let is_ours = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
        is_leftover(&name) || name == "src" && is_dir && is_vacant(&entry.path())
    };
    match fs::read_dir(dir) {
        Ok(mut entries) => entries.all(|entry| entry.is_ok_and(is_ours)),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// Writes one file, completely or not at all. If `path` is a symbolic link, its target is written;
/// anything but a file, such as a pipe, is written to directly.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let shown = path.display().to_string();
    let wrap = |error: io::Error| failed("cannot be written", &shown, &error);
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        let mut there = fs::OpenOptions::new()
            .write(true)
            .open(path)
            .map_err(wrap)?;
        return there.write_all(text.as_bytes()).map_err(wrap);
    }
    let path = &behind_link(path)?;
    let dir = match path.parent() {
        Some(dir) if dir != Path::new("") => dir,
        _ => Path::new("."),
    };
    let file = tempfile::Builder::new()
        .prefix(FRESH)
        .tempfile_in(dir)
        .map_err(wrap)?;
    fs::write(file.path(), text).map_err(wrap)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).map_err(wrap)?;
    }
    file.persist(path).map_err(|error| wrap(error.error))?;
    Ok(())
}

fn failed(what: &str, name: &str, error: &io::Error) -> Error {
    Error::new(format!("{what}: {error}")).in_file(name)
}
