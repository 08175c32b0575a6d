//! The README and the front page of a slice. It knows prose, not code.

use std::collections::{BTreeMap, BTreeSet};

use super::{CLIENT_FEATURE, Package, count, module, shared, traits};
use crate::docs::prose;
use crate::output::Output;
use crate::output::features::Described;

/// Returns the README of the crate.
pub(super) fn readme(generated: &Output, package: &Package<'_>) -> String {
    let Package { name, command, .. } = package;
    let description = prose::first_line(package.description);
    let module = module(package);
    let mut text = format!(
        "# {name}\n\n\
         {description}.\n\n\
         It adds its operations as traits to the client of `atlas-client`, which authenticates, retries\n\
         and decodes. One `Client` serves all such crates of a program, with one access token and one\n\
         connection pool, and their preludes can be imported together.\n\n\
         ## Usage\n\n\
         ```toml\n\
         [dependencies]\n\
         {name} = {{ path = \"../{name}\" }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\
         ```\n\n\
         ```rust,no_run\n{example}```\n\n\
         `Client::from_env` reads credentials from the environment variables of Atlas's command line.\n\
         `cargo doc --open` lists the operations, each with path, roles, media type and failures. The\n\
         runtime is `{module}::atlas_client`: `Credentials`, `ObjectId`, `CallOptions` and the rest.\n",
        example = example(generated, package, ""),
    );
    text.push_str(&lists(generated, "##"));
    text.push_str(&several(generated, package, "##"));
    text.push_str(&features(generated, "##"));
    text.push_str(&format!(
        "\n## Regenerating\n\n\
         `src/generated`, `src/lib.rs`, this page and the licences are generated; do not edit them. In a\n\
         checkout of the repository of `atlas-client`, with the document at hand and this directory as\n\
         `DIR`, the following command generates them anew, and keeps your own files and what you write\n\
         into `Cargo.toml`:\n\n\
         ```sh\n{command}\n```\n",
    ));
    if !package.licences.is_empty() {
        text.push_str("\n## Licence\n\nMIT or Apache-2.0, as you choose.\n");
    }
    text
}

/// Returns `lib.rs` of the crate.
pub(super) fn front_page(generated: &Output, package: &Package<'_>) -> String {
    let feature = shown(generated, package).and_then(|operation| operation.feature.as_deref());
    let (before, after) = match feature {
        // Without its feature, the example is not compiled.
        Some(feature) => (
            format!("# #[cfg(feature = {feature:?})]\n"),
            format!("# #[cfg(not(feature = {feature:?}))]\n# fn main() {{}}\n"),
        ),
        None => Default::default(),
    };
    let text = format!(
        "{description}.\n\n\
         The traits of [`operations`] add {count} to [`Client`]. Each method is called as its\n\
         operation id and starts a builder: its methods take what the call needs, `send` makes the\n\
         call. [`builder`] lists the operations, each with its roles, media type and failures;\n\
         [`types`] holds what they take and return. The runtime is [`atlas_client`].\n\n\
         ```no_run\n{example}{after}```\n{lists}{several}{features}",
        description = prose::first_line(package.description),
        count = count(generated.operations_out, "operation"),
        example = example(generated, package, &before),
        lists = lists(generated, "#"),
        several = several(generated, package, "#"),
        features = features(generated, "#"),
    );
    let mut out = String::new();
    for line in text.lines() {
        out.push_str(format!("//! {line}").trim_end());
        out.push('\n');
    }
    if generated.files.values().any(|file| has_foreign_names(file)) {
        out.push_str(
            "\n#![allow(\n    confusable_idents,\n    mixed_script_confusables,\n    uncommon_codepoints,\n    reason = \"names are written as the document writes them\"\n)]\n",
        );
    }
    out.push_str(
        "\n\
         #[rustfmt::skip]\n\
         mod generated;\n\n\
         pub use atlas_client::{self, Client, Error};\n\
         #[cfg(feature = \"mock\")]\n\
         pub use generated::expectations;\n\
         pub use generated::{builder, operations, types};\n\n\
         /// The traits that add the operations to [`Client`], without their names, which another slice\n\
         /// may have too. [`operations`] has them by name.\n\
         pub mod prelude {\n",
    );
    for (name, gate) in trait_gates(generated) {
        if !gate.is_empty() {
            out.push_str(&format!("    {gate}\n"));
        }
        out.push_str(&format!("    pub use crate::operations::{name} as _;\n"));
    }
    out.push_str("}\n");
    let gate = match feature {
        Some(feature) => format!("#[cfg(all(doctest, feature = {feature:?}))]"),
        None => "#[cfg(doctest)]".to_owned(),
    };
    out.push_str(&format!(
        "\n/// What the README shows compiles.\n{gate}\n#[doc = include_str!(\"../README.md\")]\nstruct Readme;\n",
    ));
    out
}

/// Returns the traits of the operations, each with the attribute that gates it on the features of its
/// operations; the attribute is empty in a crate with few tags.
fn trait_gates(generated: &Output) -> BTreeMap<String, String> {
    let traits = traits(generated);
    let mut features: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for operation in &generated.operations {
        if let Some(name) = traits.get(&operation.method) {
            let of_trait = features.entry(name.clone()).or_default();
            of_trait.extend(operation.feature.as_deref());
        }
    }
    let gate = |features: BTreeSet<&str>| {
        let each = features.iter().map(|name| format!("feature = {name:?}"));
        match each.collect::<Vec<_>>().as_slice() {
            [] => String::new(),
            [feature] => format!("#[cfg({feature})]"),
            features => format!("#[cfg(any({}))]", features.join(", ")),
        }
    };
    features
        .into_iter()
        .map(|(name, of)| (name, gate(of)))
        .collect()
}

/// Returns whether a line of code of `file` has letters beside ASCII.
fn has_foreign_names(file: &str) -> bool {
    let mut lines = file.lines().map(str::trim_start);
    lines.any(|line| !line.is_ascii() && !line.starts_with("//"))
}

/// Selects the simplest operation for an example: it needs only strings, is read-only, not
/// deprecated, and in no other crate.
fn shown<'a>(generated: &'a Output, package: &Package<'_>) -> Option<&'a Described> {
    let operations = generated.operations.iter();
    operations.min_by_key(|each| {
        let shared = package.client_operations.contains(&each.id);
        (!each.takes_texts_only, shared, each.deprecated, !each.reads)
    })
}

/// Returns a program with a call, with `before` in front of its `main`.
fn example(generated: &Output, package: &Package<'_>, before: &str) -> String {
    let Some(operation) = shown(generated, package) else {
        return String::new();
    };
    let module = module(package);
    let mut call = format!("        .{}()\n", operation.method);
    for (setter, value) in &operation.arguments {
        call.push_str(&format!("        .{setter}(\"{value}\")\n"));
    }
    if !operation.takes_texts_only {
        call.push_str("        // and what else the page of the builder calls required\n");
    }
    format!(
        "use {module}::prelude::*;\n\
         use {module}::{{Client, Error}};\n\n\
         {before}#[tokio::main(flavor = \"current_thread\")]\n\
         async fn main() -> Result<(), Error> {{\n    \
             let client = Client::from_env()?;\n    \
             let answer = client\n\
         {call}        .send()\n        .await?;\n    \
             println!(\"{{answer:?}}\");\n    \
             Ok(())\n\
         }}\n"
    )
}

/// Returns the paragraph about paginated lists; empty if there are none.
fn lists(generated: &Output, heading: &str) -> String {
    let mut lists = generated.operations.iter().filter(|each| each.has_pages);
    lists.next().map_or_else(String::new, |list| {
        format!(
            "\n{heading} Lists\n\n\
             The builder of an operation that returns a list in pages, such as `{}`, has two streams\n\
             besides `send`: `pages()` and, of the entries of all pages, `items()`. Each has `next`, and\n\
             `.items().try_collect().await?` returns the whole list.\n",
            list.method
        )
    })
}

/// Returns the paragraph about operations that the client or another slice also has.
fn several(generated: &Output, package: &Package<'_>, heading: &str) -> String {
    let shared = shared(generated, package);
    let mut text = format!("\n{heading} Operations that other crates have\n\n");
    if let Some(first) = shared.first() {
        text.push_str(&format!(
            "With its feature `{CLIENT_FEATURE}`, `atlas-client` has methods of `Client` for some\n\
             operations of this crate:\n\n"
        ));
        for operation in &shared {
            text.push_str(&format!("- `{}`\n", operation.id));
        }
        text.push_str(&format!(
            "\nThis crate does not need the feature, but any crate of a program may switch it on, and then\n\
             `client.METHOD()` is the client's own. Name the trait to call that of this crate in either case:\n\n\
             ```rust,ignore\n\
             {}(&client)\n\
             ```\n\n",
            first.path,
        ));
    }
    text.push_str(&format!(
        "If two slices have the same operation and a program imports the traits of both, a call of its\n\
         method does not compile (E0034, `multiple applicable items in scope`). Import one of the two\n\
         traits from `operations`, or name it in the call: `{module}::operations::TRAIT::METHOD(&client)`.\n",
        module = module(package),
    ));
    text
}

/// Returns the paragraph about features.
fn features(generated: &Output, heading: &str) -> String {
    let mut text = format!(
        "\n{heading} Features\n\n\
         - `rustls` (default): TLS by rustls, with the certificates that the operating system trusts.\n\
         - `native-tls`: TLS by the operating system's own library. Features of a program add up, and\n  \
           where both are on, this one is used; to leave rustls out, set `default-features = false` on\n  \
           `atlas-client` and on every slice.\n\
         - `mock`: typed mocks of the operations for a server of httpmock, in `expectations`, and the embedded\n  \
           Atlas, `atlas_client::mock`, which has the operations of push live migrations only.\n\
         - `schemars`: `JsonSchema` of schemars 1 for the types.\n"
    );
    if generated.features.is_empty() {
        return text;
    }
    text.push_str(
        "- `all` (default): every tag below. With `default-features = false`, TLS and the tags that are\n  \
         called, the crate compiles faster.\n",
    );
    for (feature, tag) in &generated.features {
        text.push_str(&format!("- `{feature}`: {}\n", prose::first_line(tag)));
    }
    text
}
