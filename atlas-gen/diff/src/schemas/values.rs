//! Compares listed values: `enum`, and `x-extensible-enum`, whose list may grow.

use serde_json::Value;

use super::work::Work;
use crate::comparison::SourceLocation;
use crate::document::normalize::Shape;
use crate::document::value;
use crate::quoting::code;
use crate::report::finding::Side;
use crate::role::Family;

impl<'a> Work<'_, 'a> {
    /// Reports added and removed values.
    pub(super) fn values(&mut self) {
        self.extensible_values();
        let at = self.at("enum");
        let (old, new) = (listed(&self.old), listed(&self.new));
        match (old, new) {
            (None, Some(new)) => {
                let values = list(&new);
                let said = format!("may only be one of {values} now");
                if self.role.family == Family::HeaderParameter {
                    self.say_id("request-header-property-became-enum", &at, &key(&new), said);
                } else {
                    self.say("became-enum", &at, &key(&new), said);
                }
            }
            (Some(old), None) => {
                let said = format!("is no longer limited to {}", list(&old));
                self.say("became-not-enum", &at, &key(&old), said);
            }
            (Some(old), Some(new)) => {
                let gone: Vec<&Value> = lacking(&old, &new);
                if !gone.is_empty() {
                    let said = format!("lost the {}", counted(&gone));
                    self.removed(&at, &key(&gone), said);
                }
                let come: Vec<&Value> = lacking(&new, &old);
                if !come.is_empty() {
                    let said = format!("got the {}", counted(&come));
                    self.say("enum-value-added", &at, &key(&come), said);
                }
            }
            (None, None) => {}
        }
    }

    fn removed(&mut self, at: &SourceLocation, detail: &str, said: String) {
        match (self.role.family, self.role.whole) {
            (Family::Response { .. }, true) => {
                self.say_id("response-mediatype-enum-value-removed", at, detail, said);
            }
            _ => self.say("enum-value-removed", at, detail, said),
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
        let gone = lacking(&old, &new);
        if !gone.is_empty() {
            let said = format!("lost the {} of `{KEYWORD}`", counted(&gone));
            self.say("x-extensible-enum-value-removed", &at, &key(&gone), said);
        }
    }
}

/// Returns the listed values, unless they are all that the type has.
fn listed<'a>(shape: &Shape<'a>) -> Option<Vec<&'a Value>> {
    let is_boolean = shape.types.iter().eq(["boolean"].iter());
    let values = shape.values.clone()?;
    let has = |value: bool| values.iter().any(|listed| **listed == Value::Bool(value));
    (!(is_boolean && has(true) && has(false))).then_some(values)
}

/// Returns those of `some` that `all` lacks.
fn lacking<'v>(some: &[&'v Value], all: &[&Value]) -> Vec<&'v Value> {
    let lacks = |value: &&&Value| !value::contains(all, value);
    some.iter().filter(lacks).copied().collect()
}

/// Returns a key for these values that does not depend on their order.
fn key(values: &[&Value]) -> String {
    let mut texts: Vec<String> = values.iter().map(|value| value.to_string()).collect();
    texts.sort_unstable();
    texts.join(" ")
}

fn counted(values: &[&Value]) -> String {
    match values {
        [only] => format!("value {}", shown(only)),
        all => format!("values {}", list(all)),
    }
}

/// Formats a value in backquotes.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => code(&text),
        other => code(&other),
    }
}

fn list(values: &[&Value]) -> String {
    const SHOWN: usize = 5;
    let mut names: Vec<String> = values
        .iter()
        .take(SHOWN)
        .map(|value| shown(value))
        .collect();
    if let Some(more) = values.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}
