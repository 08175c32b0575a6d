//! Vendoring a published document as a fragment: which parts are kept, in which order, and whose
//! prose it contains.

use std::panic::{AssertUnwindSafe, catch_unwind};

use atlas_gen::passes::select::Selection;
use atlas_gen::vendor::{Fragment, Inputs, Prose, misfits, vendor};
use atlas_gen::{Error, Source, load};
use serde_json::{Map, Value, json};

use crate::documents::mutate::{Random, mutate};
use crate::documents::odd_documents::fixtures;

/// A published document, in which every prose text contains the word `Published`.
const PUBLISHED: &str = include_str!("../fixtures/vendor/published.yaml");

fn tag() -> Selection {
    Selection::Some {
        tags: vec!["T".to_owned()],
        operations: vec![],
    }
}

fn made(published: &str, fragment: Option<&str>, prose: Prose) -> Result<Fragment, Error> {
    let fragment = fragment.map(|text| Source::new("fragment.yaml", text));
    vendor(&Inputs {
        published: &Source::new("published.yaml", published),
        fragment: fragment.as_ref(),
        selection: &tag(),
        prose,
    })
}

fn kept(published: &str, fragment: &str) -> Fragment {
    made(published, Some(fragment), Prose::Keep).expect("a fragment")
}

/// Returns the fragment of [`PUBLISHED`] with our own prose at all locations.
fn own() -> String {
    let upstream = made(PUBLISHED, None, Prose::Upstream).expect("a fragment");
    // Structure is kept unchanged, and the publisher's articles are not our prose.
    let text = upstream.text.replace("Published", "Our");
    let text = text.replace("Our default", "Published default");
    let end = text.find("x-topics:").expect("the articles come last");
    text[..end].to_owned()
}

fn at<'a>(fragment: &'a Fragment, pointer: &str) -> &'a str {
    let value = fragment.value.pointer(pointer);
    value
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{pointer} in\n{}", fragment.text))
}

const GET: &str = "/paths/~1b~1{id}/get";
const SCHEMA: &str = "/components/schemas/B20240530";

#[test]
fn without_prose_only_structure_is_kept() {
    let fragment = made(PUBLISHED, None, Prose::None).expect("a fragment");
    let default = "Published default that is a fact of the API and stays.";
    assert!(
        !fragment.text.replace(default, "").contains("Published"),
        "{}",
        fragment.text
    );
    assert_eq!(
        at(
            &fragment,
            &format!("{SCHEMA}/properties/description/default")
        ),
        default
    );
    assert_eq!(
        at(&fragment, &format!("{GET}/x-rolesRequirements/0")),
        "A Role Whose Name Is Very Long"
    );
    assert_eq!(at(&fragment, &format!("{GET}/x-xgen-version")), "short");
    assert_eq!(
        at(
            &fragment,
            &format!("{SCHEMA}/properties/type/externalDocs/url")
        ),
        "https://example.com"
    );
    assert_eq!(
        fragment
            .value
            .pointer("/components/responses/notFound/content/application~1json/example"),
        Some(&json!({"error": 404, "errorCode": "NOT_FOUND", "reason": "Not Found"}))
    );
    // OpenAPI requires a description here.
    assert_eq!(
        at(&fragment, &format!("{GET}/responses/200/description")),
        "Not described."
    );
    assert_eq!(fragment.words, Default::default());
}

#[test]
fn the_publishers_prose_is_kept_with_its_license() {
    let fragment = made(PUBLISHED, None, Prose::Upstream).expect("a fragment");
    assert_eq!(
        at(&fragment, &format!("{GET}/summary")),
        "Published summary"
    );
    assert_eq!(at(&fragment, "/info/license/name"), "Published licence");
    assert!(
        fragment
            .text
            .starts_with("# A slice of a published document"),
        "{}",
        fragment.text
    );
}

#[test]
fn the_slice_contains_what_the_operations_reach_in_all_versions() {
    let fragment = made(PUBLISHED, None, Prose::None).expect("a fragment");
    let value = &fragment.value;
    let names = |pointer: &str| -> Vec<&String> {
        let map = value.pointer(pointer).and_then(Value::as_object);
        map.into_iter().flat_map(Map::keys).collect()
    };
    assert_eq!(names("/paths"), ["/b/{id}"]);
    assert_eq!(names("/components/schemas"), ["ApiError", "B20240530"]);
    assert_eq!(
        names(&format!("{GET}/responses/200/content")),
        [
            "application/vnd.atlas.2023-01-01+json",
            "application/vnd.atlas.2024-05-30+json"
        ]
    );
    assert_eq!(value.pointer("/tags"), Some(&json!([{"name": "T"}])));
    assert_eq!(names("/info"), ["title", "version", "x-xgen-sha"]);
    assert_eq!(value.get("x-topics"), None);
    assert_eq!((fragment.operations, fragment.schemas), (2, 2));
    assert_eq!(fragment.origin.revision, "abc123");
}

#[test]
fn our_prose_is_kept_if_its_location_exists() {
    let fragment = kept(PUBLISHED, &own());
    assert_eq!(fragment.words, Default::default());
    assert!(
        !fragment.text.contains("Published") || fragment.text.matches("Published").count() == 1
    );
    assert_eq!(at(&fragment, &format!("{GET}/summary")), "Our summary");
    assert_eq!(
        at(&fragment, &format!("{GET}/x-xgen-changelog/2025-05-08")),
        "Our note about a change of this operation."
    );
    assert_eq!(at(&fragment, "/tags/0/description"), "Our tag.");
    assert_eq!(
        at(
            &fragment,
            "/components/responses/notFound/content/application~1json/example/detail"
        ),
        "Our sentence about what was not found."
    );
    // A second run changes nothing.
    assert_eq!(kept(PUBLISHED, &fragment.text).text, fragment.text);
}

#[test]
fn our_prose_is_kept_where_the_publisher_has_none() {
    let silent = PUBLISHED.replace("summary: Published summary", "deprecated: false");
    let fragment = kept(&silent, &own());
    assert_eq!(at(&fragment, &format!("{GET}/summary")), "Our summary");
    assert_eq!(fragment.words, Default::default());
}

#[test]
fn new_and_removed_locations_are_listed_and_new_ones_stay_empty() {
    let later = PUBLISHED.replace(
        "inner: {type: object, description: Published inner.",
        "outer: {type: object, description: Published outer.",
    );
    let fragment = kept(&later, &own());
    let inner = format!("{SCHEMA}/properties/inner");
    let outer = format!("{SCHEMA}/properties/outer");
    assert_eq!(
        fragment.words.unwritten,
        [
            format!("{outer}/description"),
            format!("{outer}/properties/deep/description")
        ]
    );
    assert_eq!(
        fragment.words.gone,
        [
            format!("{inner}/description"),
            format!("{inner}/properties/deep/description")
        ]
    );
    assert_eq!(
        fragment.value.pointer(&format!("{outer}/description")),
        None
    );
}

#[test]
fn an_unwritten_required_description_is_listed_again() {
    let own = own().replace("description: Our answer.", "x-nothing: 1");
    let fragment = kept(PUBLISHED, &own);
    let place = format!("{GET}/responses/200/description");
    assert_eq!(at(&fragment, &place), "Not described.");
    assert_eq!(
        fragment.words.unwritten.as_slice(),
        std::slice::from_ref(&place)
    );
    assert_eq!(kept(PUBLISHED, &fragment.text).words.unwritten, [place]);
}

#[test]
fn an_operation_keeps_its_prose_if_its_path_or_id_changes() {
    let moved = kept(&PUBLISHED.replace("/b/{id}:", "/c/{id}/b:"), &own());
    assert_eq!(at(&moved, "/paths/~1c~1{id}~1b/get/summary"), "Our summary");
    assert_eq!(moved.words, Default::default());
    let renamed = kept(
        &PUBLISHED.replace("operationId: getB", "operationId: readB"),
        &own(),
    );
    assert_eq!(at(&renamed, &format!("{GET}/summary")), "Our summary");
    assert!(
        renamed
            .words
            .moved
            .iter()
            .any(|(to, from)| *to == format!("{GET}/summary") && to == from)
    );
    assert!(
        renamed.words.unwritten.is_empty() && renamed.words.gone.is_empty(),
        "{:?}",
        renamed.words
    );
}

#[test]
fn a_parameter_keeps_its_prose_when_it_moves_to_the_components_and_back() {
    let list = r##"[{$ref: "#/components/parameters/id"}, {name: why, in: query, description: Published why., schema: {type: string}}]"##;
    let shared = PUBLISHED
        .replace(list, r##"[{$ref: "#/components/parameters/why"}, {$ref: "#/components/parameters/id"}]"##)
        .replace("  parameters:\n    id:", "  parameters:\n    why: {name: why, in: query, description: Published why., schema: {type: string}}\n    id:");
    assert_ne!(shared, PUBLISHED);
    let fragment = kept(&shared, &own());
    assert_eq!(
        at(&fragment, "/components/parameters/why/description"),
        "Our why."
    );
    assert_eq!(fragment.words.moved.len(), 1);
    assert!(
        fragment.words.gone.is_empty() && fragment.words.unwritten.is_empty(),
        "{:?}",
        fragment.words
    );

    let back = kept(PUBLISHED, &fragment.text);
    assert_eq!(
        at(&back, "/paths/~1b~1{id}/delete/parameters/1/description"),
        "Our why."
    );
    assert!(
        back.words.gone.is_empty() && back.words.unwritten.is_empty(),
        "{:?}",
        back.words
    );
}

#[test]
fn a_new_operation_takes_the_prose_of_a_shared_parameter() {
    let later = PUBLISHED.replace(
        "  /a: {get: {operationId: getA, tags: [Other],",
        "  /a/{id}: {get: {operationId: getA, tags: [T], parameters: [{in: path, name: id, required: true, description: Published id., schema: {type: string}}],",
    );
    let fragment = kept(&later, &own());
    let place = "/paths/~1a~1{id}/get/parameters/0/description";
    assert_eq!(at(&fragment, place), "Our id.");
    let from = "/components/parameters/id/description";
    assert_eq!(fragment.words.moved, [(place.to_owned(), from.to_owned())]);
}

#[test]
fn a_schema_keeps_its_prose_when_it_moves_to_the_components_and_back() {
    let inline = "{type: object, description: Published inner., properties: {deep: {type: string, description: Published deep.}}}";
    let component = PUBLISHED
        .replace(
            &format!("inner: {inline}"),
            "inner: {$ref: \"#/components/schemas/Inner\"}",
        )
        .replace(
            "  schemas:\n",
            &format!("  schemas:\n    Inner: {inline}\n"),
        );
    let fragment = kept(&component, &own());
    assert_eq!(
        at(&fragment, "/components/schemas/Inner/description"),
        "Our inner."
    );
    assert_eq!(
        at(
            &fragment,
            "/components/schemas/Inner/properties/deep/description"
        ),
        "Our deep."
    );
    assert!(
        fragment.words.gone.is_empty() && fragment.words.unwritten.is_empty(),
        "{:?}",
        fragment.words
    );

    let back = kept(PUBLISHED, &fragment.text);
    assert_eq!(
        at(
            &back,
            &format!("{SCHEMA}/properties/inner/properties/deep/description")
        ),
        "Our deep."
    );
    assert!(
        back.words.gone.is_empty() && back.words.unwritten.is_empty(),
        "{:?}",
        back.words
    );
    assert_eq!(back.words.moved.len(), 2);
}

#[test]
fn a_new_version_takes_the_prose_of_the_newest_one_for_review() {
    let later = PUBLISHED
        .replace("B20240530\"", "B20250101\"")
        .replace("    B20240530:", "    B20250101:")
        .replace(
            "            application/vnd.atlas.2023-01-01+json:\n",
            "            application/vnd.atlas.2025-01-01+json: {schema: {$ref: \"#/components/schemas/B20250101\"}}\n            application/vnd.atlas.2023-01-01+json:\n",
        );
    let fragment = kept(&later, &own());
    let place = "/components/schemas/B20250101/properties/type/description";
    assert_eq!(at(&fragment, place), "Our type.");
    let from = format!("{SCHEMA}/properties/type/description");
    assert!(
        fragment.words.moved.contains(&(place.to_owned(), from)),
        "{:?}",
        fragment.words
    );
    assert!(
        fragment.words.unwritten.is_empty() && fragment.words.gone.is_empty(),
        "{:?}",
        fragment.words
    );
}

#[test]
fn an_additional_version_takes_the_prose_of_the_newest_one() {
    let bodies = "            application/vnd.atlas.2023-01-01+json:\n";
    let later = PUBLISHED
        .replace(
            bodies,
            &format!(
                "            application/vnd.atlas.2025-01-01+json: {{schema: {{$ref: \"#/components/schemas/B20250101\"}}}}\n{bodies}"
            ),
        )
        .replace(
            "  schemas:\n",
            "  schemas:\n    B20250101: {type: object, title: Published newest title}\n",
        );
    let fragment = kept(&later, &own());
    let title = "/components/schemas/B20250101/title";
    assert_eq!(at(&fragment, title), "Our title");
    let moved = [(title.to_owned(), format!("{SCHEMA}/title"))];
    assert_eq!(fragment.words.moved, moved);
    assert_eq!(at(&fragment, &moved[0].1), "Our title");

    // The same with an inline schema.
    let later = PUBLISHED.replace(
        bodies,
        &format!(
            "            application/vnd.atlas.2025-01-01+json: {{schema: {{type: object, title: Published newest title}}}}\n{bodies}"
        ),
    );
    let fragment = kept(&later, &own());
    let content = format!("{GET}/responses/200/content");
    let title = format!("{content}/application~1vnd.atlas.2025-01-01+json/schema/title");
    assert_eq!(fragment.words.moved, [(title, moved[0].1.clone())]);
    assert!(fragment.words.unwritten.is_empty(), "{:?}", fragment.words);
}

#[test]
fn a_schema_that_replaces_another_in_use_does_not_take_its_prose() {
    let other = PUBLISHED
        .replace(
            "properties: {error: {type: integer}",
            "properties: {b: {$ref: \"#/components/schemas/B20240530\"}, error: {type: integer}",
        )
        .replace(
            "json: {schema: {$ref: \"#/components/schemas/B20240530\"}}",
            "json: {schema: {$ref: \"#/components/schemas/Other\"}}",
        )
        .replace(
            "  schemas:\n",
            "  schemas:\n    Other: {type: object, description: Published other.}\n",
        );
    let fragment = kept(&other, &own());
    assert_eq!(
        fragment.value.pointer("/components/schemas/Other"),
        Some(&json!({"type": "object"}))
    );
    assert_eq!(
        fragment.words.unwritten,
        ["/components/schemas/Other/description"]
    );
}

#[test]
fn verbatim_prose_of_the_publisher_is_reported() {
    let mine = own()
        .replace("Our title", "Published title")
        .replace("Our description of b.", "Published description of b.");
    assert_eq!(
        kept(PUBLISHED, &mine).words.verbatim,
        [format!("{GET}/description")],
        "a title of two words may be chance"
    );
}

/// Returns `value` with the members of every map in reverse order.
fn reversed(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .rev()
            .map(|(key, value)| (key, reversed(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(reversed).collect(),
        other => other,
    }
}

#[test]
fn the_output_does_not_depend_on_the_order_or_format_of_the_source() {
    let value = load::load(&Source::new("published.yaml", PUBLISHED)).expect("a document");
    let json = reversed(value).to_string();
    for prose in [Prose::Keep, Prose::Upstream, Prose::None] {
        let own = own();
        let one = made(PUBLISHED, Some(&own), prose).expect("a fragment");
        let other = made(&json, Some(&own), prose).expect("a fragment");
        assert_eq!(one.text, other.text);
        let back = load::load(&Source::new("written.yaml", one.text.as_str())).expect("YAML");
        assert_eq!(back, one.value);
    }
}

#[test]
fn the_comment_at_the_top_stays() {
    let mine = format!(
        "# Mine.\n#\n# All of it.\n{}",
        made(PUBLISHED, None, Prose::None).expect("a fragment").text
    );
    let mine = mine.replace("# The structure of a slice", "# Something else");
    assert!(
        kept(PUBLISHED, &mine)
            .text
            .starts_with("# Mine.\n#\n# All of it.\n# Something else")
    );
    assert!(
        kept(PUBLISHED, &own())
            .text
            .starts_with("# The vendored fragment"),
        "not that of others' words"
    );
}

#[test]
fn an_undeclared_tag_in_use_is_reported() {
    assert_eq!(kept(PUBLISHED, &own()).undeclared, [""; 0]);
    let cut_off = PUBLISHED.replace("  - {name: T, description: Published tag.}\n", "");
    assert_eq!(kept(&cut_off, &own()).undeclared, ["T"]);
}

#[test]
fn faults_are_reported_with_file_and_location() {
    for (from, to, said) in [
        ("openapi: 3.0.1", "openapi: 3.1.0", "`3.1.0` cannot be read"),
        ("operationId: getB", "x-id: getB", "has no operationId"),
        ("title: The API, ", "", "`title` is missing or not a string"),
        ("[T]", "[S]", "no operation has the tag `T`"),
        ("parameters/id", "parameters/di", "leads nowhere"),
    ] {
        let error = made(&PUBLISHED.replace(from, to), Some(&own()), Prose::Keep).unwrap_err();
        let line = error.to_string();
        assert!(line.starts_with("published.yaml:"), "{line}");
        assert!(line.contains(said), "{line}");
    }
    let broken = made(PUBLISHED, Some("a: b: c"), Prose::Keep).unwrap_err();
    assert_eq!(broken.file(), Some("fragment.yaml"));
    assert!(
        made(PUBLISHED, Some("a: b: c"), Prose::None).is_ok(),
        "its words are not asked for"
    );
}

#[test]
fn corrections_that_do_not_apply_are_listed_with_their_lines() {
    let fragment = kept(PUBLISHED, &own());
    let overlay = |actions: &str| {
        let head = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n";
        Source::new("corrections.yaml", format!("{head}{actions}"))
    };
    let said = misfits(
        &fragment.value,
        &overlay(
            "- {target: $.info, description: why, update: {version: \"2\"}}\n\
             - {target: $.info, description: why, update: {version: \"3\"}}\n\
             - {target: $.paths.nowhere, description: why, remove: true}\n\
             - {target: $.paths.nowhere, description: why, remove: true, x-optional: true}\n",
        ),
    )
    .expect("readable");
    let lines: Vec<_> = said.iter().map(Error::line).collect();
    assert_eq!(lines, [Some(4), Some(6)], "{said:?}");
    let breaking =
        overlay("- {target: $.components.parameters.id, description: why, remove: true}\n");
    let said = misfits(&fragment.value, &breaking).expect("readable");
    assert!(
        said.len() == 1 && said[0].message().contains("leads nowhere"),
        "{said:?}"
    );
    assert!(misfits(&fragment.value, &Source::new("c.yaml", "a: [")).is_err());
}

#[test]
fn unusual_documents_give_a_parsable_fragment_or_a_one_line_error() {
    let odd: Vec<Source> = fixtures()
        .into_iter()
        .map(|(name, text)| Source::new(name, text))
        .collect();
    let readable: Vec<&Source> = odd
        .iter()
        .filter(|source| load::load(source).is_ok())
        .collect();
    let mut wrong = Vec::new();
    for (i, published) in odd.iter().enumerate() {
        let inputs = Inputs {
            published,
            fragment: Some(readable[(i * 7 + 3) % readable.len()]),
            selection: &Selection::All,
            prose: Prose::Keep,
        };
        match catch_unwind(AssertUnwindSafe(|| vendor(&inputs))) {
            Ok(Ok(fragment)) => {
                let back = load::load(&Source::new("written.yaml", fragment.text.as_str()));
                if back.as_ref() != Ok(&fragment.value) {
                    wrong.push(format!("{}: {back:?}", published.name));
                }
            }
            Ok(Err(error)) if error.to_string().lines().count() == 1 => {}
            Ok(Err(error)) => wrong.push(format!("{}: {error}", published.name)),
            Err(_) => wrong.push(format!("{}: a panic", published.name)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Parts of both documents are removed, duplicated or replaced: whatever is left gives a fragment
/// that parses to the same value and that a second run does not change.
#[test]
fn mutated_documents_give_stable_fragments() {
    let read = |text: &str| load::load(&Source::new("document", text)).expect("a document");
    let (published, own) = (read(PUBLISHED), read(&own()));
    let mut random = Random(0x5EED_5EED);
    let mut made_any = 0;
    for round in 0..200 {
        let [mut new, mut old] = [published.clone(), own.clone()];
        for _ in 0..=random.below(3) {
            mutate(&mut new, &mut random);
            mutate(&mut old, &mut random);
        }
        let (new, old) = (new.to_string(), old.to_string());
        let once = catch_unwind(AssertUnwindSafe(|| made(&new, Some(&old), Prose::Keep)));
        let once = once.unwrap_or_else(|_| panic!("round {round}: {new}\n{old}"));
        let Ok(once) = once else { continue };
        made_any += 1;
        assert_eq!(read(&once.text), once.value, "round {round}: {new}");
        let twice = kept(&new, &once.text);
        assert_eq!(twice.text, once.text, "round {round}: {new}\n{old}");
    }
    assert!(made_any > 60, "{made_any}");
}
