//! Reruns a task in the full program: optimized, and with a client for HTTP.
//!
//! The alias `cargo xtask` builds without optimization and without an HTTP client: this takes a
//! quarter of the build time and is enough for the vendored fragment, but not for a whole document
//! of Atlas.

use std::ffi::OsString;
use std::process::Command;

use atlas_gen::Error;

/// A document of at least this many bytes may be a whole one; the vendored fragment is a fifth of
/// it.
const LARGE: u64 = 256 * 1024;

/// Returns whether the document at `from` needs the full program, without reading it.
pub fn takes(from: &str) -> bool {
    let is_large = || std::fs::metadata(from).is_ok_and(|it| it.len() >= LARGE);
    from == "-" || from.contains("://") || is_large()
}

/// Ends this process with the exit status of the full program for the same arguments. Returns only
/// if that cannot be started.
pub fn rerun() -> Error {
    err_line!("a whole document: running the optimized xtask, which is built once");
    let error = run(&mut command(std::env::args_os().skip(1)));
    Error::new(format!("the optimized xtask cannot be started: {error}"))
}

/// Returns the command of the full program, in the checkout around the current directory.
fn command(args: impl Iterator<Item = OsString>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--release", "--package", "xtask", "--"]);
    command.args(args);
    command
}

/// Replaces this process by the program, so that signals reach it.
#[cfg(unix)]
fn run(command: &mut Command) -> std::io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

#[cfg(not(unix))]
fn run(command: &mut Command) -> std::io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(2)),
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_documents_and_possible_ones_need_the_full_program() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap();
        file.as_file().set_len(LARGE - 1).unwrap();
        assert!(!takes(path));
        file.as_file().set_len(LARGE).unwrap();
        assert!(takes(path));
        assert!(takes("-"));
        assert!(takes("https://example.com/openapi.yaml"));
        assert!(!takes("HEAD~1"));
    }

    #[test]
    fn the_full_program_gets_the_same_arguments() {
        let args = ["vendor", "--from", "a b.yaml"].map(OsString::from);
        let command = command(args.into_iter());
        let args: Vec<_> = command.get_args().collect();
        let expected = ["run", "--release", "--package", "xtask", "--"];
        assert_eq!(args[..5], expected);
        assert_eq!(args[5..], ["vendor", "--from", "a b.yaml"]);
    }
}
