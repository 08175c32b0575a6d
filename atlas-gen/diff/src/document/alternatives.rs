//! Reads lists of alternatives: `oneOf` and `anyOf`.

use std::rc::Rc;

use serde_json::Value;

use crate::document::parts::demands;
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

/// The alternatives under `keyword`, with those of an alternative that only has others in its place.
pub(crate) fn spread<'a>(part: &Located<'a>, keyword: &str) -> Result<Vec<Located<'a>>> {
    let mut waiting = part.items(keyword)?;
    waiting.reverse();
    let mut all = Vec::new();
    while let Some(at) = waiting.pop() {
        let map = at.value.as_object().into_iter().flatten();
        let mut said = map.map(|(name, _)| name.as_str()).filter(|name| {
            demands(name) || matches!(*name, "nullable" | "discriminator" | "allOf")
        });
        if said.next() == Some(keyword) && said.next().is_none() {
            waiting.extend(at.items(keyword)?.into_iter().rev());
        } else {
            all.push(at);
        }
    }
    Ok(all)
}

/// The values of alternatives that only list values of one type.
pub(crate) struct Listed<'a> {
    pub(crate) kind: &'a str,
    pub(crate) nullable: bool,
    pub(crate) values: Vec<&'a Value>,
}

/// Returns all values of `union`, if it only lists values.
pub(crate) fn all_listed<'a>(tree: &Tree<'a>, union: &Union<'a>) -> Result<Option<Listed<'a>>> {
    let mut listed: Option<Listed<'a>> = None;
    for at in &union.alternatives {
        let at = tree.resolve(at)?;
        let map = at.value.as_object().into_iter().flatten();
        let mut others = map.filter(|(keyword, _)| demands(keyword) && *keyword != "enum");
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
        let all = listed.get_or_insert_with(|| Listed {
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
    Ok(listed)
}

/// Returns whether a value can only be null.
pub(crate) fn only_null(schema: &Value) -> bool {
    let types_null = match schema.get("type") {
        Some(Value::String(name)) => name == "null",
        Some(Value::Array(names)) => names.iter().all(|name| name == "null") && !names.is_empty(),
        _ => false,
    };
    let values = schema.get("enum").and_then(Value::as_array);
    types_null || values.is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_null))
}
