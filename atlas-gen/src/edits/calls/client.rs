//! Attaches the generated operations to the runtime's client.
//!
//! progenitor generates a client with a base URL and hooks. The runtime's client authenticates,
//! retries and negotiates versions; only the methods that start a builder are kept.
//!
//! Before:
//! ```rust
//! #[allow(unused_imports)]
//! pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
//! #[derive(Clone, Debug)]
//! ///Client for MongoDB Atlas
//! pub struct Client {
//!     pub(crate) baseurl: String,
//!     pub(crate) client: reqwest::Client,
//! }
//! impl Client {
//!     pub fn new_with_client(baseurl: &str, client: reqwest::Client) -> Self {
//!         Self {
//!             baseurl: baseurl.to_string(),
//!             client,
//!         }
//!     }
//! }
//! impl ClientInfo<()> for Client {
//!     fn baseurl(&self) -> &str {
//!         self.baseurl.as_str()
//!     }
//! }
//! impl Client {
//!     pub fn get_job(&self) -> builder::GetJob<'_> {
//!         builder::GetJob::new(self)
//!     }
//! }
//! pub mod builder {
//!     use super::types;
//!     pub struct GetJob<'a> {
//!         client: &'a super::Client,
//!     }
//! }
//! /// Items consumers will typically use such as the Client.
//! pub mod prelude {
//!     pub use self::super::Client;
//! }
//! ```
//!
//! After:
//! ```rust
//! impl ::atlas_client::Client {
//!     pub fn get_job(&self) -> builder::GetJob<'_> {
//!         builder::GetJob::new(self)
//!     }
//! }
//! pub mod builder {
//!     pub struct GetJob<'a> {
//!         client: &'a ::atlas_client::Client,
//!     }
//! }
//! ```

use crate::edits::syntax::{rename_paths, trait_name};
use crate::edits::{Context, Name};
use crate::error::Result;

/// Removes progenitor's client and keeps the methods.
///
/// # Errors
/// None.
pub fn client(file: &mut syn::File, _: &Context<'_>) -> Result<()> {
    file.items.retain_mut(|item| match item {
        syn::Item::Use(_) => false,
        syn::Item::Struct(item) => item.ident != "Client",
        syn::Item::Impl(item) => match trait_name(item).as_deref() {
            None => {
                item.items.retain(|method| match method {
                    syn::ImplItem::Fn(method) => !is_constructor(method),
                    _ => true,
                });
                !item.items.is_empty()
            }
            Some(name) => name.ends_with("Ext"),
        },
        syn::Item::Mod(module) => {
            if module.ident == "prelude" {
                return false;
            }
            if module.ident == "builder"
                && let Some((_, items)) = &mut module.content
            {
                items.retain(|item| !matches!(item, syn::Item::Use(_)));
            }
            true
        }
        _ => true,
    });
    rename_paths(file, |path| {
        let names = path.segments.iter().map(|segment| &segment.ident);
        let is_client = match path.segments.len() {
            1 => names.eq(["Client"]),
            2 => names.eq(["super", "Client"]),
            _ => false,
        };
        is_client.then(|| syn::parse_quote!(::atlas_client::Client))
    });
    Ok(())
}

/// Returns whether `name` belongs to progenitor's client and does not start a call.
pub fn removes(name: &Name<'_>, cx: &Context<'_>) -> bool {
    let starts_call = |member: &str| cx.operations.iter().any(|o| o.method_name == member);
    name.module.is_empty() && name.owner == "Client" && !name.member.is_some_and(starts_call)
}

fn is_constructor(method: &syn::ImplItemFn) -> bool {
    method.sig.ident == "new" || method.sig.ident == "new_with_client"
}
