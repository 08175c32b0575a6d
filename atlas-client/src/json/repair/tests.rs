use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::runtime::{UnknownJson, Variant, VariantError, choose, variant};

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Page {
    results: Vec<Job>,
    total: Option<i64>,
    labels: BTreeMap<String, String>,
    note: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Job {
    #[serde(rename = "_id")]
    id: String,
    size: Option<i64>,
    hosts: Option<Vec<String>>,
    source: Option<Box<Source>>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Source {
    name: String,
    port: i64,
    tls: bool,
    ratio: f64,
    tags: Vec<String>,
    owner: Owner,
    any: Value,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Owner {
    id: String,
}

fn read<T: DeserializeOwned>(value: Value) -> (T, Vec<(String, RepairKind)>) {
    let (value, repairs) = from_document((value, Repairs::new()), &[]).unwrap();
    let repairs = repairs.iter();
    let repairs = repairs.map(|repair| (repair.pointer().to_owned(), repair.kind()));
    (value, repairs.collect())
}

fn told(repairs: &[(String, RepairKind)]) -> Vec<(&str, RepairKind)> {
    repairs
        .iter()
        .map(|(at, kind)| (at.as_str(), *kind))
        .collect()
}

#[test]
fn an_odd_value_costs_itself_alone() {
    let (page, repairs) = read::<Page>(json!({
        "results": [{"_id": "a", "size": "many", "hosts": ["x", 7, null, "y"]}, 8, {"_id": "b"}],
        "labels": {"good": "x", "odd": 1, "a/b": null},
        "note": {"text": "x"},
        "total": 2,
    }));
    assert_eq!(page.results.len(), 2);
    assert_eq!(page.results[0].hosts.as_deref().unwrap(), ["x", "y"]);
    assert_eq!(
        (page.results[0].size, page.results[1].id.as_str()),
        (None, "b")
    );
    assert_eq!((page.total, page.note), (Some(2), None));
    assert_eq!(page.labels.len(), 1);
    let mut told = told(&repairs);
    told.sort_by_key(|(at, _)| at.to_owned());
    assert_eq!(
        told,
        [
            ("/labels/a~1b", RepairKind::Null),
            ("/labels/odd", RepairKind::Removed),
            ("/note", RepairKind::Removed),
            ("/results/0/hosts/1", RepairKind::Removed),
            ("/results/0/hosts/2", RepairKind::Null),
            ("/results/0/size", RepairKind::Removed),
            ("/results/1", RepairKind::Removed),
        ]
    );
}

#[test]
fn an_integer_may_be_written_in_any_way() {
    for (text, size) in [("2.8E10", 28_000_000_000), ("10.0", 10), ("-3e2", -300)] {
        let text = format!("{{\"_id\": \"a\", \"size\": {text}}}");
        let (job, repairs) = read::<Job>(serde_json::from_str(&text).unwrap());
        assert_eq!((job.size, repairs.len()), (Some(size), 0), "{text}");
    }
    let (job, repairs) = read::<Job>(json!({"_id": "a", "size": 1.5}));
    assert_eq!(job.size, None);
    assert_eq!(told(&repairs), [("/size", RepairKind::Removed)]);
}

#[test]
fn a_required_member_that_is_missing_reads_as_empty_and_is_told() {
    let (source, repairs) = read::<Source>(json!({}));
    let expected = Source {
        name: String::new(),
        port: 0,
        tls: false,
        ratio: 0.0,
        tags: Vec::new(),
        owner: Owner { id: String::new() },
        any: Value::Null,
    };
    assert_eq!(source, expected);
    let members = ["name", "port", "tls", "ratio", "tags", "owner", "any"];
    let all: Vec<_> = members.iter().map(|name| format!("/{name}")).collect();
    let all: Vec<_> = all
        .iter()
        .map(|at| (at.as_str(), RepairKind::Missing))
        .collect();
    assert_eq!(told(&repairs), all);

    let (job, repairs) = read::<Vec<Job>>(json!([{"_id": null}, {"_id": 7}, {}]));
    assert!(job.iter().all(|job| job.id.is_empty()) && job.len() == 3);
    assert_eq!(
        told(&repairs),
        [
            ("/0/_id", RepairKind::Missing),
            ("/1/_id", RepairKind::Replaced),
            ("/2/_id", RepairKind::Missing),
        ]
    );
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "Value")]
enum Either {
    Job(Box<Job>),
    Unknown(UnknownJson),
}

impl TryFrom<Value> for Either {
    type Error = VariantError;

    fn try_from(value: Value) -> Result<Self, VariantError> {
        const VARIANTS: &[Variant] = &[Variant {
            index: 0,
            kind: Some(Value::is_object),
            values: &[("kind", &["JOB"])],
            required: &["_id"],
            members: &["kind", "_id", "size", "hosts"],
            others: None,
            kinds: &[],
        }];
        Ok(match choose(VARIANTS, &value) {
            Some(0) => Self::Job(variant(value)?),
            _ => Self::Unknown(value.into()),
        })
    }
}

#[test]
fn a_repair_reaches_into_variants() {
    let (all, repairs) = read::<BTreeMap<String, Vec<Either>>>(json!({"a: \"b": [
        {"kind": "JOB", "size": "x", "hosts": [1, "y"]}, {"kind": "NEW", "size": "x"}, 9
    ]}));
    let all = &all["a: \"b"];
    let Either::Job(job) = &all[0] else {
        panic!("{all:?}");
    };
    assert_eq!(
        (job.size, job.hosts.as_deref()),
        (None, Some(&["y".to_owned()][..]))
    );
    assert!(matches!(&all[1], Either::Unknown(new) if new.as_value()["size"] == "x"));
    assert!(matches!(&all[2], Either::Unknown(new) if new.as_value() == 9));
    let mut told = told(&repairs);
    told.sort_by_key(|(at, _)| at.to_owned());
    assert_eq!(
        told,
        [
            ("/a: \"b/0/_id", RepairKind::Missing),
            ("/a: \"b/0/hosts/0", RepairKind::Removed),
            ("/a: \"b/0/size", RepairKind::Removed),
        ]
    );
}

#[test]
fn what_is_nothing_of_its_kind_stays_an_error() {
    for value in [json!("x"), json!(7), json!(null)] {
        let error = from_document::<Page>((value, Repairs::new()), &[]).unwrap_err();
        assert!(error.place.is_empty(), "{error:?}");
    }
    assert!(from_document::<Vec<Job>>((json!({}), Repairs::new()), &[]).is_err());
}

#[test]
fn any_number_of_odd_places_is_repaired_in_two_passes() {
    const COUNT: usize = 10_000;
    type Labels = BTreeMap<String, Vec<i64>>;
    let all = |value: Value| -> Value {
        let entries = (0..COUNT).map(|i| (i.to_string(), value.clone()));
        entries.collect::<Map<_, _>>().into()
    };
    // Beside an odd value, so that the rest is looked at again.
    let mut valid = all(json!([1]));
    valid["odd"] = json!("x");
    let (read_all, repairs) = read::<Labels>(valid);
    assert_eq!((read_all.len(), repairs.len()), (COUNT, 1));
    let (read_all, repairs) = read::<Labels>(all(json!([1, "x"])));
    assert_eq!((read_all.len(), repairs.len()), (COUNT, COUNT));
    assert!(read_all.values().all(|list| *list == [1]));
    let (read_all, repairs) = read::<Labels>(all(json!("x")));
    assert_eq!((read_all.len(), repairs.len()), (0, COUNT));
    let (read_all, repairs) = read::<BTreeMap<String, i64>>(all(json!(1.0)));
    assert_eq!((read_all.len(), repairs.len()), (COUNT, 0));
    let (owners, repairs) = read::<Vec<Owner>>(json!(vec![json!({}); COUNT]));
    assert_eq!((owners.len(), repairs.len()), (COUNT, COUNT));
    let (jobs, repairs) = read::<Vec<Job>>(json!(vec![
        json!({"_id": "a", "size": "x", "hosts": [1, "y", 2], "source": 7});
        COUNT
    ]));
    assert_eq!((jobs.len(), repairs.len()), (COUNT, 4 * COUNT));
}

#[test]
fn any_number_of_empty_lists_may_be_around_a_repair() {
    let lists = (0..5_000).map(|i| (format!("m{i}"), json!([])));
    let mut value: Value = lists.collect::<Map<_, _>>().into();
    value["odd"] = json!(1);
    let (all, repairs) = read::<BTreeMap<String, Vec<i64>>>(value);
    assert_eq!(all.len(), 5_000);
    assert_eq!(told(&repairs), [("/odd", RepairKind::Removed)]);
}

/// A union of two objects, which requires a member with listed values of one.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Value")]
enum Shape {
    Listed(Listed),
    Flat(Flat),
    Unknown(UnknownJson),
}

#[derive(Debug, Deserialize)]
struct Listed {
    kind: String,
    x: Option<i64>,
    w: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Flat {
    r: Option<i64>,
    z: Option<i64>,
}

impl TryFrom<Value> for Shape {
    type Error = VariantError;

    fn try_from(value: Value) -> Result<Self, VariantError> {
        const VARIANTS: &[Variant] = &[
            Variant {
                index: 0,
                kind: Some(Value::is_object),
                values: &[("kind", &["A"])],
                required: &["kind"],
                members: &["kind", "x", "w"],
                others: None,
                kinds: &[],
            },
            Variant {
                index: 1,
                kind: Some(Value::is_object),
                values: &[],
                required: &[],
                members: &["r", "z"],
                others: None,
                kinds: &[],
            },
        ];
        Ok(match choose(VARIANTS, &value) {
            Some(0) => Self::Listed(variant(value)?),
            Some(1) => Self::Flat(variant(value)?),
            _ => Self::Unknown(value.into()),
        })
    }
}

#[test]
fn a_repair_does_not_change_which_variant_is_selected() {
    for value in [
        json!({"x": 1}),
        json!({"kind": null, "x": 1}),
        json!({"kind": ["A"], "x": 1}),
        json!({"x": 1, "w": "bad", "z": 1}),
    ] {
        let expected = if value["kind"].is_array() {
            ("/0/kind", RepairKind::Replaced)
        } else {
            ("/0/kind", RepairKind::Missing)
        };
        let (shapes, repairs) = read::<Vec<Shape>>(json!([value]));
        let [Shape::Listed(shape)] = &shapes[..] else {
            panic!("{shapes:?}");
        };
        assert_eq!((shape.kind.as_str(), shape.x, shape.w), ("", Some(1), None));
        assert!(told(&repairs).contains(&expected), "{repairs:?}");
    }
    let (shape, repairs) = read::<Shape>(json!({"z": "bad", "r": 1}));
    assert!(
        matches!(
            shape,
            Shape::Flat(Flat {
                r: Some(1),
                z: None
            })
        ),
        "{shape:?}"
    );
    assert_eq!(told(&repairs), [("/z", RepairKind::Removed)]);
    // What is of no variant is kept whole.
    let (shapes, _) = read::<Vec<Shape>>(json!([{"x": "bad", "w": 1, "kind": "B"}, {"q": 1}]));
    assert!(matches!(&shapes[0], Shape::Unknown(json) if json.as_value()["x"] == "bad"));
}

/// serde does not give the name and the fields of a struct with a flattened member.
#[derive(Debug, Deserialize)]
struct Counts {
    name: String,
    #[serde(flatten, deserialize_with = "crate::runtime::additional")]
    more: BTreeMap<String, i64>,
}

#[test]
fn a_repair_reaches_into_additional_members() {
    let entry = json!({"name": ["x"], "a": 1, "b": "y", "c": 2.0, "d": null});
    let (all, repairs) = read::<Vec<Counts>>(json!(vec![entry; 1_000]));
    assert_eq!((all.len(), repairs.len()), (1_000, 3_000));
    for counts in all {
        let more = BTreeMap::from([("a".to_owned(), 1), ("c".to_owned(), 2)]);
        assert_eq!((counts.name.as_str(), counts.more), ("", more));
    }
    let mut told = told(&repairs[..3]);
    told.sort_by_key(|(at, _)| at.to_owned());
    let expected = [
        ("/0/b", RepairKind::Removed),
        ("/0/d", RepairKind::Null),
        ("/0/name", RepairKind::Replaced),
    ];
    assert_eq!(told, expected);
    let (all, repairs) = read::<Vec<Counts>>(json!([{"a": 1}, {"name": "x"}]));
    assert_eq!((all[0].name.as_str(), all[1].name.as_str()), ("", "x"));
    assert_eq!(
        super::tests::told(&repairs),
        [("/0/name", RepairKind::Missing)]
    );
}

/// A type that rejects values of the expected kind.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Even(String);

impl TryFrom<String> for Even {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.len() % 2 {
            0 => Ok(Self(text)),
            _ => Err("odd"),
        }
    }
}

#[test]
fn a_value_that_its_type_rejects_is_repaired_too() {
    #[derive(Debug, Deserialize)]
    struct All {
        list: Vec<Even>,
        one: Option<Even>,
        required: Even,
    }
    let value = json!({"list": ["ab", "a", "", "abc"], "one": "x", "required": "y"});
    let (all, mut repairs) = read::<All>(value);
    assert_eq!(
        (all.list.len(), all.one.is_none(), all.required.0.len()),
        (2, true, 0)
    );
    repairs.sort_by_key(|(at, _)| at.clone());
    let expected = [
        ("/list/1", RepairKind::Removed),
        ("/list/3", RepairKind::Removed),
        ("/one", RepairKind::Removed),
        ("/required", RepairKind::Replaced),
    ];
    assert_eq!(told(&repairs), expected);
}
