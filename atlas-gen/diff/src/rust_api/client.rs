//! A generated client, as an input of comparisons.

use std::collections::HashSet;

use serde_json::Value;

use super::calls::wire::Wire;
use super::read::api::Api;
use atlas_gen::document::Document;

/// A generated client, as an input of comparisons.
#[derive(Debug)]
pub struct Client<'a> {
    pub(super) published: &'a Value,
    /// The simplified document.
    pub(super) document: Document,
    /// The published names of the schemas of used versions.
    pub(super) used_schemas: HashSet<String>,
    pub(super) api: Api,
    pub(super) wire: Wire,
}
