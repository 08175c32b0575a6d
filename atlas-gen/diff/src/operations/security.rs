//! Compares security: requirements of the document and of operations, and security schemes.
//!
//! Alternatives are identified by the set of schemes that they require together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::operation::{Operation, operations};
use crate::comparison::{At, Comparison, in_new, in_old};
use crate::document::tree::{Located, Tree};
use crate::words::code;
use atlas_gen::error::Result;

/// Alternatives by their required schemes, with the scopes of each scheme.
type Named = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// The ways to authenticate that there are.
#[derive(Debug, Default)]
struct Alternatives {
    named: Named,
    /// Whether nobody has to: there is no alternative, or an empty one (`{}`).
    is_optional: bool,
}

fn alternatives(list: Option<&Value>) -> Option<Alternatives> {
    let list = list?.as_array()?;
    let maps = list.iter().filter_map(Value::as_object);
    let is_optional = list.is_empty() || maps.clone().any(serde_json::Map::is_empty);
    let named = maps.filter(|map| !map.is_empty()).map(|map| {
        let schemes: BTreeMap<String, BTreeSet<String>> = map
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
        (names.join(" and "), schemes)
    });
    Some(Alternatives {
        named: named.collect(),
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
    let own = |operation: &Operation<'_>| alternatives(operation.at.value.get("security"));
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
    let said = alternatives(tree.root().value.get("security"));
    said.unwrap_or(Alternatives {
        named: Named::new(),
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
    schemes(cx)
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
        cx.found(node, &format!("{prefix}-{action}"), None, &at, "", text);
    }
    let (was, is) = (&was.named, &is.named);
    // Where all had to, or nobody has to now, the ways are part of that change.
    if changed.is_some() && (was.is_empty() || is.is_empty()) {
        return;
    }
    for name in was.keys().filter(|name| !is.contains_key(*name)) {
        let text = format!(
            "{words} can no longer be used with {name}",
            name = code(&name)
        );
        cx.found(node, &format!("{prefix}-removed"), None, &at, name, text);
    }
    for (name, schemes) in is {
        let Some(before) = was.get(name) else {
            let text = format!("{words} can be used with {name} now", name = code(&name));
            cx.found(node, &format!("{prefix}-added"), None, &at, name, text);
            continue;
        };
        for (scheme, scopes) in schemes {
            let none = BTreeSet::new();
            let before = before.get(scheme).unwrap_or(&none);
            for scope in scopes.difference(before) {
                let text = format!(
                    "{words} demands the scope {scope} of {scheme} now",
                    scope = code(&scope),
                    scheme = code(&scheme)
                );
                let detail = format!("{name} {scheme} {scope}");
                cx.found(
                    node,
                    &format!("{prefix}-scope-added"),
                    None,
                    &at,
                    &detail,
                    text,
                );
            }
            for scope in before.difference(scopes) {
                let text = format!(
                    "{words} no longer demands the scope {scope} of {scheme}",
                    scope = code(&scope),
                    scheme = code(&scheme)
                );
                let detail = format!("{name} {scheme} {scope}");
                cx.found(
                    node,
                    &format!("{prefix}-scope-removed"),
                    None,
                    &at,
                    &detail,
                    text,
                );
            }
        }
    }
}

/// Whether some operation of both documents has no `security` of its own in either. What is new as a
/// whole breaks nobody, and what has its own says itself what changed.
fn is_inherited(cx: &Comparison<'_>) -> bool {
    let inherits = |all: &[Operation<'_>]| {
        all.iter()
            .any(|operation| operation.at.value.get("security").is_none())
    };
    let (Ok(old), Ok(new)) = (operations(&cx.old), operations(&cx.new)) else {
        return false;
    };
    let mut both = old
        .iter()
        .filter_map(|(key, old)| Some((old, new.get(key)?)));
    both.any(|(old, new)| inherits(old) && inherits(new))
}

fn schemes(cx: &mut Comparison<'_>) -> Result<()> {
    let named = |tree: &Tree<'_>| -> Result<BTreeMap<String, (std::rc::Rc<str>, Value)>> {
        let mut found = BTreeMap::new();
        for (name, at) in tree.components("securitySchemes")? {
            let resolved: Located<'_> = tree.resolve(&at)?;
            found.insert(name.to_owned(), (at.pointer, resolved.value.clone()));
        }
        Ok(found)
    };
    let was = named(&cx.old)?;
    let is = named(&cx.new)?;
    for (name, (pointer, _)) in was.iter().filter(|(name, _)| !is.contains_key(*name)) {
        let text = format!("the security scheme {name} was removed", name = code(&name));
        cx.found(
            None,
            "api-security-component-removed",
            None,
            &in_old(pointer),
            "",
            text,
        );
    }
    for (name, (pointer, new)) in &is {
        let at = in_new(pointer);
        let Some((_, old)) = was.get(name) else {
            let text = format!("the security scheme {name} is new", name = code(&name));
            cx.found(None, "api-security-component-added", None, &at, "", text);
            continue;
        };
        let kind = |scheme: &Value| {
            scheme
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        if kind(old) != kind(new) {
            let text = format!(
                "the security scheme {name} is of type {} instead of {}",
                code(&kind(new)),
                code(&kind(old)),
                name = code(&name)
            );
            cx.found(
                None,
                "api-security-component-type-changed",
                None,
                &at,
                "",
                text,
            );
        }
        credentials(cx, name, &at, old, new);
        for flow in [
            "implicit",
            "password",
            "clientCredentials",
            "authorizationCode",
        ] {
            let of = |scheme: &Value| {
                scheme
                    .get("flows")
                    .and_then(|flows| flows.get(flow))
                    .cloned()
            };
            if let (Some(old), Some(new)) = (of(old), of(new)) {
                self::flow(cx, name, flow, pointer, &old, &new);
            }
        }
    }
    Ok(())
}

/// How and where a scheme wants its credentials: who sends them otherwise is refused.
fn credentials(cx: &mut Comparison<'_>, name: &str, at: &At, old: &Value, new: &Value) {
    let text = |scheme: &Value, keyword: &str| {
        let text = scheme.get(keyword).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    if text(old, "type") != text(new, "type") {
        return;
    }
    for (kind, keyword, id, words) in [
        ("http", "scheme", "http-scheme", "the HTTP scheme"),
        ("apiKey", "name", "api-key-name", "the name"),
        ("apiKey", "in", "api-key-location", "the place"),
    ] {
        let (was, is) = (text(old, keyword), text(new, keyword));
        // The names of HTTP schemes and of headers are the same in any letter case.
        let any_case = keyword == "scheme" || keyword == "name" && text(new, "in") == "header";
        let same = was == is || any_case && was.eq_ignore_ascii_case(&is);
        if text(new, "type") == kind && !same {
            let id = format!("api-security-component-{id}-changed");
            let said = format!(
                "the security scheme {name} has {words} {is} instead of {was}",
                name = code(&name),
                is = code(&is),
                was = code(&was)
            );
            cx.found(None, &id, None, at, &format!("{was} {is}"), said);
        }
    }
}

fn flow(
    cx: &mut Comparison<'_>,
    scheme: &str,
    flow: &str,
    pointer: &std::rc::Rc<str>,
    old: &Value,
    new: &Value,
) {
    let at = in_new(pointer);
    let words = format!(
        "the flow {flow} of the security scheme {scheme}",
        flow = code(&flow),
        scheme = code(&scheme)
    );
    for (keyword, id) in [
        (
            "authorizationUrl",
            "api-security-component-oauth-url-changed",
        ),
        ("tokenUrl", "api-security-component-oauth-token-url-changed"),
    ] {
        let text = |flow: &Value| {
            flow.get(keyword)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let (was, is) = (text(old), text(new));
        if was != is {
            let text = format!(
                "{words} has the `{keyword}` {is} instead of {was}",
                is = code(&is),
                was = code(&was)
            );
            cx.found(None, id, None, &at, &format!("{flow} {was} {is}"), text);
        }
    }
    let scopes = |flow: &Value| {
        flow.get("scopes")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let (was, is) = (scopes(old), scopes(new));
    for (scope, meaning) in &was {
        let detail = format!("{flow} {scope}");
        match is.get(scope) {
            None => {
                let text = format!("{words} lost the scope {scope}", scope = code(&scope));
                cx.found(
                    None,
                    "api-security-component-oauth-scope-removed",
                    None,
                    &at,
                    &detail,
                    text,
                );
            }
            Some(now) if now != meaning => {
                let text = format!(
                    "{words} describes the scope {scope} otherwise",
                    scope = code(&scope)
                );
                cx.found(
                    None,
                    "api-security-component-oauth-scope-changed",
                    None,
                    &at,
                    &detail,
                    text,
                );
            }
            Some(_) => {}
        }
    }
    for scope in is.keys().filter(|scope| !was.contains_key(*scope)) {
        let text = format!("{words} got the scope {scope}", scope = code(&scope));
        cx.found(
            None,
            "api-security-component-oauth-scope-added",
            None,
            &at,
            &format!("{flow} {scope}"),
            text,
        );
    }
}
