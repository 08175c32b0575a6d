//! emit: the only module that knows progenitor.
//!
//! progenitor turns a plain document into Rust types and signatures. What of the document would
//! trip it, or would make it write what is not wanted, is lowered first: constraints go (they are
//! checked on what callers build, never on answers), listed values and unions become placeholders
//! (their Rust code is the shape step's), names become plain numbers (naming is the shape step's,
//! too). What comes back is a table of Rust types.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Map, Value, json};
use syn::visit_mut::VisitMut;

use crate::document::Document;
use crate::error::{Error, Result};
use crate::model::{Location, Operation, Success};
use crate::schema::{self, Kind};

/// The Rust types of a document.
#[derive(Debug, Default)]
pub struct Types {
    /// Of each component that is an object: the types of its members by name.
    pub members: BTreeMap<String, BTreeMap<String, syn::Type>>,
    /// Of each component that is no type of its own: what it stands for.
    pub aliases: BTreeMap<String, syn::Type>,
    /// Of each operation by id: its types.
    pub operations: BTreeMap<String, OperationTypes>,
}

/// The Rust types of an operation.
#[derive(Debug, Default)]
pub struct OperationTypes {
    /// The types of the parameters, in the model's order; of optional ones the inner type.
    pub parameters: Vec<syn::Type>,
    /// The type of the request body, unless it is bytes.
    pub body: Option<syn::Type>,
    /// The type of a success that is JSON.
    pub success: Option<syn::Type>,
}

/// Runs progenitor over `document`, which has been through the passes.
///
/// # Errors
/// progenitor refuses the document.
pub fn emit(document: &Document, operations: &[Operation]) -> Result<Types> {
    let lowered = lower(document, operations);
    let spec: openapiv3::OpenAPI = serde_json::from_value(lowered)
        .map_err(|error| Error::new(format!("progenitor cannot read the document: {error}")))?;
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_map_type("::std::collections::BTreeMap");
    for (name, schema) in document.schemas() {
        if let Kind::Rust(path) = schema::kind(schema) {
            settings.with_replacement(name, path, std::iter::empty());
        }
    }
    // The lowered document meets every precondition known; one that is not known yet must still
    // end as an error.
    let tokens = catch_unwind(AssertUnwindSafe(|| {
        Generator::new(&settings).generate_tokens(&spec)
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
    .map_err(|error| Error::new(format!("progenitor refuses the document: {error}")))?;
    let file: syn::File = syn::parse2(tokens)
        .map_err(|error| Error::new(format!("progenitor wrote code that is no Rust: {error}")))?;
    read(file, document, operations)
}

fn lower(document: &Document, operations: &[Operation]) -> Value {
    let mut paths = Map::new();
    for (i, operation) in operations.iter().enumerate() {
        let mut path = format!("/o{i}");
        let mut parameters = Vec::new();
        for (j, parameter) in operation.parameters.iter().enumerate() {
            let location = match parameter.location {
                Location::Path => {
                    path.push_str(&format!("/{{p{j}}}"));
                    "path"
                }
                Location::Query => "query",
                Location::Header | Location::Cookie => "header",
            };
            parameters.push(json!({
                "name": format!("p{j}"),
                "in": location,
                "required": parameter.required,
                "schema": lower_schema(&parameter.schema),
            }));
        }
        let mut lowered = json!({
            "operationId": format!("o{i}"),
            "parameters": parameters,
        });
        if let Some(schema) = operation
            .body
            .as_ref()
            .and_then(|body| body.schema.as_ref())
        {
            lowered["requestBody"] = json!({
                "required": true,
                "content": {"application/json": {"schema": lower_schema(schema)}},
            });
        }
        let mut response = json!({"description": ""});
        if let Success::Json(schema) = &operation.success {
            response["content"] = json!({"application/json": {"schema": lower_schema(schema)}});
        }
        lowered["responses"] = json!({"200": response});
        paths.insert(path, json!({"post": lowered}));
    }
    let schemas: Map<String, Value> = document
        .schemas()
        .map(|(name, schema)| (name.clone(), lower_schema(schema)))
        .collect();
    json!({
        "openapi": "3.0.3",
        "info": {"title": "", "version": ""},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn lower_schema(schema: &Value) -> Value {
    match schema::kind(schema) {
        Kind::Reference(name) => crate::document::schema_reference(name),
        Kind::Rust(_) | Kind::Enum(_) | Kind::String => json!({"type": "string"}),
        Kind::Tagged(_) | Kind::Untagged(_) | Kind::Literals(_) | Kind::Any => json!({}),
        Kind::Object(properties) => {
            let mut lowered = Map::new();
            let mut required = Vec::new();
            for (i, (name, member)) in properties.iter().enumerate() {
                let key = member_key(i);
                lowered.insert(key.clone(), lower_schema(member));
                if schema::required(schema).any(|r| r == name) && !schema::flag(member, "nullable")
                {
                    required.push(key);
                }
            }
            json!({"type": "object", "properties": lowered, "required": required})
        }
        Kind::Map(values) => json!({
            "type": "object",
            "additionalProperties": lower_entry(values),
        }),
        Kind::Array(items) => json!({"type": "array", "items": lower_entry(items)}),
        // Also what is published as 32 bits wide: no answer fails for the size of a number.
        Kind::Integer => json!({"type": "integer", "format": "int64"}),
        Kind::Number => json!({"type": "number", "format": "double"}),
        Kind::Boolean => json!({"type": "boolean"}),
    }
}

/// An entry of a list or a map. Members and parameters that may be null need no such care: their
/// fields are optional by what is said of their places.
fn lower_entry(schema: &Value) -> Value {
    let lowered = lower_schema(schema);
    if schema::flag(schema, "nullable") && lowered != json!({}) {
        json!({"allOf": [lowered], "nullable": true})
    } else {
        lowered
    }
}

/// The name under which progenitor sees the member at `index`.
fn member_key(index: usize) -> String {
    format!("m{index}")
}

fn read(file: syn::File, document: &Document, operations: &[Operation]) -> Result<Types> {
    let mut structs: BTreeMap<String, syn::ItemStruct> = BTreeMap::new();
    let mut methods: BTreeMap<String, syn::Signature> = BTreeMap::new();
    for item in file.items {
        match item {
            syn::Item::Mod(module) if module.ident == "types" => {
                for item in module.content.into_iter().flat_map(|(_, items)| items) {
                    if let syn::Item::Struct(item) = item {
                        structs.insert(item.ident.to_string(), item);
                    }
                }
            }
            syn::Item::Impl(block) if block.trait_.is_none() => {
                for item in block.items {
                    if let syn::ImplItem::Fn(method) = item {
                        methods.insert(method.sig.ident.to_string(), method.sig);
                    }
                }
            }
            _ => {}
        }
    }
    let mut types = Types::default();
    for (name, schema) in document.schemas() {
        let kind = schema::kind(schema);
        if matches!(kind, Kind::Rust(_)) {
            continue;
        }
        let Some(item) = structs.remove(name) else {
            return Err(Error::at(
                crate::pointer::join("/components/schemas", name),
                format!("progenitor wrote no type called `{name}`"),
            ));
        };
        let Kind::Object(properties) = kind else {
            if let Some(field) = item.fields.into_iter().next() {
                types.aliases.insert(name.clone(), readable(field.ty));
            }
            continue;
        };
        let mut fields: BTreeMap<String, syn::Type> = item
            .fields
            .into_iter()
            .filter_map(|field| Some((field.ident?.to_string(), readable(field.ty))))
            .collect();
        let mut members = BTreeMap::new();
        for (i, member) in properties.keys().enumerate() {
            let Some(ty) = fields.remove(&member_key(i)) else {
                return Err(Error::at(
                    crate::pointer::join("/components/schemas", name),
                    format!("progenitor wrote no field for the member `{member}`"),
                ));
            };
            members.insert(member.clone(), ty);
        }
        types.members.insert(name.clone(), members);
    }
    for (i, operation) in operations.iter().enumerate() {
        let signature = methods.remove(&format!("o{i}")).ok_or_else(|| {
            Error::at(
                operation.place.pointer(),
                "progenitor wrote no method for it",
            )
            .in_operation(&operation.id)
        })?;
        let signature = operation_types(signature, operation);
        types.operations.insert(operation.id.clone(), signature);
    }
    Ok(types)
}

fn operation_types(signature: syn::Signature, operation: &Operation) -> OperationTypes {
    let mut by_name: BTreeMap<String, syn::Type> = BTreeMap::new();
    for input in signature.inputs {
        if let syn::FnArg::Typed(input) = input
            && let syn::Pat::Ident(name) = *input.pat
        {
            let ty = match *input.ty {
                syn::Type::Reference(reference) => *reference.elem,
                other => other,
            };
            by_name.insert(name.ident.to_string(), readable(ty));
        }
    }
    let success = match signature.output {
        syn::ReturnType::Type(_, ty) => first_argument(&ty)
            .and_then(|value| first_argument(&value))
            .map(readable),
        syn::ReturnType::Default => None,
    };
    OperationTypes {
        parameters: (0..operation.parameters.len())
            .map(|i| {
                let ty = by_name.remove(&format!("p{i}"));
                let ty = ty.map(|ty| match argument_of(&ty, "Option") {
                    Some(inner) if !operation.parameters[i].required => inner,
                    _ => ty,
                });
                let ty = ty.map(|ty| match ty {
                    syn::Type::Reference(reference) => *reference.elem,
                    other => other,
                });
                ty.unwrap_or_else(|| syn::parse_quote!(String))
            })
            .map(owned)
            .collect(),
        body: by_name.remove("body").map(owned),
        success: success.filter(|_| matches!(operation.success, Success::Json(_))),
    }
}

/// The owned form of what a method borrows.
fn owned(ty: syn::Type) -> syn::Type {
    match ty {
        syn::Type::Slice(slice) => {
            let element = slice.elem;
            syn::parse_quote!(Vec<#element>)
        }
        syn::Type::Path(path) if path.path.is_ident("str") => syn::parse_quote!(String),
        other => other,
    }
}

fn first_argument(ty: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    match &path.path.segments.last()?.arguments {
        syn::PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                syn::GenericArgument::Type(ty) => Some(ty.clone()),
                _ => None,
            })
        }
        _ => None,
    }
}

/// The argument of `ty` if it is `wrapper<argument>`.
pub fn argument_of(ty: &syn::Type, wrapper: &str) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    (path.path.segments.last()?.ident == wrapper)
        .then(|| first_argument(ty))
        .flatten()
}

/// `ty` as a person would write it where the prelude, `BTreeMap` and `Value` are in scope.
fn readable(mut ty: syn::Type) -> syn::Type {
    struct Shorten;
    impl VisitMut for Shorten {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            syn::visit_mut::visit_path_mut(self, path);
            let first = path
                .segments
                .first()
                .map(|segment| segment.ident.to_string());
            let long = matches!(
                first.as_deref(),
                Some("std" | "serde_json" | "types" | "crate")
            );
            let map = path.segments.last().is_some_and(|last| last.ident == "Map");
            if map && first.as_deref() == Some("serde_json") {
                // A free-form object.
                *path = syn::parse_quote!(BTreeMap<String, Value>);
            } else if long && let Some(last) = path.segments.last().cloned() {
                path.leading_colon = None;
                path.segments = [last].into_iter().collect();
            }
        }
    }
    Shorten.visit_type_mut(&mut ty);
    ty
}
