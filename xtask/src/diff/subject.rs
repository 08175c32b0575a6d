//! Resolves an argument to the document that it names, with everything that determines its client.
//!
//! It knows files, URLs and revisions, not what is compared.

use std::path::Path;

use atlas_gen::config::{self, Vendor};
use atlas_gen::{Error, Result, Source};

use crate::codegen::{CORRECTIONS, DOCUMENT, VENDOR};
use crate::fetch::fetch;
use crate::files;
use crate::git::{Commit, Git};

/// A document to compare.
pub struct Subject {
    /// Its name in reports.
    pub label: String,
    /// Its text.
    pub document: Source,
    /// The inputs of its client, if it is a workspace's fragment.
    pub fragment: Option<Fragment>,
}

/// The files beside the fragment.
#[derive(Default)]
pub struct Fragment {
    /// The corrections to it.
    pub corrections: Option<Source>,
    /// The selection and the pin.
    pub vendor: Option<Vendor>,
}

/// Reads the fragment of the working tree.
pub fn working_tree(root: &Path) -> Result<Subject> {
    let optional = |name: &str| {
        let path = root.join(name);
        path.exists().then(|| files::read(&path, name)).transpose()
    };
    Ok(Subject {
        label: DOCUMENT.to_owned(),
        document: files::read(&root.join(DOCUMENT), DOCUMENT)?,
        fragment: Some(fragment(optional(CORRECTIONS)?, optional(VENDOR)?)?),
    })
}

/// Reads the fragment at the merge base with the main branch.
pub fn merge_base(git: &Git) -> Result<Subject> {
    let (commit, branch) = git.merge_base()?;
    let place = format!("{} (merge base of HEAD and {branch})", commit.short());
    fragment_of(git, &commit, &place)
}

/// Reads the document that `argument` names: an existing file, a URL, otherwise the fragment of a
/// revision (`REVISION`) or any file of one (`REVISION:PATH`).
pub fn named(root: &Path, git: &Git, argument: &str) -> Result<Subject> {
    let path = Path::new(argument);
    if path.is_file() {
        return file(root, path, argument);
    }
    // No revision contains these characters.
    if argument.contains("://") {
        let document = fetch(argument)?.source;
        return Ok(Subject {
            label: document.name.clone(),
            document,
            fragment: None,
        });
    }
    let neither = |why: &str| {
        let what = if path.is_dir() {
            "is a directory"
        } else {
            "is not a file"
        };
        Error::new(format!(
            "`{argument}` {what} and not a revision of git: {why}"
        ))
    };
    let found = git.commit(argument.split(':').next().unwrap_or(argument));
    let (revision, path) = match argument.split_once(':') {
        Some((revision, path)) => (revision, Some(path)),
        None => (argument, None),
    };
    let commit = match found {
        _ if revision.is_empty() && path.is_some() => Commit::index(),
        Ok(Some(commit)) => commit,
        Ok(None) => return Err(neither(&format!("there is no commit called `{revision}`"))),
        Err(error) => return Err(neither(error.message())),
    };
    let place = if revision.is_empty() {
        "the index".to_owned()
    } else if commit.short().starts_with(revision) {
        commit.short().to_owned()
    } else {
        format!("{revision} ({})", commit.short())
    };
    match path {
        None => fragment_of(git, &commit, &place),
        Some(path) if is_fragment(git, path)? => fragment_of(git, &commit, &place),
        Some(path) => Ok(Subject {
            label: format!("{path} at {place}"),
            document: git.file(&commit, path, argument)?,
            fragment: None,
        }),
    }
}

fn file(root: &Path, path: &Path, argument: &str) -> Result<Subject> {
    let same = |a: &Path, b: &Path| match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    };
    if same(path, &root.join(DOCUMENT)) {
        return working_tree(root);
    }
    Ok(Subject {
        label: argument.to_owned(),
        document: files::read(path, argument)?,
        fragment: None,
    })
}

fn is_fragment(git: &Git, path: &str) -> Result<bool> {
    let relative = path.strip_prefix("./") == Some(DOCUMENT);
    Ok(relative || path == format!("{}{DOCUMENT}", git.prefix()?))
}

fn fragment_of(git: &Git, commit: &Commit, place: &str) -> Result<Subject> {
    let read = |name: &str| git.file(commit, &format!("./{name}"), &format!("{name} at {place}"));
    Ok(Subject {
        label: format!("{DOCUMENT} at {place}"),
        document: read(DOCUMENT)?,
        // For a revision without these files, the client is generated without them.
        fragment: Some(fragment(read(CORRECTIONS).ok(), read(VENDOR).ok())?),
    })
}

fn fragment(corrections: Option<Source>, vendor: Option<Source>) -> Result<Fragment> {
    Ok(Fragment {
        corrections,
        vendor: vendor.as_ref().map(config::read).transpose()?,
    })
}
