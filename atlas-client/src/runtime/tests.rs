//! Tests of the runtime's promises, with types as the generator writes them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::*;
use crate::{ObjectId, Sensitive};

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
        let name = Constraint::new().min_length(1).pattern("^[a-z.]*$");
        faults.constrained("hostName", &value.name, &name);
        faults.constrained(
            "port",
            &value.port,
            &Constraint::new().minimum(1.0).maximum(65535.0),
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
        faults.constrained("hosts", &value.hosts, &Constraint::new().max_items(2));
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
                ("groupId", "is required and was not set"),
                ("hosts[1].hostName", "is required and was not set"),
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
    assert_eq!(
        many.unwrap_err().to_string(),
        "`hosts` must have at most 2 entries, has 3"
    );
}

fn faults<T: Constrained>(value: T, constraint: &Constraint<'_>) -> String {
    match constrain(Ok(value), constraint) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_constraint_concerns_the_values_of_its_kind() {
    let text = Constraint::new().min_length(3).max_length(3);
    assert_eq!(faults("äöü".to_owned(), &text), "");
    assert_eq!(
        faults(Sensitive::from("s3cret"), &text),
        "must have exactly 3 characters, has 6"
    );
    assert_eq!(
        faults(Some(Box::new("ab".to_owned())), &text),
        "must have exactly 3 characters, has 2"
    );
    assert_eq!(faults(None::<String>, &text), "");
    assert_eq!(faults(7, &text), "");

    let number = Constraint::new()
        .exclusive_minimum(0.0)
        .multiple_of(0.5)
        .numbers(&[1, 2]);
    assert_eq!(faults(2, &number), "");
    assert_eq!(
        faults(0, &number),
        "must be one of 1, 2; must be more than 0"
    );
    assert_eq!(faults(0.75, &number), "must be a multiple of 0.5");
    assert_eq!(faults(json!(0.75), &number), "must be a multiple of 0.5");

    let texts = Constraint::new().each(&text).min_items(1);
    assert_eq!(
        faults(vec!["abc".to_owned(), "a".to_owned()], &texts),
        "`[1]` must have exactly 3 characters, has 1"
    );
    assert_eq!(
        faults(Vec::<String>::new(), &texts),
        "must have at least 1 entry, has 0"
    );
    let map = BTreeMap::from([("k".to_owned(), "a".to_owned())]);
    assert!(faults(map, &texts).contains("k` must have exactly 3"));
}

#[test]
fn repeated_entries_are_found_in_lists_of_any_length() {
    let unique = Constraint::new().unique_items();
    for length in [2, 64, 65, 100_000] {
        let mut all: Vec<i64> = (0..length).collect();
        assert_eq!(faults(all.clone(), &unique), "", "{length}");
        all[0] = length - 1;
        assert_eq!(
            faults(all, &unique),
            "must not hold the same entry twice",
            "{length}"
        );
    }
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
    let known: Scheme = serde_json::from_value(json!("PRIVATE_LINK")).unwrap();
    assert_eq!(known, Scheme::PrivateLink);

    let error = convert::<Scheme, _>("s3cret").unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot be used: the value must be one of PUBLIC, PRIVATE_LINK"
    );
    let error = Scheme::try_from("public").unwrap_err();
    assert_eq!(error.to_string(), "the value is written PUBLIC");
    assert!(crate::Error::from(error).is_invalid_request());
}

#[test]
fn a_literal_is_read_however_its_number_is_written() {
    let one: RawLiteral = serde_json::from_str("1.0").unwrap();
    assert_eq!((one.integer(), one.text()), (Some(1), None));
    assert_eq!(RawLiteral::from("hashed").text(), Some("hashed"));
    assert_eq!(RawLiteral::from(-1).integer(), Some(-1));
    let unknown = RawLiteral::from(json!([1])).into_unknown();
    assert_eq!(unknown.as_value(), &json!([1]));
    assert_eq!(
        serde_json::to_value(RawLiteral::from(unknown)).unwrap(),
        json!([1])
    );
}

fn chosen(variants: &[Variant], value: Value) -> Option<usize> {
    choose(variants, &value)
}

#[test]
fn values_choose_the_variant_before_members_do() {
    const VARIANTS: &[Variant] = &[
        Variant {
            kind: JsonKind::Object,
            values: &[("kind", &["A", "BOTH"])],
            required: &["kind", "x"],
            members: &["kind", "x"],
        },
        Variant {
            kind: JsonKind::Object,
            values: &[("kind", &["B", "BOTH"])],
            required: &["kind", "y", "z"],
            members: &["kind", "x", "y", "z"],
        },
        Variant {
            kind: JsonKind::Object,
            values: &[],
            required: &[],
            members: &["w"],
        },
    ];
    // The members contradict the kind.
    assert_eq!(
        chosen(VARIANTS, json!({"kind": "A", "y": 1, "z": 2})),
        Some(0)
    );
    assert_eq!(
        chosen(VARIANTS, json!({"kind": "B", "x": 1, "w": 1})),
        Some(1)
    );
    // Listed by two: first the unknown members decide, then the missing required ones.
    assert_eq!(chosen(VARIANTS, json!({"kind": "BOTH", "y": 1})), Some(1));
    assert_eq!(chosen(VARIANTS, json!({"kind": "BOTH", "x": 1})), Some(0));
    assert_eq!(
        chosen(
            VARIANTS,
            json!({"kind": "BOTH", "x": 1, "y": null, "z": null})
        ),
        Some(1)
    );
    // Listed by none: those that list other values are excluded.
    assert_eq!(chosen(VARIANTS, json!({"kind": "C", "w": 1})), Some(2));
    // One of them may have a newer value: it knows more of the members.
    assert_eq!(chosen(VARIANTS, json!({"kind": "C", "x": 1})), None);
    assert_eq!(chosen(&VARIANTS[..2], json!({"kind": "C", "x": 1})), None);
    // A null or missing member excludes nothing.
    for kind in [json!({"kind": null, "y": 1}), json!({"y": 1})] {
        assert_eq!(chosen(VARIANTS, kind), Some(1));
    }
    assert_eq!(chosen(VARIANTS, json!({"w": 1})), Some(2));
    for nothing in [
        json!({"new": 1}),
        json!({}),
        json!([]),
        json!("A"),
        json!(null),
    ] {
        assert_eq!(chosen(VARIANTS, nothing), None);
    }
}

#[test]
fn a_tie_is_unknown_and_values_of_nested_unions_narrow_further() {
    const SAME: Variant = Variant {
        kind: JsonKind::Object,
        values: &[],
        required: &["a"],
        members: &["a"],
    };
    assert_eq!(chosen(&[SAME, SAME], json!({"a": 1})), None);
    // The second and third are one union with the discriminator `size`.
    const NESTED: &[Variant] = &[
        Variant {
            kind: JsonKind::Object,
            values: &[("kind", &["A"])],
            required: &[],
            members: &["kind"],
        },
        Variant {
            kind: JsonKind::Object,
            values: &[("kind", &["B"]), ("size", &["1"])],
            required: &[],
            members: &["kind", "size"],
        },
        Variant {
            kind: JsonKind::Object,
            values: &[("kind", &["B"]), ("size", &["2"])],
            required: &[],
            members: &["kind", "size"],
        },
    ];
    assert_eq!(chosen(NESTED, json!({"kind": "B", "size": 2})), Some(2));
    assert_eq!(chosen(NESTED, json!({"size": 1})), Some(1));
    assert_eq!(chosen(NESTED, json!({"kind": "B"})), None);
    assert_eq!(chosen(NESTED, json!({"kind": "A", "size": 9})), Some(0));
}

#[test]
fn the_place_inside_of_a_variant_survives_the_errors_around_it() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "Value")]
    struct Inner(#[expect(dead_code, reason = "only read")] Host);
    impl TryFrom<Value> for Inner {
        type Error = VariantError;
        fn try_from(value: Value) -> Result<Self, VariantError> {
            variant(value).map(Self)
        }
    }
    let value = json!({"a: b": [{"hostName": "x"}, {"hostName": ["s3cret"]}]});
    let error = variant::<BTreeMap<String, Vec<Inner>>>(value).unwrap_err();
    let text = error.to_string();
    let (place, message) = split_variant_path(&text).unwrap();
    assert_eq!(place, ["a: b", "1", "hostName"]);
    assert_eq!(message, "invalid type: sequence, expected a string");
    assert!(!format!("{error:?}").contains("s3cret"));
    assert_eq!(
        split_variant_path("missing field `in a variant at []: x`"),
        None
    );
}
