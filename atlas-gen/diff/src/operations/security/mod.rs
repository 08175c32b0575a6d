//! Compares security: requirements of the document and of operations, and security schemes.
//!
//! Alternative requirements are identified by the set of schemes that they combine.

mod schemes;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::STABILITY;
use super::lifecycle::Stability;
use super::operation::{Operation, operations};
use crate::comparison::{Comparison, SourceLocation, in_new};
use crate::document::tree::Tree;
use crate::quoting::code;
use atlas_gen::error::Result;

/// A security requirement: scopes by scheme.
type Scopes = BTreeMap<String, BTreeSet<String>>;

/// Alternative requirements by their schemes; several may differ in their scopes only.
type ByScheme = BTreeMap<String, Vec<Scopes>>;

/// The alternatives of a `security` list.
#[derive(Debug, Default)]
struct Alternatives {
    by_scheme: ByScheme,
    /// Whether authentication is optional: there is no alternative, or an empty one (`{}`).
    is_optional: bool,
}

fn parse(list: Option<&Value>) -> Option<Alternatives> {
    let list = list?.as_array()?;
    let maps = list.iter().filter_map(Value::as_object);
    let is_optional = list.is_empty() || maps.clone().any(serde_json::Map::is_empty);
    let mut by_scheme = ByScheme::new();
    for map in maps.filter(|map| !map.is_empty()) {
        let schemes: Scopes = map
            .iter()
            .map(|(name, scopes)| {
                let scopes = scopes
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str);
                (name.clone(), scopes.map(str::to_owned).collect())
            })
            .collect();
        let names: Vec<&str> = schemes.keys().map(String::as_str).collect();
        let alike = by_scheme.entry(names.join(" and ")).or_default();
        if !alike.contains(&schemes) {
            alike.push(schemes);
        }
    }
    Some(Alternatives {
        by_scheme,
        is_optional,
    })
}

/// Compares the security requirements of one operation, if it has any.
pub(crate) fn operation(
    cx: &mut Comparison<'_>,
    node: usize,
    old: &Operation<'_>,
    new: &Operation<'_>,
) -> Result<()> {
    let own = |operation: &Operation<'_>| parse(operation.at.value.get("security"));
    let (was, is) = (own(old), own(new));
    if was.is_none() && is.is_none() {
        return Ok(());
    }
    let was = was.unwrap_or_else(|| of_document(&cx.old));
    let is = is.unwrap_or_else(|| of_document(&cx.new));
    let words = code(&new.label);
    changes(
        cx,
        Some(node),
        "api-security",
        &words,
        &new.at.pointer.clone(),
        &was,
        &is,
    );
    Ok(())
}

fn of_document(tree: &Tree<'_>) -> Alternatives {
    let said = parse(tree.root().value.get("security"));
    said.unwrap_or(Alternatives {
        by_scheme: ByScheme::new(),
        is_optional: true,
    })
}

/// Compares the security requirements of the whole document, and the schemes.
pub(crate) fn document(cx: &mut Comparison<'_>) -> Result<()> {
    let (was, is) = (of_document(&cx.old), of_document(&cx.new));
    changes(
        cx,
        None,
        "api-global-security",
        "the document",
        &"".into(),
        &was,
        &is,
    );
    schemes::schemes(cx)
}

fn changes(
    cx: &mut Comparison<'_>,
    node: Option<usize>,
    prefix: &str,
    words: &str,
    pointer: &std::rc::Rc<str>,
    was: &Alternatives,
    is: &Alternatives,
) {
    let at = in_new(pointer);
    let inherited = node.is_some() || is_inherited(cx);
    let changed = match (was.is_optional, is.is_optional) {
        (true, false) if inherited => Some((
            "became-required",
            "cannot be used without authentication any longer",
        )),
        (false, true) if inherited => {
            Some(("became-optional", "can be used without authentication now"))
        }
        _ => None,
    };
    if let Some((action, said)) = changed {
        let text = format!("{words} {said}");
        cx.report(node, &format!("{prefix}-{action}"), None, &at, "", text);
    }
    let (was, is) = (&was.by_scheme, &is.by_scheme);
    // If authentication was introduced or abolished, its alternatives are part of that change.
    if changed.is_some() && (was.is_empty() || is.is_empty()) {
        return;
    }
    let none = Vec::new();
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    for name in names {
        let (all_old, all_new) = (
            was.get(name).unwrap_or(&none),
            is.get(name).unwrap_or(&none),
        );
        let missing = |some: &[Scopes], all: &[Scopes]| -> Vec<Scopes> {
            let others = some.iter().filter(|one| !all.contains(one));
            others.cloned().collect()
        };
        let (old, new) = (missing(all_old, all_new), missing(all_new, all_old));
        // Several alternatives with these schemes are distinguished by their scopes.
        let one = |scopes: &Scopes| match all_old.len().max(all_new.len()) {
            0 | 1 => (code(name), name.clone()),
            _ => {
                let scopes: Vec<&str> = scopes.values().flatten().map(String::as_str).collect();
                let listed = scopes.join(", ");
                let words = format!("{} and the scopes {}", code(name), code(&listed));
                (words, format!("{name} {listed}"))
            }
        };
        for scopes in old.iter().skip(new.len()) {
            let (name, detail) = one(scopes);
            let text = format!("{words} can no longer be used with {name}");
            cx.report(node, &format!("{prefix}-removed"), None, &at, &detail, text);
        }
        for scopes in new.iter().skip(old.len()) {
            let (name, detail) = one(scopes);
            let text = format!("{words} can be used with {name} now");
            cx.report(node, &format!("{prefix}-added"), None, &at, &detail, text);
        }
        for (before, now) in old.iter().zip(&new) {
            scopes(cx, (node, prefix, words), &at, name, before, now);
        }
    }
}

/// Compares the scopes of the alternative called `name`. `owner` has the node, the prefix of check names
/// and the description of what requires it.
fn scopes(
    cx: &mut Comparison<'_>,
    owner: (Option<usize>, &str, &str),
    at: &SourceLocation,
    name: &str,
    before: &Scopes,
    now: &Scopes,
) {
    let (node, prefix, words) = owner;
    let none = BTreeSet::new();
    for (scheme, scopes) in now {
        let before = before.get(scheme).unwrap_or(&none);
        for (some, others, action, said) in [
            (scopes, before, "scope-added", "demands"),
            (before, scopes, "scope-removed", "no longer demands"),
        ] {
            for scope in some.difference(others) {
                let now = if action == "scope-added" { " now" } else { "" };
                let text = format!(
                    "{words} {said} the scope {scope} of {scheme}{now}",
                    scope = code(scope),
                    scheme = code(scheme)
                );
                let detail = format!("{name} {scheme} {scope}");
                cx.report(node, &format!("{prefix}-{action}"), None, at, &detail, text);
            }
        }
    }
}

/// Returns whether an operation of both documents inherits the security of the document in both, and
/// has guarantees. Only then a change of the document's security is one for callers.
fn is_inherited(cx: &Comparison<'_>) -> bool {
    let inherits = |operation: &Operation<'_>| operation.at.value.get("security").is_none();
    let has_guarantees = |operation: &Operation<'_>| {
        let level = Stability::parse(operation.at.value.get(STABILITY));
        level.map_or(true, Stability::has_guarantees)
    };
    let (Ok(old), Ok(new)) = (operations(&cx.old), operations(&cx.new)) else {
        return false;
    };
    let mut both = old
        .iter()
        .filter_map(|(key, old)| Some((old, new.get(key)?)));
    both.any(|(old, new)| {
        let mut new = new.iter();
        old.iter().any(inherits) && new.any(|new| inherits(new) && has_guarantees(new))
    })
}
