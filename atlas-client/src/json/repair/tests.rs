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
fn an_entry_with_too_many_odd_places_is_left_out() {
    type Labels = BTreeMap<String, String>;
    let odd = |count: usize| -> Value {
        (0..count)
            .map(|i| (i.to_string(), json!(i)))
            .collect::<Map<_, _>>()
            .into()
    };
    let (all, repairs) = read::<Vec<Labels>>(json!([odd(PLACES), odd(PLACES + 1), {"a": "b"}]));
    assert_eq!(all.len(), 2);
    assert_eq!(repairs.len(), PLACES + 1);
    assert_eq!(repairs[PLACES], ("/1".to_owned(), RepairKind::Removed));

    type Owners = BTreeMap<String, Owner>;
    let bare = |count: usize| -> Value {
        let owners = (0..count).map(|i| (i.to_string(), json!({})));
        owners.collect::<Map<_, _>>().into()
    };
    let (all, repairs) = read::<Vec<Owners>>(json!([bare(PLACES), bare(PLACES + 1)]));
    assert_eq!(all.len(), 1);
    assert_eq!(repairs.len(), PLACES + 1);
    assert_eq!(repairs[PLACES], ("/1".to_owned(), RepairKind::Removed));
}

#[test]
fn the_work_grows_with_the_length_of_a_list_of_odd_entries() {
    let spent = |entries: usize| {
        let entry = json!({"size": "x", "hosts": [1, "y", 2]});
        let mut work = Work::new(json!({"results": vec![entry; entries]}), Repairs::new());
        let before = work.left;
        work.settle::<Page>(&[], &[]).unwrap();
        assert_eq!(work.repairs.len(), 4 * entries);
        before - work.left
    };
    let (short, long) = (spent(100), spent(10_000));
    assert!(long < short * 120, "{short} {long}");
}

#[test]
fn an_answer_that_would_cost_its_square_is_an_error() {
    let around: Map<_, _> = (0..2_000).map(|i| (format!("m{i}"), json!(i))).collect();
    let mut value = Value::Object(around);
    value["results"] = json!(vec![json!({"size": "x"}); 2_000]);
    let mut work = Work::new(value.clone(), Repairs::new());
    assert!(work.settle::<Page>(&[], &[]).is_err());
    assert_eq!(work.left, 0);
    let mut work = Work::new(json!([value]), Repairs::new());
    assert!(work.settle::<Vec<Page>>(&[], &[]).is_err());
    assert_eq!(work.left, 0);
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
