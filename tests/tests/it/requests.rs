//! Request bodies that the embedded Atlas accepts, from the minimal one to one with every member.

use std::collections::BTreeMap;

use atlas_client::mock::Atlas;
use atlas_client::types::{
    Destination, DestinationHostnameSchemaType, LiveMigrationRequest, ShardEntry, ShardKeys,
    ShardKeysKeyItemValue, ShardingRequest, Source, builder,
};
use serde_json::{Value, json};

/// Returns the minimal request that the embedded Atlas accepts.
pub fn migration_into(cluster: &str, atlas: &Atlas) -> LiveMigrationRequest {
    request(cluster, atlas).build().expect("a request")
}

pub fn request(cluster: &str, atlas: &Atlas) -> builder::LiveMigrationRequest {
    LiveMigrationRequest::builder()
        .destination(
            Destination::builder()
                .cluster_name(cluster)
                .group_id(atlas.project_id())
                .hostname_schema_type("PUBLIC"),
        )
        .migration_hosts([atlas.migration_host()])
        .source(source(atlas).managed_authentication(true))
}

/// Returns a source without credentials.
pub fn source(atlas: &Atlas) -> builder::Source {
    Source::builder()
        .cluster_name(atlas.source_cluster())
        .group_id(atlas.source_project_id())
        .ssl(true)
}

/// Returns a request with every member.
pub fn everything(atlas: &Atlas) -> LiveMigrationRequest {
    let key = |field: &str, kind| BTreeMap::from([(field.to_owned(), kind)]);
    let sharded = ShardEntry::builder()
        .database("shop")
        .collection("orders")
        .shard_collection(ShardKeys::builder().key([
            key("country", ShardKeysKeyItemValue::Ascending),
            key("year", ShardKeysKeyItemValue::Descending),
            key("_id", ShardKeysKeyItemValue::Hashed),
        ]));
    LiveMigrationRequest::builder()
        .destination(
            Destination::builder()
                .cluster_name("destination")
                .group_id(atlas.project_id())
                .hostname_schema_type(DestinationHostnameSchemaType::PrivateLink)
                .private_link_id("vpce-1"),
        )
        .drop_destination_data(true)
        .migration_hosts([atlas.migration_host()])
        .sharding(
            ShardingRequest::builder()
                .create_supporting_indexes(true)
                .sharding_entries([sharded]),
        )
        .source(
            source(atlas)
                .managed_authentication(false)
                .username("reader")
                .password("open \"sesame\"")
                .ca_certificate_path("/etc/ca.pem"),
        )
        .build()
        .expect("a request that meets every rule")
}

/// [`everything`] as JSON on the wire.
pub fn everything_on_the_wire(atlas: &Atlas) -> Value {
    json!({
        "destination": {
            "clusterName": "destination",
            "groupId": atlas.project_id(),
            "hostnameSchemaType": "PRIVATE_LINK",
            "privateLinkId": "vpce-1",
        },
        "dropDestinationData": true,
        "migrationHosts": [atlas.migration_host()],
        "sharding": {
            "createSupportingIndexes": true,
            "shardingEntries": [{
                "database": "shop",
                "collection": "orders",
                "shardCollection": {"key": [{"country": 1}, {"year": -1}, {"_id": "hashed"}]},
            }],
        },
        "source": {
            "caCertificatePath": "/etc/ca.pem",
            "clusterName": atlas.source_cluster(),
            "groupId": atlas.source_project_id(),
            "managedAuthentication": false,
            "password": "open \"sesame\"",
            "ssl": true,
            "username": "reader",
        },
    })
}
