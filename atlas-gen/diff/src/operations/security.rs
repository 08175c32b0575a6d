//! Compares security: requirements of the document and of operations, and security schemes.
//!
//! Alternatives are identified by the set of schemes that they require together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::operation::Operation;
use crate::comparison::{Comparison, in_new, in_old};
use crate::document::tree::{Located, Tree};
use atlas_gen::error::Result;

/// Alternatives by their required schemes, with the scopes of each scheme.
type Alternatives = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

fn alternatives(list: Option<&Value>) -> Option<Alternatives> {
    let list = list?.as_array()?;
    let maps = list.iter().filter_map(Value::as_object);
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
    Some(named.collect())
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
    let of_document =
        |tree: &Tree<'_>| alternatives(tree.root().value.get("security")).unwrap_or_default();
    let was = was.unwrap_or_else(|| of_document(&cx.old));
    let is = is.unwrap_or_else(|| of_document(&cx.new));
    let words = format!("`{}`", new.label);
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

/// Compares the security requirements of the whole document, and the schemes.
pub(crate) fn document(cx: &mut Comparison<'_>) -> Result<()> {
    let of = |tree: &Tree<'_>| alternatives(tree.root().value.get("security")).unwrap_or_default();
    let (was, is) = (of(&cx.old), of(&cx.new));
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
    for name in was.keys().filter(|name| !is.contains_key(*name)) {
        let text = format!("{words} can no longer be used with `{name}`");
        cx.found(node, &format!("{prefix}-removed"), None, &at, name, text);
    }
    for (name, schemes) in is {
        let Some(before) = was.get(name) else {
            let text = format!("{words} can be used with `{name}` now");
            cx.found(node, &format!("{prefix}-added"), None, &at, name, text);
            continue;
        };
        for (scheme, scopes) in schemes {
            let none = BTreeSet::new();
            let before = before.get(scheme).unwrap_or(&none);
            for scope in scopes.difference(before) {
                let text = format!("{words} demands the scope `{scope}` of `{scheme}` now");
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
                let text = format!("{words} no longer demands the scope `{scope}` of `{scheme}`");
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
        let text = format!("the security scheme `{name}` was removed");
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
            let text = format!("the security scheme `{name}` is new");
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
                "the security scheme `{name}` is of type `{}` instead of `{}`",
                kind(new),
                kind(old)
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

fn flow(
    cx: &mut Comparison<'_>,
    scheme: &str,
    flow: &str,
    pointer: &std::rc::Rc<str>,
    old: &Value,
    new: &Value,
) {
    let at = in_new(pointer);
    let words = format!("the flow `{flow}` of the security scheme `{scheme}`");
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
            let text = format!("{words} has the `{keyword}` `{is}` instead of `{was}`");
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
                let text = format!("{words} lost the scope `{scope}`");
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
                let text = format!("{words} describes the scope `{scope}` otherwise");
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
        let text = format!("{words} got the scope `{scope}`");
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
