//! Reads lists of alternatives: `oneOf` and `anyOf`.

use std::rc::Rc;

use serde_json::Value;

use crate::document::parts::is_constraint;
use crate::document::tree::{Located, Tree};
use crate::document::value;
use atlas_gen::error::Result;

/// A list of alternatives.
#[derive(Debug, Clone)]
pub(crate) struct Union<'a> {
    /// The pointer of the list.
    pub(crate) pointer: Rc<str>,
    /// The alternatives, without the one that is only null.
    pub(crate) alternatives: Vec<Located<'a>>,
}

/// Returns the alternatives under `keyword`; one that consists of nested alternatives of the same
/// keyword is replaced by them.
pub(crate) fn flatten_alternatives<'a>(
    part: &Located<'a>,
    keyword: &str,
) -> Result<Vec<Located<'a>>> {
    let mut stack = part.items(keyword)?;
    stack.reverse();
    let mut all = Vec::new();
    while let Some(at) = stack.pop() {
        let map = at.value.as_object().into_iter().flatten();
        let mut restricting = map.map(|(name, _)| name.as_str()).filter(|name| {
            is_constraint(name) || matches!(*name, "nullable" | "discriminator" | "allOf")
        });
        if restricting.next() == Some(keyword) && restricting.next().is_none() {
            stack.extend(at.items(keyword)?.into_iter().rev());
        } else {
            all.push(at);
        }
    }
    Ok(all)
}

/// The values of a union whose alternatives are enums of one type.
pub(crate) struct UnionEnum<'a> {
    pub(crate) kind: &'a str,
    pub(crate) nullable: bool,
    pub(crate) values: Vec<&'a Value>,
}

/// Returns the values of `union` if all its alternatives are enums of one type.
pub(crate) fn as_enum<'a>(tree: &Tree<'a>, union: &Union<'a>) -> Result<Option<UnionEnum<'a>>> {
    let mut merged: Option<UnionEnum<'a>> = None;
    for at in &union.alternatives {
        let at = tree.resolve(at)?;
        let map = at.value.as_object().into_iter().flatten();
        let mut others = map.filter(|(keyword, _)| is_constraint(keyword) && *keyword != "enum");
        let (Some(("type", kind)), None) = (
            others
                .next()
                .map(|(keyword, value)| (keyword.as_str(), value)),
            others.next(),
        ) else {
            return Ok(None);
        };
        let (Some(kind), Some(values)) = (kind.as_str(), at.value.get("enum")) else {
            return Ok(None);
        };
        let all = merged.get_or_insert_with(|| UnionEnum {
            kind,
            nullable: false,
            values: Vec::new(),
        });
        if all.kind != kind {
            return Ok(None);
        }
        all.nullable |= at.flag("nullable");
        for value in values.as_array().into_iter().flatten() {
            if !value::contains(&all.values, value) {
                all.values.push(value);
            }
        }
    }
    Ok(merged)
}

/// Returns whether `schema` allows null only.
pub(crate) fn is_null_only(schema: &Value) -> bool {
    let types_null = match schema.get("type") {
        Some(Value::String(name)) => name == "null",
        Some(Value::Array(names)) => names.iter().all(|name| name == "null") && !names.is_empty(),
        _ => false,
    };
    let values = schema.get("enum").and_then(Value::as_array);
    types_null || values.is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_null))
}
