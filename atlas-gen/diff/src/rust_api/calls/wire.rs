//! wire: what a generated client says and understands, as far as callers do not see it in types.
//!
//! It reads the simplified document, in which components have the names of Rust types. It knows
//! nothing of how code looks.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::rust_api::calls::access::{Access, access};
use crate::rust_api::calls::demand::{self, Demands};
use atlas_gen::document::Document;
use atlas_gen::media_type::MediaType;
use atlas_gen::model::{Location, Operation};
use atlas_gen::passes::directions::is_sent;
use atlas_gen::schema::{self, Kind, Tagged};

/// All of it.
#[derive(Debug, Default)]
pub struct Wire {
    /// The operations by the name of the client's method.
    pub operations: BTreeMap<String, Spoken>,
    /// The types by name.
    pub types: BTreeMap<String, Told>,
}

/// How an operation is called.
#[derive(Debug)]
pub struct Spoken {
    /// The name of its builder.
    pub builder: String,
    /// The method in capitals and the path, as findings name operations.
    pub place: String,
    /// The tag that it belongs to.
    pub tag: String,
    /// The place without the names of path parameters, which callers do not send.
    pub address: String,
    /// Where it is served, and how callers prove who they are.
    pub access: Access,
    /// The media types of answer and request body.
    pub media_types: Vec<Media>,
    /// What a call must be given, by the name of the builder's method.
    pub required: Vec<String>,
    /// What is demanded of parameters, by the name of the builder's method.
    pub parameters: BTreeMap<String, Demands>,
    /// What is demanded of a body that is no component.
    pub body: Demands,
}

/// A media type that a client speaks, and what the document offers in its place.
#[derive(Debug)]
pub struct Media {
    /// Whether it is that of the request body.
    pub of_body: bool,
    /// The media type that is spoken.
    pub spoken: String,
    /// The versions that the document offers.
    pub offered: Vec<String>,
}

impl Media {
    /// Whether the document offers `version`.
    pub fn offers(&self, media_type: &str) -> bool {
        MediaType::parse(media_type)
            .is_some_and(|parsed| self.offered.contains(&parsed.version.to_string()))
    }
}

/// What a type demands and how it is told from others.
#[derive(Debug)]
pub struct Told {
    /// Whether callers send it.
    pub sent: bool,
    /// Whether it has members, and so a builder.
    pub built: bool,
    /// What is demanded of it.
    pub demands: Demands,
    /// The member that tells the variants of a union apart, and the tags with their schemas.
    pub tags: Option<Tagged>,
}

/// What a client of a simplified document with these operations says and understands.
pub fn wire(document: &Document, operations: &[Operation]) -> Wire {
    let mut wire = Wire::default();
    for operation in operations {
        let spoken = spoken(document, operation);
        wire.operations
            .insert(operation.method_name.clone(), spoken);
    }
    for (name, schema) in document.schemas() {
        let tags = match schema::kind(schema) {
            Kind::Tagged(tagged) => Some(tagged),
            _ => None,
        };
        wire.types.insert(
            name.clone(),
            Told {
                sent: is_sent(schema),
                built: matches!(schema::kind(schema), Kind::Object(_)),
                demands: demand::demands(schema),
                tags,
            },
        );
    }
    wire
}

fn spoken(document: &Document, operation: &Operation) -> Spoken {
    let place = &operation.place;
    let method = place.method.to_uppercase();
    let version = &operation.version;
    let mut media_types = vec![Media {
        of_body: false,
        spoken: version.accept.clone(),
        offered: version.versions.iter().map(|v| v.version.clone()).collect(),
    }];
    if let Some(content_type) = &version.content_type {
        media_types.push(Media {
            of_body: true,
            spoken: content_type.clone(),
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
            let mut demands = demand::demands(&parameter.schema);
            // Nobody can send null in a path, a query or a header.
            demands.retain(|(_, keyword), _| *keyword != "nullable");
            let own = written.into_iter().flatten().find(|written| {
                let location = written.get("in").and_then(Value::as_str);
                written.get("name").and_then(Value::as_str) == Some(&parameter.name)
                    && location == Some(word(parameter.location))
            });
            if let Some(own) = own {
                demand::add_style(own, &mut demands);
            }
            (parameter.rust_name.clone(), demands)
        })
        .collect();
    let body = operation
        .body
        .as_ref()
        .and_then(|body| body.schema.as_ref());
    Spoken {
        builder: operation.type_name.clone(),
        place: format!("{method} {}", place.path),
        tag: operation.tag.clone(),
        access: access(document, place),
        address: format!("{method} {}", nameless(&place.path)),
        media_types,
        required,
        parameters,
        body: body.map(demand::demands).unwrap_or_default(),
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

/// `path` with empty braces.
fn nameless(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.chars() {
        match c {
            '{' => inside = true,
            '}' => inside = false,
            _ if inside => continue,
            _ => {}
        }
        out.push(c);
    }
    out
}
