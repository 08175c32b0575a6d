//! pages: the README and the front page of a slice. It knows words, not code.

use super::{Package, count, module, shared};
use crate::docs::prose;
use crate::output::Output;
use crate::output::slices::Described;

/// The README of the crate: what a person reads who has found it.
pub(super) fn readme(generated: &Output, package: &Package<'_>) -> String {
    let Package {
        name,
        description,
        command,
        ..
    } = package;
    let module = module(package);
    let operations = count(generated.operations_out, "operation");
    let mut text = format!(
        "# {name}\n\n\
         {description}.\n\n\
         This crate adds {operations} of MongoDB Atlas to the client of `atlas-client`, which\n\
         authenticates, retries and decodes. It holds no client of its own, so that one `Client` serves\n\
         all such crates of a program, with one token and one connection pool.\n\n\
         ## Use\n\n\
         ```toml\n\
         [dependencies]\n\
         {name} = {{ path = \"../{name}\" }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\
         ```\n\n\
         ```rust,no_run\n{example}```\n\n\
         Credentials come from the environment, see `Credentials::from_env`. `cargo doc --open` lists\n\
         the operations, each with its path, roles, media type and failures. `{module}::atlas_client` is\n\
         the runtime, with `Credentials`, `ObjectId`, `Error` and everything else.\n",
        example = example(generated, &module, ""),
    );
    text.push_str(&several(generated, package, "##"));
    text.push_str(&features(generated, "##"));
    text.push_str(&format!(
        "\n## Regenerating\n\n\
         `src/` and this page are written by a command of the repository of `atlas-client`, and so are\n\
         not edited. What is written by hand into `Cargo.toml` stays:\n\n\
         ```sh\n{command}\n```\n",
    ));
    if !package.licences.is_empty() {
        text.push_str("\n## Licence\n\nMIT or Apache-2.0, as you choose.\n");
    }
    text
}

/// `lib.rs` of the crate.
pub(super) fn front_page(generated: &Output, package: &Package<'_>) -> String {
    let module = module(package);
    let feature = shown(generated).and_then(|operation| operation.feature.as_deref());
    let (before, after) = match feature {
        // Without its feature, the example is not there to be compiled.
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
         ```no_run\n{example}{after}```\n{several}{features}",
        description = package.description,
        count = count(generated.operations_out, "operation"),
        example = example(generated, &module, &before),
        several = several(generated, package, "#"),
        features = features(generated, "#"),
    );
    let mut out = String::new();
    for line in text.lines() {
        out.push_str(format!("//! {line}").trim_end());
        out.push('\n');
    }
    out.push_str(
        "\n\
         #[rustfmt::skip]\n\
         mod generated;\n\n\
         pub use atlas_client::{self, Client, Error};\n\
         pub use generated::{builder, operations, types};\n\n\
         /// The traits that add the operations to [`Client`].\n\
         pub mod prelude {\n    #[allow(unused_imports, reason = \"without a feature of a tag there is no trait\")]\n    pub use crate::operations::*;\n}\n",
    );
    let gate = match feature {
        Some(feature) => format!("#[cfg(all(doctest, feature = {feature:?}))]"),
        None => "#[cfg(doctest)]".to_owned(),
    };
    out.push_str(&format!(
        "\n/// What the README shows compiles.\n{gate}\n#[doc = include_str!(\"../README.md\")]\nstruct Readme;\n",
    ));
    out
}

/// The operation that is called most simply: one that reads, needs texts only, and is current.
fn shown(generated: &Output) -> Option<&Described> {
    let operations = generated.operations.iter();
    operations.min_by_key(|each| (!each.takes_texts_only, each.deprecated, !each.reads))
}

/// A program with a call, `before` in front of its `main`.
fn example(generated: &Output, module: &str, before: &str) -> String {
    let Some(operation) = shown(generated) else {
        return String::new();
    };
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

/// What is said of an operation that another slice, or the client itself, has as well.
fn several(generated: &Output, package: &Package<'_>, heading: &str) -> String {
    let module = module(package);
    let shared = shared(generated, package);
    let Some(first) = shared.first() else {
        return format!(
            "\n{heading} Several slices\n\n\
             Where two slices hold the same operation and a program imports the traits of both, a call of\n\
             it does not compile (`multiple applicable items in scope`). Import the traits of one, or name\n\
             the trait: `{module}::operations::TRAIT::METHOD(&client)`.\n"
        );
    };
    let mut text = format!(
        "\n{heading} Operations that others have, too\n\n\
         `atlas-client` has {count} of this crate as methods of `Client` itself, where its feature\n\
         `cloud-migration-service` is on. This crate leaves it off; another crate of the program may turn\n\
         it on, and then the client's own methods are called in place of those of the traits. To call\n\
         one of this crate wherever it is, name the trait:\n\n\
         ```rust,ignore\n\
         {first}(&client)\n\
         ```\n\n\
         These are:\n\n",
        count = count(shared.len(), "operation"),
        first = first.path,
    );
    for operation in &shared {
        text.push_str(&format!("- `{}`\n", operation.id));
    }
    text.push_str(
        "\nWhere two slices hold the same operation and a program imports the traits of both, a call \
         of it\ndoes not compile (`multiple applicable items in scope`); the same form says which is \
         meant.\n",
    );
    text
}

/// What is said of the features.
fn features(generated: &Output, heading: &str) -> String {
    let mut text = format!(
        "\n{heading} Features\n\n\
         - `rustls` (default): TLS by rustls, with the certificates that the operating system trusts.\n\
         - `native-tls`: TLS by the operating system's own library. Features of a program add up, and\n  \
           where both are on, this one is used; to leave rustls out, set `default-features = false` on\n  \
           `atlas-client` and on every slice.\n"
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
