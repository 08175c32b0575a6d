//! Tests of the client against scripted servers on loopback.

mod auth;
mod calling;
mod clock;
mod forms;
mod log;
mod responses;
mod sending;
mod server;

use std::process::Command;
use std::time::Duration;

use reqwest::Method;

use crate::operation::{Call, Operation};
use crate::{CallOptions, Client, ClientBuilder, Credentials};

const JSON: &str = "application/vnd.atlas.2023-01-01+json";
const NEWER: &str = "application/vnd.atlas.2024-05-30+json";

static GET: Operation = Operation::new(
    "getThing",
    Method::GET,
    "/api/atlas/v2/groups/{groupId}/things/{name}",
    JSON,
);

static LIST: Operation = Operation::new("listThings", Method::GET, "/api/atlas/v2/things", JSON);

static CREATE: Operation =
    Operation::new("createThing", Method::POST, "/api/atlas/v2/things", NEWER).content_type(NEWER);

static REPLACE: Operation =
    Operation::new("replaceThing", Method::PUT, "/api/atlas/v2/things", JSON).content_type(JSON);

/// Returns a builder for a loopback server, with a short backoff.
fn builder(server: &server::Server) -> ClientBuilder {
    Client::builder().base_url(server.url()).options(brisk())
}

fn brisk() -> CallOptions {
    CallOptions::new().backoff(Duration::from_millis(1), Duration::from_millis(4))
}

fn bearer(server: &server::Server) -> Client {
    builder(server)
        .credentials(Credentials::access_token("t0ken"))
        .build()
        .unwrap()
}

fn list(client: &Client) -> Call {
    Call::new(client, &LIST)
}

fn create(client: &Client) -> Call {
    let mut call = Call::new(client, &CREATE);
    call.body(serde_json::json!({"name": "a"}));
    call
}

/// Returns the full name of the test `name` of `module`, with which it can be run alone.
pub(crate) fn own(module: &str, name: &str) -> String {
    let (_, module) = module.split_once("::").unwrap();
    format!("{module}::{name}")
}

/// Reruns the test `name` of `module` in a separate process, whose environment `prepare` changes,
/// and asserts that it passes.
pub(crate) fn rerun(module: &str, name: &str, prepare: impl FnOnce(&mut Command) -> &mut Command) {
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", &own(module, name)]);
    let output = prepare(&mut process).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}
