//! Finds what is gone from Rust code together with something else: a value of the member that selected
//! an alternative, with the alternative.
//!
//! It compares where findings are, and knows nothing of code.

use std::collections::HashMap;

use crate::report::finding::{Finding, Level, Side};
use crate::report::{Breaks, Change};

/// The findings whose Rust code is gone, by the schema that they are about.
pub struct Gone<'a>(HashMap<(String, Option<Side>), &'a Finding>);

impl<'a> Gone<'a> {
    /// Finds them among `findings`, with the breaking changes of Rust code by their causes.
    pub fn of(
        findings: &[(&'a Finding, bool)],
        broken: &HashMap<Option<&str>, Vec<&'a Change>>,
    ) -> Self {
        let mut gone = HashMap::new();
        for (finding, _) in findings {
            let changes = broken.get(&Some(finding.fingerprint.as_str()));
            let is_gone = changes
                .into_iter()
                .flatten()
                .any(|change| change.breaks == Some(Breaks::Compile));
            if let Some(schema) = lost_of(finding)
                && is_gone
            {
                gone.entry((schema, finding.side)).or_insert(*finding);
            }
        }
        Self(gone)
    }

    /// Returns the finding with which the Rust code for `finding` is gone: another part of the same
    /// schema is, in the same direction, and with it what held both.
    pub fn with(&self, finding: &Finding) -> Option<&'a Finding> {
        let schema = lost_of(finding).filter(|_| finding.level != Level::Info)?;
        self.0.get(&(schema, finding.side)).copied()
    }
}

/// Returns the pointer to the schema of which a finding says that a part is gone.
fn lost_of(finding: &Finding) -> Option<String> {
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
