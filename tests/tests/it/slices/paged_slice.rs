//! A slice with a paginated list, which a program reads as streams: from the embedded Atlas, which
//! requires authentication, and from a server with several pages.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use atlas_client::mock::httpmock::{Method::GET, MockServer};
use serde_json::json;

use crate::all_of_atlas::full_document::{cargo, scratch, write_crate};
use crate::generated::workspace;
use crate::scene::{Way, linked};
use crate::slices::{slice_of, target};

/// The list of linked projects in an envelope, which the embedded Atlas returns as one page.
const PROJECTS: &str = r#"
openapi: 3.0.3
info: {title: Lists of this test, version: "1"}
paths:
  /api/atlas/v2/orgs/{orgId}/liveMigrations/availableProjects:
    get:
      operationId: listProjects
      tags: [Projects]
      parameters:
        - {name: orgId, in: path, required: true, schema: {type: string, pattern: '^([a-f0-9]{24})$'}}
        - {name: envelope, in: query, schema: {type: boolean}}
        - {name: itemsPerPage, in: query, schema: {type: integer, minimum: 1, maximum: 500}}
        - {name: pageNum, in: query, schema: {type: integer, minimum: 1}}
      responses:
        "200": {description: A page, content: {application/vnd.atlas.2023-01-01+json: {schema: {$ref: '#/components/schemas/PaginatedProject'}}}}
components:
  schemas:
    ApiError: {type: object, properties: {detail: {type: string}}}
    PaginatedProject:
      type: object
      required: [results]
      properties:
        links: {type: array, items: {$ref: '#/components/schemas/Link'}}
        results: {type: array, items: {$ref: '#/components/schemas/Project'}}
        totalCount: {type: integer, format: int32}
    Project: {type: object, required: [name], properties: {name: {type: string}}}
    Link: {type: object, properties: {href: {type: string}, rel: {type: string}}}
"#;

const MANIFEST: &str = r#"[package]
name = "paged"
version = "0.0.0"
edition = "2024"

[workspace]
resolver = "3"
members = ["atlas-projects"]

[dependencies]
atlas-client = { path = "RUNTIME", default-features = false }
atlas-projects = { path = "atlas-projects", default-features = false }
tokio = { version = "1", features = ["macros", "rt"] }
"#;

/// Prints the items of the list's streams, starting at a page.
const MAIN: &str = r#"#![deny(warnings)]

use std::pin::pin;

use atlas_client::{Client, Credentials, Result, Stream};
use atlas_projects::prelude::*;
use atlas_projects::types;

fn credentials(kind: &str, user: &str, secret: &str) -> Credentials {
    match kind {
        "ServiceAccount" => Credentials::service_account(user, secret),
        "ApiKey" => Credentials::api_key(user, secret),
        _ => Credentials::access_token(secret),
    }
}

/// Both are streams for combinators of other crates.
async fn first<T>(stream: impl Stream<Item = Result<T>>) -> Option<Result<T>> {
    let mut stream = pin!(stream);
    std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, kind, user, secret, org, page] = arguments.as_slice() else {
        panic!("{arguments:?}");
    };
    let client = Client::builder().base_url(url).credentials(credentials(kind, user, secret)).build()?;
    let list = client.list_projects().org_id(org).envelope(true);

    let page: i64 = page.parse().expect("a number");
    let mut pages = list.clone().page_num(page).pages();
    while let Some(page) = pages.next().await {
        let page = page?;
        let names: Vec<&str> = page.results.iter().map(|project| &*project.name).collect();
        println!("{} {}", page.status(), names.join(" "));
    }
    let all: Vec<types::Project> = list.clone().items().try_collect().await?;
    println!("{} in all", all.len());
    let name = first(list.clone().items()).await.expect("an entry")?.name;
    assert_eq!(name, all[0].name);

    // Arguments outside of the document's limits are never sent.
    let error = list.clone().items_per_page(501).page_num(0).send().await.unwrap_err();
    assert!(error.is_invalid_request(), "{error}");
    assert_eq!(
        error.to_string(),
        "listProjects: parameter `itemsPerPage` must be at most 500; parameter `pageNum` must be at least 1"
    );

    // One entry per page, also if the server ignores the page size.
    match list.items_per_page(1).items().try_collect().await {
        Ok(all) => println!("{} one by one", all.len()),
        Err(error) => println!("{error}"),
    }
    Ok(())
}
"#;

/// The program, which is built once.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let dir = scratch().join("paged");
    let runtime = workspace().join("atlas-client");
    let runtime = runtime.to_str().expect("a path in UTF-8");
    let mut files = BTreeMap::from([
        ("src/main.rs".to_owned(), MAIN.to_owned()),
        (
            "Cargo.toml".to_owned(),
            MANIFEST.replace("RUNTIME", runtime),
        ),
    ]);
    for (path, text) in slice_of("atlas-projects", PROJECTS, runtime) {
        files.insert(format!("atlas-projects/{path}"), text);
    }
    write_crate(&dir, &files);
    cargo(&dir, &target(), &["build"], "RUSTFLAGS", "");
    target().join("debug/paged")
});

/// Returns the output of the program.
fn printed(arguments: [&str; 6]) -> String {
    let output = Command::new(&*PROGRAM)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn all_pages_are_requested_with_one_token_or_one_challenge() {
    for way in Way::ALL {
        let atlas = linked().start();
        let (user, secret) = match way {
            Way::ApiKey => (atlas.public_key(), atlas.private_key()),
            Way::ServiceAccount => (atlas.client_id(), atlas.client_secret()),
        };
        let (url, kind) = (atlas.base_url(), format!("{way:?}"));
        let printed = printed([&url, &kind, user, secret, atlas.org_id(), "1"]);
        assert_eq!(
            printed,
            "200 OK Source\n\
             1 in all\n\
             listProjects: page 2 repeats page 1; the server is expected to return the page `pageNum`\n"
        );
        let counters = atlas.counters();
        let expected = match way {
            Way::ApiKey => (0, 1),
            Way::ServiceAccount => (1, 0),
        };
        assert_eq!((counters.tokens_minted, counters.challenges), expected);
        // One page three times, then two because the server ignores pages, and the request for
        // authentication.
        assert_eq!(atlas.requests().len(), 6, "{:#?}", atlas.requests());
    }
}

#[test]
fn a_generated_list_is_read_to_its_end() {
    const ORG: &str = "0123456789abcdef01234567";
    let server = MockServer::start();
    let url = server.base_url();
    let path = format!("/api/atlas/v2/orgs/{ORG}/liveMigrations/availableProjects");
    let mut mocks = Vec::new();
    for (size, pages) in [(None, 3), (Some("1"), 5)] {
        for page in 1..=pages {
            let link = |rel: &str, to: usize| {
                // Nothing listens at this address, so following a link would fail.
                json!({"rel": rel, "href": format!("https://192.0.2.1{path}?pageNum={to}")})
            };
            let size_of_page = if size.is_some() { 1 } else { 2 };
            let first = (page - 1) * size_of_page + 1;
            let names = first..(first + size_of_page).min(6);
            let results: Vec<_> = names.map(|n| json!({"name": format!("p{n}")})).collect();
            let mut links = vec![link("self", page)];
            if page < pages {
                links.push(link("next", page + 1));
            }
            let mock = server.mock(|when, then| {
                let when = when
                    .method(GET)
                    .path(&*path)
                    .query_param("pageNum", page.to_string())
                    .header("authorization", "Bearer t0ken")
                    .header("accept", "application/vnd.atlas.2023-01-01+json");
                match size {
                    Some(size) => when.query_param("itemsPerPage", size),
                    None => when.query_param_missing("itemsPerPage"),
                };
                then.status(200)
                    .header("content-type", "application/vnd.atlas.2023-01-01+json")
                    .json_body(json!({"status": 200, "results": results, "links": links}));
            });
            mocks.push(mock);
        }
    }
    let printed = printed([&url, "token", "", "t0ken", ORG, "2"]);
    assert_eq!(printed, "200 OK p3 p4\n200 OK p5\n5 in all\n5 one by one\n");
    let calls: Vec<usize> = mocks.iter().map(|mock| mock.calls()).collect();
    assert_eq!(calls, [2, 2, 2, 1, 1, 1, 1, 1]);
}
