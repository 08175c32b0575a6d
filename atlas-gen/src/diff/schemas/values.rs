//! Listed values: `enum`, and `x-extensible-enum`, whose list may grow.

use serde_json::Value;

use super::Work;
use super::place::Family;
use crate::diff::finding::Side;
use crate::diff::meaning::Shape;

impl<'a> Work<'_, 'a> {
    /// Says which listed values came and went.
    pub(super) fn values(&mut self) {
        self.extensible_values();
        let at = self.at("enum");
        let (old, new) = (self.old.values.clone(), self.new.values.clone());
        match (old, new) {
            (None, Some(new)) => {
                let values = list(&new);
                let said = format!("may only be one of {values} now");
                if self.place.family == Family::HeaderParameter {
                    self.say_id("request-header-property-became-enum", &at, &values, said);
                } else {
                    self.say("became-enum", &at, &values, said);
                }
            }
            (Some(old), None) => {
                let values = list(&old);
                let said = format!("may be something else than {values} now");
                self.say("became-not-enum", &at, &values, said);
            }
            (Some(old), Some(new)) => {
                for value in old.iter().filter(|value| !new.contains(value)) {
                    let said = format!("lost the value {}", shown(value));
                    self.say(self.removed(), &at, &value.to_string(), said);
                }
                for value in new.iter().filter(|value| !old.contains(value)) {
                    let said = format!("got the value {}", shown(value));
                    self.say("enum-value-added", &at, &value.to_string(), said);
                }
            }
            (None, None) => {}
        }
    }

    fn removed(&self) -> &'static str {
        "enum-value-removed"
    }

    fn extensible_values(&mut self) {
        const KEYWORD: &str = "x-extensible-enum";
        if self.place.family.side() != Side::Request {
            return;
        }
        let all = |shape: &Shape<'a>| shape.value(KEYWORD).and_then(Value::as_array);
        let (Some(old), Some(new)) = (all(&self.old), all(&self.new)) else {
            return;
        };
        let at = self.at(KEYWORD);
        for value in old.iter().filter(|value| !new.contains(value)) {
            let said = format!("lost the value {} of `{KEYWORD}`", shown(value));
            self.say(
                "x-extensible-enum-value-removed",
                &at,
                &value.to_string(),
                said,
            );
        }
    }
}

/// A value, in backquotes.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
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
