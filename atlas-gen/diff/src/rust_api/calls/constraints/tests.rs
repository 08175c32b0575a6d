use super::*;
use serde_json::json;

/// Formats the changes from `old` to `new`, with `+` for stricter and `-` for looser ones.
fn changes_of(old: Value, new: Value) -> Vec<String> {
    let changes = changes(&constraints(&old), &constraints(&new));
    let lines = changes.into_iter().map(|(at, change)| match change {
        ConstraintChange::Stricter(text) => format!("+{at} {text}"),
        ConstraintChange::Looser(text) => format!("-{at} {text}"),
    });
    lines.collect()
}

#[test]
fn limits_are_compared_by_value_and_by_whether_they_are_inside() {
    let number = |limits: Value| {
        let mut schema = json!({"type": "number"});
        schema
            .as_object_mut()
            .unwrap()
            .extend(limits.as_object().unwrap().clone());
        schema
    };
    for (old, new, expected) in [
        (
            json!({"minimum": 1}),
            json!({"minimum": 1.0}),
            "- `minimum` 1 → 1.0",
        ),
        (
            json!({"minimum": 1}),
            json!({"minimum": 2}),
            "+ `minimum` 1 → 2",
        ),
        (
            json!({"maximum": 1}),
            json!({"maximum": 2}),
            "- `maximum` 1 → 2",
        ),
        (
            json!({"maximum": 1, "exclusiveMaximum": true}),
            json!({"maximum": 1}),
            "- `maximum` 1 (exclusive) → 1",
        ),
        (
            json!({"multipleOf": 4}),
            json!({"multipleOf": 2}),
            "- `multipleOf` 4 → 2",
        ),
        (
            json!({"multipleOf": 4}),
            json!({"multipleOf": 3}),
            "+ `multipleOf` 4 → 3",
        ),
        (
            json!({}),
            json!({"multipleOf": 3}),
            "+ `multipleOf` any → 3",
        ),
    ] {
        assert_eq!(changes_of(number(old), number(new)), [expected]);
    }
}

#[test]
fn what_no_value_can_miss_is_no_demand() {
    let text = json!({"type": "string"});
    for new in [
        json!({"type": "string", "minLength": 0}),
        json!({"type": "string", "pattern": ".*"}),
    ] {
        let changes = changes_of(text.clone(), new);
        assert!(
            changes.iter().all(|change| change.starts_with('-')),
            "{changes:?}"
        );
    }
    let annotated = json!({"type": "string", "format": "password", "title": "T"});
    assert!(changes_of(text, annotated).is_empty());
}

#[test]
fn what_means_the_same_is_no_tighter() {
    for (kind, old, new) in [
        (
            "integer",
            json!({"enum": [10, 20]}),
            json!({"enum": [10.0, 20.0]}),
        ),
        ("integer", json!({}), json!({"multipleOf": 1})),
        ("integer", json!({}), json!({"multipleOf": 0.5})),
        (
            "string",
            json!({}),
            json!({"maxItems": 3, "uniqueItems": true, "maximum": 1}),
        ),
        (
            "string",
            json!({}),
            json!({"required": ["a"], "additionalProperties": false}),
        ),
        (
            "integer",
            json!({}),
            json!({"maxLength": 3, "pattern": "^a$"}),
        ),
        ("array", json!({}), json!({"minLength": 3, "multipleOf": 2})),
    ] {
        let [old, new] = [old, new].map(|mut schema| {
            schema["type"] = kind.into();
            schema
        });
        let changes = changes_of(old, new.clone());
        assert!(
            changes.iter().all(|change| change.starts_with('-')),
            "{new}: {changes:?}"
        );
    }
    let listed = |values: Value| json!({"type": "integer", "enum": values});
    let changes = changes_of(listed(json!([10, 20])), listed(json!([10.0])));
    assert!(changes[0].starts_with('+'), "{changes:?}");
    let whole = |multiple: f64| json!({"type": "integer", "multipleOf": multiple});
    assert!(changes_of(json!({"type": "integer"}), whole(1.5))[0].starts_with('+'));
}

#[test]
fn places_that_are_new_or_of_another_kind_make_no_demand_of_old_values() {
    let old = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let new = json!({"type": "object", "required": ["b"], "properties": {
        "a": {"type": "integer", "minimum": 3},
        "b": {"type": "string", "minLength": 5},
    }});
    assert_eq!(changes_of(old, new), ["+ `b` is required now"]);
}

#[test]
fn another_serialization_is_a_demand_where_values_are_written_otherwise() {
    let list = json!({"type": "array", "items": {"$ref": "#/components/schemas/Kind"}});
    let object = json!({"type": "object"});
    let text = json!({"type": "string"});
    let kind = json!({"type": "string"});
    for (place, style, schema, key, stricter) in [
        ("header", "simple", &list, "explode", false),
        ("path", "simple", &list, "explode", false),
        ("path", "label", &list, "explode", true),
        ("header", "simple", &object, "explode", true),
        ("query", "form", &list, "explode", true),
        ("query", "form", &text, "explode", false),
        ("query", "form", &text, "allowReserved", false),
    ] {
        let of = |value: bool| {
            let parameter = json!({"in": place, "style": style, "schema": schema, key: value});
            let mut out = constraints(schema);
            let resolve = |schema| match schema_name(schema) {
                Some(_) => &kind,
                None => schema,
            };
            add_serialization(&parameter, resolve, &mut out);
            out
        };
        let changes = changes(&of(true), &of(false));
        let found = matches!(changes[..], [(_, ConstraintChange::Stricter(_))]);
        assert_eq!(
            found, stricter,
            "{place} {style} {schema} {key}: {changes:?}"
        );
        assert_eq!(found, !changes.is_empty(), "{place} {style} {schema} {key}");
    }
}
