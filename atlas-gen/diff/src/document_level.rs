//! Compares the parts of a document outside of operations: unused components, webhooks, the version.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::comparison::{Comparison, in_new, in_old};
use crate::document::tree::Tree;
use crate::quoting::code;
use crate::report::finding::Level;
use atlas_gen::error::Result;

/// Compares components and webhooks.
pub(crate) fn compare(cx: &mut Comparison<'_>) -> Result<()> {
    components(cx)?;
    for keyword in ["webhooks", "x-webhooks"] {
        let named = |tree: &Tree<'_>| -> Result<BTreeMap<String, std::rc::Rc<str>>> {
            let entries = tree.root().entries(keyword)?;
            Ok(entries
                .into_iter()
                .map(|(name, at)| (name.to_owned(), at.pointer))
                .collect())
        };
        let (was, is) = (named(&cx.old)?, named(&cx.new)?);
        for (name, pointer) in was.iter().filter(|(name, _)| !is.contains_key(*name)) {
            let text = format!("the webhook {name} was removed", name = code(&name));
            cx.report(None, "webhook-removed", None, &in_old(pointer), "", text);
        }
        for (name, pointer) in is.iter().filter(|(name, _)| !was.contains_key(*name)) {
            let text = format!("the webhook {name} is new", name = code(&name));
            cx.report(None, "webhook-added", None, &in_new(pointer), "", text);
        }
    }
    Ok(())
}

/// Reports removed schemas that were not used: the removal of a used one is a change of its user.
fn components(cx: &mut Comparison<'_>) -> Result<()> {
    let old = cx.old.components("schemas")?;
    let new: HashSet<&str> = cx
        .new
        .components("schemas")?
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let used = used(&cx.old);
    for (name, at) in old {
        if !new.contains(name) && !used.contains(name) {
            let text = format!(
                "the schema {name} was removed; no operation used it",
                name = code(&name)
            );
            cx.report(
                None,
                "api-schema-removed",
                None,
                &in_old(&at.pointer),
                "",
                text,
            );
        }
    }
    Ok(())
}

/// Returns the names of the schemas reachable from paths.
fn used<'a>(tree: &Tree<'a>) -> HashSet<&'a str> {
    let mut used = HashSet::new();
    let root = tree.root().value;
    let outside = root
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| *key != "components");
    let mut waiting: Vec<&Value> = outside.map(|(_, value)| value).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(map) => waiting.extend(map.values()),
            Value::Array(items) => waiting.extend(items),
            Value::String(text) if text.starts_with("#/components/") && seen.insert(text) => {
                if let Some(name) = text.strip_prefix("#/components/schemas/") {
                    used.insert(name.split('/').next().unwrap_or(name));
                }
                waiting.extend(text.strip_prefix('#').and_then(|pointer| tree.at(pointer)));
            }
            _ => {}
        }
    }
    used
}

/// Reports if there are breaking findings but `info.version` has no new major version. Versions that
/// are not of the form `1.2.3` are ignored.
pub(crate) fn version(cx: &mut Comparison<'_>) {
    if cx.graph.worst() != Some(Level::Breaking) {
        return;
    }
    let text = |tree: &Tree<'_>| {
        let info = tree.root().value.get("info")?;
        info.get("version")?.as_str().map(str::to_owned)
    };
    let (Some(was), Some(is)) = (text(&cx.old), text(&cx.new)) else {
        return;
    };
    let (Some(old), Some(new)) = (numbers(&was), numbers(&is)) else {
        return;
    };
    let at = in_new(&"/info/version".into());
    // Below 1.0.0, the minor version has the role of the major one.
    let major = |version: (u64, u64, u64)| match version.0 {
        0 => (0, version.1),
        major => (major, 0),
    };
    let (id, said) = if new < old {
        (
            "api-version-decreased",
            format!("went down from {was} to {is}"),
        )
    } else if new == old {
        ("api-version-not-bumped", format!("is still {is}"))
    } else if major(new) <= major(old) {
        (
            "api-major-version-not-bumped",
            format!("went from {was} to {is} only"),
        )
    } else {
        return;
    };
    let text = format!("something breaks, but the version of the document {said}");
    cx.report(None, id, None, &at, "", text);
}

fn numbers(version: &str) -> Option<(u64, u64, u64)> {
    let version = version.strip_prefix('v').unwrap_or(version);
    let plain = version.split(['-', '+']).next()?;
    let mut parts = plain.split('.').map(|part| {
        let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u64>().ok().filter(|_| is_number)
    });
    let all = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(all)
}
