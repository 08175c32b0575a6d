//! The files of a slice: its manifest, docs and names.

use super::*;
use crate::output::features::Described;

static NONE: BTreeSet<String> = BTreeSet::new();

fn package<'a>(runtime: &'a Runtime, manifest: Option<&'a Source>) -> Package<'a> {
    Package {
        name: "atlas-clusters",
        description: "The clusters of MongoDB Atlas",
        runtime,
        client_operations: &NONE,
        command: "cargo xtask codegen",
        in_workspace: false,
        licences: &[],
        manifest,
    }
}

fn generated() -> Output {
    let mut output = Output::default();
    output.add("mod.rs", String::new());
    output.add(
        "operations/clusters.rs",
        "pub trait ClientClustersExt { fn list_clusters(&self); fn get_cluster(&self); }"
            .to_owned(),
    );
    let described = |id: &str, method: &str, reads| Described {
        id: id.to_owned(),
        method: method.to_owned(),
        feature: Some("clusters".to_owned()),
        arguments: vec![("name".to_owned(), "orders".to_owned())],
        takes_texts_only: true,
        reads,
        has_pages: reads,
        deprecated: false,
    };
    output.operations = vec![
        described("getCluster", "get_cluster", false),
        described("listClusters", "list_clusters", true),
    ];
    output.features = [("clusters".to_owned(), "Clusters".to_owned())].into();
    output
}

#[test]
fn a_slice_depends_on_the_runtime_and_holds_none_of_it() {
    let runtime = Runtime::Path("../atlas-client".to_owned());
    let files = slice(&generated(), &package(&runtime, None)).unwrap();
    let manifest = &files["Cargo.toml"];
    assert!(
        manifest
            .contains("atlas-client = { path = \"../atlas-client\", default-features = false }"),
        "{manifest}"
    );
    assert!(manifest.contains("[workspace]"), "{manifest}");
    assert!(files.contains_key("src/generated/mod.rs"));
    assert!(files["README.md"].contains("use atlas_clusters::prelude::*;"));
}

#[test]
fn manual_changes_of_the_manifest_are_kept() {
    let text = "# mine\n[package]\nname = \"renamed\"\nversion = \"3.0.0\"\n\n[dependencies]\n\
                atlas-client = \"9\" # pinned\nlog = \"0.4\"\n\n[features]\ndefault = []\n";
    let source = Source::new("Cargo.toml", text.to_owned());
    let runtime = Runtime::Path("../atlas-client".to_owned());
    let files = |source: &Source| {
        let package = Package {
            name: "renamed",
            ..package(&runtime, Some(source))
        };
        slice(&generated(), &package).unwrap()
    };
    let manifest = &files(&source)["Cargo.toml"];
    for kept in [
        "# mine",
        "version = \"3.0.0\"",
        "atlas-client = \"9\" # pinned",
        "log = \"0.4\"",
        "default = []",
    ] {
        assert!(manifest.contains(kept), "{kept}: {manifest}");
    }
    assert!(manifest.contains("clusters = []"), "{manifest}");
    let again = Source::new("Cargo.toml", manifest.clone());
    assert_eq!(&files(&again)["Cargo.toml"], manifest);
}

#[test]
fn examples_import_the_crate_by_the_name_in_its_manifest() {
    let runtime = Runtime::Path("../atlas-client".to_owned());
    let pages = |name, text: &str| {
        let source = Source::new("x/Cargo.toml", text.to_owned());
        let package = Package {
            name,
            ..package(&runtime, Some(&source))
        };
        let files = slice(&generated(), &package).map_err(|error| error.to_string())?;
        Ok::<_, String>([files["README.md"].clone(), files["src/lib.rs"].clone()])
    };
    let library = "[package]\nname = \"by-hand\"\n\n[lib]\nname = \"by_lib\"\n";
    for page in pages("by-hand", library).unwrap() {
        assert!(page.contains("use by_lib::prelude::*;"), "{page}");
        assert!(!page.contains("by_hand"), "{page}");
    }
    for (text, words) in [
        (
            "[package]\nname = \"by-hand\"\n",
            "the package is called `by-hand`, not `other`",
        ),
        ("", "has no `name` in `[package]`"),
        (
            "[dependencies]\nlog = \"1\"\n",
            "has no `name` in `[package]`",
        ),
        (
            "[package]\nversion = \"1.0.0\"\n",
            "has no `name` in `[package]`",
        ),
    ] {
        let error = pages("other", text).unwrap_err();
        assert!(
            error.starts_with(&format!("x/Cargo.toml: {words}")),
            "{error}"
        );
    }
}

/// Returns the manifest that replaces `there` if the document has `tags`.
fn regenerated(there: Option<String>, tags: &[&str], description: &str) -> String {
    let runtime = Runtime::Path("../atlas-client".to_owned());
    let source = there.map(|text| Source::new("Cargo.toml", text));
    let package = Package {
        description,
        ..package(&runtime, source.as_ref())
    };
    let mut generated = generated();
    let tags = tags
        .iter()
        .map(|tag| ((*tag).to_owned(), tag.to_uppercase()));
    generated.features = tags.collect();
    slice(&generated, &package).unwrap()["Cargo.toml"].clone()
}

#[test]
fn the_manifest_follows_the_document_where_it_is_as_generated() {
    let descriptions = [6, 7].map(|count| default_description(count, "atlas.yaml"));
    let states: [(&[&str], &str); 4] = [
        (&[], &descriptions[0]),
        (&["a", "b"], &descriptions[1]),
        (&["b", "c"], &descriptions[0]),
        (&["c"], "The clusters of MongoDB Atlas"),
    ];
    for (before, first) in states {
        for (after, second) in states {
            let old = regenerated(None, before, first);
            let kept = !first.contains("operations of MongoDB");
            let expected = regenerated(None, after, if kept { first } else { second });
            assert_eq!(
                regenerated(Some(old), after, second).parse::<toml::Table>(),
                expected.parse(),
                "{before:?} to {after:?}"
            );
        }
    }
}

#[test]
fn features_that_a_user_changed_or_needs_stay() {
    let edited = |tags, from: &str, to: &str| {
        let text = regenerated(None, tags, "Mine");
        assert!(text.contains(from), "{text}");
        text.replace(from, to)
    };
    let features = |text: String, tags| -> toml::Table {
        let manifest: toml::Table = regenerated(Some(text), tags, "Mine").parse().unwrap();
        manifest["features"].as_table().unwrap().clone()
    };
    let list = |names: &[&str]| toml::Value::from(names.to_vec());
    // A user chose another TLS: all operations stay enabled.
    let native = edited(&[], "[\"rustls\"]", "[\"native-tls\"]");
    assert_eq!(
        features(native, &["a"])["default"],
        list(&["native-tls", "all"])
    );
    // A user enables nothing, or only some tags.
    let nothing = edited(&[], "[\"rustls\"]", "[]");
    assert_eq!(features(nothing, &["a"])["default"], list(&[]));
    let some = edited(&["a"], "\"rustls\", \"all\"", "\"rustls\", \"a\"");
    let some = features(some, &["b"]);
    assert_eq!(some["default"], list(&["rustls", "a"]));
    assert_eq!((&some["all"], &some["a"]), (&list(&["b"]), &list(&[])));
    // A feature of a tag that is gone is something else now.
    let own = edited(&["a", "b"], "\na = []", "\na = [\"mock\"]");
    let own = features(own, &[]);
    assert_eq!(own["a"], list(&["mock"]));
    assert!(
        !own.contains_key("b") && !own.contains_key("all"),
        "{own:?}"
    );
    // An `all` of other features is the user's.
    let all = edited(&[], "[features]", "[features]\nall = [\"mock\"]");
    assert_eq!(features(all, &[])["all"], list(&["mock"]));
}

#[test]
fn the_example_calls_the_simplest_operation() {
    let runtime = Runtime::Version("0.1".to_owned());
    let files = slice(&generated(), &package(&runtime, None)).unwrap();
    let call = ".list_clusters()\n        .name(\"orders\")\n        .send()";
    assert!(files["README.md"].contains(call), "{}", files["README.md"]);
    for page in ["README.md", "src/lib.rs"] {
        assert!(files[page].contains("such as `list_clusters`"), "{page}");
    }
    let front = &files["src/lib.rs"];
    assert!(front.contains("//!         .list_clusters()\n"), "{front}");
    // Without the operation's feature, there is no example to compile.
    assert!(
        front.contains("//! # #[cfg(feature = \"clusters\")]\n//! #[tokio::main"),
        "{front}"
    );
    assert!(
        front.contains("//! # #[cfg(not(feature = \"clusters\"))]\n//! # fn main() {}"),
        "{front}"
    );
}

#[test]
fn operations_that_the_client_also_has_are_listed_with_their_paths() {
    let runtime = Runtime::Version("0.1".to_owned());
    let own = operation_ids(r#"[{"id": "getCluster"}, {"id": "getJob"}]"#);
    let package = Package {
        client_operations: &own,
        ..package(&runtime, None)
    };
    let path = "atlas_clusters::operations::ClientClustersExt::get_cluster";
    let expected = Shared {
        id: "getCluster".to_owned(),
        path: path.to_owned(),
    };
    assert_eq!(shared(&generated(), &package), [expected]);
    for page in ["README.md", "src/lib.rs"] {
        let text = &slice(&generated(), &package).unwrap()[page];
        assert!(text.contains(&format!("{path}(&client)")), "{text}");
        assert!(!text.contains("`listClusters`"), "{text}");
    }
}

#[test]
fn the_prelude_names_no_trait_because_another_slice_may_have_the_same_name() {
    let runtime = Runtime::Version("0.1".to_owned());
    let mut generated = generated();
    let prelude = |generated: &Output| {
        let page = slice(generated, &package(&runtime, None)).unwrap()["src/lib.rs"].clone();
        let (_, prelude) = page.split_once("pub mod prelude {\n").unwrap();
        let (prelude, _) = prelude.split_once("}\n").unwrap();
        prelude.to_owned()
    };
    let import = "    pub use crate::operations::ClientClustersExt as _;\n";
    let gated = format!("    #[cfg(feature = \"clusters\")]\n{import}");
    assert_eq!(prelude(&generated), gated);
    for operation in &mut generated.operations {
        operation.feature = None;
    }
    assert_eq!(prelude(&generated), import);
}

#[test]
fn a_description_is_text_in_the_docs_and_as_it_is_in_the_manifest() {
    let runtime = Runtime::Version("0.1".to_owned());
    let description = "Clusters [of] <T>, see `a<b>`";
    let package = Package {
        description,
        ..package(&runtime, None)
    };
    let files = slice(&generated(), &package).unwrap();
    let manifest: toml::Table = files["Cargo.toml"].parse().unwrap();
    assert_eq!(
        manifest["package"]["description"].as_str(),
        Some(description)
    );
    for page in ["README.md", "src/lib.rs"] {
        let text = &files[page];
        assert!(
            text.contains("Clusters \\[of\\] \\<T\\>, see `a<b>`.\n"),
            "{text}"
        );
    }
    assert!(default_description(1, "a`b").ends_with(" from `` a`b ``"));
}

#[test]
fn users_of_a_slice_choose_the_tls_implementation() {
    let runtime = Runtime::Version("0.1".to_owned());
    for (features, default) in [(true, &["rustls", "all"][..]), (false, &["rustls"])] {
        let mut generated = generated();
        if !features {
            generated.features.clear();
        }
        let files = slice(&generated, &package(&runtime, None)).unwrap();
        let manifest: toml::Table = files["Cargo.toml"].parse().unwrap();
        let list = |name: &str| manifest["features"][name].as_array().unwrap().clone();
        assert_eq!(
            list("default"),
            default
                .iter()
                .map(|f| (*f).into())
                .collect::<Vec<toml::Value>>()
        );
        assert_eq!(list("rustls"), ["atlas-client/rustls".into()]);
        assert_eq!(list("native-tls"), ["atlas-client/native-tls".into()]);
        let runtime = &manifest["dependencies"]["atlas-client"];
        assert_eq!(runtime["default-features"].as_bool(), Some(false));
    }
}

#[test]
fn an_invalid_package_name_is_rejected() {
    let runtime = Runtime::Version("0.1".to_owned());
    let check = |name| {
        let mut package = package(&runtime, None);
        package.name = name;
        slice(&generated(), &package).map_err(|error| error.to_string())
    };
    let keyword = "is a keyword of Rust";
    let used = "is the name of a crate that slices use";
    for (name, reason) in [
        ("", "is not a package name"),
        ("1a", "is not a package name"),
        ("a b", "is not a package name"),
        ("a/b", "is not a package name"),
        ("type", keyword),
        ("async", keyword),
        ("gen", keyword),
        ("self", keyword),
        ("Self", keyword),
        ("atlas-client", "is the name of the runtime"),
        ("atlas_client", "is the name of the runtime"),
        ("tokio", used),
        ("std", used),
        ("core", used),
        ("serde-json", used),
    ] {
        let error = check(name).unwrap_err();
        assert!(error.starts_with(&format!("`{name}` {reason}")), "{error}");
    }
    for name in ["generator", "Types", "a_", "tokio-jobs"] {
        assert!(check(name).is_ok(), "{name}");
    }
}
