//! Git queries on this workspace: revisions, the files in them, and the merge base.
//!
//! It runs the `git` program, which is available wherever there is a clone. A library (gix) would
//! read repositories without it, but adds about a hundred crates to the build, and would have to
//! support every kind of repository (shallow, partial, worktree) that git itself does.
//!
//! No shell is involved. A revision that begins with `-` is rejected, since git would parse it as
//! an option.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use atlas_gen::{Error, Result, Source};

use crate::files;

/// The possible names of the main branch, the most specific first.
const MAIN: [(&str, &str); 4] = [
    ("origin/HEAD", "refs/remotes/origin/HEAD"),
    ("origin/main", "refs/remotes/origin/main"),
    ("main", "refs/heads/main"),
    ("master", "refs/heads/master"),
];

/// The number of digits of a commit hash that are shown.
const SHOWN: usize = 12;

/// The repository that contains a workspace.
pub struct Git {
    root: PathBuf,
}

/// A commit by its full hash; the empty hash is the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit(String);

impl Commit {
    /// Returns the first digits of the hash.
    pub fn short(&self) -> &str {
        self.0.get(..SHOWN).unwrap_or(&self.0)
    }

    /// Returns the index, which holds the staged files.
    pub fn index() -> Self {
        Self(String::new())
    }
}

impl Git {
    /// Creates a handle for the repository around the workspace at `root`, if there is one.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Returns the commit that `revision` names; `None` if git does not find it.
    ///
    /// # Errors
    /// There is no git, the workspace is not in a repository, or `revision` begins with `-`.
    pub fn commit(&self, revision: &str) -> Result<Option<Commit>> {
        if revision.starts_with('-') {
            return Err(Error::new(format!(
                "`{revision}` begins with `-`, so it is not a revision; to name a file, write \
                 `./{revision}`"
            )));
        }
        let wanted = format!("{revision}^{{commit}}");
        match self.run(&["rev-parse", "--verify", "--quiet", &wanted])? {
            Ok(name) => Ok(Some(Commit(text(&name)))),
            Err(_) => self.must_be_a_repository().map(|()| None),
        }
    }

    /// Returns the file at `path` in `commit`; a path that begins with `./` is relative to the
    /// workspace, any other to the root of the repository.
    ///
    /// # Errors
    /// There is no such file, or it is not text. Errors call it `name`.
    pub fn file(&self, commit: &Commit, path: &str, name: &str) -> Result<Source> {
        let object = format!("{}:{path}", commit.0);
        match self.run(&["cat-file", "blob", &object])? {
            Ok(bytes) => files::text(bytes, name),
            Err(said) => Err(Error::new(format!("there is no such file ({said})")).in_file(name)),
        }
    }

    /// Returns the path of the workspace in the repository: empty at its root, otherwise
    /// `path/to/it/`.
    pub fn prefix(&self) -> Result<String> {
        let prefix = self.run(&["rev-parse", "--show-prefix"])?;
        Ok(prefix.map_or_else(|_| String::new(), |prefix| text(&prefix)))
    }

    /// Returns the newest common commit of HEAD and the main branch, and the name of that branch.
    ///
    /// # Errors
    /// There is no commit, no main branch, or no common commit, as in a shallow clone.
    pub fn merge_base(&self) -> Result<(Commit, &'static str)> {
        let hint = "name a document or a revision to compare with";
        if self.commit("HEAD")?.is_none() {
            return Err(Error::new(format!(
                "the repository has no commit yet; {hint}"
            )));
        }
        for (name, reference) in MAIN {
            if self.commit(reference)?.is_none() {
                continue;
            }
            return match self.run(&["merge-base", "HEAD", reference])? {
                Ok(commit) => Ok((Commit(text(&commit)), name)),
                Err(_) if self.is_shallow()? => Err(Error::new(format!(
                    "HEAD and {name} have no commit in common in this shallow clone; `git fetch \
                     --unshallow` gets their history, or {hint}"
                ))),
                Err(_) => Err(Error::new(format!(
                    "HEAD and {name} have no commit in common; {hint}"
                ))),
            };
        }
        let tried: Vec<&str> = MAIN.iter().map(|(name, _)| *name).collect();
        Err(Error::new(format!(
            "there is no main branch (tried {}); {hint}",
            tried.join(", ")
        )))
    }

    fn is_shallow(&self) -> Result<bool> {
        let answer = self.run(&["rev-parse", "--is-shallow-repository"])?;
        Ok(answer.is_ok_and(|answer| text(&answer) == "true"))
    }

    fn must_be_a_repository(&self) -> Result<()> {
        match self.run(&["rev-parse", "--git-dir"])? {
            Ok(_) => Ok(()),
            Err(said) => Err(Error::new(format!(
                "the workspace is in no git repository that can be read ({said})"
            ))),
        }
    }

    /// Runs git and returns its output, or its message if it fails.
    ///
    /// # Errors
    /// It cannot be run.
    fn run(&self, args: &[&str]) -> Result<Result<Vec<u8>, String>> {
        let output = Command::new("git")
            .args(args)
            .current_dir(&self.root)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| Error::new(format!("git cannot be run: {error}")))?;
        if output.status.success() {
            return Ok(Ok(output.stdout));
        }
        let said = text(&output.stderr);
        let said = said.lines().next().unwrap_or("it does not say why");
        Ok(Err(format!("git: {}", said.trim_start_matches("fatal: "))))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}
