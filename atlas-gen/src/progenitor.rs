//! Runs progenitor on the plain document; the only module that depends on it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use schemars08::schema::{InstanceType, SchemaObject, SingleOrVec};
use serde::Deserialize;
use serde_json::{Map, Value};

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
/// progenitor rejects the document, or panics. The error has the operation that causes it, if one
/// alone does.
pub fn run(plain: Value, extend: bool) -> Result<TokenStream> {
    generated(plain, extend, |generator, spec| {
        generator.generate_tokens(spec)
    })
}

/// Runs progenitor's generator of expectations for httpmock on a plain document with statuses and
/// returns the generated code.
///
/// # Errors
/// progenitor rejects the document, or panics. The error has the operation that causes it, if one
/// alone does.
pub fn run_httpmock(plain: Value) -> Result<TokenStream> {
    generated(plain, false, |generator, spec| {
        generator.httpmock(spec, "crate")
    })
}

type Generated = std::result::Result<TokenStream, progenitor::Error>;

fn generated(
    plain: Value,
    extend: bool,
    run: impl Fn(&mut Generator, &openapiv3::OpenAPI) -> Generated,
) -> Result<TokenStream> {
    let mut settings = settings(extend);
    let schemas = plain["components"]["schemas"].as_object();
    for (name, schema) in schemas.into_iter().flatten() {
        if schema::flag(schema, NAME_ONLY) {
            settings.with_replacement(name, format!("types::{name}"), std::iter::empty());
        }
    }
    let attempt = |plain: &Value| {
        let spec = openapiv3::OpenAPI::deserialize(plain)
            .map_err(|error| Error::new(format!("progenitor cannot read the document: {error}")))?;
        // The plain document meets every known precondition; an unknown one must still give an error.
        quietly(|| run(&mut Generator::new(&settings), &spec))?
            .map_err(|error| Error::new(format!("progenitor refuses the document: {error}")))
    };
    attempt(&plain).map_err(
        |error| match culprit(plain, |part| attempt(part).is_err()) {
            Some(operation) => error.in_operation(&operation),
            None => error,
        },
    )
}

/// Returns the id of an operation that alone makes `fails` true, found by halving. None if it is true
/// without operations.
fn culprit(mut plain: Value, fails: impl Fn(&Value) -> bool) -> Option<String> {
    let paths = plain["paths"].take();
    let mut suspects: Vec<(&String, &String, &Value)> = paths
        .as_object()?
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .into_iter()
                .flatten()
                .map(move |(m, o)| (path, m, o))
        })
        .collect();
    let mut fails_with = |operations: &[(&String, &String, &Value)]| {
        let mut paths: Map<String, Value> = Map::new();
        for (path, method, operation) in operations {
            let item = paths.entry(*path).or_insert_with(|| Map::new().into());
            item[*method] = (*operation).clone();
        }
        plain["paths"] = paths.into();
        fails(&plain)
    };
    if fails_with(&[]) {
        return None;
    }
    while suspects.len() > 1 {
        let rest = suspects.split_off(suspects.len() / 2);
        if !fails_with(&suspects) {
            suspects = rest;
        }
    }
    let (_, _, operation) = suspects.first().filter(|_| fails_with(&suspects))?;
    Some(operation["operationId"].as_str()?.to_owned())
}

/// Runs `run`, whose panic is an error and prints nothing.
fn quietly<T>(run: impl FnOnce() -> T) -> Result<T> {
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                usual(panic);
            }
        }));
    });
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    QUIET.set(false);
    result.map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Error::new(format!(
            "progenitor stopped: {}",
            text.unwrap_or("it gave no reason")
        ))
    })
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

    #[test]
    fn a_panic_of_progenitor_is_an_error_of_the_operation_that_causes_it() {
        let json = json!({"schema": {"type": "object"}});
        let operation = |id: &str, content: Value| {
            json!({
                "operationId": id,
                "requestBody": {"content": content},
                "responses": {"200": {"description": ""}},
            })
        };
        let one = || json!({"application/json": json});
        let two = json!({"application/json": json, "text/plain": json});
        let mut plain = json!({
            "openapi": "3.0.3",
            "info": {"title": "", "version": ""},
            "paths": {
                "/a": {"put": operation("a", one()), "post": operation("b", one())},
                "/b": {"put": operation("c", one()), "post": operation("d", two)},
                "/e": {"put": operation("e", one())},
            },
            "components": {"schemas": {}},
        });
        let error = run(plain.clone(), false).expect_err("two media types");
        assert_eq!(error.operation(), Some("d"), "{error}");
        assert!(
            error.message().starts_with("progenitor stopped: "),
            "{error}"
        );
        plain["components"]["schemas"]["A"] = json!({"$ref": "#/components/schemas/Gone"});
        let error = run(plain, false).expect_err("no such schema");
        assert_eq!(error.operation(), None, "{error}");
    }

    #[test]
    fn a_panic_of_progenitor_prints_nothing() {
        let this = std::env::current_exe().expect("this program");
        let test = "a_panic_of_progenitor_is_an_error_of_the_operation_that_causes_it";
        let output = std::process::Command::new(this)
            .args(["--exact", "--nocapture"])
            .arg(format!("progenitor::tests::{test}"))
            .output()
            .expect("it runs");
        let [told, errors] =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        assert!(told.contains("1 passed"), "{told}");
        assert_eq!(errors, "");
    }
}
