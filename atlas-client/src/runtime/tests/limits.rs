//! Tests of the limits of values.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::*;
use crate::{ObjectId, Sensitive, Timestamp};

fn faults<T: Constrained>(value: T, constraint: &Constraint<'_>) -> String {
    match constrain(Ok(value), constraint) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_constraint_concerns_the_values_of_its_kind() {
    let text = Constraint {
        min_length: 3,
        max_length: 3,
        ..Constraint::NONE
    };
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

    let number = Constraint {
        minimum: 0.0,
        exclusive_minimum: true,
        multiple_of: Some(0.5),
        integers: Some(&[1, 2]),
        ..Constraint::NONE
    };
    assert_eq!(faults(2, &number), "");
    assert_eq!(
        faults(0, &number),
        "must be one of 1, 2; must be more than 0"
    );
    assert_eq!(faults(0.75, &number), "must be a multiple of 0.5");
    assert_eq!(faults(u64::MAX, &number), "must be one of 1, 2");
    assert_eq!(faults(json!(0.75), &number), "must be a multiple of 0.5");

    let texts = Constraint {
        items: Some(&text),
        min_items: 1,
        ..Constraint::NONE
    };
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
    let unique = Constraint {
        unique_items: true,
        ..Constraint::NONE
    };
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

#[test]
fn a_limit_of_a_number_is_allowed_unless_it_is_exclusive() {
    let inclusive = Constraint {
        minimum: 1.0,
        maximum: 3.0,
        ..Constraint::NONE
    };
    let exclusive = Constraint {
        exclusive_minimum: true,
        exclusive_maximum: true,
        ..inclusive
    };
    for (number, by_inclusive, by_exclusive) in [
        (0.5, "must be at least 1", "must be more than 1"),
        (1.0, "", "must be more than 1"),
        (2.0, "", ""),
        (3.0, "", "must be less than 3"),
        (3.5, "must be at most 3", "must be less than 3"),
    ] {
        assert_eq!(faults(number, &inclusive), by_inclusive, "{number}");
        assert_eq!(faults(number, &exclusive), by_exclusive, "{number}");
        assert_eq!(faults(number as f32, &exclusive), by_exclusive, "{number}");
    }
}

#[test]
fn an_integer_can_be_a_multiple_of_a_fraction() {
    let step = Constraint {
        multiple_of: Some(2.5),
        ..Constraint::NONE
    };
    assert_eq!(faults(5, &step), "");
    assert_eq!(faults(4, &step), "must be a multiple of 2.5");
    let even = Constraint {
        multiple_of: Some(2.0),
        ..Constraint::NONE
    };
    for number in [u64::MAX, u64::MAX - 1] {
        let expected = if number % 2 == 0 {
            ""
        } else {
            "must be a multiple of 2"
        };
        assert_eq!(faults(number, &even), expected, "{number}");
        assert_eq!(faults(json!(number), &even), expected, "{number}");
    }
}

#[test]
fn ids_and_times_are_limited_as_texts() {
    let digits = Constraint {
        pattern: Some("^[0-9]+$"),
        ..Constraint::NONE
    };
    let id: ObjectId = super::ID.parse().unwrap();
    assert_eq!(faults(id, &digits), "must match the pattern ^[0-9]+$");
    let time: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    assert_eq!(faults(time, &digits), "must match the pattern ^[0-9]+$");
}

#[test]
fn a_number_that_json_cannot_hold_is_refused() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(
            faults(Some(number), &Constraint::NONE),
            "must be a finite number: JSON has no others"
        );
    }
    assert_eq!(faults(f64::MAX, &Constraint::NONE), "");
    let numbers = Constraint {
        items: Some(&Constraint::NONE),
        ..Constraint::NONE
    };
    assert_eq!(
        faults(vec![0.0, f64::NAN], &numbers),
        "`[1]` must be a finite number: JSON has no others"
    );
}

#[test]
fn the_entries_of_maps_are_counted_and_checked() {
    let constraint = Constraint {
        max_items: 1,
        items: Some(&Constraint {
            maximum: 2.0,
            ..Constraint::NONE
        }),
        ..Constraint::NONE
    };
    let expected = "must have at most 1 entry, has 2; `b` must be at most 2";
    let typed = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 3)]);
    assert_eq!(faults(typed, &constraint), expected);
    let any = json!({"a": 1, "b": 3});
    assert_eq!(faults(any.as_object().cloned(), &constraint), expected);
    assert_eq!(faults(any, &constraint), expected);
}
