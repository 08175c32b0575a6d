//! What becomes of a published document as a fragment: what is cut out, in which order it stands,
//! and whose words it holds.

use std::panic::{AssertUnwindSafe, catch_unwind};

use atlas_gen::passes::select::Selection;
use atlas_gen::vendor::{Fragment, Inputs, Prose, misfits, vendor};
use atlas_gen::{Error, Source, load};
use serde_json::{Map, Value, json};

use crate::documents::mutate::{Random, mutate};
use crate::documents::odd_documents::fixtures;

/// A published document; every word of its publisher says so.
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

/// The fragment of [`PUBLISHED`] with words of our own in all places.
fn own() -> String {
    let upstream = made(PUBLISHED, None, Prose::Upstream).expect("a fragment");
    // What is a fact stays as it is, and the publisher's articles are no words of ours.
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
fn without_words_only_structure_is_left() {
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
    // OpenAPI asks for it.
    assert_eq!(
        at(&fragment, &format!("{GET}/responses/200/description")),
        "Not described."
    );
    assert_eq!(fragment.words, Default::default());
}

#[test]
fn the_publishers_words_come_with_their_licence() {
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
fn the_slice_holds_what_the_operations_reach_in_all_versions() {
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
fn our_words_stay_where_their_places_are() {
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
fn words_of_ours_stay_where_the_publisher_has_none() {
    let silent = PUBLISHED.replace("summary: Published summary", "deprecated: false");
    let fragment = kept(&silent, &own());
    assert_eq!(at(&fragment, &format!("{GET}/summary")), "Our summary");
    assert_eq!(fragment.words, Default::default());
}

#[test]
fn new_places_are_listed_and_stay_empty_and_places_that_are_gone_are_listed() {
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
fn a_required_word_that_nobody_wrote_stays_on_the_list() {
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
fn an_operation_keeps_its_words_wherever_its_path_goes_and_whatever_it_is_called() {
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
fn a_parameter_keeps_its_words_on_the_way_to_the_components_and_back() {
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
fn a_new_operation_takes_over_the_words_of_a_parameter_that_is_shared() {
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
fn a_schema_keeps_its_words_on_the_way_to_the_components_and_back() {
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
fn a_new_date_takes_over_the_words_of_the_newest_one_to_be_read_again() {
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
fn a_date_beside_the_others_takes_over_the_words_of_the_newest_one() {
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

    // The same in line.
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
fn a_schema_in_place_of_another_that_lives_on_does_not_take_its_words() {
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
fn the_publishers_own_sentences_in_the_fragment_are_told() {
    let mine = own()
        .replace("Our title", "Published title")
        .replace("Our description of b.", "Published description of b.");
    assert_eq!(
        kept(PUBLISHED, &mine).words.verbatim,
        [format!("{GET}/description")],
        "a title of two words may be chance"
    );
}

/// Every map of `value` with its members in the opposite order.
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
fn neither_the_order_of_the_source_nor_its_format_shows() {
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
fn a_tag_that_is_carried_but_not_declared_is_told() {
    assert_eq!(kept(PUBLISHED, &own()).undeclared, [""; 0]);
    let cut_off = PUBLISHED.replace("  - {name: T, description: Published tag.}\n", "");
    assert_eq!(kept(&cut_off, &own()).undeclared, ["T"]);
}

#[test]
fn faults_are_told_with_file_and_place() {
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
fn corrections_that_do_not_fit_are_listed_each_with_its_line() {
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
fn odd_documents_end_in_a_fragment_that_reads_back_or_in_one_line() {
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

/// Both documents lose, double or exchange parts: whatever is left becomes a fragment that reads
/// back and that a second run leaves as it is.
#[test]
fn mutated_documents_become_fragments_that_stay_as_they_are() {
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
