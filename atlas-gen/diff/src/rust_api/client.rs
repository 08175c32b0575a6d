//! A client, as it is compared with others.

use std::collections::HashSet;

use serde_json::Value;

use super::calls::wire::Wire;
use super::read::api::Api;
use atlas_gen::document::Document;

/// A client, as it is compared with others.
#[derive(Debug)]
pub struct Client<'a> {
    pub(super) published: &'a Value,
    /// The simplified document.
    pub(super) document: Document,
    /// The names that the published document gives the schemas of the versions that are spoken.
    pub(super) spoken: HashSet<String>,
    pub(super) api: Api,
    pub(super) wire: Wire,
}
