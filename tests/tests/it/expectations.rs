//! Typed mocks of the operations: what they match, and what they respond with.

use atlas_client::expectations::MockServerExt;
use atlas_client::expectations::operations::{
    CreateGroupLiveMigrationThen, CreateGroupLiveMigrationWhen,
};
use atlas_client::mock::Atlas;
use atlas_client::mock::httpmock::MockServer;
use atlas_client::runtime::{Place, Style, expect};
use atlas_client::types::{LiveMigrationRequest, TargetOrgRequest};
use atlas_client::{ApiError, CallOptions, Client, Credentials, ObjectId};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::requests::{everything, migration_into};

const DATED: &str = "application/vnd.atlas.2023-01-01+json";
const NEWER: &str = "application/vnd.atlas.2024-05-30+json";

fn client(server: &MockServer) -> Client {
    Client::builder()
        .base_url(server.base_url())
        .options(CallOptions::new().no_retries())
        .credentials(Credentials::access_token("t0ken"))
        .build()
        .expect("a client")
}

fn id(last: char) -> ObjectId {
    format!("32b6e34b3d91647abb20e7b{last}")
        .parse()
        .expect("an id")
}

fn value<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).expect("a value")
}

fn request() -> LiveMigrationRequest {
    everything(&Atlas::start())
}

/// Returns the media type and the status of a response.
macro_rules! sent {
    ($call:expr) => {{
        let response = $call.send().await.expect("a response");
        let media_type = response.headers().get("content-type");
        let media_type =
            media_type.map(|media_type| media_type.to_str().expect("a text").to_owned());
        (response.status().as_u16(), media_type)
    }};
}

#[tokio::test]
async fn each_operation_is_mocked_with_its_dated_media_type() {
    let server = MockServer::start();
    let client = client(&server);
    let (group, org, it) = (id('1'), id('2'), id('3'));
    let dated = |media_type: &str| Some(media_type.to_owned());
    let migration = value(json!({"_id": &it, "status": "WORKING"}));
    let validation = value(json!({"_id": &it, "status": "PENDING"}));
    let request = request();

    let mock = server.create_group_live_migration(|when, then| {
        when.group_id(&group).body(&request).pretty(None).accept();
        then.created(&migration);
    });
    let call = client.create_group_live_migration().group_id(&group);
    assert_eq!(sent!(call.body(request.clone())), (201, dated(NEWER)));
    mock.assert();

    let mock = server.validate_group_live_migrations(|when, then| {
        when.group_id(&group).body(&request).accept();
        then.ok(&validation);
    });
    let call = client.validate_group_live_migrations().group_id(&group);
    assert_eq!(sent!(call.body(request)), (200, dated(NEWER)));
    mock.assert();

    let mock = server.get_group_live_migration(|when, then| {
        when.group_id(&group)
            .live_migration_id(&it)
            .pretty(true)
            .accept();
        then.ok(&migration);
    });
    let call = client.get_group_live_migration().group_id(&group);
    let call = call.live_migration_id(&it).pretty(true);
    assert_eq!(sent!(call.clone()), (200, dated(DATED)));
    assert_eq!(*call.send().await.expect("a migration"), migration);
    mock.assert_calls(2);

    let mock = server.get_group_live_migration_validate_status(|when, then| {
        when.group_id(&group).validation_id(&it).accept();
        then.ok(&validation);
    });
    let call = client
        .get_group_live_migration_validate_status()
        .group_id(&group);
    assert_eq!(sent!(call.validation_id(&it)), (200, dated(DATED)));
    mock.assert();

    let mock = server.cutover_group_live_migration(|when, then| {
        when.group_id(&group).live_migration_id(&it).accept();
        then.accepted();
    });
    let call = client.cutover_group_live_migration().group_id(&group);
    assert_eq!(sent!(call.live_migration_id(&it)), (202, None));
    mock.assert();

    let projects = [value(json!({
        "name": "Source", "projectId": &group, "migrationHosts": ["host"], "deployments": [],
    }))];
    let mock = server.list_org_live_migration_available_projects(|when, then| {
        when.org_id(&org).envelope(None).accept();
        then.ok(&projects);
    });
    let call = client
        .list_org_live_migration_available_projects()
        .org_id(&org);
    assert_eq!(sent!(call.clone()), (200, dated(DATED)));
    assert_eq!(*call.send().await.expect("projects"), projects);
    mock.assert_calls(2);

    let body = TargetOrgRequest::builder().access_list_ips(["192.0.2.1"]);
    let body = body.build().expect("a request");
    let mock = server.create_org_live_migration_link_token(|when, then| {
        when.org_id(&org).body(&body).accept();
        then.created(&value(json!({"linkToken": "t0ken"})));
    });
    let call = client.create_org_live_migration_link_token().org_id(&org);
    assert_eq!(sent!(call.body(body)), (201, dated(DATED)));
    mock.assert();

    let mock = server.delete_org_live_migration_link_tokens(|when, then| {
        when.org_id(&org).accept();
        then.no_content();
    });
    let call = client.delete_org_live_migration_link_tokens().org_id(&org);
    assert_eq!(sent!(call), (204, None));
    mock.assert();
}

/// Returns whether a migration request matches `expected`.
async fn matches(expected: impl FnOnce(CreateGroupLiveMigrationWhen)) -> bool {
    let server = MockServer::start();
    server.create_group_live_migration(|when, then: CreateGroupLiveMigrationThen| {
        expected(when);
        then.created(&value(json!({})));
    });
    let client = client(&server);
    let call = client.create_group_live_migration().group_id(id('1'));
    let call = call.body(request()).envelope(false);
    match call.send().await {
        Ok(_) => true,
        Err(error) => {
            assert!(error.is_not_found(), "{error}");
            false
        }
    }
}

#[tokio::test]
async fn a_call_with_another_argument_does_not_match() {
    let other = migration_into("another", &Atlas::start());
    assert!(matches(|_| {}).await);
    assert!(matches(|when| drop(when.group_id(&id('1')))).await);
    assert!(!matches(|when| drop(when.group_id(&id('2')))).await);
    assert!(matches(|when| drop(when.body(&request()))).await);
    assert!(!matches(|when| drop(when.body(&other))).await);
    assert!(matches(|when| drop(when.envelope(false).pretty(None))).await);
    assert!(!matches(|when| drop(when.envelope(true))).await);
    assert!(!matches(|when| drop(when.envelope(None))).await);
    assert!(!matches(|when| drop(when.pretty(false))).await);
    assert!(matches(|when| drop(when.accept())).await);
    // A mock of another version than the operation's.
    let server = MockServer::start();
    server.create_group_live_migration(|when, then| {
        when.into_inner().header("accept", DATED);
        then.created(&value(json!({})));
    });
    let client = client(&server);
    let call = client
        .create_group_live_migration()
        .group_id(id('1'))
        .body(request());
    assert!(call.send().await.is_err());
}

#[tokio::test]
async fn documented_failures_are_decoded_as_api_errors() {
    let error: ApiError = value(json!({"error": 409, "errorCode": "BUSY", "detail": "In use."}));
    type Failure = fn(CreateGroupLiveMigrationThen, &ApiError) -> CreateGroupLiveMigrationThen;
    let failures: [(u16, Failure); 7] = [
        (400, |then, error| then.bad_request(error)),
        (401, |then, error| then.unauthorized(error)),
        (403, |then, error| then.forbidden(error)),
        (404, |then, error| then.not_found(error)),
        (409, |then, error| then.conflict(error)),
        (429, |then, error| then.too_many_requests(error)),
        (500, |then, error| then.internal_server_error(error)),
    ];
    for (status, failure) in failures {
        let server = MockServer::start();
        let mock = server.create_group_live_migration(|_, then| drop(failure(then, &error)));
        let client = client(&server);
        let call = client.create_group_live_migration().group_id(id('1'));
        let failed = call.body(request()).send().await.expect_err("a failure");
        assert_eq!(failed.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(failed.error_code(), Some("BUSY"), "{status}");
        let headers = failed.headers().expect("headers");
        assert_eq!(headers["content-type"], "application/json");
        mock.assert();
    }
}

/// Returns whether a request for `target` with these headers matches.
async fn arrives(
    target: &str,
    headers: &[(&str, &str)],
    expected: impl FnOnce(atlas_client::mock::httpmock::When) -> atlas_client::mock::httpmock::When,
) -> bool {
    let server = MockServer::start();
    server.mock(|when, then| {
        expected(when);
        then.status(200);
    });
    let mut request = reqwest::Client::new().get(format!("{}{target}", server.base_url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("a response").status() == 200
}

#[tokio::test]
async fn arguments_match_as_the_client_serializes_them() {
    let path = "/a.b/{name}/c/{other}";
    let name = |name: &'static str| {
        move |when| expect::param(when, path, Place::Path, "name", Some(name), Style::Simple)
    };
    assert!(arrives("/a.b/x%20y%2Fz/c/1", &[], name("x y/z")).await);
    assert!(arrives("/a.b/x.y/c/1", &[], name("x.y")).await);
    // Neither values nor the path template are regular expressions.
    assert!(!arrives("/a.b/xay/c/1", &[], name("x.y")).await);
    assert!(!arrives("/a.b/xay/c/1", &[], name(".*")).await);
    assert!(!arrives("/aXb/x/c/1", &[], name("x")).await);
    assert!(!arrives("/a.b/x/c/1/d", &[], name("x")).await);
    assert!(!arrives("/a.b/x/c/", &[], name("x")).await);
    let any = |when: atlas_client::mock::httpmock::When| when.path_matches(expect::path(path));
    assert!(arrives("/a.b/x/c/1", &[], any).await);
    assert!(!arrives("/a.b/x/y/c/1", &[], any).await);

    let list =
        |style| move |when| expect::param(when, path, Place::Query, "a", Some(["x", "y z"]), style);
    assert!(arrives("/?a=x&b=1&a=y%20z", &[], list(Style::FormExploded)).await);
    assert!(!arrives("/?a=x", &[], list(Style::FormExploded)).await);
    assert!(arrives("/?a=x,y%20z", &[], list(Style::Form)).await);
    let none = |when| {
        expect::param(
            when,
            path,
            Place::Query,
            "a",
            None::<&str>,
            Style::FormExploded,
        )
    };
    assert!(arrives("/?b=1", &[], none).await);
    assert!(!arrives("/?a=1", &[], none).await);

    let header =
        |value| move |when| expect::param(when, path, Place::Header, "x-a", value, Style::Simple);
    assert!(arrives("/", &[("x-a", "7")], header(Some(7))).await);
    assert!(!arrives("/", &[("x-a", "8")], header(Some(7))).await);
    assert!(!arrives("/", &[("x-a", "8")], header(None)).await);
    assert!(arrives("/", &[], header(None)).await);

    let cookie =
        |value| move |when| expect::param(when, path, Place::Cookie, "a", value, Style::Form);
    assert!(arrives("/", &[("cookie", "b=1; a=x")], cookie(Some("x"))).await);
    assert!(!arrives("/", &[("cookie", "b=1; a=xy")], cookie(Some("x"))).await);
    assert!(!arrives("/", &[("cookie", "a=x")], cookie(None)).await);
    assert!(arrives("/", &[("cookie", "aa=x")], cookie(None)).await);

    // The client rejects it, so no request arrives.
    let nested = json!([{"b": {"c": 1}}]);
    let never = |when| {
        expect::param(
            when,
            path,
            Place::Query,
            "a",
            Some(&nested),
            Style::DeepObject,
        )
    };
    assert!(!arrives("/?a=1", &[], never).await);
}
