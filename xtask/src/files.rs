//! Reading inputs and writing file sets; no other module of this crate touches the disk.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use atlas_gen::{Error, Result, Source};

/// How many bytes an input may have; Atlas's own document has four million.
pub const LIMIT: u64 = 64 << 20;

/// The root of the workspace that the current directory is in: the nearest directory upwards that
/// holds one of `marks`.
///
/// The checkout that this program was built in does not count, so that a copied program, or one that
/// is called by its path, works on the checkout that its user stands in.
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

/// Reads the file at `path`, which errors call `name`.
pub fn read(path: &Path, name: &str) -> Result<Source> {
    text(bytes(path, name)?, name)
}

/// Reads the bytes of the file at `path`, which errors call `name`: no more than [`LIMIT`], since
/// not every file has an end.
pub fn bytes(path: &Path, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
        .map_err(|error| failed("cannot be read", name, &error))?;
    within_limit(bytes, name)
}

/// Refuses more bytes than an input may have.
pub fn within_limit(bytes: Vec<u8>, name: &str) -> Result<Vec<u8>> {
    if bytes.len() as u64 > LIMIT {
        let limit = LIMIT >> 20;
        return Err(
            Error::new(format!("is longer than {limit} MiB, too long for an input")).in_file(name),
        );
    }
    Ok(bytes)
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
///
/// Where `dir` is a symbolic link, the directory that it leads to is replaced, and the link stays. A
/// link among the files is refused: it would be lost.
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

/// The directory that `dir` is, or leads to as a symbolic link.
fn behind_link(dir: &Path) -> Result<PathBuf> {
    if !dir.is_symlink() {
        return Ok(dir.to_path_buf());
    }
    dir.canonicalize().map_err(|_| {
        Error::new("is a symbolic link that leads nowhere; remove it, or mend it")
            .in_file(&dir.display().to_string())
    })
}

/// Refuses symbolic links below `dir`.
fn refuse_links(dir: &Path) -> Result<()> {
    let shown = dir.display().to_string();
    let wrap = |error: io::Error| failed("cannot be read", &shown, &error);
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        // What is no directory is refused by those who want one.
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
    Error::new("is a symbolic link, which would be lost; put what it leads to in its place")
        .in_file(&path.display().to_string())
}

/// Puts `files` into `dir`, which stays as it is otherwise: all of them or none, as
/// [`replace_all`] does. Other links in `dir` stay; one in the place of a file is refused.
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
        .prefix(".new-")
        .tempdir_in(parent)
        .map_err(wrap)?;
    copy_all(&dir, fresh.path()).map_err(wrap)?;
    for (name, text) in files {
        fs::write(fresh.path().join(name), text).map_err(wrap)?;
    }
    exchange(fresh.path(), &dir).map_err(wrap)
}

/// Copies what is in `from` to `to`, which is there already, permissions included. `to` stands
/// beside `from`, so that links lead from there to where they did.
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

/// Writes one file, whole or not at all. Where `path` is a symbolic link, what it leads to is
/// written; what is no file, such as a pipe, is written to as it is.
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
