//! Copies the inputs and outputs of `codegen`, and runs the program on the copy.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use tempfile::TempDir;

pub const DOCUMENT: &str = "openapi/atlas-v2.yaml";
pub const CORRECTIONS: &str = "openapi/corrections.yaml";
pub const VENDOR: &str = "openapi/vendor.toml";
pub const GENERATED: &str = "atlas-client/src/generated";
pub const TABLES: &str = "atlas-client/mock/src/generated";

/// Returns the root of the real workspace.
pub fn real() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("a workspace").to_path_buf()
}

/// Runs the program on the workspace at `root`.
pub fn xtask(root: &Path, args: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(args)
        .current_dir(root)
        .output()
        .expect("the program runs");
    Run::of(output)
}

/// The result of a run of the program.
#[derive(Debug)]
pub struct Run {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// A copy of the inputs and the generated files, in a temporary directory.
pub struct Workspace(TempDir);

impl Workspace {
    pub fn copy() -> Self {
        let copy = Self(tempfile::tempdir().expect("a directory"));
        for dir in ["openapi", GENERATED, TABLES] {
            fs::create_dir_all(copy.path(dir)).expect("a directory");
            for entry in fs::read_dir(real().join(dir)).expect("a directory") {
                let entry = entry.expect("an entry");
                let to = copy.path(dir).join(entry.file_name());
                fs::copy(entry.path(), to).expect("a copy");
            }
        }
        copy
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub fn codegen(&self) -> Run {
        xtask(self.0.path(), &["codegen"])
    }

    pub fn check(&self) -> Run {
        xtask(self.0.path(), &["codegen", "--check"])
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("a text")
    }

    pub fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(file), text).expect("a file");
    }

    /// Returns the contents of all files below `atlas-client`.
    pub fn sources(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        self.files("atlas-client")
    }

    /// Returns the contents of all files below `dir`.
    pub fn files(&self, dir: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut open = vec![self.path(dir)];
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(&dir).expect("a directory") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let content = fs::read(&path).expect("a file");
                    found.insert(path, content);
                }
            }
        }
        found
    }

    /// Returns the paths of the generated files, relative to the workspace.
    pub fn generated(&self) -> Vec<String> {
        let mut files = Vec::new();
        for dir in [GENERATED, TABLES] {
            for entry in fs::read_dir(self.path(dir)).expect("a directory") {
                let name = entry.expect("an entry").file_name();
                files.push(format!("{dir}/{}", name.to_str().expect("a name")));
            }
        }
        files.sort();
        files
    }
}
