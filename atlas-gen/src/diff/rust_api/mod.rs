//! rust_api: what a new revision of a document does to Rust code that depends on the client.
//!
//! Both revisions become code, and two things are compared, without a compiler:
//!
//! - what callers can name, read from the syntax tree of the generated text (`items`): whether code
//!   that compiled still does;
//! - what clients say and understand without callers seeing it in types (`calls`): whether code
//!   that still compiles still works.

mod adapt;
mod api;
mod calls;
mod cause;
mod demand;
mod found;
mod items;
mod macros;
mod pattern;
mod read;
mod revision;
mod wire;

pub use api::{Api, Item, ItemKind};
pub use read::read;
pub use revision::Revision;

use serde_json::Value;

use super::finding::Finding;
use super::report::{Breaks, Bump, ChangeKind, Rust};
use crate::Generated;
use crate::error::Result;
use cause::Causes;
use found::Found;
use revision::pair;
use wire::Wire;

/// A client, as it is compared with others.
#[derive(Debug)]
pub struct Client {
    published: Value,
    generated: Generated,
    api: Api,
    wire: Wire,
}

impl Client {
    /// The client that `revision` becomes.
    ///
    /// # Errors
    /// The generator refuses it.
    pub fn new(revision: &Revision<'_>) -> Result<Self> {
        Self::of(revision, revision::generate(revision)?)
    }

    fn of(revision: &Revision<'_>, generated: Generated) -> Result<Self> {
        Ok(Self {
            published: revision.document.clone(),
            api: read(&generated.output.files)?,
            wire: wire::wire(&generated),
            generated,
        })
    }
}

/// Compares the clients that two revisions become. `findings` are those of the documents, which
/// the changes are linked to.
///
/// A revision that the generator refuses as it stands is adapted (see `adapt`), and so is the other
/// then: what both are made by must be the same.
///
/// # Errors
/// One of the revisions cannot become a client; [`Error::file`] says which, [`OLD`] or [`NEW`].
///
/// [`Error::file`]: crate::Error::file
/// [`OLD`]: super::OLD
/// [`NEW`]: super::NEW
pub fn compare(old: &Revision<'_>, new: &Revision<'_>, findings: &[Finding]) -> Result<Rust> {
    let (old, new) = pair(old, new)?;
    Ok(changes(&old, &new, findings))
}

/// Compares two clients.
pub fn changes(old: &Client, new: &Client, findings: &[Finding]) -> Rust {
    let mut all = items::compare(&old.api, &new.api);
    all.extend(calls::compare(&old.wire, &new.wire, findings));
    let mut causes = Causes::new(findings, old, new);
    for found in &mut all {
        found.change.cause = causes.of(found);
    }
    all.extend(causes.unseen(&all));
    all.sort_by(|a, b| {
        let key = |found: &Found| (rank(found.change.breaks), found.change.item.clone());
        key(a).cmp(&key(b))
    });
    let worst = all.iter().map(bump).max().unwrap_or(Bump::None);
    // What is left is what is said of items.
    let bump = if old.api == new.api {
        worst
    } else {
        worst.max(Bump::Patch)
    };
    Rust {
        bump,
        changes: all.into_iter().map(|found| found.change).collect(),
    }
}

/// What breaks comes first.
fn rank(breaks: Option<Breaks>) -> u8 {
    match breaks {
        Some(Breaks::Compile) => 0,
        Some(Breaks::Runtime) => 1,
        None => 2,
    }
}

fn bump(found: &Found) -> Bump {
    match (found.change.breaks, found.change.kind) {
        (Some(_), _) => Bump::Major,
        (None, ChangeKind::Added) => Bump::Minor,
        (None, _) if found.change.item.ends_with(DEPRECATED) => Bump::Minor,
        (None, _) => Bump::Patch,
    }
}

/// How a change ends that makes callers see a warning.
const DEPRECATED: &str = "is deprecated now";
