//! The effect of a new revision of a document on Rust code that depends on the client.
//!
//! Code is generated for both revisions, and two things are compared, without a compiler:
//!
//! - the public API, read from the syntax trees of the generated files (`read`, `items`): whether
//!   code that compiled still does;
//! - the wire behavior that is not visible in types (`wire`, `calls`): whether code that still
//!   compiles still works.
//!
//! # What breaks
//!
//! | change | verdict | why |
//! | --- | --- | --- |
//! | an item was removed, or its name, type, signature or traits changed | compile | even if the document is compatible: an inline enum that becomes a component gets another name. A rename or split is one change with both names (`renames`) |
//! | `T` becomes `Option<T>`, or the reverse | compile | fields are public and are read |
//! | the argument of a setter is converted into another type | compile | a caller may pass a value of the old type; a `String` can be converted into an enum, a `&String` cannot |
//! | an enum or struct gets a member | none | both are `non_exhaustive` |
//! | a string becomes a component, and so an alias | none | an alias is the same type |
//! | a member, parameter or body becomes required | run time | `build()` or `send()` fails without it |
//! | a limit, pattern or listed number is narrower; `additionalProperties: false`; null is not allowed | run time | values that were valid are rejected; patterns are compared by the strings that they match |
//! | path, method, location or name on the wire changes under the same Rust name | run time | existing clients call the old one |
//! | a version in use is removed | run time, unless on its sunset | existing clients use it; a newer version beside it breaks nothing |
//! | a tag of a union selects another variant, or the discriminator is another member | run time | values are decoded as other variants |
//! | a server is removed, or credentials are no longer accepted (a removed alternative, another scheme, one more scope) | run time | calls with them fail; a document without security accepts all |
//! | items of a list, values of a map or a whole response may be null, or no longer | compile | they become `Option`s, or no longer are |
//! | a type with only optional members gets a required one | compile | it loses `Default` |
//! | a list as a body or member becomes a component, or no longer | compile | the setter of an inline list takes any iterator, that of a component a value of its type |
//! | a response header may be missing or has another type | run time | callers look it up by name |
//! | a response has another 2xx status, other limits, more values or members | none | responses are decoded leniently |
//! | another default, description or role; a header in another letter case | none | no call fails |
//! | a feature of the crate is removed, or no longer enables a type or operation (clients of more than six tags) | compile | callers who enable only that feature lose them |
//! | a client without features is split into features | compile | callers who disabled default features lose all |
//! | a type is renamed, and its old name is an alias | none | an alias is the same type |
//! | an alias becomes a type of its own, or the reverse | compile | callers may have written out what it stands for |
//!
//! Breaking findings and new limits of requests that change no item, because the client has its own type
//! for such a member, are run-time breaks as well (`cause::without_items`).
//!
//! # How it is checked
//!
//! `tests/fixtures/rust_api` holds 323 documents that differ from one base in one thing, each with
//! the verdict on the step from the base and on the reverse step. A test of this workspace
//! (`tests/tests/it/verdicts`) compiles the generated code: a program that uses every public item of
//! the old client (fields taken, variants constructed and matched, traits required, functions called
//! with whatever their signatures take; aliases also written out) against the new client. Each change with the verdict compile
//! is one that rustc refuses, and whatever rustc refuses belongs to such a change. With
//! `ATLAS_ALL_VERDICTS=1` it takes all steps, and otherwise a sample:
//!
//! | verdict | steps | refused by rustc 1.95 | the same public code |
//! | --- | --- | --- | --- |
//! | compile | 230 | 230 | 0 |
//! | run time or none | 408 | 0 | 340 |
//!
//! rustc cannot see:
//!
//! - what breaks at run time: rules, paths and names on the wire are no items; they are in the code
//!   behind them. Whether the verdict is run time or none is not checked by a compiler;
//! - 8 steps of the 4 documents that the generator rejects. They are compared as adapted (`adapt`), and
//!   there is no code;
//! - features of clients with more than six tags: the documents have three tags.
//!
//! Not compared, and not compiled: `runtime`, which is exempt from semantic versioning; the typed mocks
//! of the feature `mock`, which have a method for each documented status and distinguish required
//! arguments from optional ones by type, so that tests may stop compiling where the client's callers
//! do not; and the schemas of the feature `schemars`.
//!
//! The 261 lints of cargo-semver-checks 0.51.0 were run on both clients of 624 steps, with an earlier
//! form of generated code, in which macros replaced what is now written out. They report a major break
//! in 98 of 215 steps with the verdict compile, and in no other. In 115 of the rest a field, an
//! argument or a result is of another type, which no lint compares; in 2 an alias is gone, which it
//! does not look for. 2 steps were minor: operations that are deprecated now; we say minor, too.
//!
//! For the first 115 documents, the lists of items that cargo-public-api gives of both clients were
//! compared, too. It shows something removed or changed in all of the 80 steps that break at
//! compile time, in none of the 53 at run time, and in 1 of the 97 others: a string that becomes a
//! component, where it shows the alias in place of `String`, which is the same type.
//!
//! # The bump
//!
//! Any break is `major`, an addition or a new deprecation `minor`; differences only in docs or in
//! accepted values are `patch`. These are the terms of semantic versioning for versions from 1.0
//! on; below, cargo treats the second number like the first, so that `major` there means to raise
//! the second number (<https://doc.rust-lang.org/cargo/reference/semver.html>).

mod adapt;
mod calls;
mod cause;
mod client;
mod detected;
mod items;
mod read;
mod renames;
mod revision;
mod subset;

pub use client::Client;
pub use read::api::{Api, Item, ItemKind};
pub use revision::Revision;

use std::collections::{HashMap, HashSet};

use crate::report::checks;
use crate::report::effects::is_rename;
use crate::report::finding::{Finding, fingerprint};
use crate::report::{Breaks, Bump, ChangeKind, Rust};
use atlas_gen::error::{Error, Result};
use cause::CauseFinder;
use detected::DetectedChange;
use read::alias;
use renames::Renames;
use revision::clients;

/// Compares the clients of two revisions. `findings` are those of the documents, which the changes
/// are linked to.
///
/// If the generator rejects a revision, both are adapted (see `adapt`): both must be generated in
/// the same way.
///
/// # Errors
/// No client can be generated for one of the revisions; [`Error::file`] says which, [`OLD`] or
/// [`NEW`].
///
/// [`Error::file`]: atlas_gen::Error::file
/// [`OLD`]: crate::OLD
/// [`NEW`]: crate::NEW
pub fn compare(old: &Revision<'_>, new: &Revision<'_>, findings: &[Finding]) -> Result<Rust> {
    judge(old, new, findings).0
}

/// Compares like [`compare()`], and returns a finding if the generator accepts the old revision and
/// rejects the new one; then both are compared as adapted.
pub fn judge(
    old: &Revision<'_>,
    new: &Revision<'_>,
    findings: &[Finding],
) -> (Result<Rust>, Option<Finding>) {
    let (clients, refusal) = clients(old, new);
    let rust = clients.map(|(old, new)| changes(&old, &new, findings));
    (rust, refusal.and_then(|error| refusal_finding(&error)))
}

/// Returns the finding that the generator rejected the new revision with `error`.
fn refusal_finding(error: &Error) -> Option<Finding> {
    let check = checks::check(REFUSED)?;
    let pointer = error.pointer().unwrap_or_default();
    let message = error.message();
    Some(Finding {
        id: check.name,
        level: check.level,
        side: None,
        pointer: pointer.to_owned(),
        operations: Vec::new(),
        text: format!("no client can be generated from the new document: {message}"),
        fingerprint: fingerprint(&[check.name, pointer, message]),
    })
}

/// The check for a document that the generator rejects.
const REFUSED: &str = "codegen-refused";

/// Compares two clients.
pub fn changes(old: &Client<'_>, new: &Client<'_>, findings: &[Finding]) -> Rust {
    let with_old_names = alias::with_old_names(&old.api, &new.api);
    let api = with_old_names.as_ref().unwrap_or(&new.api);
    let renames = Renames::find((&old.api, &old.wire), (api, &new.wire));
    let mut all = renames.changes(&old.api, api);
    all.extend(items::compare(&renames.apply(&old.api, api), api));
    all.extend(calls::compare(&old.wire, &new.wire, &renames, findings));
    let mut causes = CauseFinder::new(findings, old, new);
    for found in &mut all {
        found.change.cause = causes.cause_of(found);
    }
    inherit_causes(&mut all, |path| renames.held(path, &old.api));
    all.extend(causes.changes_without_items(&all));
    let breaking = all.iter().filter(|found| found.change.breaks.is_some());
    let reported: HashSet<&str> = breaking
        .filter_map(|found| found.change.cause.as_deref())
        .collect();
    let mut unused = causes.unused();
    unused.retain(|fingerprint| !reported.contains(fingerprint.as_str()));
    all.sort_by(|a, b| {
        let key = |found: &DetectedChange| (rank(found.change.breaks), found.change.item.clone());
        key(a).cmp(&key(b))
    });
    let worst = all.iter().map(bump).max().unwrap_or(Bump::None);
    // If nothing was detected, only docs differ.
    let bump = if old.api == new.api {
        worst
    } else {
        worst.max(Bump::Patch)
    };
    Rust {
        bump,
        changes: all.into_iter().map(|found| found.change).collect(),
        unused,
    }
}

/// Copies the cause of a renamed type to the renamed variants that hold it; `held` returns its path.
fn inherit_causes(all: &mut [DetectedChange], held: impl Fn(&str) -> Option<String>) {
    let causes: HashMap<String, String> = all
        .iter()
        .filter(|found| is_rename(&found.change))
        .filter_map(|found| Some((found.path.clone(), found.change.cause.clone()?)))
        .collect();
    for found in all {
        if let Some(cause) = held(&found.path).and_then(|path| causes.get(&path)) {
            found.change.cause = Some(cause.clone());
        }
    }
}

/// Returns the position in a report: breaking changes first.
fn rank(breaks: Option<Breaks>) -> u8 {
    match breaks {
        Some(Breaks::Compile) => 0,
        Some(Breaks::Runtime) => 1,
        None => 2,
    }
}

fn bump(found: &DetectedChange) -> Bump {
    match (found.change.breaks, found.change.kind) {
        (Some(_), _) => Bump::Major,
        (None, ChangeKind::Added) => Bump::Minor,
        (None, _) if found.change.item.ends_with(DEPRECATED) => Bump::Minor,
        (None, _) => Bump::Patch,
    }
}

/// The suffix of changes that cause a deprecation warning.
const DEPRECATED: &str = "is deprecated now";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_variant_has_the_cause_of_its_type() {
        let found = |item: &str, path: &str, cause: Option<&str>| {
            let item = item.to_owned();
            let mut found =
                DetectedChange::new(ChangeKind::Changed, item, Some(Breaks::Compile), path);
            found.change.cause = cause.map(str::to_owned);
            found
        };
        let split = "types::A is only received now, types::ARequest is sent";
        let mut all = [
            found(
                "types::A comes with feature `b`",
                "types::A",
                Some("feature"),
            ),
            found(split, "types::A", Some("split")),
            found("types::U::A is called B now", "types::U::A", None),
        ];
        inherit_causes(&mut all, |path| {
            (path == "types::U::A").then(|| "types::A".to_owned())
        });
        let causes = all.each_ref().map(|found| found.change.cause.as_deref());
        assert_eq!(causes, [Some("feature"), Some("split"), Some("split")]);
    }
}
