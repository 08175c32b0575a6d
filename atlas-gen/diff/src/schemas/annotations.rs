//! Compares annotations: defaults, deprecation, stability, discriminators.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::schema_comparison::SchemaComparison;
use super::values::quoted;
use crate::comparison::DocumentRevision;
use crate::document::children::Children;
use crate::document::normalize::Shape;
use crate::document::tree::{Located, Tree, component};
use crate::document::value::equal_or_both_missing;
use crate::operations::lifecycle::{self, Stability, Sunset, SunsetChange};
use crate::quoting::code;
use crate::report::finding::Side;
use atlas_gen::pointer;

impl<'a> SchemaComparison<'_, 'a> {
    /// Reports changes of annotations.
    pub(super) fn annotations(&mut self) {
        self.default();
        self.discriminator();
        if self.role.family.is_body() && !self.role.whole {
            self.deprecation();
            self.stability();
        }
    }

    fn default(&mut self) {
        // `operations::parameters` compares defaults of parameters, which depend on `required`.
        if !self.role.family.is_body() {
            return;
        }
        let (old, new) = (self.old.value("default"), self.new.value("default"));
        if equal_or_both_missing(old, new) {
            return;
        }
        let at = self.at("default");
        let (action, said) = match (old, new) {
            (None, Some(new)) => ("added", format!("has the default {} now", quoted(new))),
            (Some(old), None) => (
                "removed",
                format!("no longer has the default {}", quoted(old)),
            ),
            (Some(old), Some(new)) => (
                "changed",
                format!("has the default {} instead of {}", quoted(new), quoted(old)),
            ),
            (None, None) => return,
        };
        let detail = format!("{old:?} {new:?}");
        self.report(&format!("default-value-{action}"), &at, &detail, said);
    }

    fn discriminator(&mut self) {
        let (old, new) = (self.old.discriminator, self.new.discriminator);
        let name = |value: &Value| {
            let name = value.get("propertyName").and_then(Value::as_str);
            name.unwrap_or_default().to_owned()
        };
        let at = self.at("discriminator");
        match (old, new) {
            (None, Some(new)) => {
                let said = format!("tells its alternatives apart by {} now", code(&name(new)));
                self.report("discriminator-added", &at, "", said);
            }
            (Some(old), None) => {
                let said = format!(
                    "no longer tells its alternatives apart by {}",
                    code(&name(old))
                );
                self.report("discriminator-removed", &at, "", said);
            }
            (Some(old), Some(new)) => {
                let (was, is) = (name(old), name(new));
                if was != is {
                    let said = format!(
                        "tells its alternatives apart by {is} instead of {was}",
                        is = code(&is),
                        was = code(&was)
                    );
                    self.report("discriminator-property-name-changed", &at, &is, said);
                }
                self.mapping(old, new);
            }
            (None, None) => {}
        }
    }

    fn mapping(&mut self, old: &Value, new: &Value) {
        let at = self.at("discriminator");
        let (mut old, mut new) = (mapping(old), mapping(new));
        for both in [&mut old, &mut new] {
            both.retain(|_, target| !self.reported_alternatives.contains(target));
        }
        for (value, target) in &old {
            match new.get(value) {
                None => {
                    let said = format!(
                        "no longer selects {target} by the value {value}",
                        target = code(&target),
                        value = code(&value)
                    );
                    self.report("discriminator-mapping-deleted", &at, value, said);
                }
                Some(now) if now != target => {
                    let said = format!(
                        "selects {now} instead of {target} by the value {value}",
                        now = code(&now),
                        target = code(&target),
                        value = code(&value)
                    );
                    self.report("discriminator-mapping-changed", &at, value, said);
                }
                Some(_) => {}
            }
        }
        for (value, target) in new.iter().filter(|(value, _)| !old.contains_key(*value)) {
            let said = format!(
                "selects {target} by the value {value} now",
                target = code(&target),
                value = code(&value)
            );
            self.report("discriminator-mapping-added", &at, value, said);
        }
    }

    /// Queues schemas that a discriminator selects by the same value and that are not alternatives: a
    /// parent may name its children only in the mapping.
    pub(super) fn compare_mapped(&mut self) {
        let (Some(old), Some(new)) = (self.old.discriminator, self.new.discriminator) else {
            return;
        };
        let (mut old, mut new) = (targets(old), targets(new));
        add_implicit_targets(self.cx.children(DocumentRevision::Old), &self.old, &mut old);
        add_implicit_targets(self.cx.children(DocumentRevision::New), &self.new, &mut new);
        let [was_listed, is_listed] = [&self.old, &self.new].map(alternatives);
        for (value, was) in old {
            let Some(is) = new.get(value) else { continue };
            let is_alternative = |listed: &HashSet<&str>, target: &str| {
                let name = target.rsplit('/').next();
                name.is_some_and(|name| listed.contains(name))
            };
            if is_alternative(&was_listed, was) && is_alternative(&is_listed, is) {
                continue;
            }
            if let (Some(was), Some(is)) = (
                mapped_schema(&self.cx.old, was),
                mapped_schema(&self.cx.new, is),
            ) {
                self.child(&vec![was], &vec![is]);
            }
        }
    }

    fn deprecation(&mut self) {
        let at = self.at("deprecated");
        match (self.old.flag("deprecated"), self.new.flag("deprecated")) {
            (true, false) => self.report("reactivated", &at, "", "is no longer deprecated"),
            (false, true) => {
                let sunset = lifecycle::parse_sunset(self.new.value("x-sunset"));
                let (action, said) = match sunset {
                    Sunset::Missing if self.cx.options.deprecation_days_stable > 0 => (
                        "deprecated-sunset-missing",
                        "became deprecated without an end date (`x-sunset`)".to_owned(),
                    ),
                    Sunset::Missing => ("deprecated", "became deprecated".to_owned()),
                    Sunset::Invalid(text) => (
                        "deprecated-sunset-invalid",
                        format!(
                            "became deprecated until {text}, which is no date",
                            text = code(&text)
                        ),
                    ),
                    Sunset::On(date) => {
                        let days = date.days_since(&self.cx.options.today);
                        if days < i64::from(self.cx.options.deprecation_days_stable) {
                            (
                                "sunset-date-too-small",
                                format!("became deprecated until {date}, which is too soon"),
                            )
                        } else {
                            (
                                "deprecated-with-sunset",
                                format!("became deprecated until {date}"),
                            )
                        }
                    }
                };
                self.report(action, &at, "", said);
            }
            (true, true) => self.sunset(),
            (false, false) => {}
        }
    }

    /// Reports a changed sunset of a member that was and is deprecated.
    fn sunset(&mut self) {
        const KEYWORD: &str = "x-sunset";
        let was = lifecycle::parse_sunset(self.old.value(KEYWORD));
        let is = lifecycle::parse_sunset(self.new.value(KEYWORD));
        let days = i64::from(self.cx.options.deprecation_days_stable);
        let Some(moved) = SunsetChange::between(&was, &is, &self.cx.options.today, days) else {
            return;
        };
        let (action, said) = moved.id_and_text();
        let action = match moved {
            SunsetChange::Invalid(_) => "deprecated-sunset-invalid",
            _ => action,
        };
        let at = self.at(KEYWORD);
        self.report(action, &at, "", said);
    }

    fn stability(&mut self) {
        const KEYWORD: &str = "x-stability-level";
        let (old, new) = (self.old.value(KEYWORD), self.new.value(KEYWORD));
        if old == new {
            return;
        }
        let at = self.at(KEYWORD);
        let (Ok(old), Ok(new)) = (Stability::parse(old), Stability::parse(new)) else {
            let said = format!("has a `{KEYWORD}` that is none of draft, alpha, beta and stable");
            self.report_as("api-invalid-stability-level", &at, "", said);
            return;
        };
        if !old.has_guarantees() || old == new {
            return;
        }
        let (action, word) = match new < old {
            true => ("stability-decreased", "less"),
            false => ("stability-increased", "more"),
        };
        let said = format!("became {word} stable: {new} instead of {old}");
        self.report(action, &at, "", said);
    }

    /// Returns whether the schema is part of a request.
    pub(super) fn is_request(&self) -> bool {
        self.role.family.side() == Side::Request
    }
}

/// Returns the mapping of a discriminator, with targets as written.
fn targets(discriminator: &Value) -> BTreeMap<&str, &str> {
    let map = discriminator.get("mapping").and_then(Value::as_object);
    let entries = map.into_iter().flatten();
    entries
        .filter_map(|(value, target)| Some((value.as_str(), target.as_str()?)))
        .collect()
}

/// Returns the components that a schema lists as alternatives.
fn alternatives<'a>(shape: &Shape<'a>) -> HashSet<&'a str> {
    let unions = [&shape.one_of, &shape.any_of];
    let all = unions.into_iter().flatten().flat_map(|u| &u.alternatives);
    all.chain(&shape.merged).filter_map(component).collect()
}

/// Adds the children of the schema with the discriminator. Their names select them, unless the mapping
/// has another value for them (OpenAPI 3.0.4, section 4.7.25).
fn add_implicit_targets<'a>(
    children: &Children<'a>,
    shape: &Shape<'a>,
    targets: &mut BTreeMap<&'a str, &'a str>,
) {
    let owner = shape.owner("discriminator");
    // A child inherits its parent's discriminator, which selects nothing within the child.
    let mut parts = shape.parts.iter().map(|part| &*part.pointer);
    if parts.any(|part| children.is_below(part, &owner)) {
        return;
    }
    let mapped: HashSet<&str> = targets
        .values()
        .filter_map(|at| at.rsplit('/').next())
        .collect();
    for name in children.below(&owner) {
        if !mapped.contains(name) {
            targets.entry(name).or_insert(name);
        }
    }
}

/// Returns the schema for a target of a mapping: a reference or the name of a component.
fn mapped_schema<'a>(tree: &Tree<'a>, target: &str) -> Option<Located<'a>> {
    let schema = match target.strip_prefix('#') {
        Some(pointer) => tree.find(pointer),
        None => tree.find(&pointer::join("/components/schemas", target)),
    };
    schema.filter(|at| at.value.is_object())
}

/// Returns the mapping of a discriminator, with the names of components as targets.
fn mapping(discriminator: &Value) -> BTreeMap<&str, &str> {
    let map = discriminator.get("mapping").and_then(Value::as_object);
    let entries = map.into_iter().flatten().filter_map(|(value, target)| {
        let target = target.as_str()?;
        Some((value.as_str(), target.rsplit('/').next().unwrap_or(target)))
    });
    entries.collect()
}
