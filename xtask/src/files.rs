//! Reading inputs and writing file sets; no other module of this crate touches the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use atlas_gen::{Error, Result, Source};

/// The root of the workspace.
///
/// Cargo says where this crate's manifest is when it runs it, so that a moved or copied checkout
/// works on itself.
pub fn workspace_root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest
        .parent()
        .map_or(manifest.clone(), Path::to_path_buf)
}

/// Reads the file at `path`, which errors call `name`.
pub fn read(path: &Path, name: &str) -> Result<Source> {
    let bytes = fs::read(path).map_err(|error| failed("cannot be read", name, &error))?;
    text(bytes, name)
}

/// Takes `bytes` for a text, which errors call `name`.
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
            Err(Error::new("is no UTF-8 text").in_file(name).on_line(line))
        }
    }
}

/// The texts of all files below `dir`, by their path relative to it with `/` between the parts.
/// None if there is no such directory.
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
            // A file that is no text is no generated file; its content does not matter then.
            let bytes = fs::read(&path).map_err(|error| failed("cannot be read", &name, &error))?;
            found.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(())
}

/// Makes `dir` hold exactly `files`: the whole set or, when something fails, what was there.
///
/// The set is written beside `dir` first; then the two exchange their names in one step, so that a
/// run which is killed leaves the one or the other. Where the system has no such step it takes two
/// renames, between which the old set stands beside `dir` with `.old` after its name.
pub fn replace_all(dir: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    let shown = dir.display().to_string();
    let parent = dir
        .parent()
        .ok_or_else(|| Error::new(format!("`{shown}` has no parent directory")))?;
    let wrap = |what: &str| {
        let (what, shown) = (what.to_owned(), shown.clone());
        move |error: io::Error| failed(&what, &shown, &error)
    };
    fs::create_dir_all(parent).map_err(wrap("cannot be made"))?;
    let fresh = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(parent)
        .map_err(wrap("cannot be written"))?;
    for (name, text) in files {
        let path = fresh.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(wrap("cannot be written"))?;
        }
        fs::write(&path, text).map_err(wrap("cannot be written"))?;
    }
    // A temporary directory is private; what is checked in is not.
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
        return Err(Error::new("is no directory; remove it").in_file(&shown));
    }
    // What was there ends up in the temporary directory and goes with it.
    exchange(fresh.path(), dir).map_err(wrap("cannot be replaced"))
}

/// Puts `files` into `dir`, which stays as it is otherwise: all of them or none, as
/// [`replace_all`] does.
pub fn replace_some(dir: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    let shown = dir.display().to_string();
    let wrap = |error: io::Error| failed("cannot be written", &shown, &error);
    // What a link points at is exchanged, not the link.
    let dir = dir.canonicalize().map_err(wrap)?;
    let parent = dir.parent().unwrap_or(&dir);
    let fresh = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(parent)
        .map_err(wrap)?;
    copy_all(&dir, fresh.path()).map_err(wrap)?;
    for (name, text) in files {
        fs::write(fresh.path().join(name), text).map_err(wrap)?;
    }
    exchange(fresh.path(), &dir).map_err(wrap)
}

/// Copies what is in `from` to `to`, which is there already, permissions included.
fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target)?;
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    fs::set_permissions(to, fs::metadata(from)?.permissions())
}

/// Lets two directories take each other's names, at once where the system can do so.
fn exchange(fresh: &Path, dir: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, fresh, CWD, dir, RenameFlags::EXCHANGE) {
            // Not every file system knows it.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            done => return done.map_err(io::Error::from),
        }
    }
    let aside = dir.with_extension("old");
    fs::rename(dir, &aside)?;
    if let Err(error) = fs::rename(fresh, dir) {
        // What was there goes back before anyone is told.
        let _ = fs::rename(&aside, dir);
        return Err(error);
    }
    fs::remove_dir_all(&aside)
}

/// Makes `dir` a crate of `files`. What a build left there (`target`, `Cargo.lock`) stays.
pub fn replace_crate(dir: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    let mut sources = BTreeMap::new();
    let mut others = Vec::new();
    for (path, text) in files {
        match path.strip_prefix("src/") {
            Some(path) => {
                sources.insert(path.to_owned(), text.clone());
            }
            None => others.push((path, text)),
        }
    }
    replace_all(&dir.join("src"), &sources)?;
    for (path, text) in others {
        write(&dir.join(path), text)?;
    }
    Ok(())
}

/// Writes one file, whole or not at all.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let wrap = |error: io::Error| failed("cannot be written", &path.display().to_string(), &error);
    let dir = path.parent().unwrap_or_else(|| Path::new("."));
    let file = tempfile::NamedTempFile::new_in(dir).map_err(wrap)?;
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
