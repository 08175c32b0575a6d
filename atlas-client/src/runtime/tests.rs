//! Tests of the runtime, with types as the generator writes them.

mod limits;
mod unions;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;
use crate::ObjectId;

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
struct Host {
    #[serde(rename = "hostName")]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    port: Option<i64>,
}

impl Constrained for Host {}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
struct Cluster {
    #[serde(rename = "groupId")]
    group_id: ObjectId,
    hosts: Vec<Host>,
}

struct HostBuilder {
    name: Result<String, BuildError>,
    port: Result<Option<i64>, BuildError>,
}

impl Default for HostBuilder {
    fn default() -> Self {
        Self {
            name: Err(BuildError::missing()),
            port: Ok(None),
        }
    }
}

impl HostBuilder {
    fn name(mut self, value: &str) -> Self {
        self.name = convert(value);
        self
    }

    fn port(mut self, value: i64) -> Self {
        self.port = convert::<i64, _>(value).map(Some);
        self
    }
}

impl TryFrom<HostBuilder> for Host {
    type Error = BuildError;

    fn try_from(value: HostBuilder) -> Result<Self, BuildError> {
        let mut faults = Faults::new();
        let name = Constraint {
            min_length: 1,
            pattern: Some("^[a-z.]*$"),
            ..Constraint::NONE
        };
        faults.constrained("hostName", &value.name, &name);
        faults.constrained(
            "port",
            &value.port,
            &Constraint {
                minimum: 1.0,
                maximum: 65535.0,
                ..Constraint::NONE
            },
        );
        faults.finish()?;
        Ok(Self {
            name: value.name?,
            port: value.port?,
        })
    }
}

struct ClusterBuilder {
    group_id: Result<ObjectId, BuildError>,
    hosts: Result<Vec<Host>, BuildError>,
}

impl Default for ClusterBuilder {
    fn default() -> Self {
        Self {
            group_id: Err(BuildError::missing()),
            hosts: Err(BuildError::missing()),
        }
    }
}

impl ClusterBuilder {
    fn group_id(mut self, value: &str) -> Self {
        self.group_id = convert(value);
        self
    }

    fn hosts(mut self, values: impl IntoIterator<Item = HostBuilder>) -> Self {
        self.hosts = convert_each(values);
        self
    }
}

impl TryFrom<ClusterBuilder> for Cluster {
    type Error = BuildError;

    fn try_from(value: ClusterBuilder) -> Result<Self, BuildError> {
        let mut faults = Faults::new();
        faults.member("groupId", &value.group_id);
        let hosts = Constraint {
            max_items: 2,
            ..Constraint::NONE
        };
        faults.constrained("hosts", &value.hosts, &hosts);
        faults.finish()?;
        Ok(Self {
            group_id: value.group_id?,
            hosts: value.hosts?,
        })
    }
}

const ID: &str = "32b6e34b3d91647abb20e7b8";

#[test]
fn all_faults_are_told_at_once_each_with_its_path() {
    let hosts = || {
        [
            HostBuilder::default().name("a"),
            HostBuilder::default().port(0),
            HostBuilder::default().name("A B").port(70_000),
        ]
    };
    let nested: Result<Cluster, _> = ClusterBuilder::default().hosts(hosts()).try_into();
    let outer: Result<Cluster, BuildError> = convert(ClusterBuilder::default().hosts(hosts()));
    for error in [nested.unwrap_err(), outer.unwrap_err()] {
        let faults: Vec<_> = error.violations().collect();
        assert_eq!(
            faults,
            [
                ("groupId", "is missing"),
                ("hosts[1].hostName", "is missing"),
                ("hosts[1].port", "must be at least 1"),
                ("hosts[2].hostName", "must match the pattern ^[a-z.]*$"),
                ("hosts[2].port", "must be at most 65535"),
            ]
        );
    }
}

#[test]
fn a_member_set_again_leaves_no_fault_behind() {
    let host = || HostBuilder::default().name("a");
    let cluster: Cluster = ClusterBuilder::default()
        .group_id("odd")
        .group_id(ID)
        .hosts([HostBuilder::default()])
        .hosts([host(), host()])
        .try_into()
        .unwrap();
    assert_eq!(
        (cluster.group_id, cluster.hosts.len()),
        (ID.parse().unwrap(), 2)
    );
    let many: Result<Cluster, BuildError> = ClusterBuilder::default()
        .group_id(ID)
        .hosts([host(), host(), host()])
        .try_into();
    let error = many.unwrap_err();
    let text = "`hosts` must have at most 2 entries, has 3";
    assert_eq!(error.to_string(), text);
    assert_eq!(format!("{error:?}"), format!("BuildError({text})"));
    let mut faults = Faults::new();
    faults.push("hosts", "is odd");
    assert_eq!(
        format!("{faults:?}"),
        "Faults { problems: [`hosts` is odd] }"
    );
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(
    from = "atlas_client::runtime::RawValue",
    into = "atlas_client::runtime::RawValue"
)]
enum Scheme {
    Public,
    PrivateLink,
    Unknown(UnknownValue),
}

impl Scheme {
    const VALUES: &'static [&'static str] = &["PUBLIC", "PRIVATE_LINK"];

    fn as_str(&self) -> &str {
        match self {
            Self::Public => "PUBLIC",
            Self::PrivateLink => "PRIVATE_LINK",
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<RawValue> for Scheme {
    fn from(raw: RawValue) -> Self {
        match raw.as_str() {
            "PUBLIC" => Self::Public,
            "PRIVATE_LINK" => Self::PrivateLink,
            _ => Self::Unknown(raw.into_unknown()),
        }
    }
}

impl From<Scheme> for RawValue {
    fn from(value: Scheme) -> Self {
        Self::from(value.as_str())
    }
}

impl TryFrom<&str> for Scheme {
    type Error = InvalidValue;

    fn try_from(text: &str) -> Result<Self, InvalidValue> {
        match Self::from(RawValue::from(text)) {
            Self::Unknown(_) => Err(InvalidValue::new(text, Self::VALUES)),
            known => Ok(known),
        }
    }
}

#[test]
fn a_misspelt_value_is_an_error_and_a_new_one_is_kept() {
    let new: Scheme = serde_json::from_value(json!("NEW")).unwrap();
    assert_eq!(new, Scheme::from(RawValue::from("NEW")));
    assert_eq!(serde_json::to_value(&new).unwrap(), "NEW");
    assert_eq!(format!("{new:?}"), "Unknown(\"NEW\")");
    let unknown = RawValue::from("NEW").into_unknown();
    assert_eq!(format!("{unknown}|{unknown:>5}"), "NEW|  NEW");
    let known: Scheme = serde_json::from_value(json!("PRIVATE_LINK")).unwrap();
    assert_eq!(known, Scheme::PrivateLink);

    let error = convert::<Scheme, _>("s3cret").unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot be used: the value must be one of PUBLIC, PRIVATE_LINK"
    );
    let error = Scheme::try_from("public").unwrap_err();
    assert_eq!(error.to_string(), "the value is written PUBLIC");
    assert_eq!(error.allowed(), Scheme::VALUES);
    assert!(crate::Error::from(error).is_invalid_request());
}

#[test]
fn a_literal_is_read_however_its_number_is_written() {
    let one: RawLiteral = serde_json::from_str("1.0").unwrap();
    assert_eq!((one.integer(), one.text()), (Some(1), None));
    assert_eq!(RawLiteral::from("hashed").text(), Some("hashed"));
    assert_eq!(RawLiteral::from(-1).integer(), Some(-1));
    let unknown = RawLiteral::from("new").into_unknown();
    assert_eq!(
        format!("{unknown}|{unknown:>5}|{unknown:?}"),
        "new|  new|String(\"new\")"
    );
    let unknown = RawLiteral::from(json!([1])).into_unknown();
    assert_eq!(unknown.to_string(), "[1]");
    assert_eq!(unknown.as_value(), &json!([1]));
    assert_eq!(
        serde_json::to_value(RawLiteral::from(unknown)).unwrap(),
        json!([1])
    );
}

/// serde reads a list as a struct, field by field, and takes what it lacks from `default`.
#[cfg(feature = "cloud-migration-service")]
#[test]
fn a_short_list_is_no_object() {
    for text in ["[]", "[null]", "[null, null, null]"] {
        let read = serde_json::from_str::<crate::types::LiveMigrationResponse>(text);
        assert!(read.is_err(), "{text}: {read:?}");
    }
}

#[test]
fn entries_that_may_be_null_are_values_or_options() {
    let names = |names: Result<Vec<Option<String>>, BuildError>| names.unwrap();
    let x = Some("x".to_owned());
    assert_eq!(names(convert_entries(["x"])), std::slice::from_ref(&x));
    assert_eq!(names(convert_entries([Some("x"), None])), [x.clone(), None]);
    let read = vec![None, x];
    assert_eq!(names(convert_entries(read.clone())), read);
    let refused: Result<Vec<Option<u8>>, _> = convert_entries([None, Some(1_u16), Some(256)]);
    let error = refused.unwrap_err();
    assert!(
        error.to_string().starts_with("`[2]` cannot be used"),
        "{error}"
    );
}
