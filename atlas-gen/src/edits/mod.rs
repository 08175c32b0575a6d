//! The edits from progenitor's syntax tree to the code of a client.
//!
//! An edit changes items that progenitor generated and never writes a whole item that progenitor
//! can generate. Each has its own file. The table [`EDITS`] is their order.

mod calls;
pub mod docs;
pub mod paths;
pub mod syntax;
mod types;

pub use calls::{arguments, bodies, client, expectations, pages, send};
pub use types::{aliases, json_schemas, members, open_enums, type_builders, unions};

use crate::document::Document;
use crate::error::Result;
use crate::model::Operation;

/// The inputs of an edit.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The document after the passes.
    pub document: &'a Document,
    /// Its operations.
    pub operations: &'a [Operation],
}

/// The name of an item in the code: a type, or a variant, a field or a method of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name<'a> {
    /// Its module, such as `types::builder`; empty for the root.
    pub module: &'a str,
    /// The type or trait.
    pub owner: &'a str,
    /// The variant, field or method, after the name of the trait that the method implements.
    pub member: Option<&'a str>,
}

/// Returns whether an edit may remove a name.
pub type Removes = fn(&Name<'_>, &Context<'_>) -> bool;

/// One step from progenitor's code to a client's.
#[derive(Debug, Clone, Copy)]
pub struct Edit {
    /// Its name.
    pub name: &'static str,
    /// Why progenitor's code is not sufficient.
    pub reason: &'static str,
    /// The names of progenitor's code that it may remove; `None` if it removes none.
    pub removes: Option<Removes>,
    /// Applies the edit.
    pub run: fn(&mut syn::File, &Context<'_>) -> Result<()>,
}

/// The edits, in order.
///
/// `aliases` precedes the edits that read types; `open enums` and `unions` precede `type builders`,
/// which documents the errors of their conversions; `pages` splits what `send` writes; `docs`
/// follows the edits that add methods; `paths` is last, so that the others see the paths that
/// progenitor generates.
pub const EDITS: [Edit; 14] = [
    Edit {
        name: "client",
        reason: "the runtime has the client: it authenticates, retries and negotiates versions",
        removes: Some(client::removes),
        run: client::client,
    },
    Edit {
        name: "aliases",
        reason: "a newtype around what is no type of its own only would have to be removed at each use",
        removes: Some(aliases::removes),
        run: aliases::aliases,
    },
    Edit {
        name: "members",
        reason: "a new member must not break callers, and names that would collide stand on the wire",
        removes: None,
        run: members::members,
    },
    Edit {
        name: "open enums",
        reason: "a newer server sends values that this client does not know",
        removes: Some(open_enums::removes),
        run: open_enums::open_enums,
    },
    Edit {
        name: "unions",
        reason: "typify ignores discriminators; a variant is chosen by values, not by its type",
        removes: Some(unions::removes),
        run: unions::unions,
    },
    Edit {
        name: "type builders",
        reason: "response-only types need no builder; limits are checked, all faults at once",
        removes: Some(type_builders::removes),
        run: type_builders::type_builders,
    },
    Edit {
        name: "bodies",
        reason: "a body is checked by its own builder and may be optional or bytes",
        removes: Some(bodies::removes),
        run: bodies::bodies,
    },
    Edit {
        name: "arguments",
        reason: "limits are checked, why a value was refused must reach the caller, and a list takes any list",
        removes: None,
        run: arguments::arguments,
    },
    Edit {
        name: "send",
        reason: "one call into the runtime instead of a match on statuses",
        removes: None,
        run: send::send,
    },
    Edit {
        name: "pages",
        reason: "a list that comes in pages is read as one stream",
        removes: None,
        run: pages::pages,
    },
    Edit {
        name: "expectations",
        reason: "mocks match what the client sends, and respond with dated media types",
        removes: None,
        run: expectations::expectations,
    },
    Edit {
        name: "json schemas",
        reason: "the feature `schemars` derives the schema of each type",
        removes: None,
        run: json_schemas::json_schemas,
    },
    Edit {
        name: "docs",
        reason: "rustdoc needs words without HTML; members, roles, versions and failures are told",
        removes: None,
        run: docs::docs,
    },
    Edit {
        name: "paths",
        reason: "the prelude makes paths short",
        removes: None,
        run: paths::paths,
    },
];
