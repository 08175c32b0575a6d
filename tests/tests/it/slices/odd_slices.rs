//! The unusual documents that the generator accepts, each as a slice, in one workspace: all compile
//! and document without a warning. A program reads and writes values of some of them.

use std::collections::BTreeMap;
use std::fs;

use atlas_gen::media_type::Date;
use atlas_gen::{Inputs, Source, generate};

use crate::all_of_atlas::full_document::{cargo, scratch, write_crate};
use crate::generated::workspace;
use crate::slices::{package_of, target};

/// The slices with unusual words. Documenting a crate takes longer than checking it.
const WORDS: [&str; 4] = [
    "odd-descriptions",
    "odd-enum-values-odd",
    "odd-letters",
    "odd-schema-names",
];

/// What values of unusual types are read as, shown and sent.
const PROGRAM: &str = r##"
use atlas_client::{Client, Credentials};
use odd_additional_members::operations::ClientXExt as _;
use odd_additional_members::types::*;
use odd_limits_of_arguments::operations::ClientXExt as _;
use odd_nullables::types::NullEntries;
use odd_secrets::operations::ClientXExt as _;
use odd_secrets::types::Secrets;
use odd_union_mixed::types::*;
use odd_union_of_unions::types::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn main() {
    secrets();
    unions();
    tags();
    nulls();
    additional();
}

fn nulls() {
    let value = json!({"names": ["x", null], "counts": [null, 1]});
    let read: NullEntries = serde_json::from_value(value.clone()).unwrap();
    let sent = NullEntries::builder().names(read.names.unwrap()).counts(read.counts.unwrap());
    assert_eq!(serde_json::to_value(sent.build().unwrap()).unwrap(), value);
    let sent = NullEntries::builder().names(["x"]).counts([1, 2]).build().unwrap();
    assert_eq!(serde_json::to_value(sent).unwrap(), json!({"names": ["x"], "counts": [1, 2]}));
    let error = NullEntries::builder().names([None, Some("long")]).build().unwrap_err();
    assert!(error.to_string().starts_with("`names[1]`"), "{error}");

    let client = Client::builder().credentials(Credentials::anonymous()).build().unwrap();
    let call = client.limits_of_list().names(["x"]);
    assert!(format!("{call:?}").contains(r#"Some("x")"#), "{call:?}");
    let call = client.limits_of_list().names(vec![Some("x".to_owned()), None]);
    assert!(format!("{call:?}").contains(r#"Some("x"), None"#), "{call:?}");
}

fn tags() {
    let cat = TaggedCat::builder().name("x").build().unwrap();
    let seal = TaggedSeal::builder().name("y").build().unwrap();
    let sent = [
        (TaggedMammal::from(cat), json!({"name": "x", "species": "CAT", "family": "MAMMAL"})),
        (
            TaggedMammal::from(TaggedSeals::from(seal)),
            json!({"name": "y", "version": 1, "species": "SEAL", "family": "MAMMAL"}),
        ),
    ];
    for (mammal, expected) in sent {
        let sent = serde_json::to_value(TaggedAnimal::from(mammal)).unwrap();
        assert_eq!(sent, expected);
        let read: TaggedAnimal = serde_json::from_value(sent).unwrap();
        assert!(matches!(read, TaggedAnimal::TaggedMammal(_)), "{read:?}");
        assert_eq!(serde_json::to_value(read).unwrap(), expected);
    }
}

fn additional() {
    let value = json!({
        "a": "x", "additionalProperties": "own", "new": 7, "d": {"x": "y", "any": [1]},
        "g": {"x": "y", "z": "s3cret"},
        "h": {"x": true, "n": 1}, "i": {"x": "y", "y": 1, "w": "more"},
    });
    let read: AdditionalMembers = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), value);
    assert_eq!(read.additional_properties.as_deref(), Some("own"));
    assert_eq!(read.additional_properties_2["new"], 7);
    let d = read.d.as_ref().unwrap();
    assert_eq!((d.x.as_deref(), &d.additional_properties["any"]), (Some("y"), &json!([1])));
    assert!(!format!("{read:?}").contains("s3cret"), "{read:?}");
    assert!(matches!(read.h, Some(AdditionalMembersH::Open(_))), "{read:?}");
    for (value, is_closed) in [(json!({"x": "y"}), true), (json!({"z": "y"}), false)] {
        let read: AdditionalMembersH = serde_json::from_value(value).unwrap();
        assert_eq!(matches!(read, AdditionalMembersH::Closed(_)), is_closed, "{read:?}");
        assert_eq!(matches!(read, AdditionalMembersH::Map(_)), !is_closed, "{read:?}");
    }

    let built = |name: &str, count| {
        let more = BTreeMap::from([(name.to_owned(), count)]);
        AdditionalMembers::builder().additional_properties_2(more).build()
    };
    let body = built("n", 1).unwrap();
    assert_eq!(serde_json::to_value(&body).unwrap(), json!({"n": 1}));
    for (name, count, problem) in [("a", 1, "is a member of its own"), ("n", 0, "must be at least 1")] {
        let error = built(name, count).unwrap_err();
        let shown = format!("`additionalProperties_.{name}` {problem}");
        assert!(error.to_string().starts_with(&shown), "{error}");
    }
    assert_eq!(
        serde_json::to_value(AdditionalMembers::builder().build().unwrap()).unwrap(),
        json!({})
    );
    let more = BTreeMap::from([("size".to_owned(), "M".to_owned())]);
    let filter = AdditionalFilter::builder().name("n").additional_properties(more).build();

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = atlas_client::mock::httpmock::MockServer::start_async().await;
        let mock = server.mock_async(|when, then| {
            when.query_param("filter[name]", "n").query_param("filter[size]", "M").json_body(json!({"n": 1}));
            then.json_body(json!({"a": "x", "n": 1, "odd": "many", "d": {"x": 1, "y": null}}));
        }).await;
        let client = Client::builder().base_url(server.base_url()).credentials(Credentials::anonymous());
        let client = client.build().unwrap();
        let call = client.additional_members().filter(filter.unwrap()).body(body);
        let read = call.send().await.unwrap();
        mock.assert_async().await;
        assert_eq!(read.a.as_deref(), Some("x"));
        assert_eq!(read.additional_properties_2, BTreeMap::from([("n".to_owned(), 1)]));
        assert_eq!(read.d.as_ref().unwrap().additional_properties.len(), 1);
        let mut left_out: Vec<_> = read.repairs().iter().map(|repair| repair.pointer()).collect();
        left_out.sort_unstable();
        assert_eq!(left_out, ["/d/x", "/odd"]);
    });
}

fn secrets() {
    let text = "s3cret";
    let value = json!({
        "password": text, "apiKey": {"secret": text}, "nested": {"a": text}, "passphrase": text,
        "apiKeys": [text], "serviceKeys": [text], "accessKeysByUser": {"a": [text]}, "pin": text,
        "sharedSecret": text, "privateKey": text,
    });
    let read: Secrets = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), value);
    assert!(!format!("{read:?}").contains(text), "{read:?}");
    let keys: Secrets = serde_json::from_value(json!({"privateKey": [text]})).unwrap();
    assert!(!format!("{keys:?}").contains(text), "{keys:?}");
    let open: Secrets = serde_json::from_value(json!({"open": "seen", "tokens": ["stop"]})).unwrap();
    assert!(format!("{open:?}").contains(r#"Some("seen")"#), "{open:?}");
    assert!(format!("{open:?}").contains("stop"), "{open:?}");

    let client = Client::builder().credentials(Credentials::anonymous()).build().unwrap();
    let call = client.secrets().x_api_key(text).session_token(text);
    assert!(!format!("{call:?}").contains(text), "{call:?}");
}

fn unions() {
    let read = |value: Value| {
        let mut whole = json!({"port": 1});
        whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        let read: UnionMixed = serde_json::from_value(whole.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), whole);
        read
    };
    assert!(matches!(read(json!({"port": 27017})).port, Some(UnionMixedPort::Integer(_))));
    assert!(matches!(read(json!({"port": "http"})).port, Some(UnionMixedPort::String(_))));
    assert_eq!(read(json!({"port": null})).port, None);
    assert!(matches!(read(json!({"a": 1})).a, Some(UnionMixedA::Integer(_))));
    assert!(matches!(read(json!({"a": 1.5})).a, Some(UnionMixedA::Unknown(_))));
    assert!(matches!(read(json!({"a": u64::MAX})).a, Some(UnionMixedA::Unknown(_))));
    assert!(matches!(read(json!({"b": "X"})).b, Some(UnionMixedB::Enum(_))));
    assert!(matches!(read(json!({"b": {"x": "y"}})).b, Some(UnionMixedB::Variant2(_))));
    assert_eq!(read(json!({"d": [1, {}]})).d, Some(json!([1, {}])));
    assert!(matches!(read(json!({"e": ["x"]})).e, Some(UnionMixedE::List(_))));
    assert!(matches!(read(json!({"e": {"x": "y"}})).e, Some(UnionMixedE::UnionMixedOther(_))));
    assert!(matches!(read(json!({"e": 7})).e, Some(UnionMixedE::Unknown(_))));
    assert_eq!(read(json!({"f": "any text"})).f.as_deref(), Some("any text"));
    assert!(matches!(read(json!({"g": ["x", ["y"]]})).g, Some(UnionMixedG::List(_))));
    assert!(matches!(read(json!({"h": [["x"], "y"]})).h, Some(UnionMixedList::List(_))));
    assert!(matches!(read(json!({"i": 7})).i, Some(UnionMixedI::Variant2(_))));
    assert!(matches!(read(json!({"j": {"x": 1}})).j, Some(UnionMixedJ::Map(_))));

    let built = |port: UnionMixedPort| UnionMixed::builder().port(port).build();
    let port = UnionMixedPort::from("http".to_owned());
    assert_eq!(serde_json::to_value(built(port).unwrap()).unwrap(), json!({"port": "http"}));
    for wrong in [UnionMixedPort::from(0), UnionMixedPort::from("longer".to_owned())] {
        let error = built(wrong).unwrap_err();
        assert!(error.to_string().contains("port"), "{error}");
    }
}
"##;

/// Tags that are called as a crate, a module or a type that generated code uses.
const TAGS: [&str; 18] = [
    "alloc",
    "atlas-client",
    "bool",
    "builder",
    "core",
    "expectations",
    "f64",
    "i32",
    "operation",
    "operations",
    "runtime",
    "self",
    "serde",
    "serde_json",
    "std",
    "str",
    "types",
    "u64",
];

/// Returns a document with an operation and types of each of [`TAGS`].
fn tags() -> String {
    let mut paths = String::new();
    let mut schemas = String::new();
    for (i, tag) in TAGS.iter().enumerate() {
        let content = |schema: &str| {
            format!(
                "{{application/vnd.atlas.2024-05-30+json: {{schema: {{$ref: '#/components/schemas/{schema}{i}'}}}}}}"
            )
        };
        paths.push_str(&format!(
            "  /{i}/{{name}}:\n    post:\n      operationId: call{i}\n      tags: [{tag}]\n      \
             parameters: [{{name: name, in: path, required: true, schema: {{type: string}}}}]\n      \
             requestBody: {{required: true, content: {}}}\n      \
             responses: {{'200': {{description: '', content: {}}}}}\n",
            content("Request"),
            content("Answer"),
        ));
        schemas.push_str(&format!(
            "    Request{i}: {{type: object, required: [size], properties: {{\
             size: {{type: integer, minimum: 1}}, on: {{type: boolean, default: true}}, \
             ratio: {{type: number}}, text: {{type: string, maxLength: 9}}}}}}\n    \
             Answer{i}: {{type: object, properties: {{\
             state: {{type: string, enum: [A{i}, B]}}, many: {{type: array, items: {{type: integer, format: int32}}}}}}}}\n"
        ));
    }
    format!(
        "openapi: 3.0.3\ninfo: {{title: Tags, version: '1'}}\npaths:\n{paths}components:\n  schemas:\n    \
         ApiError: {{type: object, properties: {{detail: {{type: string}}}}}}\n{schemas}"
    )
}

/// Returns the files of the workspace, and the number of slices in it.
fn odd_workspace() -> (BTreeMap<String, String>, usize) {
    let runtime = workspace().join("atlas-client");
    let runtime = runtime.to_str().expect("a path in UTF-8");
    let pin = Date::parse("2025-12-31").expect("a date");
    let mut files = BTreeMap::new();
    let mut members = Vec::new();
    let fixtures = workspace().join("atlas-gen/tests/fixtures/odd");
    for entry in fs::read_dir(fixtures).expect("the fixtures") {
        let path = entry.expect("a fixture").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        let name = format!("odd-{}", name.replace('_', "-"));
        let document = Source::new(&name, fs::read_to_string(&path).expect("a text"));
        // Which documents are rejected is a test of the generator.
        let Ok(output) = generate(&Inputs {
            extend: true,
            ..Inputs::new(&document, &pin)
        }) else {
            continue;
        };
        let slice = package_of(&name, &output, runtime).into_iter();
        files.extend(slice.map(|(path, text)| (format!("{name}/{path}"), text)));
        members.push(name);
    }
    let document = Source::new("odd-tags", tags());
    let output = generate(&Inputs {
        extend: true,
        ..Inputs::new(&document, &pin)
    });
    let slice = package_of("odd-tags", &output.expect("code"), runtime).into_iter();
    files.extend(slice.map(|(path, text)| (format!("odd-tags/{path}"), text)));
    members.push("odd-tags".to_owned());
    let program = format!(
        "[package]\nname = \"odd-values\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nserde_json = \"1\"\n\
         tokio = {{ version = \"1\", features = [\"rt\"] }}\n\
         atlas-client = {{ path = {runtime:?}, features = [\"mock\"] }}\n\
         odd-additional-members.path = \"../odd-additional-members\"\n\
         odd-limits-of-arguments.path = \"../odd-limits-of-arguments\"\n\
         odd-nullables.path = \"../odd-nullables\"\n\
         odd-secrets.path = \"../odd-secrets\"\nodd-union-mixed.path = \"../odd-union-mixed\"\n\
         odd-union-of-unions.path = \"../odd-union-of-unions\"\n"
    );
    files.insert("odd-values/Cargo.toml".to_owned(), program);
    files.insert("odd-values/src/main.rs".to_owned(), PROGRAM.to_owned());
    let slices = members.len();
    members.push("odd-values".to_owned());
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    files.insert("Cargo.toml".to_owned(), manifest);
    (files, slices)
}

#[test]
fn unusual_documents_compile_and_document_without_a_warning() {
    let (files, slices) = odd_workspace();
    assert!(slices > 50, "{slices} slices");
    let dir = scratch().join("odd");
    write_crate(&dir, &files);
    let check = ["check", "--workspace", "--features", "mock,schemars"];
    cargo(&dir, &target(), &check, "RUSTFLAGS", "");
    let run = ["run", "--package", "odd-values"];
    cargo(&dir, &target(), &run, "RUSTFLAGS", "");
    let mut doc = vec!["doc", "--no-deps"];
    doc.extend(WORDS.iter().flat_map(|name| ["--package", name]));
    cargo(&dir, &target(), &doc, "RUSTDOCFLAGS", "-D warnings");
}
