//! Reads the features of the crate that enable items: `cfg`s of items and of modules.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item as Code;

use atlas_gen::output::cut::Files;

/// Returns the features of the modules of a client, by module name.
pub(super) fn modules(files: &Files) -> BTreeMap<String, String> {
    let items = files.values().flatten();
    let modules = items.filter_map(|item| match item {
        Code::Mod(module) if module.content.is_none() => Some(module),
        _ => None,
    });
    modules
        .filter_map(|module| {
            let feature = cfg_features(&module.attrs).into_iter().next()?;
            Some((module.ident.to_string(), feature))
        })
        .collect()
}

/// Returns the features in the `cfg` of `attributes`.
pub(super) fn cfg_features(attributes: &[syn::Attribute]) -> BTreeSet<String> {
    let mut features = BTreeSet::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("cfg")) {
        // A condition of another form is not a feature.
        let _ = attribute.parse_nested_meta(|meta| collect_features(&meta, &mut features));
    }
    features
}

/// Adds the features that `feature = ".."` or `any(feature = "..", ..)` contain.
fn collect_features(
    meta: &syn::meta::ParseNestedMeta<'_>,
    features: &mut BTreeSet<String>,
) -> syn::Result<()> {
    if meta.path.is_ident("any") {
        return meta.parse_nested_meta(|meta| collect_features(&meta, features));
    }
    let name: syn::LitStr = meta.value()?.parse()?;
    if meta.path.is_ident("feature") {
        features.insert(name.value());
    }
    Ok(())
}
