//! Compares the JSON Schemas of the types with the corrected fragment.

use std::collections::BTreeSet;
use std::fs;

use atlas_client::schemars::generate::{SchemaGenerator, SchemaSettings};
use atlas_client::types;
use atlas_gen::passes::correct::correct;
use atlas_gen::{Source, load};
use serde_json::{Map, Value, json};

use crate::generated::workspace;

/// Registers types by the names of their schemas.
macro_rules! named {
    ($generator:ident: $($name:ident),* $(,)?) => {
        [$((stringify!($name), $generator.subschema_for::<types::$name>())),*]
    };
}

/// Schemas of request types, which have no read-only members.
const SENT: [&str; 7] = [
    "Destination",
    "LiveMigrationRequest20240530",
    "ShardEntry",
    "ShardKeys",
    "ShardingRequest",
    "Source",
    "TargetOrgRequest",
];

/// Schemas of errors, in which required members may be missing.
const OF_ERRORS: [&str; 3] = ["ApiError", "BadRequestDetail", "FieldViolation"];

/// Schemas that no operation of the client uses.
const UNUSED: [&str; 2] = ["Link", "LiveMigrationRequest"];

/// Members that the client treats as secrets although the document does not say so.
const SECRETS: [&str; 1] = ["TargetOrg.linkToken"];

fn fragment() -> Map<String, Value> {
    let source = |name: &str| {
        let text = fs::read_to_string(workspace().join(name)).expect(name);
        Source::new(name, text)
    };
    let mut document = load::load(&source("openapi/atlas-v2.yaml")).expect("the fragment");
    correct(&mut document, &source("openapi/corrections.yaml"), true).expect("corrections");
    let schemas = document["components"]["schemas"].as_object();
    schemas.expect("schemas").clone()
}

/// Returns the JSON Schemas of all types by name.
fn definitions() -> Map<String, Value> {
    let mut generator: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
    let names = named!(generator:
        AvailableClustersDeployment,
        Destination,
        DestinationHostnameSchemaType,
        LiveImportAvailableProject,
        LiveImportValidation,
        LiveImportValidationStatus,
        LiveMigrationRequest,
        LiveMigrationResponse,
        LiveMigrationResponseStatus,
        ShardEntry,
        ShardKeys,
        ShardKeysKeyItemValue,
        ShardingRequest,
        Source,
        TargetOrg,
        TargetOrgRequest,
    );
    let file = fs::read_to_string(workspace().join("atlas-client/src/generated/types.rs"));
    let file = syn::parse_file(&file.expect("the types")).expect("Rust");
    let generated: BTreeSet<String> = file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Struct(item) => Some(item.ident.to_string()),
            syn::Item::Enum(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    let named: BTreeSet<String> = names.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(named, generated, "every generated type has a schema");
    for (name, schema) in names {
        assert_eq!(
            schema.to_value(),
            json!({"$ref": format!("#/$defs/{name}")})
        );
    }
    generator.subschema_for::<atlas_client::ApiError>();
    generator.definitions().clone()
}

/// Both sets of schemas, and the differences found.
struct Comparison {
    fragment: Map<String, Value>,
    definitions: Map<String, Value>,
    differences: Vec<String>,
}

/// Returns the target of a reference, by its last segment, or the schema itself.
fn resolved<'a>(schema: &'a Value, targets: &'a Map<String, Value>) -> &'a Value {
    match schema["$ref"]
        .as_str()
        .and_then(|text| text.rsplit('/').next())
    {
        Some(name) => targets.get(name).unwrap_or_else(|| panic!("no {name}")),
        None => schema,
    }
}

/// Returns a schema without `null`, and whether it allowed `null`.
fn without_null(schema: &Value) -> (Value, bool) {
    let null = json!({"type": "null"});
    if let Some([one, other]) = schema["anyOf"].as_array().map(Vec::as_slice)
        && *other == null
    {
        let mut one = one.clone();
        if schema["writeOnly"] == true {
            one["writeOnly"] = true.into();
        }
        return (one, true);
    }
    let mut schema = schema.clone();
    if let Some(types) = schema["type"].as_array()
        && types.contains(&json!("null"))
    {
        schema["type"] = types[0].clone();
        return (schema, true);
    }
    (schema, false)
}

/// Returns the enum values of a schema of the document, including those of its alternatives.
fn listed(schema: &Value) -> Vec<Value> {
    let alternatives = schema["oneOf"].as_array().into_iter().flatten();
    let own = schema["enum"].as_array().into_iter().flatten().cloned();
    alternatives.flat_map(listed).chain(own).collect()
}

impl Comparison {
    fn same(&mut self, place: &str, what: &str, expected: &Value, found: &Value) {
        if expected != found {
            let text = format!("{place}: {what} is {found}, not {expected}");
            self.differences.push(text);
        }
    }

    fn compare(&mut self, place: &str, published: &Value, found: &Value) {
        let (fragment, definitions) = (self.fragment.clone(), self.definitions.clone());
        let published = resolved(published, &fragment);
        let found = resolved(found, &definitions);
        let values = listed(published);
        if !values.is_empty() {
            let text = values.iter().all(Value::is_string);
            let any = if text {
                json!("string")
            } else {
                json!(["integer", "string"])
            };
            let expected = json!([{"enum": values}, {"type": any}]);
            return self.same(place, "anyOf", &expected, &found["anyOf"]);
        }
        let ty = &published["type"];
        self.same(place, "the type", ty, &found["type"]);
        let format = match ty.as_str() {
            Some("string") if published["writeOnly"] == true || SECRETS.contains(&place) => {
                json!("password")
            }
            Some("integer") if published["format"].is_null() => json!("int64"),
            _ => published["format"].clone(),
        };
        self.same(place, "the format", &format, &found["format"]);
        if published["pattern"] == "^([a-f0-9]{24})$" {
            self.same(
                place,
                "the pattern",
                &published["pattern"],
                &found["pattern"],
            );
        }
        if let Some(items) = published.get("items") {
            self.compare(&format!("{place}[]"), items, &found["items"]);
        }
        if let Some(values) = published.get("additionalProperties") {
            self.compare(
                &format!("{place}{{}}"),
                values,
                &found["additionalProperties"],
            );
        }
    }

    /// Compares the members of an object.
    fn object(&mut self, name: &str) {
        let published = self.fragment[name].clone();
        let sent = SENT.contains(&name);
        let of_errors = OF_ERRORS.contains(&name);
        let found = self.definitions[name.trim_end_matches("20240530")].clone();
        let other_side = if sent { "readOnly" } else { "writeOnly" };
        let members: Map<String, Value> = published["properties"]
            .as_object()
            .expect("members")
            .iter()
            .filter(|(_, member)| member[other_side] != true)
            .map(|(name, member)| (name.clone(), member.clone()))
            .collect();
        let names = |list: &Value| -> BTreeSet<String> {
            let list = list.as_array().into_iter().flatten();
            list.filter_map(|name| name.as_str().map(str::to_owned))
                .collect()
        };
        let mut required = names(&published["required"]);
        required.retain(|member| members.contains_key(member) && !of_errors);
        self.same(
            name,
            "what is required",
            &json!(required),
            &json!(names(&found["required"])),
        );
        let keys: Vec<&String> = members.keys().collect();
        let found_members = found["properties"].as_object().expect("members");
        let known: BTreeSet<&String> = found_members.keys().collect();
        let expected: BTreeSet<&String> = keys.iter().copied().collect();
        self.same(name, "the set of members", &json!(expected), &json!(known));
        for (member, published) in &members {
            let place = format!("{name}.{member}");
            let (found, may_be_null) = without_null(&found["properties"][member]);
            let nullable = published["nullable"] == true || !required.contains(member);
            // Members of errors have defaults, so they need not be nullable.
            if !of_errors {
                self.same(&place, "null", &json!(nullable), &json!(may_be_null));
            }
            let target = resolved(published, &self.fragment);
            let write_only = published["writeOnly"] == true || target["writeOnly"] == true;
            self.same(
                &place,
                "writeOnly",
                &json!(write_only),
                &json!(found["writeOnly"] == true),
            );
            self.compare(&place, published, &found);
        }
    }
}

#[test]
fn the_schema_of_each_type_is_that_of_the_fragment() {
    let mut comparison = Comparison {
        fragment: fragment(),
        definitions: definitions(),
        differences: Vec::new(),
    };
    let names: Vec<String> = comparison.fragment.keys().cloned().collect();
    assert_eq!(names.len(), 17);
    for name in names.iter().filter(|name| !UNUSED.contains(&name.as_str())) {
        comparison.object(name);
    }
    let differences = comparison.differences;
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn values_of_a_type_are_valid_by_its_schema() {
    let schema = atlas_client::schemars::schema_for!(types::LiveMigrationResponse);
    let validator = jsonschema::validator_for(schema.as_value()).expect("a schema");
    for (value, is_valid) in [
        (json!({}), true),
        (
            json!({"status": "NEW", "lagTimeSeconds": 3, "unlisted": 1}),
            true,
        ),
        (json!({"status": null, "_id": null}), true),
        // The type accepts unknown enum values.
        (json!({"status": "PAUSED"}), true),
        (json!({"status": 7}), false),
        (json!({"_id": "7"}), false),
        (json!({"readyForCutover": "yes"}), false),
    ] {
        assert_eq!(validator.is_valid(&value), is_valid, "{value}");
        if is_valid {
            let read: types::LiveMigrationResponse =
                serde_json::from_value(value).expect("a value");
            let written = serde_json::to_value(read).expect("JSON");
            assert!(validator.is_valid(&written), "{written}");
        }
    }
}
