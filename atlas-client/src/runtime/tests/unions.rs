//! Tests of how the variant of a union is selected.

use serde_json::{Value, json};

use super::super::union::IsKind;
use super::super::*;
use super::Host;

/// Selects among variants that are no unions.
fn chosen(variants: &[Variant], value: Value) -> Option<usize> {
    let variants = variants.iter().enumerate();
    let variants: Vec<_> = variants
        .map(|(index, variant)| Variant { index, ..*variant })
        .collect();
    choose(&variants, &value)
}

/// A variant that is an object.
const fn object(
    values: &'static [(&'static str, &'static [&'static str])],
    required: &'static [&'static str],
    members: &'static [&'static str],
) -> Variant {
    Variant {
        index: 0,
        kind: Some(Value::is_object),
        values,
        required,
        members,
        others: None,
        kinds: &[],
    }
}

#[test]
fn values_choose_the_variant_before_members_do() {
    const VARIANTS: &[Variant] = &[
        object(&[("kind", &["A", "BOTH"])], &["kind", "x"], &["kind", "x"]),
        object(
            &[("kind", &["B", "BOTH"])],
            &["kind", "y", "z"],
            &["kind", "x", "y", "z"],
        ),
        object(&[], &[], &["w"]),
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
    const SAME: Variant = object(&[], &["a"], &["a"]);
    assert_eq!(chosen(&[SAME, SAME], json!({"a": 1})), None);
    // The second and third are one union with the discriminator `size`.
    const NESTED: &[Variant] = &[
        object(&[("kind", &["A"])], &[], &["kind"]),
        object(
            &[("kind", &["B"]), ("size", &["1"])],
            &[],
            &["kind", "size"],
        ),
        object(
            &[("kind", &["B"]), ("size", &["2"])],
            &[],
            &["kind", "size"],
        ),
    ];
    assert_eq!(chosen(NESTED, json!({"kind": "B", "size": 2})), Some(2));
    assert_eq!(chosen(NESTED, json!({"size": 1})), Some(1));
    assert_eq!(chosen(NESTED, json!({"kind": "B"})), None);
    assert_eq!(chosen(NESTED, json!({"kind": "A", "size": 9})), Some(0));
}

#[test]
fn a_union_in_a_union_is_chosen_by_the_variant_that_fits_best() {
    const fn of(index: usize, variant: Variant) -> Variant {
        Variant { index, ..variant }
    }
    // The first is a union; `kind` is listed by one of its variants only.
    const VARIANTS: &[Variant] = &[
        of(0, object(&[("kind", &["A", "B"])], &[], &["kind"])),
        of(0, object(&[], &["size"], &["size", "color"])),
        of(0, object(&[], &[], &["size", "color"])),
        of(
            1,
            object(&[("kind", &["B", "C"])], &["name"], &["kind", "name"]),
        ),
    ];
    for (value, expected) in [
        (json!({"kind": "A"}), Some(0)),
        (json!({"kind": "B"}), Some(0)),
        (json!({"kind": "B", "name": "n"}), Some(1)),
        (json!({"kind": "C", "size": 1}), Some(1)),
        // Both variants of the first fit equally.
        (json!({"size": 1}), Some(0)),
        (json!({"color": 1}), Some(0)),
        // Of a value that none lists, the members decide.
        (json!({"kind": "D", "size": 1}), Some(0)),
        (json!({"kind": "D", "name": "n"}), None),
        (json!({"new": 1}), None),
        (json!(1), None),
    ] {
        assert_eq!(choose(VARIANTS, &value), expected, "{value}");
    }
}

#[test]
fn a_member_of_another_kind_is_unknown() {
    const fn of(kinds: &'static [(&'static str, IsKind)]) -> Variant {
        Variant {
            kinds,
            ..object(&[], &["value"], &["name", "value"])
        }
    }
    const VARIANTS: &[Variant] = &[
        of(&[("value", Value::is_string)]),
        of(&[("value", Value::is_number)]),
        of(&[("value", Value::is_array)]),
    ];
    for (value, expected) in [
        (json!({"value": "a", "name": 1}), Some(0)),
        (json!({"value": 1}), Some(1)),
        (json!({"value": []}), Some(2)),
        (json!({"value": true}), None),
        (json!({"value": null}), None),
        (json!({"name": "a"}), None),
    ] {
        assert_eq!(chosen(VARIANTS, value.clone()), expected, "{value}");
    }
}

#[test]
fn a_newer_value_does_not_exclude_a_union_with_another_variant_that_fits() {
    const fn of(index: usize, variant: Variant) -> Variant {
        Variant { index, ..variant }
    }
    const A: Variant = object(&[("kind", &["A"])], &[], &["kind", "x", "y"]);
    let other = of(1, object(&[("kind", &["B"])], &[], &["kind", "x"]));
    let general = object(&[], &[], &["kind", "x"]);
    let value = json!({"kind": "C", "x": 1, "y": 1});
    // The excluded variant knows more, but is of the same union.
    assert_eq!(choose(&[A, general, other], &value), Some(0));
    // The variant that fits best counts, not the others of its union.
    let full = object(&[], &[], &["kind", "x", "y"]);
    let empty = object(&[], &[], &[]);
    assert_eq!(choose(&[full, empty, other], &value), Some(0));
    // All variants of the only union list other values.
    assert_eq!(choose(&[A, A], &value), None);
}

#[test]
fn a_newer_value_excludes_variants_only_where_values_distinguish_them() {
    const CLOUDS: &[Variant] = &[
        object(
            &[
                ("cloud", &["AWS"]),
                ("region", &["EU_1"]),
                ("state", &["ON", "OFF"]),
            ],
            &[],
            &["cloud", "region", "state"],
        ),
        object(
            &[
                ("cloud", &["GCP"]),
                ("region", &["WEST"]),
                ("state", &["ON", "OFF"]),
            ],
            &[],
            &["cloud", "region", "state", "zone"],
        ),
    ];
    // The variant is known already.
    for newer in [
        json!({"cloud": "AWS", "region": "EU_2"}),
        json!({"cloud": "AWS", "state": "HALF"}),
        json!({"cloud": "AWS", "region": "WEST", "state": "HALF"}),
        json!({"region": "EU_1", "state": "HALF"}),
    ] {
        assert_eq!(chosen(CLOUDS, newer.clone()), Some(0), "{newer}");
    }
    // All list the same states.
    assert_eq!(chosen(CLOUDS, json!({"state": "HALF", "zone": 1})), Some(1));
    assert_eq!(chosen(CLOUDS, json!({"state": "HALF"})), None);
    // A newer cloud, whatever its other values are.
    for newer in [
        json!({"cloud": "NEW", "region": "EU_1"}),
        json!({"cloud": "NEW", "region": "WEST", "zone": 1}),
        json!({"region": "EU_2", "state": "ON"}),
    ] {
        assert_eq!(chosen(CLOUDS, newer.clone()), None, "{newer}");
    }
    // A union of one variant may get others.
    assert_eq!(chosen(&CLOUDS[..1], json!({"cloud": "GCP"})), None);
    assert_eq!(
        chosen(&CLOUDS[..1], json!({"cloud": "AWS", "region": "EU_2"})),
        Some(0)
    );
    // What only newer values and the kind of JSON leave is not known for that.
    const APART: &[Variant] = &[
        object(&[("kind", &["A"])], &[], &["kind"]),
        object(&[("size", &["1"])], &[], &["size"]),
    ];
    assert_eq!(chosen(APART, json!({"kind": "Z", "size": 9})), None);
    const TEXT: Variant = Variant {
        index: 0,
        kind: Some(Value::is_string),
        ..object(&[], &[], &[])
    };
    assert_eq!(chosen(&[TEXT, APART[0]], json!({"kind": "Z"})), None);
}

#[test]
fn of_variants_that_list_a_value_the_one_that_lists_fewer_is_chosen() {
    const EVENTS: &[Variant] = &[
        object(
            &[
                ("event", &["JOINED", "LEFT", "DISK_FULL"]),
                ("unit", &["A", "B"]),
            ],
            &["event"],
            &["event", "id", "unit"],
        ),
        object(
            &[
                ("event", &["DISK_FULL", "DISK_EMPTY"]),
                ("unit", &["A", "B", "C", "D"]),
            ],
            &["event"],
            &["disk", "event", "id", "unit"],
        ),
        object(
            &[("event", &["DISK_EMPTY", "RAISED"])],
            &["event", "size"],
            &["disk", "event", "id", "size", "unit"],
        ),
    ];
    assert_eq!(
        chosen(EVENTS, json!({"event": "DISK_FULL", "id": 1})),
        Some(1)
    );
    // Only members that are given count.
    assert_eq!(
        chosen(EVENTS, json!({"event": "DISK_FULL", "unit": "A"})),
        Some(0)
    );
    // Members, unlisted values and required members come first, in this order.
    assert_eq!(
        chosen(EVENTS, json!({"event": "DISK_EMPTY", "size": 1})),
        Some(2)
    );
    assert_eq!(
        chosen(EVENTS, json!({"event": "DISK_EMPTY", "unit": "Z"})),
        Some(2)
    );
    assert_eq!(chosen(EVENTS, json!({"event": "DISK_EMPTY"})), Some(1));
}

#[test]
fn a_null_excludes_nothing_and_members_that_tell_variants_apart_come_first() {
    const VARIANTS: &[Variant] = &[
        object(
            &[("kind", &["A"]), ("region", &["US", "EU"])],
            &[],
            &["a", "c", "kind", "region"],
        ),
        object(
            &[("region", &["US", "EU", "AP"]), ("size", &["1"])],
            &[],
            &["b", "c", "region", "size"],
        ),
        object(
            &[("kind", &["C"]), ("region", &["US", "EU", "AP"])],
            &[],
            &["c", "kind", "region"],
        ),
    ];
    assert_eq!(chosen(VARIANTS, json!({"a": null, "b": 1})), Some(1));
    assert_eq!(
        chosen(VARIANTS, json!({"b": null, "c": 1, "a": 1})),
        Some(0)
    );
    // Nulls decide only what nothing else does.
    assert_eq!(chosen(&VARIANTS[..2], json!({"c": 1, "b": null})), Some(1));
    assert_eq!(chosen(VARIANTS, json!({"new": null})), None);
    // The region is listed by others only, but the kind decides first.
    for region in ["AP", "ZZ"] {
        assert_eq!(
            chosen(VARIANTS, json!({"kind": "A", "region": region})),
            Some(0)
        );
    }
}

#[test]
fn the_error_of_a_variant_converts_into_those_of_builders_and_calls_without_the_value() {
    #[derive(Debug)]
    struct Hosts;
    impl TryFrom<Value> for Hosts {
        type Error = VariantError;
        fn try_from(value: Value) -> Result<Self, VariantError> {
            variant::<Vec<Host>>(value).map(|_| Self)
        }
    }
    let value = json!([{"hostName": "x"}, {"hostName": "x", "port": "s3cret"}]);
    let refused = convert::<Hosts, _>(value.clone()).unwrap_err();
    let text = "invalid type: string, expected i64";
    assert_eq!(refused.to_string(), format!("cannot be used: {text}"));
    let called = || -> crate::Result<Hosts> { Ok(Hosts::try_from(value)?) };
    let error = called().unwrap_err();
    assert!(error.is_invalid_request() && !error.may_have_been_executed());
    assert_eq!(error.to_string(), text);
    assert!(!format!("{error:?}").contains("s3cret"));
}

#[test]
fn a_value_that_is_no_object_is_matched_by_its_kind() {
    const fn of(kind: Option<IsKind>) -> Variant {
        Variant {
            index: 0,
            kind,
            values: &[],
            required: &[],
            members: &[],
            others: None,
            kinds: &[],
        }
    }
    const VARIANTS: &[Variant] = &[
        of(Some(Value::is_string)),
        of(Some(Value::is_array)),
        of(Some(Value::is_string)),
        of(Some(Value::is_number)),
        of(None),
    ];
    assert_eq!(chosen(&VARIANTS[..2], json!("a")), Some(0));
    assert_eq!(chosen(&VARIANTS[..2], json!([])), Some(1));
    assert_eq!(chosen(&VARIANTS[..2], json!(1)), None);
    assert_eq!(chosen(&VARIANTS[..3], json!("a")), None);
    assert_eq!(chosen(VARIANTS, json!("a")), None);
    // One of its kind is more specific than any JSON.
    assert_eq!(chosen(VARIANTS, json!(1)), Some(3));
    assert_eq!(chosen(&VARIANTS[3..], json!(1)), Some(0));
    assert_eq!(chosen(VARIANTS, json!(true)), Some(4));
    assert_eq!(chosen(&VARIANTS[4..], json!(1)), Some(0));
    assert_eq!(chosen(VARIANTS, json!(null)), None);
}

#[test]
fn an_object_without_known_members_is_of_the_variants_that_its_kind_leaves() {
    const fn of(kind: Option<IsKind>, required: &'static [&'static str]) -> Variant {
        Variant {
            index: 0,
            kind,
            values: &[],
            required,
            members: &["a"],
            others: None,
            kinds: &[],
        }
    }
    const VARIANTS: &[Variant] = &[
        of(Some(Value::is_object), &["a"]),
        of(Some(Value::is_object), &[]),
        of(Some(Value::is_string), &[]),
    ];
    assert_eq!(chosen(&VARIANTS[..1], json!({"new": 1})), Some(0));
    // An object without known members may be of a newer variant, unless the kind of JSON has
    // excluded others.
    assert_eq!(chosen(&VARIANTS[..2], json!({"new": 1})), None);
    assert_eq!(chosen(VARIANTS, json!({"new": 1})), Some(1));
}

#[test]
fn any_json_is_chosen_only_where_an_object_would_lose_members_or_lack_them() {
    const VARIANTS: &[Variant] = &[
        object(&[], &["a"], &["a", "b"]),
        Variant {
            index: 1,
            kind: None,
            values: &[],
            required: &[],
            members: &[],
            others: None,
            kinds: &[],
        },
    ];
    assert_eq!(chosen(VARIANTS, json!({"a": 1, "b": 2})), Some(0));
    assert_eq!(chosen(VARIANTS, json!({"a": 1, "new": 2})), Some(1));
    assert_eq!(chosen(VARIANTS, json!({"b": 2})), Some(1));
    assert_eq!(chosen(VARIANTS, json!({"new": 2})), Some(1));
}

#[test]
fn a_variant_of_any_members_is_chosen_only_where_others_would_lose_members_or_lack_them() {
    const fn open(members: &'static [&'static str], others: IsKind) -> Variant {
        Variant {
            others: Some(others),
            ..object(&[], &[], members)
        }
    }
    const VARIANTS: &[Variant] = &[
        open(&["a"], Value::is_number),
        object(&[], &["a"], &["a", "b"]),
        open(&[], Value::is_string),
    ];
    for (value, expected) in [
        (json!({"a": 1, "b": 2}), Some(1)),
        (json!({"a": "x", "b": "y"}), Some(1)),
        (json!({"a": "x", "new": 2}), Some(0)),
        (json!({"a": "x", "new": "y"}), Some(2)),
        (json!({"b": 2}), Some(0)),
        (json!({"new": "y"}), Some(2)),
        (json!({"new": true}), None),
        (json!({"new": null}), None),
        (json!({}), None),
    ] {
        assert_eq!(chosen(VARIANTS, value.clone()), expected, "{value}");
    }
    let any = Variant {
        kind: None,
        ..object(&[], &[], &[])
    };
    let of_any = open(&[], |_| true);
    assert_eq!(chosen(&[of_any, of_any], json!({"a": 1})), None);
    assert_eq!(chosen(&[any, of_any], json!({"a": 1})), Some(1));
}

#[test]
fn the_json_of_an_unknown_variant_is_kept_and_its_values_are_not_shown() {
    for (value, shown) in [
        (json!({"a": "s3cret", "b": 1}), r#"{"a", "b"}"#),
        (json!(["s3cret", 1]), "[2 entries]"),
        (json!("s3cret"), "[hidden]"),
        (json!(null), "null"),
    ] {
        let unknown = UnknownJson::from(value.clone());
        assert_eq!(format!("{unknown:?}"), shown);
        assert_eq!(unknown.as_value(), &value);
        assert_eq!(unknown.into_value(), value);
    }
}

#[test]
fn a_number_that_no_integer_holds_is_of_no_integer_variant() {
    const fn of(kind: IsKind) -> Variant {
        let variant = object(&[], &[], &[]);
        Variant {
            kind: Some(kind),
            ..variant
        }
    }
    let variants = [of(is_integer), of(Value::is_boolean), of(Value::is_string)];
    for integer in [json!(10), json!(10.0), json!(-1), json!(i64::MIN)] {
        assert_eq!(chosen(&variants, integer), Some(0));
    }
    for number in [json!(1.5), json!(u64::MAX), json!(1e300)] {
        assert_eq!(chosen(&variants, number), None);
    }
    let numbers = [of(is_integer), of(Value::is_number)];
    assert_eq!(chosen(&numbers, json!(1.5)), Some(1));
}
