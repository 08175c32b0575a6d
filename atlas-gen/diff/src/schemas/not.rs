//! Compares `not`: excluding more values narrows a schema, excluding fewer widens it.

use serde_json::Value;

use super::is_equivalent;
use super::schema_comparison::SchemaComparison;
use crate::document::normalize::Shape;
use crate::document::tree::Located;
use crate::report::finding::Side;
use atlas_gen::error::Result;

impl<'a> SchemaComparison<'_, 'a> {
    /// Reports that a request may be rejected now, or a response may contain a value that was
    /// excluded before.
    pub(super) fn excluded_values(&mut self) -> Result<()> {
        let (old, new) = (all(&self.old), all(&self.new));
        let side = self.role.family.side();
        let (relevant, others) = match side {
            Side::Request => (&new, &old),
            Side::Response => (&old, &new),
        };
        for one in relevant {
            let mut has_equivalent = false;
            for other in others {
                let (was, is) = match side {
                    Side::Request => (other, one),
                    Side::Response => (one, other),
                };
                has_equivalent = has_equivalent || self.is_equivalent_not(was, is)?;
            }
            if !has_equivalent {
                let at = self.at("not");
                let said = "must not be something else than before (`not`)";
                self.report("not-changed", &at, "", said);
                return Ok(());
            }
        }
        Ok(())
    }

    fn is_equivalent_not(&self, was: &Located<'a>, is: &Located<'a>) -> Result<bool> {
        // Equal references may lead to different components.
        if was.value == is.value && !refers(is.value) {
            return Ok(true);
        }
        let (was, is) = (vec![was.clone()], vec![is.clone()]);
        is_equivalent(self.cx, &was, &is, self.depth)
    }
}

/// Returns the schemas under `not`.
fn all<'a>(shape: &Shape<'a>) -> Vec<Located<'a>> {
    shape.parts.iter().filter_map(|p| p.get("not")).collect()
}

/// Returns whether `schema` contains a `$ref`.
fn refers(schema: &Value) -> bool {
    match schema {
        Value::Object(map) => map.contains_key("$ref") || map.values().any(refers),
        Value::Array(items) => items.iter().any(refers),
        _ => false,
    }
}
