//! Compares `not`. More excluded values narrow, fewer widen.

use serde_json::Value;

use super::same;
use super::work::Work;
use crate::document::normalize::Shape;
use crate::document::tree::Located;
use crate::report::finding::Side;
use atlas_gen::error::Result;

impl<'a> Work<'_, 'a> {
    /// Reports that a request may be rejected now, or a response may contain a value that was
    /// excluded before.
    pub(super) fn forbidden(&mut self) -> Result<()> {
        let (old, new) = (all(&self.old), all(&self.new));
        let side = self.role.family.side();
        let (judged, others) = match side {
            Side::Request => (&new, &old),
            Side::Response => (&old, &new),
        };
        for one in judged {
            let mut has_partner = false;
            for other in others {
                let (was, is) = match side {
                    Side::Request => (other, one),
                    Side::Response => (one, other),
                };
                has_partner = has_partner || self.means_the_same(was, is)?;
            }
            if !has_partner {
                let at = self.at("not");
                let said = "must not be something else than before (`not`)";
                self.say("not-changed", &at, "", said);
                return Ok(());
            }
        }
        Ok(())
    }

    fn means_the_same(&self, was: &Located<'a>, is: &Located<'a>) -> Result<bool> {
        // Equal references may lead to different components.
        if was.value == is.value && !refers(is.value) {
            return Ok(true);
        }
        let (was, is) = (vec![was.clone()], vec![is.clone()]);
        same(self.cx, &was, &is, self.nested)
    }
}

/// Returns the schemas that a value must not match.
fn all<'a>(shape: &Shape<'a>) -> Vec<Located<'a>> {
    shape.parts.iter().filter_map(|p| p.get("not")).collect()
}

/// Returns whether there is a `$ref` anywhere in `schema`.
fn refers(schema: &Value) -> bool {
    match schema {
        Value::Object(map) => map.contains_key("$ref") || map.values().any(refers),
        Value::Array(items) => items.iter().any(refers),
        _ => false,
    }
}
