//! JSON Schemas of the types that generated types are made of. Knows their form on the wire only.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{RawLiteral, RawValue, UnknownJson};
use crate::{ObjectId, Sensitive, Timestamp};

/// Implements `JsonSchema` for a type, with an inline schema.
macro_rules! json_schema_of {
    ($($type:ident => $schema:tt),* $(,)?) => {
        $(impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn schema_id() -> Cow<'static, str> {
                concat!("atlas_client::", stringify!($type)).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        })*
    };
}

json_schema_of! {
    ObjectId => {"type": "string", "pattern": "^([a-f0-9]{24})$"},
    RawLiteral => {},
    RawValue => {"type": "string"},
    Sensitive => {"type": "string", "format": "password"},
    Timestamp => {"type": "string", "format": "date-time"},
    UnknownJson => {},
}
