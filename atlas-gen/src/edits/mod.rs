//! The edits from the syntax tree that progenitor writes to the code of a client.
//!
//! An edit changes items that progenitor wrote and never writes a whole item that progenitor can
//! write. Each stands in its own file. Their order is the table [`EDITS`].

pub mod aliases;
pub mod arguments;
pub mod bodies;
pub mod client;
pub mod docs;
pub mod members;
pub mod open_enums;
pub mod paths;
pub mod send;
pub mod syntax;
pub mod type_builders;
pub mod unions;

use crate::document::Document;
use crate::error::Result;
use crate::model::Operation;

/// What an edit goes by.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The document after the passes.
    pub document: &'a Document,
    /// Its operations.
    pub operations: &'a [Operation],
}

/// One step from progenitor's code to a client's.
#[derive(Debug, Clone, Copy)]
pub struct Edit {
    /// What it is called.
    pub name: &'static str,
    /// Why progenitor's own code does not do.
    pub reason: &'static str,
    /// Whether it takes away structs, enums, fields or methods that progenitor wrote.
    pub removes: bool,
    /// The change.
    pub run: fn(&mut syn::File, &Context<'_>) -> Result<()>,
}

/// The edits, in order.
///
/// `aliases` comes before whatever reads types; `open enums` and `unions` before `type builders`,
/// which says what the conversions of both refuse; `docs` after everything that adds methods;
/// `paths` is last, so that the others see the paths that progenitor writes.
pub const EDITS: [Edit; 11] = [
    Edit {
        name: "client",
        reason: "the runtime has the client: it authenticates, retries and negotiates versions",
        removes: true,
        run: client::client,
    },
    Edit {
        name: "aliases",
        reason: "a newtype around what is no type of its own only has to be taken off again",
        removes: true,
        run: aliases::aliases,
    },
    Edit {
        name: "members",
        reason: "a new member must not break callers, and names that would collide stand on the wire",
        removes: false,
        run: members::members,
    },
    Edit {
        name: "open enums",
        reason: "a newer server sends values that this client does not know",
        removes: false,
        run: open_enums::open_enums,
    },
    Edit {
        name: "unions",
        reason: "typify ignores discriminators; a variant is chosen by values",
        removes: false,
        run: unions::unions,
    },
    Edit {
        name: "type builders",
        reason: "types that only come back need no builder; limits are checked, all faults at once",
        removes: true,
        run: type_builders::type_builders,
    },
    Edit {
        name: "bodies",
        reason: "a body is checked by its own builder and may be optional or bytes",
        removes: true,
        run: bodies::bodies,
    },
    Edit {
        name: "arguments",
        reason: "why a value was refused must reach the caller, and a list takes any list",
        removes: false,
        run: arguments::arguments,
    },
    Edit {
        name: "send",
        reason: "one call into the runtime instead of a match on statuses",
        removes: false,
        run: send::send,
    },
    Edit {
        name: "docs",
        reason: "rustdoc needs words without HTML; members, roles, versions and failures are told",
        removes: false,
        run: docs::docs,
    },
    Edit {
        name: "paths",
        reason: "the prelude makes paths short",
        removes: false,
        run: paths::paths,
    },
];
