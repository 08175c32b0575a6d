//! Compares security schemes: their types, and how credentials are sent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::comparison::{Comparison, SourceLocation, in_new, in_old};
use crate::document::tree::{Located, Tree};
use crate::quoting::code;
use atlas_gen::error::Result;

/// Compares the security schemes of both documents.
pub(super) fn schemes(cx: &mut Comparison<'_>) -> Result<()> {
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
        cx.report(
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
            cx.report(None, "api-security-component-added", None, &at, "", text);
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
            cx.report(
                None,
                "api-security-component-type-changed",
                None,
                &at,
                "",
                text,
            );
        }
        credentials(cx, name, &at, old, new);
        flows(cx, name, &at, old, new);
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

/// Compares how a scheme requires credentials to be sent.
fn credentials(cx: &mut Comparison<'_>, name: &str, at: &SourceLocation, old: &Value, new: &Value) {
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
        (
            "openIdConnect",
            "openIdConnectUrl",
            "openid-connect-url",
            "the URL",
        ),
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
            cx.report(None, &id, None, at, &format!("{was} {is}"), said);
        }
    }
}

/// Compares the set of OAuth flows of a scheme.
fn flows(cx: &mut Comparison<'_>, name: &str, at: &SourceLocation, old: &Value, new: &Value) {
    let named = |scheme: &Value| -> BTreeSet<String> {
        let flows = scheme.get("flows").and_then(Value::as_object);
        let names = flows.into_iter().flatten().map(|(name, _)| name.clone());
        names.filter(|name| !name.starts_with("x-")).collect()
    };
    let is_oauth = |scheme: &Value| scheme.get("type").and_then(Value::as_str) == Some("oauth2");
    if !is_oauth(old) || !is_oauth(new) {
        return;
    }
    let (was, is) = (named(old), named(new));
    let name = code(&name);
    for flow in was.difference(&is) {
        let text = format!("the security scheme {name} lost the flow {}", code(flow));
        let id = "api-security-component-oauth-flow-removed";
        cx.report(None, id, None, at, flow, text);
    }
    for flow in is.difference(&was) {
        let text = format!("the security scheme {name} got the flow {}", code(flow));
        let id = "api-security-component-oauth-flow-added";
        cx.report(None, id, None, at, flow, text);
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
        (
            "refreshUrl",
            "api-security-component-oauth-refresh-url-changed",
        ),
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
            cx.report(None, id, None, &at, &format!("{flow} {was} {is}"), text);
        }
    }
    let scopes = |flow: &Value| {
        flow.get("scopes")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let (was, is) = (scopes(old), scopes(new));
    for (scope, description) in &was {
        let detail = format!("{flow} {scope}");
        match is.get(scope) {
            None => {
                let text = format!("{words} lost the scope {scope}", scope = code(&scope));
                cx.report(
                    None,
                    "api-security-component-oauth-scope-removed",
                    None,
                    &at,
                    &detail,
                    text,
                );
            }
            Some(now) if now != description => {
                let text = format!(
                    "{words} describes the scope {scope} otherwise",
                    scope = code(&scope)
                );
                cx.report(
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
        cx.report(
            None,
            "api-security-component-oauth-scope-added",
            None,
            &at,
            &format!("{flow} {scope}"),
            text,
        );
    }
}
