//! Uses two generated slices and the client's own operations in one program. One client serves all
//! of them, with both kinds of credentials.
//!
//! The embedded Atlas runs in this process. The program is a separate crate that is built offline
//! with the locked versions of this workspace and depends only on `atlas-client`, the two slices
//! and Tokio.

mod odd_slices;
mod paged_slice;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use atlas_client::mock::{Atlas, Principal};
use atlas_gen::output::features::feature;
use atlas_gen::output::package::{CLIENT_FEATURE, Package, Runtime, operation_ids, slice};
use atlas_gen::{Source, load, output};

use crate::all_of_atlas::full_document::{cargo, deny_warnings, generated, scratch, write_crate};
use crate::generated::workspace;
use crate::scene::{Way, linked};

/// Link tokens, and a list that the other slice and the client also have.
const LINKS: &str = r#"
openapi: 3.0.3
info: {title: Links of this test, version: "1"}
paths:
  /api/atlas/v2/orgs/{orgId}/liveMigrations/linkTokens:
    post:
      operationId: makeLink
      tags: [Links]
      parameters: [{$ref: '#/components/parameters/org'}]
      requestBody:
        required: true
        content: {application/vnd.atlas.2023-01-01+json: {schema: {$ref: '#/components/schemas/LinkRequest'}}}
      responses:
        "200": {description: Made, content: {application/vnd.atlas.2023-01-01+json: {schema: {$ref: '#/components/schemas/NewLink'}}}}
  /api/atlas/v2/orgs/{orgId}/liveMigrations/availableProjects:
    get:
      operationId: listOrgLiveMigrationAvailableProjects
      tags: [Links]
      parameters: [{$ref: '#/components/parameters/org'}]
      responses:
        "200":
          description: The names of what is linked
          content: {application/vnd.atlas.2023-01-01+json: {schema: {type: array, items: {$ref: '#/components/schemas/Named'}}}}
components:
  parameters:
    org: {name: orgId, in: path, required: true, schema: {type: string, pattern: '^([a-f0-9]{24})$'}}
  schemas:
    ApiError: {type: object, properties: {detail: {type: string}}}
    LinkRequest:
      type: object
      properties:
        accessListIps: {type: array, items: {type: string}}
    NewLink:
      type: object
      required: [linkToken]
      properties:
        linkToken: {type: string}
    Named:
      type: object
      required: [name]
      properties:
        name: {type: string}
"#;

/// Sources of migrations, and the validation of a migration.
const SOURCES: &str = r#"
openapi: 3.0.3
info: {title: Sources of this test, version: "1"}
paths:
  /api/atlas/v2/orgs/{orgId}/liveMigrations/availableProjects:
    get:
      operationId: listOrgLiveMigrationAvailableProjects
      tags: [Sources]
      parameters: [{name: orgId, in: path, required: true, schema: {type: string, pattern: '^([a-f0-9]{24})$'}}]
      responses:
        "200":
          description: The projects
          content: {application/vnd.atlas.2023-01-01+json: {schema: {type: array, items: {$ref: '#/components/schemas/SourceProject'}}}}
  /api/atlas/v2/groups/{groupId}/liveMigrations/validate/{validationId}:
    get:
      operationId: readCheck
      # A tag of the other slice, too.
      tags: [Links]
      parameters:
        - {name: groupId, in: path, required: true, schema: {type: string, pattern: '^([a-f0-9]{24})$'}}
        - {name: validationId, in: path, required: true, schema: {type: string, pattern: '^([a-f0-9]{24})$'}}
      responses:
        "200": {description: The check, content: {application/vnd.atlas.2023-01-01+json: {schema: {$ref: '#/components/schemas/Check'}}}}
components:
  schemas:
    ApiError: {type: object, properties: {detail: {type: string}}}
    SourceProject:
      type: object
      required: [projectId, migrationHosts]
      properties:
        projectId: {type: string, pattern: '^([a-f0-9]{24})$'}
        migrationHosts: {type: array, items: {type: string}}
    Check:
      type: object
      properties:
        status: {type: string, enum: [PENDING, SUCCESS, FAILED]}
"#;

/// The program's manifest, without TLS: the embedded Atlas uses plain HTTP.
const MANIFEST: &str = r#"[package]
name = "all-in-one"
version = "0.0.0"
edition = "2024"

[workspace]
resolver = "3"
members = ["atlas-links", "atlas-sources"]

[features]
default = ["fragment"]
fragment = ["atlas-client/cloud-migration-service"]

[dependencies]
atlas-client = { path = "RUNTIME", default-features = false }
atlas-links = { path = "atlas-links", default-features = false }
atlas-sources = { path = "atlas-sources", default-features = false }
tokio = { version = "1", features = ["macros", "rt"] }

[[bin]]
name = "all-in-one"
path = "src/main.rs"
required-features = ["fragment"]
"#;

/// Calls operations of both slices and of the client, and one that no crate defines, with one
/// client.
const MAIN: &str = r#"#![deny(warnings)]

use atlas_client::operation::{Call, Operation};
use atlas_client::serde_json::Value;
use atlas_client::types::{Destination, LiveMigrationRequest, Source};
use atlas_client::{Bytes, Client, Credentials, Error, HeaderMap, Method, ObjectId, StatusCode, Url};
use atlas_links::prelude::*;
use atlas_sources::prelude::*;

static UNLISTED: Operation = Operation::new(
    "countSources",
    Method::GET,
    "/api/atlas/v2/orgs/{orgId}/liveMigrations/availableProjects",
    "application/vnd.atlas.2023-01-01+json",
);

/// Types of the runtime are the same, whichever crate names them.
fn same(client: &atlas_links::Client, id: &ObjectId) -> Result<atlas_sources::Client, atlas_links::Error> {
    let _: &atlas_sources::atlas_client::ObjectId = id;
    Ok(client.clone())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), atlas_sources::Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, kind, user, secret, org, project, cluster] = arguments.as_slice() else {
        panic!("{arguments:?}");
    };
    let credentials = match kind.as_str() {
        "ServiceAccount" => Credentials::service_account(user, secret),
        _ => Credentials::api_key(user, secret),
    };
    let client = Client::builder().base_url(url).credentials(credentials).build()?;
    let (org, project): (ObjectId, ObjectId) = (org.parse()?, project.parse()?);
    let client = same(&client, &org)?;

    let request = atlas_links::types::LinkRequest::builder().access_list_ips(["192.0.2.1"]).build()?;
    let link = client.make_link().org_id(&org).body(request).send().await?;
    assert!(!link.link_token.expose().is_empty());

    // All three crates have this operation: the client's method takes precedence over the traits'.
    let own: atlas_client::builder::ListOrgLiveMigrationAvailableProjects<'_> =
        client.list_org_live_migration_available_projects();
    assert_eq!(own.org_id(&org).send().await?.len(), 1);
    let named = atlas_links::operations::ClientLinksExt::list_org_live_migration_available_projects(&client);
    assert_eq!(named.org_id(&org).send().await?[0].name, "Source");
    let sources = atlas_sources::operations::ClientSourcesExt::list_org_live_migration_available_projects(&client);
    let sources = sources.org_id(&org).send().await?;
    let source = &sources[0];

    let request = LiveMigrationRequest::builder()
        .source(
            Source::builder()
                .group_id(&source.project_id)
                .cluster_name(cluster)
                .managed_authentication(true)
                .ssl(true),
        )
        .destination(
            Destination::builder()
                .group_id(&project)
                .cluster_name("destination")
                .hostname_schema_type("PUBLIC"),
        )
        .migration_hosts(source.migration_hosts.clone())
        .build()?;
    let check = client.validate_group_live_migrations().group_id(&project).body(request).send().await?;
    let id = check.id.clone().expect("an id");
    let check = client.read_check().group_id(&project).validation_id(&id).send().await?;
    assert_eq!(check.status, Some(atlas_sources::types::CheckStatus::Success));

    let mut call = Call::new(&client, &UNLISTED);
    call.path("orgId", &org);
    let count = call.send::<Value>().await?;
    assert_eq!(count.as_array().map(Vec::len), Some(1));

    // By default `serde_json` loses the last digit. Tests of the client itself cannot see that: another
    // crate that they depend on turns exact floats on.
    let float: f64 = atlas_client::serde_json::from_str("0.0012342315789473687").expect("a number");
    assert_eq!(float.to_string(), "0.0012342315789473687");

    // A failure is the same type for all. What it shows of other crates is named through this one.
    let stranger = "0123456789abcdef01234567";
    let failed: [Error; 2] = [
        client.read_check().group_id(stranger).validation_id(&id).send().await.expect_err("a failure"),
        client.get_group_live_migration().group_id(stranger).live_migration_id(&id).send().await.expect_err("a failure"),
    ];
    for error in &failed {
        let (status, headers): (Option<StatusCode>, Option<&HeaderMap>) = (error.status(), error.headers());
        assert_eq!(status, Some(StatusCode::NOT_FOUND));
        assert!(headers.is_some_and(|headers| headers.contains_key("date")));
    }
    let _: (&Url, Bytes) = (client.base_url(), Bytes::from_static(b""));
    println!("called all");
    Ok(())
}
"#;

/// Without the client's own operations, the method of the only imported trait is called.
const WITHOUT: &str = r#"#![deny(warnings)]
use atlas_links::prelude::*;

fn main() {
    let client = atlas_links::Client::builder().build().unwrap();
    let call: atlas_links::builder::ListOrgLiveMigrationAvailableProjects<'_> =
        client.list_org_live_migration_available_projects();
    let _ = call;
}
"#;

/// The method is ambiguous between two imported traits.
const AMBIGUOUS: &str = r#"use atlas_links::prelude::*;
use atlas_sources::prelude::*;

fn main() {
    let client = atlas_links::Client::builder().build().unwrap();
    let _ = client.list_org_live_migration_available_projects();
}
"#;

/// The directory of the program, which is written once.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let dir = scratch().join("slices");
    let mut files = BTreeMap::from([
        ("src/main.rs".to_owned(), MAIN.to_owned()),
        ("examples/without.rs".to_owned(), WITHOUT.to_owned()),
        ("examples/ambiguous.rs".to_owned(), AMBIGUOUS.to_owned()),
        ("examples/unlisted.rs".to_owned(), unlisted()),
    ]);
    let runtime = workspace().join("atlas-client");
    let runtime = runtime.to_str().expect("a path in UTF-8");
    files.insert(
        "Cargo.toml".to_owned(),
        MANIFEST.replace("RUNTIME", runtime),
    );
    for (name, document) in [("atlas-links", LINKS), ("atlas-sources", SOURCES)] {
        for (path, text) in slice_of(name, document, runtime) {
            files.insert(format!("{name}/{path}"), text);
        }
    }
    write_crate(&dir, &files);
    dir
});

/// Returns the files of a slice of all of `document`, which denies warnings.
pub fn slice_of(name: &str, document: &str, runtime: &str) -> BTreeMap<String, String> {
    let source = Source::new(format!("{name}.yaml"), document.to_owned());
    package_of(name, &generated(&source), runtime)
}

/// Returns the files of a slice that denies warnings.
fn package_of(name: &str, output: &output::Output, runtime: &str) -> BTreeMap<String, String> {
    let own = workspace().join("atlas-client/mock/src/generated/operations.json");
    let own = operation_ids(&fs::read_to_string(own).expect("the client's operations"));
    assert_eq!(own.len(), 8);
    let package = Package {
        name,
        description: "A slice of this test",
        runtime: &Runtime::Path(runtime.to_owned()),
        client_operations: &own,
        command: "cargo test",
        in_workspace: true,
        licences: &[("LICENSE-MIT", "MIT\n".to_owned())],
        manifest: None,
    };
    let mut files = slice(output, &package).expect("a slice");
    deny_warnings(&mut files);
    files
}

/// The example in the docs of `Operation`, which depends on `atlas-client` only.
fn unlisted() -> String {
    let page = workspace().join("atlas-client/src/operation/description.rs");
    let page = fs::read_to_string(page).expect("the page");
    let (_, rest) = page.split_once("/// ```no_run\n").expect("an example");
    let (example, _) = rest.split_once("/// ```\n").expect("its end");
    let lines = example
        .lines()
        .map(|line| line.trim_start_matches("///").trim_start_matches(' '));
    let lines: Vec<&str> = lines.collect();
    format!(
        "{}\n\nfn main() {{\n    let _ = app_name;\n}}\n",
        lines.join("\n")
    )
}

pub fn target() -> PathBuf {
    scratch().join("target")
}

/// Builds the program and denies warnings.
fn program() -> PathBuf {
    cargo(&PROGRAM, &target(), &["build"], "RUSTFLAGS", "");
    target().join("debug/all-in-one")
}

fn run(program: &Path, atlas: &Atlas, way: Way) -> Output {
    let (user, secret) = match way {
        Way::ApiKey => (atlas.public_key(), atlas.private_key()),
        Way::ServiceAccount => (atlas.client_id(), atlas.client_secret()),
    };
    Command::new(program)
        .args([&atlas.base_url(), &format!("{way:?}"), user, secret])
        .args([atlas.org_id(), atlas.project_id(), atlas.source_cluster()])
        .stdin(Stdio::null())
        .output()
        .expect("the program")
}

#[test]
fn one_client_serves_two_slices_and_its_own_operations_with_one_token() {
    let program = program();
    for way in Way::ALL {
        let atlas = linked().linked(false).start();
        let output = run(&program, &atlas, way);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{way:?}: {stderr}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "called all\n");

        let counters = atlas.counters();
        let (tokens, challenges, principal) = match way {
            Way::ApiKey => (0, 1, Principal::ApiKey),
            Way::ServiceAccount => (1, 0, Principal::ServiceAccount),
        };
        assert_eq!(counters.tokens_minted, tokens, "{way:?}");
        assert_eq!(counters.challenges, challenges, "{way:?}");
        let asked = atlas.requests();
        let proven = asked
            .iter()
            .filter(|request| request.principal == Some(principal));
        // One link token, three lists, a validation that is started and polled, an operation that
        // no crate defines, two failures.
        assert_eq!(proven.count(), 9, "{asked:#?}");
        assert_eq!(asked.len(), 10, "{asked:#?}");
    }
    let lock = fs::read_to_string(PROGRAM.join("Cargo.lock")).expect("the lock file");
    assert_eq!(lock.matches("name = \"atlas-client\"").count(), 1);
    assert_eq!(lock.matches("name = \"reqwest\"").count(), 1);
}

#[test]
fn a_slice_documents_itself_and_its_pages_compile() {
    let slices = ["--package", "atlas-links", "--package", "atlas-sources"];
    let with = |first: &[&'static str]| [first, &slices[..]].concat();
    cargo(
        &PROGRAM,
        &target(),
        &with(&["doc", "--no-deps"]),
        "RUSTDOCFLAGS",
        "-D warnings",
    );
    cargo(
        &PROGRAM,
        &target(),
        &with(&["test", "--doc"]),
        "RUSTDOCFLAGS",
        "",
    );
    let list = [
        "package",
        "--list",
        "--allow-dirty",
        "--package",
        "atlas-links",
    ];
    let listed = said(&list);
    let listed: BTreeSet<&str> = listed.lines().collect();
    for file in [
        "LICENSE-MIT",
        "README.md",
        "src/generated/types.rs",
        "src/lib.rs",
    ] {
        assert!(listed.contains(file), "{file}: {listed:?}");
    }
}

#[test]
fn an_operation_that_several_crates_have_is_called_by_its_trait() {
    let readme = fs::read_to_string(PROGRAM.join("atlas-links/README.md")).expect("a README");
    let call = "atlas_links::operations::ClientLinksExt::list_org_live_migration_available_projects(&client)";
    assert!(readme.contains(call), "{readme}");
    assert!(!readme.contains("`makeLink`"), "{readme}");

    let check = |example| ["check", "--no-default-features", "--example", example];
    cargo(&PROGRAM, &target(), &check("without"), "RUSTFLAGS", "");
    let refused = said(&check("ambiguous"));
    assert!(
        refused.contains("error[E0034]: multiple applicable items in scope"),
        "{refused}"
    );
}

#[test]
fn operations_that_no_crate_defines_can_be_called_by_the_runtime() {
    let check = ["check", "--no-default-features", "--example", "unlisted"];
    cargo(&PROGRAM, &target(), &check, "RUSTFLAGS", "");
}

#[test]
fn the_client_names_its_feature_as_slices_name_that_of_the_tag() {
    let read = |file: &str| fs::read_to_string(workspace().join(file)).expect(file);
    let document = Source::new("the fragment", read("openapi/atlas-v2.yaml"));
    let document = load::load(&document).expect("a document");
    let tags = document["tags"].as_array().expect("tags");
    let tags: Vec<String> = tags
        .iter()
        .filter_map(|tag| Some(feature(tag["name"].as_str()?)))
        .collect();
    assert_eq!(tags, [CLIENT_FEATURE]);
    let manifest = read("atlas-client/Cargo.toml");
    assert!(manifest.contains(&format!("default = [\"rustls\", \"{CLIENT_FEATURE}\"]")));
    assert!(manifest.contains(&format!("\n{CLIENT_FEATURE} = []\n")));
}

/// Returns cargo's messages about the program, whether it succeeds or not.
fn said(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(args)
        .args(["--offline", "--quiet"])
        .current_dir(&*PROGRAM)
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("RUSTFLAGS", "")
        .stdin(Stdio::null())
        .output()
        .expect("cargo");
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&text).into_owned()
}
