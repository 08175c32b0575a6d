//! Every small example ends well, in an environment of its own. The example with arguments,
//! `push_migration`, has tests of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn every_example_ends_well() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    // Test programs are in `deps`, beside which Cargo has put the examples.
    let this = std::env::current_exe().unwrap();
    let built = this.ancestors().nth(2).unwrap().join("examples");
    let mut names: Vec<_> = fs::read_dir(sources)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().unwrap().to_owned())
        .collect();
    names.sort();
    assert!(names.len() >= 6, "{names:?}");
    for name in names {
        let program = built
            .join(&name)
            .with_extension(std::env::consts::EXE_EXTENSION);
        assert!(
            program.exists(),
            "{} is not built: run `cargo test --package atlas-client`, which builds the examples",
            program.display()
        );
        let output = Command::new(&program).env_clear().output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name:?}: {error}");
        assert!(!output.stdout.is_empty(), "{name:?} prints nothing");
        let printed = [output.stdout, output.stderr].concat();
        // What every secret of the mock server holds.
        let printed = String::from_utf8_lossy(&printed);
        assert!(!printed.contains("0ddba11c"), "{name:?} prints a secret");
    }
}
