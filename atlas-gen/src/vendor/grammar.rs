//! The members of OpenAPI 3.0 objects, the order in which they are written, and the shape of each.
//!
//! It knows no particular document and no other order.

/// The kinds of objects in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Root,
    Info,
    Server,
    Tag,
    ExternalDocs,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Encoding,
    Example,
    Link,
    Schema,
    Discriminator,
    Components,
    SecurityScheme,
    Flows,
    Flow,
}

/// The shape of a member's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A name, a limit or a flag, copied unchanged.
    Fact,
    /// A list whose order has no meaning.
    Set,
    /// Prose.
    Prose,
    /// API values, which may contain sentences.
    Values,
    /// An extension; sentences in it are the publisher's notes.
    Extension,
    /// One object.
    One(Kind),
    /// A list of objects.
    List(Kind),
    /// Objects by name.
    Named(Kind),
    /// Maps of objects by name, by name: callbacks.
    NamedTwice(Kind),
}

use Shape::{Extension, Fact, List, Named, NamedTwice, One, Prose, Set, Values};

impl Kind {
    /// Returns the members, in the order in which they are written.
    pub fn members(self) -> &'static [(&'static str, Shape)] {
        match self {
            Self::Root => &[
                ("openapi", Fact),
                ("info", One(Kind::Info)),
                ("externalDocs", One(Kind::ExternalDocs)),
                ("servers", List(Kind::Server)),
                ("tags", List(Kind::Tag)),
                ("security", Fact),
                ("paths", Named(Kind::PathItem)),
                ("components", One(Kind::Components)),
            ],
            Self::Info => &[
                ("title", Fact),
                ("version", Fact),
                ("description", Prose),
                ("termsOfService", Fact),
                ("contact", Fact),
                ("license", Fact),
            ],
            Self::Server => &[("url", Fact), ("description", Prose), ("variables", Fact)],
            Self::Tag => &[
                ("name", Fact),
                ("description", Prose),
                ("externalDocs", One(Kind::ExternalDocs)),
            ],
            Self::ExternalDocs => &[("description", Prose), ("url", Fact)],
            Self::PathItem => &[
                ("$ref", Fact),
                ("summary", Prose),
                ("description", Prose),
                ("servers", List(Kind::Server)),
                ("parameters", List(Kind::Parameter)),
                ("get", One(Kind::Operation)),
                ("put", One(Kind::Operation)),
                ("post", One(Kind::Operation)),
                ("delete", One(Kind::Operation)),
                ("options", One(Kind::Operation)),
                ("head", One(Kind::Operation)),
                ("patch", One(Kind::Operation)),
                ("trace", One(Kind::Operation)),
            ],
            Self::Operation => &[
                ("operationId", Fact),
                ("tags", Fact),
                ("summary", Prose),
                ("description", Prose),
                ("externalDocs", One(Kind::ExternalDocs)),
                ("deprecated", Fact),
                ("parameters", List(Kind::Parameter)),
                ("requestBody", One(Kind::RequestBody)),
                ("responses", Named(Kind::Response)),
                ("callbacks", NamedTwice(Kind::PathItem)),
                ("security", Fact),
                ("servers", List(Kind::Server)),
            ],
            Self::Parameter => &[
                ("$ref", Fact),
                ("name", Fact),
                ("in", Fact),
                ("description", Prose),
                ("required", Fact),
                ("deprecated", Fact),
                ("allowEmptyValue", Fact),
                ("style", Fact),
                ("explode", Fact),
                ("allowReserved", Fact),
                ("schema", One(Kind::Schema)),
                ("content", Named(Kind::MediaType)),
                ("example", Values),
                ("examples", Named(Kind::Example)),
            ],
            Self::RequestBody => &[
                ("$ref", Fact),
                ("description", Prose),
                ("required", Fact),
                ("content", Named(Kind::MediaType)),
            ],
            Self::Response => &[
                ("$ref", Fact),
                ("description", Prose),
                ("headers", Named(Kind::Header)),
                ("content", Named(Kind::MediaType)),
                ("links", Named(Kind::Link)),
            ],
            Self::Header => &[
                ("$ref", Fact),
                ("description", Prose),
                ("required", Fact),
                ("deprecated", Fact),
                ("style", Fact),
                ("explode", Fact),
                ("schema", One(Kind::Schema)),
                ("content", Named(Kind::MediaType)),
                ("example", Values),
                ("examples", Named(Kind::Example)),
            ],
            Self::MediaType => &[
                ("schema", One(Kind::Schema)),
                ("example", Values),
                ("examples", Named(Kind::Example)),
                ("encoding", Named(Kind::Encoding)),
            ],
            Self::Encoding => &[
                ("contentType", Fact),
                ("headers", Named(Kind::Header)),
                ("style", Fact),
                ("explode", Fact),
                ("allowReserved", Fact),
            ],
            Self::Example => &[
                ("$ref", Fact),
                ("summary", Prose),
                ("description", Prose),
                ("value", Values),
                ("externalValue", Fact),
            ],
            Self::Link => &[
                ("$ref", Fact),
                ("operationRef", Fact),
                ("operationId", Fact),
                ("description", Prose),
                ("parameters", Fact),
                ("requestBody", Fact),
                ("server", One(Kind::Server)),
            ],
            Self::Schema => &[
                ("$ref", Fact),
                ("type", Fact),
                ("format", Fact),
                ("title", Prose),
                ("description", Prose),
                ("externalDocs", One(Kind::ExternalDocs)),
                ("required", Set),
                ("deprecated", Fact),
                ("nullable", Fact),
                ("readOnly", Fact),
                ("writeOnly", Fact),
                ("default", Fact),
                ("enum", Fact),
                ("multipleOf", Fact),
                ("minimum", Fact),
                ("exclusiveMinimum", Fact),
                ("maximum", Fact),
                ("exclusiveMaximum", Fact),
                ("pattern", Fact),
                ("minLength", Fact),
                ("maxLength", Fact),
                ("minItems", Fact),
                ("maxItems", Fact),
                ("uniqueItems", Fact),
                ("minProperties", Fact),
                ("maxProperties", Fact),
                ("example", Values),
                ("xml", Fact),
                ("discriminator", One(Kind::Discriminator)),
                ("allOf", List(Kind::Schema)),
                ("oneOf", List(Kind::Schema)),
                ("anyOf", List(Kind::Schema)),
                ("not", One(Kind::Schema)),
                ("properties", Named(Kind::Schema)),
                ("additionalProperties", One(Kind::Schema)),
                ("items", One(Kind::Schema)),
            ],
            Self::Discriminator => &[("propertyName", Fact), ("mapping", Fact)],
            Self::Components => &[
                ("callbacks", NamedTwice(Kind::PathItem)),
                ("examples", Named(Kind::Example)),
                ("headers", Named(Kind::Header)),
                ("links", Named(Kind::Link)),
                ("parameters", Named(Kind::Parameter)),
                ("requestBodies", Named(Kind::RequestBody)),
                ("responses", Named(Kind::Response)),
                ("schemas", Named(Kind::Schema)),
                ("securitySchemes", Named(Kind::SecurityScheme)),
            ],
            Self::SecurityScheme => &[
                ("$ref", Fact),
                ("type", Fact),
                ("name", Fact),
                ("in", Fact),
                ("scheme", Fact),
                ("bearerFormat", Fact),
                ("description", Prose),
                ("openIdConnectUrl", Fact),
                ("flows", One(Kind::Flows)),
            ],
            Self::Flows => &[
                ("implicit", One(Kind::Flow)),
                ("password", One(Kind::Flow)),
                ("clientCredentials", One(Kind::Flow)),
                ("authorizationCode", One(Kind::Flow)),
            ],
            Self::Flow => &[
                ("authorizationUrl", Fact),
                ("tokenUrl", Fact),
                ("refreshUrl", Fact),
                ("scopes", Fact),
            ],
        }
    }

    /// Returns the position of the member `name` and its shape; members that the specification does
    /// not define come after the rest, extensions last.
    pub fn member(self, name: &str) -> (usize, Shape) {
        let members = self.members();
        match members.iter().position(|(known, _)| *known == name) {
            Some(at) => (at, members[at].1),
            // Names of roles are as long as sentences.
            None if name == "x-rolesRequirements" => (members.len() + 1, Fact),
            None if name.starts_with("x-") => (members.len() + 1, Extension),
            None => (members.len(), Fact),
        }
    }
}
