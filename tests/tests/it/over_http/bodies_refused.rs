//! Invalid request bodies are rejected before anything is sent, with the paths of all invalid
//! members and without any value.

use atlas_client::operation::{Call, Method, Operation};
use atlas_client::types::{
    Destination, LiveMigrationRequest, ShardEntry, ShardKeys, ShardingRequest, Source,
};

use crate::requests::{request, source};
use crate::scene::{bearer, linked};

#[test]
fn a_builder_lists_every_invalid_member_with_its_path() {
    let nothing = LiveMigrationRequest::builder()
        .build()
        .expect_err("nothing was set");
    let paths: Vec<&str> = nothing.violations().map(|(path, _)| path).collect();
    assert_eq!(paths, ["destination", "migrationHosts", "source"]);

    let error = LiveMigrationRequest::builder()
        .destination(Destination::builder().cluster_name("").group_id("secret"))
        .migration_hosts(["secret.example.com", ""])
        .source(
            Source::builder()
                .cluster_name("")
                .group_id("secret")
                .password("secret sesame"),
        )
        .sharding(
            ShardingRequest::builder().sharding_entries([
                ShardEntry::builder().database("secret"),
                ShardEntry::builder()
                    .database("secret")
                    .collection("secret")
                    .shard_collection(ShardKeys::builder()),
            ]),
        )
        .build()
        .expect_err("nearly everything is wrong");
    let mut paths: Vec<&str> = error.violations().map(|(path, _)| path).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "destination.clusterName",
            "destination.groupId",
            "destination.hostnameSchemaType",
            "migrationHosts",
            "migrationHosts[1]",
            "sharding.createSupportingIndexes",
            "sharding.shardingEntries[0].collection",
            "sharding.shardingEntries[0].shardCollection",
            "sharding.shardingEntries[1].shardCollection.key",
            "source.clusterName",
            "source.groupId",
            "source.managedAuthentication",
            "source.ssl",
        ]
    );
    let text = error.to_string();
    for path in paths {
        assert!(
            text.contains(&format!("`{path}` ")),
            "{path} is not in {text}"
        );
    }
    let shown = format!("{error} {error:?} {error:#?}");
    assert!(!shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn a_builder_given_as_body_is_checked_before_anything_is_sent() {
    let atlas = linked().start();
    let client = bearer(&atlas);
    let faulty = || {
        request("destination", &atlas)
            .source(source(&atlas).group_id("secret"))
            .migration_hosts(["one", "two"])
    };
    let create = client
        .create_group_live_migration()
        .group_id(atlas.project_id());
    let validate = client
        .validate_group_live_migrations()
        .group_id(atlas.project_id());
    let errors = [
        create
            .body(faulty())
            .send()
            .await
            .expect_err("a faulty body"),
        validate
            .body(faulty())
            .send()
            .await
            .expect_err("a faulty body"),
    ];
    for error in errors {
        assert!(error.is_invalid_request(), "{error}");
        let line = error.to_string();
        for part in [
            "the request body",
            "`migrationHosts`",
            "`source.groupId`",
            "`source.managedAuthentication`",
        ] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
        assert!(
            !format!("{error} {error:?}").contains("secret"),
            "{error:?}"
        );
    }
    assert!(atlas.requests().is_empty());
}

#[test]
fn a_member_can_be_set_again() {
    let atlas = linked().start();
    let request = request("", &atlas)
        .destination(
            Destination::builder()
                .cluster_name("")
                .cluster_name("destination")
                .group_id("no id")
                .group_id(atlas.project_id())
                .hostname_schema_type("PUBLIC"),
        )
        .build()
        .expect("what was set last is right");
    assert_eq!(request.destination.cluster_name, "destination");
}

/// An operation equal to the generated one, defined by hand.
static VALIDATE: Operation = Operation::new(
    "validateGroupLiveMigrations",
    Method::POST,
    "/api/atlas/v2/groups/{groupId}/liveMigrations/validate",
    "application/vnd.atlas.2024-05-30+json",
)
.content_type("application/vnd.atlas.2024-05-30+json");

#[tokio::test]
async fn an_unknown_member_can_be_sent_by_a_custom_operation() {
    let atlas = linked().start();
    let request = request("destination", &atlas).build().expect("a request");
    let mut body = serde_json::to_value(&request).expect("JSON");
    body["priority"] = 3.into();
    let mut call = Call::new(&bearer(&atlas), &VALIDATE);
    call.path("groupId", atlas.project_id());
    call.body(body);
    let answer = call.send::<serde_json::Value>().await;
    let sent = atlas.requests().pop().expect("a request");
    let sent: serde_json::Value = serde_json::from_slice(&sent.body).expect("JSON");
    assert_eq!(sent["priority"], 3);
    assert!(answer.is_ok() || answer.is_err_and(|error| error.status().is_some()));
}
