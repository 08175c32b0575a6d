//! Invalid input: a one-line error with its location, exit status 2, and no file is written.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Scene;
use crate::workspace::{CORRECTIONS, DOCUMENT, VENDOR};

#[test]
fn an_invalid_document_changes_no_file() {
    let scene = Scene::new();
    let good = scene.text();
    let cut_off = &good[..good.find("  securitySchemes:").expect("the end") - 20];
    for (text, said) in [
        (String::new(), "published.yaml: the document is empty"),
        (
            good.replace("  title: ", "  title: : "),
            "published.yaml:3: not valid YAML",
        ),
        (
            "<!DOCTYPE html>\n<html></html>\n".to_owned(),
            "published.yaml: is a web page or the like",
        ),
        (
            "just words\n".to_owned(),
            "published.yaml:1: an OpenAPI document must be a map",
        ),
        (
            good.replace("3.0.1", "3.1.0"),
            "published.yaml:1: /openapi: OpenAPI version `3.1.0` cannot be read",
        ),
        (good.replace("  schemas:", "  schemata:"), "leads nowhere"),
        (
            good.replace("operationId: get", "operationId: 1get"),
            "gives no Rust name",
        ),
        (format!("{cut_off}\n  }}"), "published.yaml:"),
        (
            good.replace("Cloud Migration Service", "Cloud Migration"),
            "did you mean `Cloud Migration`?",
        ),
        (
            good.replace("  title: ", "  titel: "),
            "`title` is missing or not a string",
        ),
    ] {
        assert_ne!(text, good, "{said}");
        scene.copy.write("published.yaml", &text);
        let before = scene.files();
        scene.refused(&scene.vendor(&[]), &before, said);
        scene.refused(&scene.vendor(&["--dry-run"]), &before, said);
    }
    scene.copy.write("published.yaml", b"a: \xff\n");
    let before = scene.files();
    scene.refused(
        &scene.vendor(&[]),
        &before,
        "published.yaml:1: is not valid UTF-8",
    );
}

#[test]
fn a_document_that_expands_without_limit_is_rejected() {
    let scene = Scene::new();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&[b' '; 1 << 20]).expect("compressed");
    let bomb = gzip.finish().expect("compressed").repeat(65);
    assert!(bomb.len() < 1 << 20);
    scene.copy.write("bomb.gz", bomb);
    let before = scene.files();
    let run = scene.vendor_from("bomb.gz", &[]);
    scene.refused(&run, &before, "bomb.gz: is longer than 64 MiB");
}

#[cfg(unix)]
#[test]
fn an_endless_file_is_rejected() {
    let scene = Scene::new();
    let before = scene.files();
    let said = "error: /dev/zero: is longer than 64 MiB";
    scene.refused(&scene.vendor_from("/dev/zero", &[]), &before, said);
    for args in [
        &["codegen", "--spec", "/dev/zero", "--out", "out"][..],
        &["versions", "--spec", "/dev/zero"],
        &["diff", "--ignore", "/dev/zero", DOCUMENT, DOCUMENT],
    ] {
        scene.refused(&scene.run(args), &before, said);
    }
}

/// Nested anchors, each of which repeats the inner ones.
#[cfg(target_os = "linux")]
#[test]
fn nested_anchors_need_little_memory() {
    let scene = Scene::new();
    let open: String = (0..90).map(|i| format!("&a{i} [")).collect();
    let text = format!("x: {open}{}{}\n", "x,".repeat(100_000), "]".repeat(90));
    scene.copy.write("anchors.yaml", text);
    let before = scene.files();
    let output = std::process::Command::new("sh")
        .args([
            "-c",
            "ulimit -v 400000; exec \"$0\" vendor --from anchors.yaml",
        ])
        .arg(env!("CARGO_BIN_EXE_xtask"))
        .current_dir(scene.copy.path(""))
        .output()
        .expect("a shell");
    let run = crate::workspace::Run::of(output);
    scene.refused(
        &run,
        &before,
        "anchors.yaml:1: `openapi` is missing or not a string",
    );
}

#[test]
fn a_missing_tag_or_operation_is_named() {
    let scene = Scene::new();
    let before = scene.files();
    let refused = |args: &[&str], said| scene.refused(&scene.vendor(args), &before, said);
    refused(
        &["--tag", "Cloud Migratoin Service"],
        "did you mean `Cloud Migration Service`?",
    );
    refused(
        &["--operation", "getGroupLiveMigrations"],
        "did you mean `getGroupLiveMigration`?",
    );
    let missing = scene.vendor_from("nowhere.yaml", &[]);
    scene.refused(&missing, &before, "error: nowhere.yaml: cannot be read: ");
    let folder = scene.vendor_from("openapi", &[]);
    scene.refused(&folder, &before, "error: openapi: cannot be read: ");
}

#[test]
fn invalid_inputs_of_the_workspace_are_named() {
    for (file, text, said) in [
        (VENDOR, "[select", "openapi/vendor.toml:1: "),
        (
            CORRECTIONS,
            "a: b: c",
            "openapi/corrections.yaml:1: not valid YAML",
        ),
        (
            DOCUMENT,
            "a: b: c",
            "openapi/atlas-v2.yaml:1: not valid YAML",
        ),
    ] {
        let scene = Scene::new();
        scene.copy.write(file, text);
        let before = scene.files();
        scene.refused(&scene.vendor(&[]), &before, said);
    }
    let scene = Scene::new();
    fs::remove_file(scene.copy.path(VENDOR)).expect("removed");
    let before = scene.files();
    scene.refused(
        &scene.vendor(&[]),
        &before,
        "openapi/vendor.toml: cannot be read: ",
    );
}

#[test]
fn arguments_that_make_no_sense_exit_with_2() {
    let scene = Scene::new();
    let before = scene.files();
    for args in [
        &["vendor"][..],
        &["vendor", "--from"],
        &["vendor", "--from", "published.yaml", "--prose", "mine"],
        &["vendor", "--from", "published.yaml", "--all", "--tag", "x"],
    ] {
        let run = scene.run(args);
        assert_eq!(run.status, Some(2), "{args:?}: {run:?}");
        assert!(!run.stderr.is_empty(), "{args:?}");
    }
    assert_eq!(scene.files(), before);
}
