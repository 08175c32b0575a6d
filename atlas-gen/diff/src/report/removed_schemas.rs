//! Finds findings whose Rust code was removed because of another finding: the value of a discriminator,
//! with the alternative that it selected.
//!
//! It compares the locations of findings, and knows nothing of code.

use std::collections::HashMap;

use crate::report::finding::{Finding, Level, Side};
use crate::report::{Breaks, Change};

/// The findings that removed Rust code, by the schema that they are about.
pub struct RemovedSchemas<'a>(HashMap<(String, Option<Side>), &'a Finding>);

impl<'a> RemovedSchemas<'a> {
    /// Finds them among `findings`. `broken` has the breaking changes of Rust code by cause.
    pub fn of(
        findings: &[(&'a Finding, bool)],
        broken: &HashMap<Option<&str>, Vec<&'a Change>>,
    ) -> Self {
        let mut removed = HashMap::new();
        for (finding, _) in findings {
            let changes = broken.get(&Some(finding.fingerprint.as_str()));
            let is_gone = changes
                .into_iter()
                .flatten()
                .any(|change| change.breaks == Some(Breaks::Compile));
            if let Some(schema) = schema_of_removed(finding)
                && is_gone
            {
                removed.entry((schema, finding.side)).or_insert(*finding);
            }
        }
        Self(removed)
    }

    /// Returns the finding that removed the Rust code for `finding`: another part of the same schema was
    /// removed in the same direction.
    pub fn with(&self, finding: &Finding) -> Option<&'a Finding> {
        let schema = schema_of_removed(finding).filter(|_| finding.level != Level::Info)?;
        self.0.get(&(schema, finding.side)).copied()
    }
}

/// Returns the pointer to the schema that lost a part, if that is what the finding is about.
fn schema_of_removed(finding: &Finding) -> Option<String> {
    if !finding.id.contains("-removed") {
        return None;
    }
    let mut tokens = finding.pointer.split('/').skip(1);
    let schema: Vec<&str> = match tokens.next()? {
        "components" => tokens.take(2).collect(),
        _ => {
            let at = finding
                .pointer
                .split('/')
                .position(|token| token == "schema")?;
            finding.pointer.split('/').take(at + 1).collect()
        }
    };
    Some(schema.join("/"))
}
