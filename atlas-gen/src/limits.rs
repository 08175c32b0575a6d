//! limits: what the document says of how long, how many and how large, as words and as code.

use proc_macro2::TokenStream;
use serde_json::Value;

use crate::document::{Document, schema_name};
use crate::schema::{self, Kind, flag};

/// The constraint that a member described by `schema` has to meet, as an expression.
pub fn constraint(document: &Document, schema: &Value) -> Option<TokenStream> {
    let calls = constraints(document, schema);
    if calls.is_empty() {
        return None;
    }
    let text = format!(
        "::atlas_client::runtime::Constraint::new(){}",
        calls.concat()
    );
    text.parse().ok()
}

/// The constraints of `schema`, as sentences.
pub fn sentences(schema: &Value) -> Vec<String> {
    let number = |key: &str| schema.get(key).filter(|value| value.is_number());
    let mut out = Vec::new();
    let mut range = |lower: &str, upper: &str, unit: &str| match (number(lower), number(upper)) {
        (Some(a), Some(b)) if a == b => out.push(format!("Exactly {a}{unit}.")),
        (Some(a), Some(b)) => out.push(format!("From {a} to {b}{unit}.")),
        (Some(a), None) => out.push(format!("At least {a}{unit}.")),
        (None, Some(b)) => out.push(format!("At most {b}{unit}.")),
        (None, None) => {}
    };
    range("minimum", "maximum", "");
    range("minLength", "maxLength", " characters");
    range("minItems", "maxItems", " entries");
    for limit in &mut out {
        if limit.contains(" 1 characters") && !limit.contains("to") {
            *limit = limit.replace("characters", "character");
        }
        if limit.contains(" 1 entries") && !limit.contains("to") {
            *limit = limit.replace("entries", "entry");
        }
    }
    if let Some(Value::Array(values)) = schema.get("enum")
        && schema.get("type").and_then(Value::as_str) == Some("integer")
    {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        out.push(format!("One of {}.", values.join(", ")));
    }
    out
}

/// The constraints of `schema`, as calls on a constraint.
fn constraints(document: &Document, schema: &Value) -> Vec<String> {
    let mut out = Vec::new();
    // The limits of a component that is no type of its own.
    if let Some(target) = schema_name(schema).and_then(|name| document.schema(name))
        && let Kind::String | Kind::Integer | Kind::Number | Kind::Array(_) = schema::kind(target)
    {
        return constraints(document, target);
    }
    for (key, call) in [
        ("minLength", "min_length"),
        ("maxLength", "max_length"),
        ("minItems", "min_items"),
        ("maxItems", "max_items"),
    ] {
        if let Some(limit) = schema.get(key).and_then(Value::as_u64) {
            out.push(format!(".{call}({limit})"));
        }
    }
    for (key, exclusive, call) in [
        ("minimum", "exclusiveMinimum", "minimum"),
        ("maximum", "exclusiveMaximum", "maximum"),
    ] {
        if let Some(limit) = schema.get(key).and_then(Value::as_f64) {
            let call = if flag(schema, exclusive) {
                format!("exclusive_{call}")
            } else {
                call.to_owned()
            };
            out.push(format!(".{call}({limit:?})"));
        }
    }
    if let Some(step) = schema.get("multipleOf").and_then(Value::as_f64) {
        out.push(format!(".multiple_of({step:?})"));
    }
    if flag(schema, "uniqueItems") {
        out.push(".unique_items()".to_owned());
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        out.push(format!(".pattern({pattern:?})"));
    }
    if let Some(Value::Array(values)) = schema.get("enum")
        && schema.get("type").and_then(Value::as_str) == Some("integer")
    {
        // What is no whole number cannot be met.
        let values = values.iter().filter_map(Value::as_i64);
        let values: Vec<String> = values.map(|value| value.to_string()).collect();
        out.push(format!(".numbers(&[{}])", values.join(", ")));
    }
    if let Some(items) = schema.get("items") {
        let inner = constraints(document, items);
        if !inner.is_empty() {
            out.push(format!(
                ".each(&::atlas_client::runtime::Constraint::new(){})",
                inner.concat()
            ));
        }
    }
    out
}
