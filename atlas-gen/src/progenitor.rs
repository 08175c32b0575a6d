//! Runs progenitor on the plain document; the only module that depends on it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use schemars08::schema::{InstanceType, SchemaObject, SingleOrVec};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::passes::API_ERROR;
use crate::plain::RUNTIME_FORMATS;
use crate::schema::{self, NAME_ONLY};

/// Runs progenitor on a plain document and returns the generated code.
///
/// With `extend`, operations become extension traits, one for each tag; otherwise methods of
/// progenitor's client.
///
/// # Errors
/// progenitor rejects the document, or panics.
pub fn run(plain: Value, extend: bool) -> Result<TokenStream> {
    generated(plain, extend, |generator, spec| {
        generator.generate_tokens(spec)
    })
}

/// Runs progenitor's generator of expectations for httpmock on a plain document with statuses and
/// returns the generated code.
///
/// # Errors
/// progenitor rejects the document, or panics.
pub fn run_httpmock(plain: Value) -> Result<TokenStream> {
    generated(plain, false, |generator, spec| {
        generator.httpmock(spec, "crate")
    })
}

fn generated(
    plain: Value,
    extend: bool,
    run: impl FnOnce(
        &mut Generator,
        &openapiv3::OpenAPI,
    ) -> std::result::Result<TokenStream, progenitor::Error>,
) -> Result<TokenStream> {
    let mut settings = settings(extend);
    let schemas = plain["components"]["schemas"].as_object();
    for (name, schema) in schemas.into_iter().flatten() {
        if schema::flag(schema, NAME_ONLY) {
            settings.with_replacement(name, format!("types::{name}"), std::iter::empty());
        }
    }
    let spec: openapiv3::OpenAPI = serde_json::from_value(plain)
        .map_err(|error| Error::new(format!("progenitor cannot read the document: {error}")))?;
    // The plain document meets every known precondition; an unknown one must still give an error.
    catch_unwind(AssertUnwindSafe(|| {
        run(&mut Generator::new(&settings), &spec)
    }))
    .map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Error::new(format!(
            "progenitor stopped: {}",
            text.unwrap_or("it gave no reason")
        ))
    })?
    .map_err(|error| Error::new(format!("progenitor refuses the document: {error}")))
}

fn settings(extend: bool) -> GenerationSettings {
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(if extend {
            TagStyle::Separate
        } else {
            TagStyle::Merged
        })
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    for (format, name) in RUNTIME_FORMATS {
        let schema = SchemaObject {
            instance_type: Some(SingleOrVec::Single(Box::new(InstanceType::String))),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        let path = format!("::atlas_client::{name}");
        settings.with_conversion(schema, path, std::iter::empty());
    }
    // Every client decodes failures the same way.
    settings.with_replacement(
        API_ERROR,
        format!("::atlas_client::{API_ERROR}"),
        std::iter::empty(),
    );
    settings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::NAME_ONLY;
    use serde_json::json;

    #[test]
    fn a_type_that_is_only_named_is_not_generated() {
        let reference = json!({"$ref": "#/components/schemas/Owner"});
        let plain = json!({
            "openapi": "3.0.3",
            "info": {"title": "", "version": ""},
            "paths": {},
            "components": {"schemas": {
                "Owner": {"type": "object", NAME_ONLY: true},
                "Cluster": {"type": "object", "properties": {"owner": reference}},
            }},
        });
        let code = run(plain, false).expect("code").to_string();
        assert!(code.contains("pub owner : :: std :: option :: Option < types :: Owner >"));
        assert!(!code.contains("struct Owner"));
    }
}
