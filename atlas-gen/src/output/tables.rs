//! Data files about the document, read at run time by the embedded Atlas and by tests.
//!
//! Two JSON files: the operations with all their versions, and the JSON Schemas of all request
//! bodies.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::document::{Document, schema_name};
use crate::media_type::MediaType;
use crate::passes::versions::{Offer, by_version, offers, request_body, successes};
use crate::schema::{self, flag};

/// The file name of [`operations`].
pub const OPERATIONS: &str = "operations.json";
/// The file name of [`request_schemas`].
pub const REQUEST_SCHEMAS: &str = "request_schemas.json";

/// Returns `operations.json`: method, path, statuses, versions and roles of each operation.
///
/// `corrected` is the document before versions were chosen.
pub fn operations(corrected: &Document) -> Value {
    let mut all: Vec<(String, Value)> = Vec::new();
    for place in corrected.places() {
        let Some(operation) = corrected.operation(&place) else {
            continue;
        };
        let id = corrected.operation_id(&place).to_owned();
        let success = successes(corrected, operation).map(|(status, _)| status);
        let responses = successes(corrected, operation).map(|(_, response)| response);
        let offered: Vec<Offer<'_>> = responses.flat_map(offers).collect();
        let versions = by_version(&offered).into_iter();
        let mut versions: Vec<(String, Option<&str>)> = versions
            .map(|(version, sunset)| (version.to_string(), sunset))
            .collect();
        versions.sort();
        let versions = versions.into_iter();
        let versions = versions.map(|(date, sunset)| json!({"date": date, "sunset": sunset}));
        let body = request_body(corrected, operation).into_iter();
        let requested: Vec<Offer<'_>> = body.flat_map(offers).collect();
        let requested = by_version(&requested).into_keys();
        let mut requested: Vec<String> = requested.map(ToString::to_string).collect();
        requested.sort();
        all.push((
            id.clone(),
            json!({
                "id": id,
                "method": place.method.to_uppercase(),
                "path": place.path,
                "success": success.max(),
                "versions": versions.collect::<Vec<Value>>(),
                "requestVersions": requested,
                "roles": operation.get("x-rolesRequirements").cloned().unwrap_or_else(|| json!([])),
            }),
        ));
    }
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    Value::Array(all.into_iter().map(|(_, operation)| operation).collect())
}

fn content(holder: &Value) -> impl Iterator<Item = (&String, &Value)> {
    holder
        .get("content")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// Returns `request_schemas.json`: JSON Schemas (2020-12) of every request body in every version.
///
/// Read-only members are rejected, `nullable` becomes part of the type, and a discriminator becomes
/// part of its `oneOf`. A body is the name of one of the schemas, or an inline schema.
pub fn request_schemas(corrected: &Document) -> Value {
    let mut bodies = Map::new();
    let mut open: Vec<&str> = Vec::new();
    let mut parents: Vec<&str> = Vec::new();
    for place in corrected.places() {
        let body = corrected
            .operation(&place)
            .and_then(|operation| operation.get("requestBody"))
            .and_then(|body| corrected.deref(body));
        let mut versions = Map::new();
        for (name, body) in body.into_iter().flat_map(content) {
            if let (Some(media_type), Some(schema)) = (MediaType::parse(name), body.get("schema")) {
                schema::references(schema, &mut open);
                let schema = match schema_name(schema) {
                    Some(name) => name.into(),
                    None => json_schema(corrected, schema, "", &mut parents),
                };
                versions.insert(media_type.version.to_string(), schema);
            }
        }
        if !versions.is_empty() {
            let id = corrected.operation_id(&place).to_owned();
            bodies.insert(id, Value::Object(versions));
        }
    }
    let mut schemas = BTreeMap::new();
    while let Some(name) = open.pop() {
        if schemas.contains_key(name) {
            continue;
        }
        let Some(schema) = corrected.schema(name) else {
            continue;
        };
        schema::references(schema, &mut open);
        let mapping = schema.pointer("/discriminator/mapping");
        let mapped = mapping.and_then(Value::as_object).into_iter().flatten();
        open.extend(mapped.filter_map(|(_, target)| target.as_str()?.rsplit('/').next()));
        let schema = json_schema(corrected, schema, name, &mut parents);
        schemas.insert(name.to_owned(), schema);
    }
    while let Some(name) = parents.pop() {
        let own = parent_name(corrected, name);
        if schemas.contains_key(&own) {
            continue;
        }
        let Some(Value::Object(parent)) = corrected.schema(name) else {
            continue;
        };
        let is_kept = |key: &str| !matches!(key, "oneOf" | "anyOf" | "discriminator");
        let kept = parent.iter().filter(|(key, _)| is_kept(key));
        let kept = kept.map(|(key, value)| (key.clone(), value.clone()));
        let parent = json_schema(corrected, &Value::Object(kept.collect()), "", &mut parents);
        schemas.insert(own, parent);
    }
    bodies.sort_keys();
    json!({"schemas": Map::from_iter(schemas), "bodies": bodies})
}

/// Converts `schema` to JSON Schema; `own` is its name if it is a component.
/// Components that it refers to as parents are added to `parents`.
fn json_schema<'a>(
    document: &'a Document,
    schema: &Value,
    own: &str,
    parents: &mut Vec<&'a str>,
) -> Value {
    let Value::Object(map) = schema else {
        return json!(true);
    };
    if let Some(name) = schema_name(schema) {
        let reference = json!({"$ref": format!("#/schemas/{name}")});
        // In OpenAPI, a component determines whether all its uses may be null.
        return match document.schema(name) {
            Some(target) if flag(target, "nullable") => {
                json!({"anyOf": [reference, {"type": "null"}]})
            }
            _ => reference,
        };
    }
    let mut out = Map::new();
    for (key, value) in map {
        let value = match (key.as_str(), value) {
            // Variants state their types, which may differ from their union's.
            ("type", _) if map.contains_key("oneOf") || map.contains_key("anyOf") => continue,
            ("type", Value::String(name)) if flag(schema, "nullable") => json!([name, "null"]),
            ("enum", Value::Array(values)) if flag(schema, "nullable") => {
                let mut values = values.clone();
                values.push(Value::Null);
                Value::Array(values)
            }
            ("properties", Value::Object(properties)) => Value::Object(
                properties
                    .iter()
                    .map(|(name, member)| {
                        let sent = if flag(member, "readOnly") {
                            json!(false)
                        } else {
                            json_schema(document, member, "", parents)
                        };
                        (name.clone(), sent)
                    })
                    .collect(),
            ),
            ("items" | "additionalProperties" | "not", value @ Value::Object(_)) => {
                json_schema(document, value, "", parents)
            }
            ("allOf", Value::Array(parts)) => {
                let parts = parts.iter();
                let forms = parts.map(|part| inherited(document, part, parents));
                forms.collect()
            }
            // The discriminator's choice is added below. Without a discriminator, published
            // variants may overlap: members that a variant does not list are allowed in it.
            ("oneOf" | "anyOf", Value::Array(members)) => {
                if !map.contains_key("discriminator") {
                    let members = members.iter();
                    let forms = members.map(|member| json_schema(document, member, "", parents));
                    out.insert("anyOf".to_owned(), forms.collect());
                }
                continue;
            }
            (
                "type"
                | "enum"
                | "required"
                | "additionalProperties"
                | "minLength"
                | "maxLength"
                | "minItems"
                | "maxItems"
                | "minimum"
                | "maximum"
                | "multipleOf"
                | "pattern"
                | "uniqueItems"
                | "minProperties"
                | "maxProperties",
                value,
            ) => value.clone(),
            _ => continue,
        };
        // In OpenAPI 3.0, a separate keyword makes a limit exclusive.
        let key = match key.as_str() {
            "minimum" if flag(schema, "exclusiveMinimum") => "exclusiveMinimum",
            "maximum" if flag(schema, "exclusiveMaximum") => "exclusiveMaximum",
            key => key,
        };
        out.insert(key.to_owned(), value);
    }
    if let Some(Value::Object(properties)) = map.get("properties")
        && let Some(Value::Array(required)) = out.get_mut("required")
    {
        required.retain(|name| {
            !name
                .as_str()
                .and_then(|name| properties.get(name))
                .is_some_and(|member| flag(member, "readOnly"))
        });
    }
    if let Some(choice) = decided(schema, own) {
        out.insert("oneOf".to_owned(), choice);
    }
    Value::Object(out)
}

/// Converts a part of an `allOf`. The list of children is omitted from a parent: otherwise a child
/// would have to be a child of itself. Such a parent is a separate schema, because parents can have
/// parents.
fn inherited<'a>(document: &'a Document, part: &Value, parents: &mut Vec<&'a str>) -> Value {
    let schemas = document.components("schemas");
    let target = schema_name(part).and_then(|name| schemas?.get_key_value(name));
    match target {
        Some((name, parent)) if parent.get("discriminator").is_some() => {
            parents.push(name);
            json!({"$ref": format!("#/schemas/{}", parent_name(document, name))})
        }
        _ => json_schema(document, part, "", parents),
    }
}

/// Returns the name of the component `name` without its list of children.
fn parent_name(document: &Document, name: &str) -> String {
    let mut own = format!("{name}$parent");
    while document.schema(&own).is_some() {
        own.push('$');
    }
    own
}

/// Returns the choice of a discriminator: each schema of its mapping with its values. A read-only
/// discriminator decides nothing in requests.
fn decided(schema: &Value, own: &str) -> Option<Value> {
    let discriminator = schema.get("discriminator")?;
    let property = discriminator.get("propertyName")?.as_str()?;
    let mapping = discriminator.get("mapping")?.as_object()?;
    let member = schema.get("properties").and_then(|own| own.get(property));
    if member.is_some_and(|member| flag(member, "readOnly")) {
        return None;
    }
    let mut choice = Map::new();
    for (tag, target) in mapping {
        let name = target.as_str()?.rsplit('/').next()?;
        let tags = choice.entry(name).or_insert_with(|| json!([]));
        tags.as_array_mut()?.push(tag.as_str().into());
    }
    let choice = choice.into_iter().map(|(name, tags)| {
        let mut variant = json!({"properties": {property: {"enum": tags}}, "required": [property]});
        // A parent that maps to itself adds nothing.
        if name != own {
            variant["$ref"] = format!("#/schemas/{name}").into();
        }
        variant
    });
    Some(choice.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the schemas of a request of `A0`.
    fn request_schemas_of(schemas: Value) -> Value {
        let content = json!({"application/vnd.atlas.2024-01-01+json": {
            "schema": {"$ref": "#/components/schemas/A0"},
        }});
        let document = json!({
            "openapi": "3.0.3",
            "paths": {"/a": {"post": {"requestBody": {"content": content}}}},
            "components": {"schemas": schemas},
        });
        let document = Document::new(document).expect("a document");
        request_schemas(&document)["schemas"].take()
    }

    #[test]
    fn a_sunset_of_any_success_counts() {
        let content =
            |body: Value| json!({"content": {"application/vnd.atlas.2024-01-01+json": body}});
        let responses = json!({
            "200": content(json!({})),
            "201": content(json!({"x-sunset": "2027-07-01"})),
        });
        let document = json!({
            "openapi": "3.0.3",
            "paths": {"/a": {"post": {"responses": responses}}},
        });
        let document = Document::new(document).expect("a document");
        let versions = json!([{"date": "2024-01-01", "sunset": "2027-07-01"}]);
        assert_eq!(operations(&document)[0]["versions"], versions);
    }

    #[test]
    fn parents_of_parents_are_one_schema_each_without_their_children() {
        const LENGTH: usize = 20_000;
        let part = |i: usize| json!({"$ref": format!("#/components/schemas/A{}", i + 1)});
        let schema = |i: usize| {
            let mapping = json!({"A": "#/components/schemas/A0"});
            let parts = if i < LENGTH {
                vec![part(i), part(i)]
            } else {
                Vec::new()
            };
            json!({
                "discriminator": {"propertyName": "kind", "mapping": mapping},
                "properties": {"kind": {"type": "string"}},
                "allOf": parts,
            })
        };
        let mut schemas: Map<String, Value> =
            (0..=LENGTH).map(|i| (format!("A{i}"), schema(i))).collect();
        schemas.insert("A1$parent".to_owned(), json!({}));
        let found = request_schemas_of(Value::Object(schemas));
        assert_eq!(found.as_object().map(Map::len), Some(2 * LENGTH + 1));
        let parts = |i: usize| {
            let part = json!({"$ref": format!("#/schemas/A{i}$parent")});
            json!([part, part])
        };
        assert_eq!(found["A1"]["allOf"], parts(2));
        let parent = json!({"properties": {"kind": {"type": "string"}}, "allOf": parts(3)});
        assert_eq!(found["A2$parent"], parent);
        assert!(found["A2"]["oneOf"].is_array());
        // A component has that name.
        let other = json!({"$ref": "#/schemas/A1$parent$"});
        assert_eq!(found["A0"]["allOf"], json!([other, other]));
        assert_eq!(found["A1$parent$"]["allOf"], parts(2));
    }
}
