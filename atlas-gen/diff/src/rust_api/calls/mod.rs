//! Compares the requests and responses of two clients: what changes for calls that still compile.
//!
//! Compile errors belong to `items`.

pub(crate) mod access;
pub(crate) mod constraints;
pub(crate) mod wire;

use crate::report::finding::{Finding, Level};
use crate::report::{Breaks, ChangeKind};
use crate::rust_api::calls::constraints::{ConstraintChange, changes};
use crate::rust_api::calls::wire::{Media, Wire, WireOperation, WireType};
use crate::rust_api::detected::DetectedChange;
use crate::rust_api::renames::Renames;
use atlas_gen::media_type::{MediaType, Version};
use atlas_gen::schema::Tagged;

/// Compares the requests and responses of two clients. `findings` show which versions were removed on
/// their sunset.
pub fn compare(
    old: &Wire,
    new: &Wire,
    renames: &Renames,
    findings: &[Finding],
) -> Vec<DetectedChange> {
    let mut found = Vec::new();
    for (method, before) in &old.operations {
        let method = renames.method(method);
        if let Some(after) = new.operations.get(method) {
            compare_operation(method, before, after, findings, &mut found);
        }
    }
    found.extend(access::compare(old.operations.iter().filter_map(
        |(method, before)| {
            let method = renames.method(method);
            let after = new.operations.get(method)?;
            Some((method, &before.access, &after.access))
        },
    )));
    for (name, before) in &old.types {
        let name = renames.type_name(name);
        if let Some(after) = new.types.get(name) {
            compare_type(name, before, after, renames, &mut found);
        }
    }
    found
}

fn compare_operation(
    method: &str,
    old: &WireOperation,
    new: &WireOperation,
    findings: &[Finding],
    found: &mut Vec<DetectedChange>,
) {
    let client = format!("Client::{method}()");
    if old.route != new.route {
        found.push(DetectedChange::new(
            ChangeKind::Changed,
            format!("{client}: `{}` → `{}`", old.label, new.label),
            Some(Breaks::Runtime),
            &client,
        ));
    }
    for after in &new.media_types {
        let mut same_side = old.media_types.iter();
        if let Some(before) = same_side.find(|before| before.of_body == after.of_body) {
            found.extend(compare_media_types(&client, before, after, new, findings));
        }
    }
    let builder = format!("builder::{}", new.builder);
    for name in new.required.iter().filter(|n| !old.required.contains(n)) {
        let path = format!("{builder}::{name}()");
        found.push(DetectedChange::new(
            ChangeKind::Changed,
            format!("{builder}::send(): `{name}` is required now"),
            Some(Breaks::Runtime),
            &path,
        ));
    }
    for (name, after) in &new.parameters {
        if let Some(before) = old.parameters.get(name) {
            let path = format!("{builder}::{name}()");
            found.extend(changes(before, after).into_iter().map(|(at, change)| {
                let at = if at.is_empty() { at } else { format!(" {at}") };
                constraint_change(change, &format!("{path}{at}"), &path)
            }));
        }
    }
    let body = format!("{builder}::body()");
    found.extend(
        changes(&old.body, &new.body)
            .into_iter()
            .map(|(at, change)| constraint_change(change, &format!("{body} {at}"), &body).at(&at)),
    );
}

fn constraint_change(change: ConstraintChange, item: &str, path: &str) -> DetectedChange {
    let (text, breaks) = match change {
        ConstraintChange::Stricter(text) => (text, Some(Breaks::Runtime)),
        ConstraintChange::Looser(text) => (text, None),
    };
    DetectedChange::new(
        ChangeKind::Changed,
        format!("{}: {text}", item.trim_end()),
        breaks,
        path,
    )
}

/// Compares media types. Clients with the old version work as long as the document offers it.
fn compare_media_types(
    client: &str,
    old: &Media,
    new: &Media,
    operation: &WireOperation,
    findings: &[Finding],
) -> Option<DetectedChange> {
    // Without documented versions, the media type has no effect.
    let is_unsupported = !old.offered.is_empty() && !new.offers(&old.used);
    if old.used == new.used || old.offered.is_empty() {
        return None;
    }
    // A version that was removed on its sunset has no callers.
    let is_stable = MediaType::parse(&old.used)
        .is_some_and(|parsed| matches!(parsed.version, Version::Stable(_)));
    let as_announced = is_stable
        && findings.iter().any(|finding| {
            finding.id == "version-removed"
                && finding.level == Level::Info
                && finding.operations.contains(&operation.label)
        });
    let breaks = (is_unsupported && !as_announced).then_some(Breaks::Runtime);
    Some(DetectedChange::new(
        ChangeKind::Changed,
        format!("{client}: speaks `{}` → `{}`", old.used, new.used),
        breaks,
        client,
    ))
}

fn compare_type(
    name: &str,
    old: &WireType,
    new: &WireType,
    renames: &Renames,
    found: &mut Vec<DetectedChange>,
) {
    let path = format!("types::{name}");
    if let (Some(before), Some(after)) = (&old.tags, &new.tags) {
        // The schemas that tags select may have been renamed.
        let mut before = before.clone();
        for variant in &mut before.variants {
            let now = renames.type_name(&variant.schema);
            if after.variants.iter().any(|there| there.schema == now) {
                variant.schema = now.to_owned();
            }
        }
        compare_discriminators(&path, &before, after, old.sent && new.sent, found);
    }
    // Responses are decoded leniently.
    if !(old.sent && new.sent) {
        return;
    }
    let build = if new.built {
        format!("types::builder::{name}::build()")
    } else {
        path.clone()
    };
    for (at, change) in changes(&old.constraints, &new.constraints) {
        let member = if at.is_empty() {
            String::new()
        } else {
            format!(" `{at}`")
        };
        found.push(constraint_change(change, &format!("{build}{member}"), &path).at(&at));
    }
}

/// Compares discriminator values (tags), which select the variant that a value is decoded as.
fn compare_discriminators(
    path: &str,
    old: &Tagged,
    new: &Tagged,
    sent: bool,
    found: &mut Vec<DetectedChange>,
) {
    let mut add = |text: String, breaks: Option<Breaks>| {
        let text = format!("{path}: {text}");
        found.push(DetectedChange::new(ChangeKind::Changed, text, breaks, path));
    };
    if old.property != new.property {
        add(
            format!("told apart by `{}` → by `{}`", old.property, new.property),
            Some(Breaks::Runtime),
        );
        return;
    }
    let known = |union: &Tagged, tag: &String| union.variants.iter().any(|v| v.tags.contains(tag));
    for variant in &new.variants {
        // The tags of a new variant are part of it.
        if old.variants.iter().any(|v| v.schema == variant.schema) {
            for tag in variant.tags.iter().filter(|tag| !known(old, tag)) {
                add(format!("the tag `{tag}` is known now"), None);
            }
        }
    }
    let schema_of_tag = |union: &Tagged, tag: &String| {
        let variant = union.variants.iter().find(|v| v.tags.contains(tag));
        variant.map(|variant| variant.schema.clone())
    };
    for variant in &old.variants {
        for tag in &variant.tags {
            match schema_of_tag(new, tag) {
                Some(schema) if schema == variant.schema => {}
                Some(schema) => add(
                    format!("the tag `{tag}` means `{}` → `{schema}`", variant.schema),
                    Some(Breaks::Runtime),
                ),
                // A removed variant is a compile error.
                None if !new.variants.iter().any(|v| v.schema == variant.schema) => {}
                None => add(
                    format!("the tag `{tag}` is no longer known"),
                    sent.then_some(Breaks::Runtime),
                ),
            }
        }
    }
}
