//! Lists and maps without an object in between: how deeply they may nest.

use atlas_gen::document::Document;
use atlas_gen::passes::{SIMPLIFY, lint};
use serde_json::{Value, json};

/// Runs the passes up to `lists` on these components.
fn schemas(schemas: Value) -> Result<(), String> {
    let root = json!({"openapi": "3.0.3", "components": {"schemas": schemas}});
    let mut document = Document::new(root).unwrap();
    let last = SIMPLIFY.iter().position(|(name, _)| *name == "lists");
    let mut passes = SIMPLIFY[..=last.unwrap()].iter();
    let found = passes.try_for_each(|(_, pass)| pass(&mut document));
    found.map_err(|error| error.to_string())
}

fn reference(name: impl std::fmt::Display) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Returns the schemas `A0`, `A1` and so on, each a list of the next; the last is a list of `end`.
fn lists(count: usize, end: &Value) -> Value {
    let list = |i| {
        let items = if i + 1 < count {
            reference(format!("A{}", i + 1))
        } else {
            end.clone()
        };
        (format!("A{i}"), json!({"type": "array", "items": items}))
    };
    (0..count).map(list).collect()
}

#[test]
fn lists_and_references_nest_up_to_64_levels() {
    let text = json!({"type": "string"});
    let nested = |levels: usize| {
        (0..levels).fold(text.clone(), |inner, level| match level % 2 {
            0 => json!({"type": "array", "items": inner}),
            _ => json!({"type": "object", "additionalProperties": inner}),
        })
    };
    let refused = |name: &str| {
        Err(format!(
            "/components/schemas/{name}: `{name}` is a list or a map that nests deeper than 64 levels; \
             an object in between is expected"
        ))
    };
    assert_eq!(schemas(json!({"A": nested(64)})), Ok(()));
    assert_eq!(schemas(json!({"A": nested(65)})), refused("A"));
    // A list of a component is two levels.
    assert_eq!(schemas(lists(32, &nested(1))), Ok(()));
    assert_eq!(schemas(lists(32, &nested(2))), refused("A0"));
    // Levels counted from one component also count for those that refer to it.
    let below = json!({"Z": nested(63), "A": reference("Z"), "B": reference("A")});
    assert_eq!(schemas(below), refused("B"));
    // A union is a type, which resets the count, and so are its variants.
    let union = json!({"type": "array", "items": nested(64), "oneOf": [{"type": "string"}]});
    assert_eq!(schemas(json!({"A": reference("B"), "B": union})), Ok(()));
}

#[test]
fn a_cycle_of_lists_is_reported_from_its_first_component() {
    let told = |names: &str| {
        let says = "is a list or a map of itself by way of";
        Err(format!(
            "/components/schemas/A0: `A0` {says} {names}; an object in between is expected"
        ))
    };
    let eight = "A0, A1, A2, A3, A4, A5, A6, A7";
    assert_eq!(schemas(lists(8, &reference("A0"))), told(eight));
    assert_eq!(
        schemas(lists(9, &reference("A0"))),
        told(&format!("{eight}, …"))
    );
    // Reached from outside the circle, at another component of it.
    let mut three = json!({"Z": {"type": "array", "items": reference("A2")}});
    let circle = lists(3, &reference("A0"));
    for (name, list) in circle.as_object().unwrap() {
        three[name] = list.clone();
    }
    assert_eq!(schemas(three), told("A0, A1, A2"));
}

#[test]
fn lists_of_themselves_that_passes_make_are_reported() {
    let (a, b) = (reference("A"), reference("B"));
    let unwrapped = json!({"A": {"type": "array", "items": {"allOf": [a]}}});
    let joined = json!({
        "A": {"allOf": [b, {"minItems": 1}]},
        "B": {"type": "array", "items": a},
    });
    let discriminated =
        json!({"A": {"type": "array", "items": a, "discriminator": {"propertyName": "x"}}});
    for circle in [unwrapped, joined, discriminated] {
        let error = "/components/schemas/A: `A` is a list or a map of itself by way of A; \
                     an object in between is expected";
        assert_eq!(schemas(circle.clone()), Err(error.to_owned()), "{circle}");
    }
}

#[test]
fn lists_of_themselves_that_no_operation_uses_are_no_fault() {
    let root = json!({"openapi": "3.0.3", "components": {"schemas": lists(1, &reference("A0"))}});
    assert_eq!(lint::lint(&Document::new(root).unwrap()), Ok(()));
}
