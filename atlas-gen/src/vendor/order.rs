//! Canonical order: the output does not depend on the order of the published document, so that a
//! diff of two revisions shows only changes of content.
//!
//! Members of objects are in the order of [`Kind::members`], named maps are sorted by name, sets
//! are sorted. Every other list keeps its order, which may have a meaning.

use serde_json::{Map, Value};

use super::grammar::{Kind, Shape};

/// Returns `document` in canonical order.
pub fn canonical(document: Value) -> Value {
    object(document, Kind::Root)
}

fn object(value: Value, kind: Kind) -> Value {
    let Value::Object(map) = value else {
        return by_name(value);
    };
    let mut members: Vec<(usize, String, Value)> = map
        .into_iter()
        .map(|(name, value)| {
            let (at, shape) = kind.member(&name);
            (at, name, ordered(value, shape))
        })
        .collect();
    members.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    members
        .into_iter()
        .map(|(_, name, value)| (name, value))
        .collect::<Map<_, _>>()
        .into()
}

fn ordered(value: Value, shape: Shape) -> Value {
    match (shape, value) {
        (Shape::One(kind), value) => object(value, kind),
        (Shape::List(kind), Value::Array(items)) => {
            items.into_iter().map(|item| object(item, kind)).collect()
        }
        (Shape::Named(kind), Value::Object(map)) => named(map, |value| object(value, kind)),
        (Shape::NamedTwice(kind), Value::Object(map)) => {
            named(map, |value| ordered(value, Shape::Named(kind)))
        }
        (Shape::Set, Value::Array(mut items)) if items.iter().all(Value::is_string) => {
            items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            items.into()
        }
        (_, value) => by_name(value),
    }
}

fn by_name(value: Value) -> Value {
    match value {
        Value::Object(map) => named(map, by_name),
        Value::Array(items) => items.into_iter().map(by_name).collect(),
        other => other,
    }
}

fn named(map: Map<String, Value>, each: impl Fn(Value) -> Value) -> Value {
    let mut entries: Vec<(String, Value)> = map.into_iter().collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    entries
        .into_iter()
        .map(|(name, value)| (name, each(value)))
        .collect::<Map<_, _>>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_output_does_not_depend_on_the_order_of_the_source() {
        let schema = json!({
            "x-b": 1, "properties": {"type": {"format": "int32", "type": "integer"}, "a": {}},
            "required": ["type", "a"], "type": "object", "enum": ["b", "a"],
        });
        let one = json!({
            "components": {"schemas": {"B": schema, "A": {}}},
            "paths": {"/b": {}, "/a": {"post": {}, "get": {"tags": ["x"], "operationId": "g"}}},
            "openapi": "3.0.1",
        });
        let canonical = canonical(one);
        assert_eq!(
            canonical.to_string(),
            json!({
                "openapi": "3.0.1",
                "paths": {"/a": {"get": {"operationId": "g", "tags": ["x"]}, "post": {}}, "/b": {}},
                "components": {"schemas": {"A": {}, "B": {
                    "type": "object", "required": ["a", "type"], "enum": ["b", "a"],
                    "properties": {"a": {}, "type": {"type": "integer", "format": "int32"}},
                    "x-b": 1,
                }}},
            })
            .to_string()
        );
    }

    #[test]
    fn values_that_are_not_objects_are_kept() {
        let odd = json!({"paths": 1, "components": [{"b": 1, "a": 2}], "info": null});
        assert_eq!(
            canonical(odd).to_string(),
            r#"{"info":null,"paths":1,"components":[{"a":2,"b":1}]}"#
        );
        assert_eq!(canonical(json!([1])), json!([1]));
    }
}
