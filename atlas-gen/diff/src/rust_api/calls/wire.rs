//! The wire behavior of a generated client that is not visible in its types.
//!
//! It reads the simplified document, in which components have the names of Rust types, and not the
//! generated code.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::operations::without_parameter_names;
use crate::rust_api::calls::access::{Access, access};
use crate::rust_api::calls::constraints::{self, Constraints};
use atlas_gen::document::{Document, schema_name};
use atlas_gen::media_type::MediaType;
use atlas_gen::model::{Location, Operation};
use atlas_gen::passes::directions::is_sent;
use atlas_gen::schema::{self, Kind, Tagged};

/// The wire behavior of a client.
#[derive(Debug, Default)]
pub struct Wire {
    /// The operations by the name of the client's method.
    pub operations: BTreeMap<String, WireOperation>,
    /// The types by name.
    pub types: BTreeMap<String, WireType>,
}

/// The wire behavior of an operation.
#[derive(Debug)]
pub struct WireOperation {
    /// The name of its builder.
    pub builder: String,
    /// The method and path as in findings, `GET /path`.
    pub label: String,
    /// Its tag.
    pub tag: String,
    /// The same without the names of path parameters.
    pub route: String,
    /// Its servers and security.
    pub access: Access,
    /// The media types of the response and of the request body.
    pub media_types: Vec<Media>,
    /// The builder's methods that set required arguments.
    pub required: Vec<String>,
    /// The constraints of parameters, by the name of the builder's method.
    pub parameters: BTreeMap<String, Constraints>,
    /// The constraints of a body that is not a component.
    pub body: Constraints,
}

/// A media type that a client uses, and the versions that the document offers.
#[derive(Debug)]
pub struct Media {
    /// Whether it is that of the request body.
    pub of_body: bool,
    /// The media type in use.
    pub used: String,
    /// The versions that the document offers.
    pub offered: Vec<String>,
}

impl Media {
    /// Returns whether the document offers the version of `media_type`.
    pub fn offers(&self, media_type: &str) -> bool {
        MediaType::parse(media_type)
            .is_some_and(|parsed| self.offered.contains(&parsed.version.to_string()))
    }
}

/// The constraints and the discriminator of a type.
#[derive(Debug)]
pub struct WireType {
    /// Whether callers send it.
    pub sent: bool,
    /// Whether it has members, and so a builder.
    pub built: bool,
    /// Its constraints.
    pub constraints: Constraints,
    /// The discriminator of a union, and its values with their schemas.
    pub tags: Option<Tagged>,
}

/// Returns the wire behavior of a client of a simplified document with these operations.
pub fn wire(document: &Document, operations: &[Operation]) -> Wire {
    let mut wire = Wire::default();
    for operation in operations {
        let wire_operation = wire_operation(document, operation);
        wire.operations
            .insert(operation.method_name.clone(), wire_operation);
    }
    for (name, schema) in document.schemas() {
        let tags = match schema::kind(schema) {
            Kind::Tagged(tagged) => Some(tagged),
            _ => None,
        };
        wire.types.insert(
            name.clone(),
            WireType {
                sent: is_sent(schema),
                built: matches!(schema::kind(schema), Kind::Object(_)),
                constraints: constraints::constraints(schema),
                tags,
            },
        );
    }
    wire
}

fn wire_operation(document: &Document, operation: &Operation) -> WireOperation {
    let place = &operation.place;
    let method = place.method.to_uppercase();
    let version = &operation.version;
    let mut media_types = vec![Media {
        of_body: false,
        used: version.accept.clone(),
        offered: version.versions.iter().map(|v| v.version.clone()).collect(),
    }];
    if let Some(content_type) = &version.content_type {
        media_types.push(Media {
            of_body: true,
            used: content_type.clone(),
            offered: version.request_versions.clone(),
        });
    }
    let mut required: Vec<String> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required)
        .map(|parameter| parameter.rust_name.clone())
        .collect();
    if operation.body.as_ref().is_some_and(|body| body.required) {
        required.push("body".to_owned());
    }
    let written = document
        .operation(place)
        .and_then(|operation| operation.get("parameters")?.as_array());
    let parameters = operation
        .parameters
        .iter()
        .map(|parameter| {
            let mut constraints = constraints::constraints(&parameter.schema);
            // A path, a query or a header cannot contain null.
            constraints.retain(|(_, keyword), _| *keyword != "nullable");
            let own = written.into_iter().flatten().find(|written| {
                let location = written.get("in").and_then(Value::as_str);
                written.get("name").and_then(Value::as_str) == Some(&parameter.name)
                    && location == Some(word(parameter.location))
            });
            if let Some(own) = own {
                let resolve = |schema| {
                    let component = schema_name(schema).and_then(|name| document.schema(name));
                    component.unwrap_or(schema)
                };
                constraints::add_serialization(own, resolve, &mut constraints);
            }
            (parameter.rust_name.clone(), constraints)
        })
        .collect();
    let body = operation
        .body
        .as_ref()
        .and_then(|body| body.schema.as_ref());
    WireOperation {
        builder: operation.type_name.clone(),
        label: format!("{method} {}", place.path),
        tag: operation.tag.clone(),
        access: access(document, place),
        route: format!("{method} {}", without_parameter_names(&place.path)),
        media_types,
        required,
        parameters,
        body: body.map(constraints::constraints).unwrap_or_default(),
    }
}

fn word(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    }
}
