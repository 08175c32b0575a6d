//! objects: a schema with members becomes a struct, and one that callers send gets a builder.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use serde_json::{Map, Value};

use super::{described, doc, docs, ident};
use crate::document::{Document, schema_name};
use crate::emit::{Types, argument_of};
use crate::error::{Error, Result};
use crate::model::rust_ident;
use crate::pointer;
use crate::render::Code;
use crate::schema::{self, Kind, flag};

/// A struct to be written.
pub struct Object {
    name: String,
    docs: Vec<String>,
    fields: Vec<Field>,
}

struct Field {
    /// The name on the wire.
    member: String,
    /// The name in Rust.
    name: String,
    /// The type of the value, without the `Option` around it.
    ty: syn::Type,
    /// Whether the member may be left out or null.
    optional: bool,
    /// Whether a caller has to set it.
    required: bool,
    docs: Vec<String>,
    /// The calls that add the constraints to a rule, such as `.min_length(1)`.
    constraints: Vec<String>,
}

/// Gathers what is known of the object called `name`.
///
/// # Errors
/// progenitor gave no type for a member.
pub fn object(
    document: &Document,
    types: &Types,
    name: &str,
    schema: &Value,
    properties: &Map<String, Value>,
) -> Result<Object> {
    let mut taken: HashSet<String> = HashSet::from(["additional".to_owned()]);
    let known = types.members.get(name);
    let fields = properties
        .iter()
        .map(|(member, property)| {
            let ty = known.and_then(|known| known.get(member)).ok_or_else(|| {
                Error::at(
                    pointer::join(&format!("/components/schemas/{name}/properties"), member),
                    "progenitor gave no type for this member",
                )
            })?;
            let mut field_name = rust_ident(member);
            while !taken.insert(field_name.clone()) {
                field_name.push('_');
            }
            let listed = schema::required(schema).any(|required| required == member);
            let optional = !listed || flag(property, "nullable");
            let target = document.deref(property).unwrap_or(property);
            Ok(Field {
                member: member.clone(),
                name: field_name,
                ty: argument_of(ty, "Option").unwrap_or_else(|| ty.clone()),
                optional,
                required: listed,
                docs: described_member(property, target, member),
                constraints: constraints(document, property),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Object {
        name: name.to_owned(),
        docs: described(schema, name),
        fields,
    })
}

fn described_member(property: &Value, target: &Value, member: &str) -> Vec<String> {
    let text = |schema: &Value| {
        let text = schema.get("description").and_then(Value::as_str);
        docs::lines(text.unwrap_or_default())
    };
    let mut lines = text(property);
    if lines.is_empty() {
        lines = text(target);
    }
    if lines.is_empty() {
        lines.push(format!("The member `{member}`."));
    }
    let default = property.get("default").filter(|default| !default.is_null());
    let limits = limits(property);
    if default.is_some() || !limits.is_empty() {
        let mut facts = limits;
        if let Some(default) = default {
            facts.insert(
                0,
                format!("Default: `{}`.", default.to_string().replace('`', "'")),
            );
        }
        super::say(&mut lines, &facts.join(" "));
    }
    lines
}

/// The constraints of `schema`, as sentences.
fn limits(schema: &Value) -> Vec<String> {
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

/// The constraints of `schema`, as calls on a rule.
fn constraints(document: &Document, schema: &Value) -> Vec<String> {
    let mut out = Vec::new();
    // The limits of a component that is no type of its own.
    if let Some(target) = schema_name(schema).and_then(|name| document.schema(name))
        && let Kind::String | Kind::Integer | Kind::Number | Kind::Array(_) = schema::kind(target)
    {
        return constraints(document, target);
    }
    // A caller's misspelt value is found here; one that is too new goes by `additional`.
    if let Some(name) = schema_name(schema)
        && let Some(Kind::Enum(_)) = document.schema(name).map(schema::kind)
    {
        out.push(format!(".values({name}::VALUES)"));
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
            out.push(format!(".each(&Rule::new(\"\"){})", inner.concat()));
        }
    }
    out
}

/// Writes the struct.
pub fn write(code: &mut Code, object: &Object) {
    let docs = doc(&object.docs);
    let name = ident(&object.name);
    let fields = object.fields.iter().map(|field| {
        let docs = doc(&field.docs);
        let name = ident(&field.name);
        let ty = &field.ty;
        if field.optional {
            quote!(#docs pub #name: Option<#ty>)
        } else {
            quote!(#docs pub #name: #ty)
        }
    });
    code.tokens.extend(quote! {
        #docs
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            /// Members that this version of the client does not know.
            pub additional: Additional,
        }
    });
    let entries: Vec<String> = object
        .fields
        .iter()
        .map(|field| {
            // What is required and null is sent as null; what is optional is left out.
            let kind = if field.required {
                "required"
            } else {
                "optional"
            };
            format!("{}: {kind} {:?}", field.name, field.member)
        })
        .collect();
    code.macro_call("object", &object.name, &entries);
}

/// Writes the builder.
pub fn write_builder(code: &mut Code, object: &Object) {
    let name = ident(&object.name);
    let builder = format_ident!("{}Builder", object.name);
    let starts = format!(
        " Starts a [`{}`]; [`{builder}::build`] checks it.",
        object.name
    );
    let builds = format!(" Builds a [`{}`].", object.name);
    let setters = object.fields.iter().map(setter);
    code.tokens.extend(quote! {
        impl #name {
            #[doc = #starts]
            pub fn builder() -> #builder {
                #builder(crate::draft::Draft::default())
            }
        }
        #[doc = #builds]
        #[derive(Clone, Debug)]
        pub struct #builder(crate::draft::Draft);
        impl #builder {
            #(#setters)*
        }
    });
    let entries: Vec<String> = object
        .fields
        .iter()
        .filter(|field| field.required || !field.constraints.is_empty())
        .map(|field| {
            let rule = if field.required {
                format!("Rule::required({:?})", field.member)
            } else {
                format!("Rule::new({:?})", field.member)
            };
            format!("{rule}{}", field.constraints.concat())
        })
        .collect();
    let head = format!("{builder} builds {}", object.name);
    code.macro_call("builder", &head, &entries);
}

fn setter(field: &Field) -> TokenStream {
    let mut lines = field.docs.clone();
    if field.required {
        super::say(&mut lines, "Required.");
    }
    let docs = doc(&lines);
    // The builder has methods of its own.
    let name = match field.name.as_str() {
        "build" => ident("build_"),
        "default" => ident("default_"),
        name => ident(name),
    };
    let member = &field.member;
    // A box is where the value goes, not what a caller has to bring.
    let unboxed = argument_of(&field.ty, "Box");
    let ty = unboxed.as_ref().unwrap_or(&field.ty);
    if let Some(item) = argument_of(ty, "Vec") {
        return quote! {
            #docs
            pub fn #name(
                mut self,
                values: impl IntoIterator<Item: TryInto<#item, Error: Refusal>>,
            ) -> Self {
                self.0.set_each::<#item, _>(#member, values);
                self
            }
        };
    }
    let text = ty.to_token_stream().to_string();
    if matches!(text.as_str(), "bool" | "i32" | "i64" | "f64") {
        return quote! {
            #docs
            pub fn #name(mut self, value: #ty) -> Self {
                self.0.set::<#ty>(#member, value);
                self
            }
        };
    }
    quote! {
        #docs
        pub fn #name(mut self, value: impl TryInto<#ty, Error: Refusal>) -> Self {
            self.0.set::<#ty>(#member, value);
            self
        }
    }
}

/// Whether `schema` is an object with members.
pub fn is_object(schema: &Value) -> bool {
    matches!(schema::kind(schema), Kind::Object(_))
}
