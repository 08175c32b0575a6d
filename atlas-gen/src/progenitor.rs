//! Runs progenitor on the plain document; the only module that depends on it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle, TypeImpl};
use schemars08::schema::{InstanceType, SchemaObject, SingleOrVec};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::passes::API_ERROR;
use crate::plain::RUNTIME_FORMATS;

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
    let spec: openapiv3::OpenAPI = serde_json::from_value(plain)
        .map_err(|error| Error::new(format!("progenitor cannot read the document: {error}")))?;
    let settings = settings(extend);
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
        let impls = [TypeImpl::Display, TypeImpl::FromStr];
        let impls = impls.into_iter().filter(|_| name != "Sensitive");
        settings.with_conversion(schema, format!("::atlas_client::{name}"), impls);
    }
    // Every client decodes failures the same way.
    settings.with_replacement(
        API_ERROR,
        format!("::atlas_client::{API_ERROR}"),
        std::iter::empty(),
    );
    settings
}
