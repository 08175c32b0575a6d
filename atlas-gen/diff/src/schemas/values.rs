//! Compares `enum`, and `x-extensible-enum`, to which values may be added.

use serde_json::Value;

use super::schema_comparison::SchemaComparison;
use crate::comparison::SourceLocation;
use crate::document::normalize::Shape;
use crate::document::value;
use crate::quoting::code;
use crate::report::finding::Side;
use crate::role::Family;

impl<'a> SchemaComparison<'_, 'a> {
    /// Reports added and removed values.
    pub(super) fn values(&mut self) {
        self.extensible_values();
        let at = self.at("enum");
        let (old, new) = (enum_values(&self.old), enum_values(&self.new));
        match (old, new) {
            (None, Some(new)) => {
                let values = quoted_list(&new);
                let said = format!("may only be one of {values} now");
                if self.role.family == Family::HeaderParameter {
                    self.report_as(
                        "request-header-property-became-enum",
                        &at,
                        &unordered_key(&new),
                        said,
                    );
                } else {
                    self.report("became-enum", &at, &unordered_key(&new), said);
                }
            }
            (Some(old), None) => {
                let said = format!("is no longer limited to {}", quoted_list(&old));
                self.report("became-not-enum", &at, &unordered_key(&old), said);
            }
            (Some(old), Some(new)) => {
                let only_old: Vec<&Value> = difference(&old, &new);
                if !only_old.is_empty() {
                    let said = format!("lost the {}", describe(&only_old));
                    self.removed(&at, &unordered_key(&only_old), said);
                }
                let only_new: Vec<&Value> = difference(&new, &old);
                if !only_new.is_empty() {
                    let said = format!("got the {}", describe(&only_new));
                    self.report("enum-value-added", &at, &unordered_key(&only_new), said);
                }
            }
            (None, None) => {}
        }
    }

    fn removed(&mut self, at: &SourceLocation, detail: &str, said: String) {
        match (self.role.family, self.role.whole) {
            (Family::Response { .. }, true) => {
                self.report_as("response-mediatype-enum-value-removed", at, detail, said);
            }
            _ => self.report("enum-value-removed", at, detail, said),
        }
    }

    fn extensible_values(&mut self) {
        const KEYWORD: &str = "x-extensible-enum";
        if self.role.family.side() != Side::Request {
            return;
        }
        let all = |shape: &Shape<'a>| shape.value(KEYWORD).and_then(Value::as_array);
        let (Some(old), Some(new)) = (all(&self.old), all(&self.new)) else {
            return;
        };
        let at = self.at(KEYWORD);
        let (old, new): (Vec<&Value>, Vec<&Value>) = (old.iter().collect(), new.iter().collect());
        let only_old = difference(&old, &new);
        if !only_old.is_empty() {
            let said = format!("lost the {} of `{KEYWORD}`", describe(&only_old));
            self.report(
                "x-extensible-enum-value-removed",
                &at,
                &unordered_key(&only_old),
                said,
            );
        }
    }
}

/// Returns the values of `enum`, unless it is both values of a boolean.
fn enum_values<'a>(shape: &Shape<'a>) -> Option<Vec<&'a Value>> {
    let is_boolean = shape.types.iter().eq(["boolean"].iter());
    let values = shape.values.clone()?;
    let has = |value: bool| {
        values
            .iter()
            .any(|enum_values| **enum_values == Value::Bool(value))
    };
    (!(is_boolean && has(true) && has(false))).then_some(values)
}

/// Returns the values of `some` that are not in `all`.
fn difference<'v>(some: &[&'v Value], all: &[&Value]) -> Vec<&'v Value> {
    let lacks = |value: &&&Value| !value::contains(all, value);
    some.iter().filter(lacks).copied().collect()
}

/// Returns a key of `values` that is independent of their order.
fn unordered_key(values: &[&Value]) -> String {
    let mut texts: Vec<String> = values.iter().map(|value| value.to_string()).collect();
    texts.sort_unstable();
    texts.join(" ")
}

fn describe(values: &[&Value]) -> String {
    match values {
        [only] => format!("value {}", quoted(only)),
        all => format!("values {}", quoted_list(all)),
    }
}

/// Formats a value in backquotes.
pub(super) fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => code(&text),
        other => code(&other),
    }
}

fn quoted_list(values: &[&Value]) -> String {
    const SHOWN: usize = 5;
    let mut names: Vec<String> = values
        .iter()
        .take(SHOWN)
        .map(|value| quoted(value))
        .collect();
    if let Some(more) = values.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}
