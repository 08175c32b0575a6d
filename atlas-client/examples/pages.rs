//! Reads a list page by page, and entry by entry.
//!
//! `cargo run --example pages` reads it from a server on loopback. The request builders of a slice
//! have the methods `pages()` and `items()`; here the operation and the page are described by hand.

use atlas_client::mock::httpmock::MockServer;
use atlas_client::operation::{Call, Method, Operation, Page};
use atlas_client::{Client, serde_json};
use serde::Deserialize;

static LIST_GROUPS: Operation = Operation::new(
    "listGroups",
    Method::GET,
    "/api/atlas/v2/groups",
    "application/vnd.atlas.2023-01-01+json",
);

#[derive(Debug, Deserialize)]
struct Project {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Projects {
    results: Vec<Project>,
    #[serde(rename = "totalCount")]
    total_count: u64,
}

impl Page for Projects {
    type Item = Project;

    fn results(&self) -> &[Project] {
        &self.results
    }

    fn into_results(self) -> Vec<Project> {
        self.results
    }

    fn total_count(&self) -> Option<u64> {
        Some(self.total_count)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> atlas_client::Result<()> {
    let server = serve();
    let client = Client::builder().base_url(server.base_url()).build()?;
    let mut list = Call::new(&client, &LIST_GROUPS);
    list.query("itemsPerPage", 2);

    let mut pages = list.clone().pages::<Projects>();
    while let Some(page) = pages.next().await {
        println!("a page of {}", page?.results.len());
    }

    let mut projects = list.pages::<Projects>().items();
    while let Some(project) = projects.next().await {
        println!("{}", project?.name);
    }
    Ok(())
}

/// Serves three projects in two pages.
fn serve() -> MockServer {
    let server = MockServer::start();
    for (number, names) in [("1", ["billing", "orders"].as_slice()), ("2", &["stock"])] {
        server.mock(|when, then| {
            when.path("/api/atlas/v2/groups")
                .query_param("pageNum", number);
            let results: Vec<_> = names
                .iter()
                .map(|name| serde_json::json!({ "name": name }))
                .collect();
            then.status(200)
                .header("content-type", "application/vnd.atlas.2023-01-01+json")
                .body(serde_json::json!({ "results": results, "totalCount": 3 }).to_string());
        });
    }
    server
}
