//! A git repository with the inputs of this workspace.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::workspace::{DOCUMENT, Run, Workspace};

/// A repository with one commit on its branch `main`.
pub struct Repository(pub Workspace);

/// Returns whether git is missing; then tests report it and end.
pub fn no_git() -> bool {
    let none = Command::new("git").arg("--version").output().is_err();
    if none {
        println!("skipped: there is no git");
    }
    none
}

impl Repository {
    pub fn new() -> Self {
        let repository = Self(Workspace::copy());
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.commit("first");
        repository
    }

    pub fn root(&self) -> PathBuf {
        self.0.path("")
    }

    /// Runs git and returns its output.
    pub fn git(&self, args: &[&str]) -> String {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=nobody",
                "-c",
                "user.email=nobody@example.com",
            ])
            .args(["-c", "commit.gpgsign=false"])
            .args(args)
            .current_dir(self.root())
            .output()
            .expect("git runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {args:?}: {stderr}");
        String::from_utf8(output.stdout)
            .expect("text")
            .trim()
            .to_owned()
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// Edits the fragment in the working tree.
    pub fn edit(&self, edit: fn(&str) -> String) {
        self.0.write(DOCUMENT, edit(&self.0.read(DOCUMENT)));
    }

    /// Writes the fragment after `edit` to a file beside it.
    pub fn variant(&self, name: &str, edit: fn(&str) -> String) {
        self.0.write(name, edit(&self.0.read(DOCUMENT)));
    }

    pub fn diff(&self, args: &[&str]) -> Run {
        self.diff_with(args, &[])
    }

    /// Runs the program with additional environment variables.
    pub fn diff_with(&self, args: &[&str], variables: &[(&str, &OsStr)]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("diff")
            .args(args)
            .envs(variables.iter().copied())
            .current_dir(self.root())
            .output()
            .expect("the program runs");
        Run::of(output)
    }

    /// Returns the JSON report without its Rust part.
    pub fn report(&self, args: &[&str]) -> Value {
        let mut all = vec!["--no-rust", "--format", "json", "--fail-on", "never"];
        all.extend(args);
        let run = self.diff(&all);
        assert_eq!(run.status, Some(0), "{run:?}");
        serde_json::from_str(&run.stdout).expect("JSON")
    }

    /// Returns the ids of the findings.
    pub fn ids(&self, args: &[&str]) -> Vec<String> {
        let report = self.report(args);
        let findings = report["findings"].as_array().expect("findings");
        let ids = findings.iter().filter_map(|finding| finding["id"].as_str());
        ids.map(str::to_owned).collect()
    }
}

fn once(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from:?} in the fragment");
    text.replacen(from, to, 1)
}

/// Makes the source's certificate authority required: breaking.
pub fn breaking(text: &str) -> String {
    once(
        text,
        "        - ssl\n      properties:\n        caCertificatePath:",
        "        - ssl\n        - caCertificatePath\n      properties:\n        caCertificatePath:",
    )
}

/// Removes the source's certificate authority from requests: a warning.
pub fn warning(text: &str) -> String {
    let start = text.find("        caCertificatePath:").expect("a member");
    let end = text[start..]
        .find("        clusterName:")
        .expect("a member");
    format!("{}{}", &text[..start], &text[start + end..])
}

/// Removes the status of an expired migration: compatible.
pub fn compatible(text: &str) -> String {
    once(
        text,
        "            - COMPLETE\n            - EXPIRED\n",
        "            - COMPLETE\n",
    )
}

pub const BREAKING: &str = "request-property-became-required";
pub const WARNING: &str = "request-property-removed";
pub const COMPATIBLE: &str = "response-property-enum-value-removed";
