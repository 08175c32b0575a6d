//! Responses: their statuses, headers and bodies.

use std::collections::BTreeMap;

use super::bodies::{self, Body};
use super::compare::{Comparison, Pair, in_new, in_old};
use super::finding::Side;
use super::operations::Operation;
use super::schemas::{Family, Place};
use super::tree::{Located, Tree};
use super::versions::Steps;
use crate::error::Result;

/// Compares the responses of one operation.
pub(super) fn compare<'a>(
    all: &mut Comparison<'a>,
    node: usize,
    old: &Operation<'a>,
    new: &Operation<'a>,
    steps: &mut Steps,
) -> Result<()> {
    let was = responses(&all.old, old)?;
    let mut is = responses(&all.new, new)?;
    let side = Some(Side::Response);
    for (status, old) in &was {
        let words = format!("the {status} response of `{}`", new.label);
        let Some(new) = is.remove(status) else {
            let id = format!("response-{}-status-removed", success(status));
            let text = format!("{words} was removed");
            all.found(Some(node), &id, side, &in_old(&old.0.pointer), "", text);
            continue;
        };
        headers(all, node, &old.1, &new.1, &words)?;
        let body = Body {
            node,
            side: Side::Response,
            words: &words,
        };
        bodies::content(all, body, &old.1, &new.1, steps)?;
    }
    for (status, (at, _)) in &is {
        let id = format!("response-{}-status-added", success(status));
        let text = format!("the {status} response of `{}` is new", new.label);
        all.found(Some(node), &id, side, &in_new(&at.pointer), "", text);
    }
    Ok(())
}

/// The responses by status: where each stands in the operation, and what it is.
fn responses<'a>(
    tree: &Tree<'a>,
    operation: &Operation<'a>,
) -> Result<BTreeMap<&'a str, (Located<'a>, Located<'a>)>> {
    let mut found = BTreeMap::new();
    for (status, at) in operation.at.entries("responses")? {
        if !status.starts_with("x-") {
            let response = tree.resolve(&at)?;
            found.insert(status, (at, response));
        }
    }
    Ok(found)
}

fn success(status: &str) -> &'static str {
    match status.starts_with('2') {
        true => "success",
        false => "non-success",
    }
}

fn headers<'a>(
    all: &mut Comparison<'a>,
    node: usize,
    old: &Located<'a>,
    new: &Located<'a>,
    response: &str,
) -> Result<()> {
    let named = |tree: &Tree<'a>,
                 response: &Located<'a>|
     -> Result<BTreeMap<String, (&'a str, Located<'a>)>> {
        let mut found = BTreeMap::new();
        for (name, at) in response.entries("headers")? {
            found.insert(name.to_ascii_lowercase(), (name, tree.resolve(&at)?));
        }
        Ok(found)
    };
    let was = named(&all.old, old)?;
    let mut is = named(&all.new, new)?;
    let side = Some(Side::Response);
    for (key, (name, old)) in &was {
        let words = format!("the header `{name}` of {response}");
        let Some((_, new)) = is.remove(key) else {
            let id = match old.flag("required") {
                true => "required-response-header-removed",
                false => "optional-response-header-removed",
            };
            let text = format!("{words} was removed");
            all.found(Some(node), id, side, &in_old(&old.pointer), name, text);
            continue;
        };
        if old.flag("required") && !new.flag("required") {
            let text = format!("{words} became optional");
            all.found(
                Some(node),
                "response-header-became-optional",
                side,
                &in_new(&new.pointer),
                "",
                text,
            );
        }
        if let (Some(old), Some(new)) = (old.get("schema"), new.get("schema")) {
            let pair = Pair {
                old: vec![old],
                new: vec![new],
                place: Place::root(Family::Header),
            };
            all.schemas(node, pair)?;
        }
    }
    for (name, at) in is.values() {
        let text = format!("the header `{name}` of {response} is new");
        all.found(
            Some(node),
            "response-header-added",
            side,
            &in_new(&at.pointer),
            name,
            text,
        );
    }
    Ok(())
}
