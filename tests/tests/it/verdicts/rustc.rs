//! Compiles generated clients, and programs that use them, by calling rustc directly, with a
//! runtime that cargo has checked once.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::all_of_atlas::full_document::{cargo, scratch, write_crate};
use crate::generated::workspace;
use crate::slices::target;
use crate::verdicts::user::Program;

/// The manifest of a crate with the dependencies of generated code. It has the features of the
/// slices in other tests, so that the runtime is compiled only once.
const MANIFEST: &str = r#"[package]
name = "verdicts"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
atlas-client = { path = "RUNTIME", default-features = false }
serde = { version = "1.0", features = ["derive"] }
serde_json = "1.0"
tokio = { version = "1", features = ["macros", "rt"] }
"#;

/// The crate root of a client. It includes the generated files as `atlas-client` does.
const ROOT: &str = r"
extern crate self as atlas_client;

mod generated;

pub use atlas_runtime::*;
pub use generated::{builder, operations, types};

#[derive(Clone, Debug)]
pub struct Client(atlas_runtime::Client);

impl std::ops::Deref for Client {
    type Target = atlas_runtime::Client;

    fn deref(&self) -> &atlas_runtime::Client {
        &self.0
    }
}
";

/// The crates that cargo has checked.
pub struct Rustc {
    /// The paths of the crates' metadata, by crate name.
    crates: BTreeMap<&'static str, PathBuf>,
}

/// A compiled client, in a temporary directory.
pub struct Compiled(tempfile::TempDir);

/// The errors of rustc about a program.
#[derive(Default)]
pub struct Refused {
    /// The numbers of the lines with errors.
    pub lines: BTreeSet<usize>,
    /// The error messages.
    pub errors: String,
}

impl Rustc {
    /// Checks the runtime by cargo.
    pub fn new() -> Self {
        let runtime = workspace().join("atlas-client");
        let runtime = runtime.to_str().expect("a path in UTF-8");
        let files = [
            ("Cargo.toml", MANIFEST.replace("RUNTIME", runtime)),
            ("src/lib.rs", String::new()),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text));
        let dir = scratch().join("verdicts");
        write_crate(&dir, &files.into());
        let check = ["check", "--message-format", "json"];
        let told = cargo(&dir, &target(), &check, "RUSTFLAGS", "");
        let mut crates = BTreeMap::new();
        for line in told.lines() {
            let message: Value = serde_json::from_str(line).expect("JSON");
            // Crates that are compiled for build scripts have several files. Only checked ones are
            // needed.
            let Some([Value::String(file)]) = message["filenames"].as_array().map(Vec::as_slice)
            else {
                continue;
            };
            let name = match message["target"]["name"].as_str() {
                Some("atlas_client") => "atlas_runtime",
                Some("serde") => "serde",
                Some("serde_json") => "serde_json",
                _ => continue,
            };
            crates.insert(name, PathBuf::from(file));
        }
        assert_eq!(crates.len(), 3, "{crates:?}");
        Self { crates }
    }

    /// Compiles a client from its generated files.
    pub fn client(&self, files: &BTreeMap<String, String>) -> Compiled {
        let dir = tempfile::tempdir_in(scratch()).expect("a directory");
        fs::create_dir(dir.path().join("generated")).expect("a directory");
        for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".rs")) {
            fs::write(dir.path().join("generated").join(name), text).expect("a file");
        }
        self.compile(dir.path(), "api", ROOT, None)
            .unwrap_or_else(|errors| panic!("the generated code does not compile:\n{errors}"));
        Compiled(dir)
    }

    /// Compiles a program against a client, repeatedly and each time without the lines that failed:
    /// rustc does not check types as long as names are missing.
    pub fn program(&self, client: &Compiled, program: &Program) -> Refused {
        // Several programs are compiled against one client at the same time.
        let dir = tempfile::tempdir_in(scratch()).expect("a directory");
        let api = client.0.path().join("libapi.rmeta");
        let mut refused = Refused::default();
        loop {
            let text = program.text(&refused.lines);
            let Err(errors) = self.compile(dir.path(), "program", &text, Some(&api)) else {
                return refused;
            };
            let before = refused.lines.len();
            let lines = errors.lines().filter_map(line_of);
            refused
                .lines
                .extend(lines.filter(|line| program.used(*line).is_some()));
            assert!(
                refused.lines.len() > before,
                "what uses nothing does not compile: {errors}"
            );
            refused.errors.push_str(&errors);
        }
    }

    fn compile(
        &self,
        dir: &Path,
        name: &str,
        text: &str,
        api: Option<&Path>,
    ) -> Result<(), String> {
        let source = format!("{name}.rs");
        fs::write(dir.join(&source), text).expect("a file");
        let dependencies = self.crates["serde"].parent().expect("a directory");
        let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        command
            .args(["--edition=2024", "--crate-type=lib", "--emit=metadata"])
            .args(["--cap-lints=allow", "--error-format=short"])
            .args(["--crate-name", name, &source, "-L"])
            .arg(option("dependency=", dependencies))
            .current_dir(dir)
            .stdin(Stdio::null());
        let crates = self.crates.iter().map(|(name, path)| (*name, &**path));
        for (name, path) in crates.chain(api.map(|path| ("api", path))) {
            let named = option(&format!("{name}="), path);
            command.arg("--extern").arg(named);
        }
        let output = command.output().expect("rustc");
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }
}

/// Returns the line, counted from 0, of an error: `FILE:LINE:COLUMN: error..`.
fn line_of(error: &str) -> Option<usize> {
    let line: usize = error.split(':').nth(1)?.parse().ok()?;
    line.checked_sub(1)
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}
