//! The public surface of generated code at compile time: the code without docs, function bodies and
//! serde's attributes.
//!
//! rustc accepts the same programs for two clients with the same surface.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{ImplItem, Item};

/// Returns the surface of the client with these files.
pub fn surface(files: &BTreeMap<String, String>) -> String {
    let files = ["types.rs", "builder.rs", "operations.rs"].map(|name| {
        let mut file = syn::parse_file(&files[name]).expect(name);
        Bare.visit_file_mut(&mut file);
        file.to_token_stream().to_string()
    });
    files.join("\n")
}

struct Bare;

impl VisitMut for Bare {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        let counts = ["cfg", "derive", "non_exhaustive"];
        attributes.retain(|attribute| counts.iter().any(|name| attribute.path().is_ident(name)));
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        if let Item::Impl(block) = item
            && block.trait_.is_some()
        {
            block.items.retain(|item| !matches!(item, ImplItem::Fn(_)));
        }
        visit_mut::visit_item_mut(self, item);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.clear();
    }

    fn visit_impl_item_const_mut(&mut self, item: &mut syn::ImplItemConst) {
        item.expr = syn::parse_quote!(());
        visit_mut::visit_impl_item_const_mut(self, item);
    }
}
