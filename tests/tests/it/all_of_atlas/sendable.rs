//! Makes request bodies from published schemas, with the required members or with all of them, and
//! with each variant of their unions in turn.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::all_of_atlas::built::UNLISTED;

/// At a greater depth, optional members are omitted, which ends recursive schemas.
const DEPTH: usize = 6;

/// Strings for the published patterns; the first one that matches is used.
const TEXTS: [&str; 22] = [
    "32b6e34b3d91647abb20e7b8",
    "text",
    "AB",
    "a",
    "10.0.0.1",
    "10.0.0.0/24",
    "8.0.1",
    "0123456789abcdef0123",
    "0123456789abcdef0123456789abcdef01234567",
    "123456789012",
    "vpc-0123456789abcdef0",
    "vpce-0123456789abcdef0",
    "sg-1",
    "mdb_sa_id_32b6e34b3d91647abb20e7b8",
    "pls_32b6e34b3d91647abb20e7b8",
    "p-32b6e34b3d91647abb20e7b8",
    "01234567-89ab-cdef-0123-456789abcdef",
    "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
    "project-a",
    "DC=example,DC=com",
    "arn:aws:kafka:eu-west-1:123456789012:cluster/a/b",
    "nt-32b6e34b3d91647abb20e7b8-01234567",
];

/// Makes values of the schemas of one document.
pub struct Maker<'a> {
    document: &'a Value,
    /// Whether optional members are included.
    pub full: bool,
    /// Selects the variant of each union and the value of each enum.
    pub turn: usize,
    /// Whether enums of strings get a value that they do not list.
    unlisted: bool,
}

impl<'a> Maker<'a> {
    pub fn new(document: &'a Value, full: bool, turn: usize) -> Self {
        Self {
            document,
            full,
            turn,
            unlisted: false,
        }
    }

    /// Makes enums of strings get a value that they do not list.
    pub fn unlisted(self) -> Self {
        Self {
            unlisted: true,
            ..self
        }
    }

    /// Returns a value of `schema`.
    pub fn value(&self, schema: &'a Value, depth: usize) -> Value {
        let (schema, name) = self.resolve(schema);
        if let Some(mapping) = schema["discriminator"]["mapping"].as_object() {
            let property = schema["discriminator"]["propertyName"].as_str();
            let (tag, target) = mapping
                .iter()
                .nth(self.turn % mapping.len())
                .expect("a variant");
            let target = target.as_str().expect("a reference");
            let variant = self.document.pointer(target.trim_start_matches('#'));
            let mut value = self.object(schema, depth);
            // A parent may be one of its own variants.
            if target.rsplit('/').next() != name {
                let variant = self.value(variant.expect("a variant"), depth + 1);
                if let (Value::Object(all), Value::Object(own)) = (&mut value, variant) {
                    all.extend(own);
                }
            }
            let property = property.expect("a property");
            if schema["properties"][property]["readOnly"] != true {
                value[property] = tag.as_str().into();
            }
            return value;
        }
        let variants = ["oneOf", "anyOf"]
            .iter()
            .find_map(|key| schema[*key].as_array());
        if let Some(variants) = variants {
            let variant = &variants[self.turn % variants.len()];
            let mut value = self.value(variant, depth + 1);
            let shared = self.object(schema, depth);
            if let (Value::Object(value), Value::Object(shared)) = (&mut value, shared) {
                for (name, member) in shared {
                    value.entry(name).or_insert(member);
                }
            }
            return value;
        }
        if schema["properties"].is_object() || schema["allOf"].is_array() {
            return self.object(schema, depth);
        }
        self.plain(schema, depth)
    }

    /// Returns the number of turns after which every variant of every union below `schema` was
    /// used.
    pub fn turns(&self, schema: &'a Value) -> usize {
        let mut seen = BTreeSet::new();
        let mut open = vec![schema];
        let mut turns = 1;
        while let Some(value) = open.pop() {
            match value {
                Value::Object(map) => {
                    let lists = ["oneOf", "anyOf"]
                        .iter()
                        .filter_map(|key| map.get(*key)?.as_array());
                    turns = lists.map(Vec::len).fold(turns, usize::max);
                    let mapping = value["discriminator"]["mapping"].as_object();
                    turns = turns.max(mapping.map_or(0, Map::len));
                    let references = mapping.into_iter().flatten().map(|(_, target)| target);
                    for reference in references.chain(map.get("$ref")) {
                        if let Some(reference) = reference.as_str()
                            && seen.insert(reference)
                        {
                            open.extend(self.document.pointer(reference.trim_start_matches('#')));
                        }
                    }
                    open.extend(map.values());
                }
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        turns
    }

    fn resolve(&self, mut schema: &'a Value) -> (&'a Value, Option<&'a str>) {
        let mut name = None;
        while let Some(reference) = schema["$ref"].as_str() {
            name = reference.rsplit('/').next();
            schema = self
                .document
                .pointer(reference.trim_start_matches('#'))
                .expect("a target");
        }
        (schema, name)
    }

    fn object(&self, schema: &'a Value, depth: usize) -> Value {
        let mut members = BTreeMap::new();
        let mut required = BTreeSet::new();
        self.gather(schema, &mut members, &mut required);
        let made = members.into_iter().filter_map(|(name, member)| {
            let target = self.resolve(member).0;
            let given = member["readOnly"] == true || target["readOnly"] == true;
            let wanted = required.contains(name.as_str()) || (self.full && depth < DEPTH);
            (wanted && !given).then(|| (name, self.value(member, depth + 1)))
        });
        Value::Object(made.collect())
    }

    /// Collects the members of an object and the required ones, those of its parts first.
    fn gather(
        &self,
        schema: &'a Value,
        members: &mut BTreeMap<String, &'a Value>,
        required: &mut BTreeSet<&'a str>,
    ) {
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.gather(self.resolve(part).0, members, required);
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            members.insert(name.clone(), member);
        }
        let names = schema["required"].as_array().into_iter().flatten();
        required.extend(names.filter_map(Value::as_str));
    }

    fn plain(&self, schema: &'a Value, depth: usize) -> Value {
        if let Some(listed) = schema["enum"].as_array() {
            let value = &listed[self.turn % listed.len()];
            if self.unlisted && value.is_string() {
                return UNLISTED.into();
            }
            return value.clone();
        }
        match schema["type"].as_str() {
            Some("string") => text(schema).into(),
            Some("integer" | "number") => number(schema),
            Some("boolean") => self.turn.is_multiple_of(2).into(),
            Some("array") => {
                let least = schema["minItems"].as_u64().unwrap_or_default();
                let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
                let wanted = u64::from(self.full && depth < DEPTH).max(least).min(most);
                let items = (0..wanted).map(|_| self.value(&schema["items"], depth + 1));
                Value::Array(items.collect())
            }
            _ => match &schema["additionalProperties"] {
                values @ Value::Object(_) if self.full && depth < DEPTH => {
                    json!({"key": self.value(values, depth + 1)})
                }
                _ => json!({}),
            },
        }
    }
}

fn text(schema: &Value) -> String {
    let format = match schema["format"].as_str() {
        Some("date-time") => Some("2026-05-30T12:00:00Z"),
        Some("date") => Some("2026-05-30"),
        _ => None,
    };
    let example = schema["example"].as_str();
    let least = schema["minLength"].as_u64().unwrap_or_default();
    let long = "x".repeat(usize::try_from(least).expect("a length"));
    let mut rules = json!({"type": "string"});
    for key in ["pattern", "minLength", "maxLength"] {
        if let Some(rule) = schema.get(key) {
            rules[key] = rule.clone();
        }
    }
    let rules = jsonschema::validator_for(&rules).expect("rules");
    let candidates = format
        .into_iter()
        .chain(example)
        .chain(TEXTS)
        .chain([long.as_str()]);
    let mut fitting = candidates.filter(|text| rules.is_valid(&json!(text)));
    fitting.next().unwrap_or("no text fits").to_owned()
}

fn number(schema: &Value) -> Value {
    let limit = |key: &str| schema[key].as_f64();
    let beyond = f64::from(u8::from(schema["exclusiveMinimum"] == true));
    let low = limit("minimum").map_or(1.0, |limit| limit + beyond);
    let number = low.min(limit("maximum").unwrap_or(f64::MAX));
    if schema["type"] == "integer" {
        json!(number as i64)
    } else {
        json!(number)
    }
}
