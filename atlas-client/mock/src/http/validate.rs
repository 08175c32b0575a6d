//! Validates request bodies against the published schema, and against Atlas's further requirements.
//!
//! Every violation names its member; none repeats a value, which may be a password.

use std::collections::BTreeMap;

use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use serde_json::{Value, json};

use crate::http::respond::{Failure, Violation};

const REQUEST_SCHEMAS: &str = include_str!("../generated/request_schemas.json");

/// One validator for every dated version of every operation's body.
pub(crate) struct Schemas {
    validators: BTreeMap<(String, String), Validator>,
}

impl Schemas {
    /// Loads the generated schemas.
    pub(crate) fn load() -> Result<Self, String> {
        Self::read(REQUEST_SCHEMAS)
    }

    fn read(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text)
            .map_err(|error| format!("the request schemas are not JSON: {error}"))?;
        let member = |name: &str| {
            document
                .get(name)
                .ok_or_else(|| format!("the request schemas lack the member {name}"))
        };
        let schemas = member("schemas")?;
        let bodies = member("bodies")?
            .as_object()
            .ok_or("the member bodies of the request schemas is not an object")?;
        let mut validators = BTreeMap::new();
        for (operation, versions) in bodies {
            for (version, body) in versions.as_object().into_iter().flatten() {
                let body = match body {
                    Value::String(name) => json!({"$ref": format!("#/schemas/{name}")}),
                    schema => schema.clone(),
                };
                let root = json!({
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "allOf": [body],
                    "schemas": schemas,
                });
                let validator = jsonschema::validator_for(&root).map_err(|error| {
                    format!("the body of {operation} in {version} is no valid JSON Schema: {error}")
                })?;
                validators.insert((operation.clone(), version.clone()), validator);
            }
        }
        Ok(Self { validators })
    }

    /// Validates and parses the body for the version of the operation.
    pub(crate) fn check(
        &self,
        operation: &str,
        version: &str,
        body: &[u8],
    ) -> Result<Value, Failure> {
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            Failure::new(
                400,
                "INVALID_JSON",
                format!(
                    "the body is not JSON (line {}, column {})",
                    error.line(),
                    error.column()
                ),
            )
        })?;
        let key = (operation.to_owned(), version.to_owned());
        let mut violations: Vec<Violation> = self
            .validators
            .get(&key)
            .into_iter()
            .flat_map(|validator| validator.iter_errors(&value))
            .flat_map(|error| violations_of(&error))
            .collect();
        if violations.is_empty() {
            violations = beyond_the_schema(&value);
        }
        if violations.is_empty() {
            return Ok(value);
        }
        let fields: Vec<&str> = violations.iter().map(|each| each.field.as_str()).collect();
        Err(Failure::new(
            400,
            "VALIDATION_ERROR",
            format!("the body is not valid: {}", fields.join(", ")),
        )
        .fields(violations))
    }
}

/// Returns one violation, or those of the only plausible alternative: a nullable member is
/// published as "this schema or null", and for an object the violations of the object are the
/// useful ones.
fn violations_of(error: &ValidationError<'_>) -> Vec<Violation> {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        error.kind()
    else {
        return vec![violation(error)];
    };
    let of_another_type = |inner: &ValidationError<'_>| {
        matches!(inner.kind(), ValidationErrorKind::Type { .. })
            && inner.instance_path() == error.instance_path()
    };
    let mut meant = context
        .iter()
        .filter(|branch| !branch.iter().any(of_another_type));
    match (meant.next(), meant.next()) {
        (Some(branch), None) => branch.iter().flat_map(violations_of).collect(),
        _ => vec![violation(error)],
    }
}

fn violation(error: &ValidationError<'_>) -> Violation {
    let at = dotted(error.instance_path().as_str());
    let inside = |name: &str| {
        if at.is_empty() {
            name.to_owned()
        } else {
            format!("{at}.{name}")
        }
    };
    match error.kind() {
        ValidationErrorKind::Required { property } => Violation {
            field: inside(property.as_str().unwrap_or_default()),
            description: "is required".to_owned(),
        },
        ValidationErrorKind::AdditionalProperties { unexpected } => Violation {
            field: inside(unexpected.first().map_or("", String::as_str)),
            description: "is unknown".to_owned(),
        },
        ValidationErrorKind::FalseSchema => Violation {
            field: at,
            description: "is read-only".to_owned(),
        },
        _ => Violation {
            field: at,
            description: error.masked_with("the value").to_string(),
        },
    }
}

/// Formats `/source/groupId` as `source.groupId`; an index stays a separate step.
fn dotted(pointer: &str) -> String {
    pointer
        .trim_start_matches('/')
        .split('/')
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect::<Vec<_>>()
        .join(".")
}

/// Requirements that only the document's prose states.
fn beyond_the_schema(body: &Value) -> Vec<Violation> {
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    let mut violations = Vec::new();
    let managed = body.pointer("/source/managedAuthentication") == Some(&Value::Bool(true));
    for name in ["username", "password"] {
        if managed && text(&format!("/source/{name}")).is_some() {
            violations.push(Violation {
                field: format!("source.{name}"),
                description: "has to be left out when managedAuthentication is true".to_owned(),
            });
        }
    }
    let private = text("/destination/hostnameSchemaType") == Some("PRIVATE_LINK");
    if private && text("/destination/privateLinkId").is_none_or(str::is_empty) {
        violations.push(Violation {
            field: "destination.privateLinkId".to_owned(),
            description: "is required when hostnameSchemaType is PRIVATE_LINK".to_owned(),
        });
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: &str = "createGroupLiveMigration";

    fn valid() -> Value {
        json!({
            "destination": {
                "clusterName": "new",
                "groupId": "32b6e34b3d91647abb20e7b8",
                "hostnameSchemaType": "PUBLIC"
            },
            "migrationHosts": ["vm001.example.com"],
            "source": {
                "clusterName": "old",
                "groupId": "32b6e34b3d91647abb20e7b9",
                "managedAuthentication": false,
                "ssl": true,
                "username": "u",
                "password": "sesame"
            }
        })
    }

    /// Returns the invalid fields after `change` was applied to a valid body.
    fn fields_after(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut body = valid();
        change(&mut body);
        match Schemas::load()
            .unwrap()
            .check(CREATE, "2024-05-30", body.to_string().as_bytes())
        {
            Ok(_) => Vec::new(),
            Err(failure) => {
                assert_eq!((failure.status, failure.code()), (400, "VALIDATION_ERROR"));
                let shown = format!("{failure:?}");
                assert!(!shown.contains("sesame"), "{shown}");
                failure
                    .violations()
                    .iter()
                    .map(|each| each.field.clone())
                    .collect()
            }
        }
    }

    #[test]
    fn a_body_as_published_is_accepted() {
        assert_eq!(fields_after(|_| {}), Vec::<String>::new());
        assert_eq!(
            fields_after(|body| body["sharding"] = Value::Null),
            Vec::<String>::new()
        );
        let sharding = json!({
            "createSupportingIndexes": true,
            "shardingEntries": [{
                "database": "d", "collection": "c",
                "shardCollection": {"key": [{"a": 1}, {"b": -1}, {"c": "hashed"}]}
            }]
        });
        assert_eq!(
            fields_after(|body| body["sharding"] = sharding),
            Vec::<String>::new()
        );
    }

    #[test]
    fn every_violation_names_its_member() {
        assert_eq!(
            fields_after(|body| {
                body["source"]["groupId"] = "no id".into();
                body["destination"]["hostnameSchemaType"] = "CARRIER_PIGEON".into();
                body["migrationHosts"] = json!([]);
                body["_id"] = "32b6e34b3d91647abb20e7b8".into();
                body.as_object_mut().unwrap()["source"]
                    .as_object_mut()
                    .unwrap()
                    .remove("ssl");
            })
            .into_iter()
            .collect::<std::collections::BTreeSet<_>>(),
            [
                "_id",
                "destination.hostnameSchemaType",
                "migrationHosts",
                "source.groupId",
                "source.ssl"
            ]
            .map(str::to_owned)
            .into()
        );
        assert_eq!(
            fields_after(|body| body["migrationHosts"] = json!([""])),
            ["migrationHosts.0"]
        );
    }

    #[test]
    fn a_value_is_not_repeated_in_the_answer() {
        assert_eq!(
            fields_after(|body| body["source"]["password"] = json!(["sesame"])),
            ["source.password"]
        );
    }

    #[test]
    fn managed_authentication_excludes_a_user_and_a_private_link_needs_its_id() {
        assert_eq!(
            fields_after(|body| body["source"]["managedAuthentication"] = true.into()),
            ["source.username", "source.password"]
        );
        let private = |body: &mut Value| {
            body["destination"]["hostnameSchemaType"] = "PRIVATE_LINK".into();
        };
        assert_eq!(fields_after(private), ["destination.privateLinkId"]);
        assert_eq!(
            fields_after(|body| {
                private(body);
                body["destination"]["privateLinkId"] = "vpce-1".into();
            }),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_violation_inside_a_nullable_object_is_told_as_its_own() {
        let schemas = json!({
            "schemas": {
                "Outer": {"properties": {"inner": {"anyOf": [{"$ref": "#/schemas/Inner"}, {"type": "null"}]}}},
                "Inner": {"type": "object", "required": ["a"], "properties": {"b": {"type": "string"}}}
            },
            "bodies": {"op": {"2023-01-01": "Outer"}}
        });
        let schemas = Schemas::read(&schemas.to_string()).unwrap();
        let fields = |body: Value| -> Vec<String> {
            match schemas.check("op", "2023-01-01", body.to_string().as_bytes()) {
                Ok(_) => Vec::new(),
                Err(failure) => failure
                    .violations()
                    .iter()
                    .map(|each| each.field.clone())
                    .collect(),
            }
        };
        assert_eq!(fields(json!({"inner": {"b": 1}})), ["inner.a", "inner.b"]);
        assert_eq!(fields(json!({"inner": 1})), ["inner"]);
        assert_eq!(fields(json!({"inner": null})), Vec::<String>::new());
    }

    #[test]
    fn each_version_has_its_own_schema() {
        let schemas = Schemas::load().unwrap();
        let body = valid().to_string();
        let old = schemas
            .check(CREATE, "2023-01-01", body.as_bytes())
            .unwrap_err();
        assert_eq!(old.violations()[0].field, "dropEnabled");
    }

    #[test]
    fn what_is_not_json_is_a_400_of_its_own() {
        let schemas = Schemas::load().unwrap();
        for body in ["", "{", "\u{0}", "{\"a\": 1,}"] {
            let failure = schemas
                .check(CREATE, "2024-05-30", body.as_bytes())
                .unwrap_err();
            assert_eq!(failure.code(), "INVALID_JSON");
        }
        let failure = schemas.check(CREATE, "2024-05-30", b"[]").unwrap_err();
        assert_eq!(failure.code(), "VALIDATION_ERROR");
    }

    #[test]
    fn broken_schemas_are_an_error_and_not_a_panic() {
        assert!(Schemas::read("").is_err());
        assert!(Schemas::read("{}").is_err());
        assert!(Schemas::read(r#"{"schemas": {}, "bodies": {"a": {"2023-01-01": "B"}}}"#).is_err());
    }
}
