//! What holds for the diff of any two documents.

use std::collections::BTreeSet;
use std::fs;

use atlas_diff::{Finding, Options};
use atlas_gen::Source;
use atlas_gen::load::load;
use atlas_gen::media_type::Date;
use serde_json::{Map, Value};

use crate::mutate::{Random, mutate};

fn options() -> Options {
    Options::new(Date::parse("2026-11-24").expect("a date"))
}

fn compare(old: &Value, new: &Value) -> atlas_gen::Result<Vec<Finding>> {
    atlas_diff::compare(old, new, &options())
}

fn fragment() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/atlas-v2.yaml");
    let text = fs::read_to_string(path).expect("the fragment");
    load(&Source::new("atlas-v2.yaml", text)).expect("YAML")
}

/// The whole published document, where there is one.
fn full() -> Option<Value> {
    let path = std::env::var("ATLAS_FULL_SPEC").ok()?;
    let text = fs::read_to_string(&path).expect("the document that ATLAS_FULL_SPEC names");
    Some(load(&Source::new(path, text)).expect("YAML"))
}

/// Documents of all kinds that can be read: the odd ones of the generator's tests among them.
fn documents() -> Vec<(String, Value)> {
    let odd = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/odd");
    let all = fs::read_dir(odd).expect("the odd documents");
    let all = all.filter_map(|entry| {
        let path = entry.expect("a document").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        let text = fs::read_to_string(&path).expect("a text");
        let value = load(&Source::new(&*name, text)).ok()?;
        (value.to_string().len() < 40_000).then(|| (name.into_owned(), value))
    });
    let mut all: Vec<(String, Value)> = all.collect();
    all.push(("the fragment".to_owned(), fragment()));
    all
}

fn ids(findings: &[Finding]) -> Vec<String> {
    let lines = findings.iter().map(|f| format!("{} {}", f.id, f.pointer));
    lines.collect()
}

/// The same document, its maps and those lists whose order means nothing turned round.
fn reordered(value: &Value, key: &str) -> Value {
    match value {
        Value::Object(map) => {
            let entries = map.iter().rev();
            let turned = entries.map(|(name, child)| (name.clone(), reordered(child, name)));
            Value::Object(turned.collect::<Map<String, Value>>())
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| reordered(item, ""));
            let free = [
                "required",
                "enum",
                "oneOf",
                "anyOf",
                "allOf",
                "parameters",
                "tags",
            ];
            match free.contains(&key) {
                true => Value::Array(items.rev().collect()),
                false => Value::Array(items.collect()),
            }
        }
        other => other.clone(),
    }
}

#[test]
fn a_document_does_not_differ_from_itself_nor_from_itself_reordered() {
    for (name, document) in documents()
        .into_iter()
        .chain(full().map(|d| ("all".to_owned(), d)))
    {
        let Ok(same) = compare(&document, &document) else {
            continue;
        };
        assert!(same.is_empty(), "{name}: {:#?}", ids(&same));
        let turned = compare(&document, &reordered(&document, "")).expect("a readable document");
        assert!(turned.is_empty(), "{name}: {:#?}", ids(&turned));
    }
}

#[test]
fn the_order_of_keys_changes_no_finding() {
    let old = fragment();
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for round in 0..60 {
        let mut new = old.clone();
        for _ in 0..=random.below(4) {
            mutate(&mut new, &mut random);
        }
        let Ok(findings) = compare(&old, &new) else {
            continue;
        };
        let turned = compare(&reordered(&old, ""), &reordered(&new, "")).expect("as readable");
        let prints = |all: &[Finding]| -> BTreeSet<(String, String, Vec<String>)> {
            let all = all.iter();
            all.map(|f| (f.fingerprint.clone(), f.id.to_owned(), f.operations.clone()))
                .collect()
        };
        assert_eq!(
            prints(&findings),
            prints(&turned),
            "round {round}: {:#?} {:#?}",
            ids(&findings),
            ids(&turned)
        );
    }
}

/// Ids that say the reverse of each other, as seen from OLD and from NEW.
fn mirrored(id: &str) -> Option<(&'static str, bool)> {
    Some(match id {
        "endpoint-added" => ("operation", true),
        _ if id.starts_with("api-removed") || id.starts_with("api-path-removed") => {
            ("operation", false)
        }
        "new-optional-request-property"
        | "new-required-request-property"
        | "new-required-request-property-with-default" => ("request member", true),
        "request-property-removed" => ("request member", false),
        "response-optional-property-added" | "response-required-property-added" => {
            ("response member", true)
        }
        "response-optional-property-removed" | "response-required-property-removed" => {
            ("response member", false)
        }
        "new-optional-request-parameter"
        | "new-required-request-parameter"
        | "new-request-path-parameter" => ("parameter", true),
        "request-parameter-removed" | "request-parameter-removed-with-deprecation" => {
            ("parameter", false)
        }
        "response-success-status-added" | "response-non-success-status-added" => ("status", true),
        "response-success-status-removed" | "response-non-success-status-removed" => {
            ("status", false)
        }
        _ => return None,
    })
}

#[test]
fn swapping_the_documents_mirrors_what_came_and_went() {
    let whole = fragment();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut seen = BTreeSet::new();
    for round in 0..150 {
        // Nothing but what was taken out, so that each finding has its mirror image.
        let mut less = whole.clone();
        for _ in 0..=random.below(3) {
            take_out(&mut less, &mut random);
        }
        let (Ok(forth), Ok(back)) = (compare(&whole, &less), compare(&less, &whole)) else {
            continue;
        };
        let of = |findings: &[Finding], came: bool| -> BTreeSet<(String, String)> {
            let all = findings.iter().filter_map(|finding| {
                let (kind, direction) = mirrored(finding.id)?;
                (direction == came).then(|| (kind.to_owned(), finding.pointer.clone()))
            });
            all.collect()
        };
        for (came, went) in [
            (of(&forth, true), of(&back, false)),
            (of(&back, true), of(&forth, false)),
        ] {
            seen.extend(came.iter().map(|(kind, _)| kind.clone()));
            assert_eq!(
                came,
                went,
                "round {round}: {:#?} {:#?}",
                ids(&forth),
                ids(&back)
            );
        }
    }
    assert!(seen.len() >= 4, "only {seen:?} came and went");
}

/// Takes an operation, a member, a parameter or a response out of `root`.
///
/// No version: what is compared with one that is gone is not what it is compared with as a new one.
fn take_out(root: &mut Value, random: &mut Random) {
    let mut places = Vec::new();
    removable(root, "", "", &mut places);
    let place = places[random.below(places.len())].clone();
    let (parent, last) = place.rsplit_once('/').expect("a place below the root");
    let last = last.replace("~1", "/").replace("~0", "~");
    match root.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.shift_remove(&last);
        }
        Some(Value::Array(items)) => {
            items.remove(last.parse().expect("an index"));
        }
        _ => {}
    }
}

fn removable(value: &Value, key: &str, here: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, child) in map {
                let there = atlas_gen::pointer::join(here, name);
                let is_operation =
                    matches!(name.as_str(), "get" | "put" | "post" | "delete" | "patch");
                if is_operation || matches!(key, "properties" | "responses") {
                    out.push(there.clone());
                }
                // A section of `components` is used by others.
                if !(key == "components" && name != "schemas") {
                    removable(child, name, &there, out);
                }
            }
        }
        Value::Array(items) if key == "parameters" => {
            out.extend((0..items.len()).map(|i| format!("{here}/{i}")));
        }
        _ => {}
    }
}

#[test]
fn mutated_documents_end_in_findings_or_one_line() {
    let rounds: usize = std::env::var("MUTATIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(400);
    let all = documents();
    let mut random = Random(0xD1B5_4A32_D192_ED03);
    for round in 0..rounds {
        let (name, old) = &all[random.below(all.len())];
        let mut new = old.clone();
        for _ in 0..=random.below(5) {
            mutate(&mut new, &mut random);
        }
        ends_well(old, &new, &format!("round {round}, {name}"));
    }
}

#[test]
fn the_whole_document_mutated_ends_in_findings_or_one_line() {
    let Some(old) = full() else { return };
    let mut random = Random(0xA076_1D64_78BD_642F);
    for round in 0..4 {
        let mut new = old.clone();
        for _ in 0..40 {
            mutate(&mut new, &mut random);
        }
        ends_well(&old, &new, &format!("round {round}"));
    }
}

fn ends_well(old: &Value, new: &Value, what: &str) {
    for (old, new) in [(old, new), (new, old)] {
        match compare(old, new) {
            Ok(findings) => {
                let prints: BTreeSet<&String> = findings.iter().map(|f| &f.fingerprint).collect();
                assert_eq!(
                    prints.len(),
                    findings.len(),
                    "{what}: two findings look the same"
                );
                for finding in &findings {
                    let there = |document: &Value| document.pointer(&finding.pointer).is_some();
                    assert!(
                        there(old) || there(new),
                        "{what}: {} is nowhere",
                        finding.pointer
                    );
                }
            }
            Err(error) => {
                let line = error.to_string();
                assert!(!line.is_empty() && !line.contains('\n'), "{what}: {line}");
                assert!(
                    error
                        .file()
                        .is_some_and(|name| [atlas_diff::OLD, atlas_diff::NEW].contains(&name)),
                    "{what}: {line}"
                );
            }
        }
    }
    if let Ok(same) = compare(new, new) {
        assert!(
            same.is_empty(),
            "{what}: differs from itself: {:#?}",
            ids(&same)
        );
    }
}

/// A document with one GET that answers `schema`.
fn answering(schema: Value, schemas: Value) -> Value {
    serde_json::json!({
        "openapi": "3.0.3",
        "info": {"title": "Deep", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {
            "description": "An answer",
            "content": {"application/json": {"schema": schema}}
        }}}}},
        "components": {"schemas": schemas}
    })
}

#[test]
fn neither_cycles_nor_long_chains_matter() {
    let chain = |leaf: &str, keyword: &str| {
        let mut schemas = Map::new();
        for i in 0..4_000 {
            let next = serde_json::json!({"$ref": format!("#/components/schemas/S{}", i + 1)});
            let schema = match keyword {
                "allOf" => serde_json::json!({"allOf": [next]}),
                keyword => serde_json::json!({"type": "object", keyword: {"a": next}}),
            };
            schemas.insert(format!("S{i}"), schema);
        }
        schemas.insert("S4000".to_owned(), serde_json::json!({"type": leaf}));
        let first = serde_json::json!({"$ref": "#/components/schemas/S0"});
        answering(first, Value::Object(schemas))
    };
    for keyword in ["properties", "allOf"] {
        let findings = compare(&chain("string", keyword), &chain("integer", keyword));
        assert_eq!(findings.expect("a readable document").len(), 1, "{keyword}");
    }
    let cycle = |name: &str| {
        let node = serde_json::json!({"type": "object", "properties": {
            name: {"type": "string"}, "next": {"$ref": "#/components/schemas/Node"}
        }});
        let first = serde_json::json!({"$ref": "#/components/schemas/Node"});
        answering(first, serde_json::json!({"Node": node}))
    };
    assert!(
        compare(&cycle("a"), &cycle("a"))
            .expect("readable")
            .is_empty()
    );
    assert_eq!(
        compare(&cycle("a"), &cycle("b")).expect("readable").len(),
        2
    );
}

#[test]
fn a_document_that_cannot_be_read_is_named() {
    let good = answering(serde_json::json!({}), serde_json::json!({}));
    let swagger = serde_json::json!({"swagger": "2.0", "paths": {}});
    let dangling = answering(
        serde_json::json!({"$ref": "#/components/schemas/Gone"}),
        serde_json::json!({}),
    );
    let elsewhere = answering(
        serde_json::json!({"$ref": "other.yaml#/X"}),
        serde_json::json!({}),
    );
    let circle = answering(
        serde_json::json!({"$ref": "#/components/schemas/A"}),
        serde_json::json!({"A": {"$ref": "#/components/schemas/A"}}),
    );
    let line = |old: &Value, new: &Value| compare(old, new).expect_err("a fault").to_string();
    assert_eq!(
        line(&swagger, &good),
        "the old document: /swagger: a Swagger 2.0 document cannot be compared; convert it to OpenAPI 3.0"
    );
    let number = serde_json::json!({"openapi": 3.0, "paths": {}});
    assert_eq!(
        line(&good, &number),
        "the new document: /openapi: `openapi` must be a string, and 3.0 is a number; put it in quotes, such as \"3.0.1\""
    );
    let place = "/paths/~1a/get/responses/200/content/application~1json/schema";
    assert_eq!(
        line(&good, &dangling),
        format!(
            "the new document: {place}/$ref: `#/components/schemas/Gone` leads nowhere in this document"
        )
    );
    assert!(
        line(&elsewhere, &good).contains("leads into another document; bundle the two into one")
    );
    assert!(line(&circle, &good).contains("leads in a circle"));
    assert!(
        line(&good, &serde_json::json!([]))
            .starts_with("the new document: an OpenAPI document must be a map")
    );
}

#[test]
fn what_comes_or_goes_must_lead_somewhere() {
    let good = answering(serde_json::json!({}), serde_json::json!({}));
    let gone = serde_json::json!({"$ref": "#/components/schemas/Gone"});
    let inner = serde_json::json!({"type": "object", "properties": {"a": {"type": "array", "items": gone}}});
    let mut more = answering(serde_json::json!({}), serde_json::json!({"Inner": inner}));
    let body =
        serde_json::json!({"application/json": {"schema": {"$ref": "#/components/schemas/Inner"}}});
    // What stands under a member called like a keyword, or in an example, refers to nothing.
    let harmless = serde_json::json!({"application/json": {
        "schema": {"type": "object", "properties": {"$ref": {"type": "string"}}},
        "example": {"$ref": "#/nowhere"}
    }});
    let answer = |content: &Value| serde_json::json!({"200": {"description": "An answer", "content": content}});
    more["paths"]["/b"] = serde_json::json!({"get": {"responses": answer(&body)}});
    for (old, new, document) in [(&good, &more, "new"), (&more, &good, "old")] {
        assert_eq!(
            compare(old, new).expect_err("a fault").to_string(),
            format!(
                "the {document} document: /components/schemas/Inner/properties/a/items/$ref: \
                 `#/components/schemas/Gone` leads nowhere in this document"
            )
        );
    }
    more["paths"]["/b"]["get"]["responses"] = answer(&harmless);
    assert_eq!(
        ids(&compare(&good, &more).expect("a readable document")).len(),
        1
    );
    more["paths"]["/b"]["get"]["parameters"] =
        serde_json::json!([{"$ref": "#/components/parameters/Gone"}]);
    assert!(compare(&good, &more).is_err());
}

#[test]
fn a_document_that_says_no_version_is_read_if_it_looks_like_openapi() {
    let mut document = answering(serde_json::json!({}), serde_json::json!({}));
    for version in [Value::Null, Value::from("")] {
        document["openapi"] = version;
        assert_eq!(compare(&document, &document).expect("readable"), []);
    }
    let bare = serde_json::json!({"components": {"schemas": {"A": {"type": "object"}}}});
    assert_eq!(compare(&bare, &bare).expect("readable"), []);
    let line = |odd: Value| compare(&bare, &odd).expect_err("a fault").to_string();
    assert!(
        line(serde_json::json!({"name": "a package"}))
            .contains("`openapi` is missing or not a string")
    );
    assert!(line(serde_json::json!({"openapi": "4.0.0", "paths": {}})).contains("\"4.0.0\""));
    assert!(
        line(serde_json::json!({"openapi": 3, "paths": {}}))
            .contains("3 is a number; put it in quotes")
    );
}

#[test]
fn a_document_of_a_later_version_is_read_with_a_note() {
    let of = |version: &str| serde_json::json!({"openapi": version, "paths": {}});
    assert!(compare(&of("3.1.0"), &of("3.2.0")).is_ok());
    for version in ["3.1.0", "3.1", "3.2.0"] {
        let note = atlas_diff::blind_spot(&of(version), "a.yaml").expect("a note");
        assert!(
            note.contains("`a.yaml`") && note.contains(version),
            "{note}"
        );
    }
    for version in ["3.0.3", "3.0", "3"] {
        assert_eq!(
            atlas_diff::blind_spot(&of(version), "a.yaml"),
            None,
            "{version}"
        );
    }
}

#[test]
fn the_table_of_checks_stands_in_the_documentation() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diff-checks.md");
    let text = fs::read_to_string(path).expect("the documentation");
    let heading = "## All checks\n\n";
    let (before, table) = text.split_once(heading).expect("the heading of the table");
    let right = atlas_diff::report::checks::markdown();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(path, format!("{before}{heading}{right}")).expect("to write the table");
        return;
    }
    assert!(
        table == right,
        "the table is not that of the code; write it with `UPDATE_SNAPSHOTS=1 cargo test -p \
         atlas-gen --test it the_table_of_checks`"
    );
}

#[test]
fn checks_have_names_of_their_own() {
    let names: BTreeSet<&str> = atlas_diff::report::checks::CHECKS
        .iter()
        .map(|check| check.name)
        .collect();
    assert_eq!(names.len(), atlas_diff::report::checks::CHECKS.len());
    assert!(
        atlas_diff::report::checks::CHECKS
            .iter()
            .map(|check| check.name)
            .is_sorted()
    );
    let theirs = atlas_diff::report::checks::CHECKS
        .iter()
        .filter(|check| check.source == atlas_diff::report::checks::Source::Oasdiff);
    assert_eq!(theirs.count(), 373);
}

#[test]
fn a_change_of_a_shared_schema_is_one_finding_for_each_side_with_all_its_operations() {
    let document = |size: u64| {
        let tree = serde_json::json!({"$ref": "#/components/schemas/Tree"});
        let body = |schema: &Value| serde_json::json!({"content": {"application/json": {"schema": schema}}});
        let answer = |schema: &Value| {
            let mut answer = body(schema);
            answer["description"] = "Trees".into();
            serde_json::json!({"responses": {"200": answer}})
        };
        let list = serde_json::json!({"type": "array", "items": tree});
        let mut post = answer(&tree);
        post["requestBody"] = body(&tree);
        serde_json::json!({
            "openapi": "3.0.3",
            "info": {"title": "Orchard", "version": "one"},
            "paths": {
                "/trees": {"get": answer(&list), "post": post},
                "/rows": {"get": answer(&serde_json::json!({"properties": {"first": {"allOf": [tree]}}}))},
                "/tools": {"get": answer(&serde_json::json!({"type": "string"}))}
            },
            "components": {"schemas": {"Tree": {
                "type": "object", "nullable": size == 10,
                "properties": {"name": {"type": "string", "maxLength": size}}
            }}}
        })
    };
    let findings = compare(&document(20), &document(10)).expect("readable documents");
    let lines: Vec<String> = findings
        .iter()
        .map(|f| format!("{} {} [{}]", f.id, f.pointer, f.operations.join(", ")))
        .collect();
    assert_eq!(
        lines,
        [
            // A whole body in one operation, a part of one in others: one finding all the same.
            "response-body-became-nullable /components/schemas/Tree [GET /rows, GET /trees, POST /trees]",
            "request-property-max-length-decreased /components/schemas/Tree/properties/name [POST /trees]",
            "request-body-became-nullable /components/schemas/Tree [POST /trees]",
        ]
    );
}

#[test]
fn a_reference_to_another_schema_names_both() {
    let schemas = || {
        let member = serde_json::json!({"name": {"type": "string"}});
        serde_json::json!({
            "Old": {"type": "object", "properties": member},
            "New": {"type": "object"}
        })
    };
    let refers = |name: &str| {
        let schema = serde_json::json!({"$ref": format!("#/components/schemas/{name}")});
        answering(schema, schemas())
    };
    let findings = compare(&refers("Old"), &refers("New")).expect("readable");
    let texts: Vec<&str> = findings.iter().map(|f| f.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "the response member `name` of `Old` was removed; it was optional; `New` is referred to instead of `Old`"
        ]
    );
    // The finding is about the reference, in the new document, and not about the old schema.
    let reference = findings[0].pointer.as_str();
    let target = refers("New")
        .pointer(reference)
        .map(|at| at["$ref"].clone());
    assert_eq!(
        target,
        Some("#/components/schemas/New".into()),
        "{reference}"
    );
    let mut changed = refers("Old");
    changed["components"]["schemas"]["Old"]["properties"] = serde_json::json!({});
    let inside = compare(&refers("Old"), &changed).expect("readable");
    assert_eq!(inside[0].id, findings[0].id);
    assert!(
        inside[0].pointer.starts_with("/components/schemas/Old"),
        "{inside:?}"
    );
    assert_ne!(inside[0].fingerprint, findings[0].fingerprint);
}

#[test]
fn a_member_without_a_name_is_no_whole_body() {
    let body = |kind: &str| {
        let members = serde_json::json!({"": {"type": kind}});
        answering(
            serde_json::json!({"type": "object", "properties": members}),
            serde_json::json!({}),
        )
    };
    let findings = compare(&body("string"), &body("boolean")).expect("readable");
    let text = &findings[0].text;
    assert!(text.starts_with("the response member `\"\"` of "), "{text}");
}

#[test]
fn the_forms_of_null_are_one() {
    let forms = [
        serde_json::json!({"type": "string", "maxLength": 5, "nullable": true}),
        serde_json::json!({"type": ["string", "null"], "maxLength": 5}),
        serde_json::json!({"oneOf": [{"type": "null"}, {"type": "string", "maxLength": 5}]}),
        serde_json::json!({"anyOf": [{"type": "string", "maxLength": 5}, {"nullable": true, "enum": [null]}]}),
        serde_json::json!({"allOf": [{"type": "string", "maxLength": 5}], "nullable": true}),
    ];
    for old in &forms {
        for new in &forms {
            let wrap = |form: &Value| {
                answering(
                    serde_json::json!({"properties": {"a": form}}),
                    serde_json::json!({}),
                )
            };
            let findings = compare(&wrap(old), &wrap(new)).expect("readable documents");
            assert!(findings.is_empty(), "{old} {new}: {:#?}", ids(&findings));
        }
    }
}

#[test]
fn a_fingerprint_stays_when_other_parts_or_the_day_change() {
    let document = |limit: u64, others: bool| {
        let schema = serde_json::json!({"type": "integer", "maximum": limit});
        let mut parameters =
            vec![serde_json::json!({"name": "limit", "in": "query", "schema": schema})];
        let mut alternatives =
            vec![serde_json::json!({"title": "Tree", "properties": {"size": schema}})];
        if others {
            parameters.insert(
                0,
                serde_json::json!({"name": "page", "in": "query", "schema": {"type": "integer"}}),
            );
            alternatives.insert(
                0,
                serde_json::json!({"title": "Row", "properties": {"length": {"type": "number"}}}),
            );
        }
        alternatives
            .push(serde_json::json!({"title": "Tool", "properties": {"use": {"type": "string"}}}));
        let mut document = answering(serde_json::json!({}), serde_json::json!({}));
        document["paths"]["/a"]["get"]["parameters"] = parameters.into();
        document["paths"]["/a"]["get"]["requestBody"] = serde_json::json!({"content": {"application/json": {"schema": {"oneOf": alternatives}}}});
        document
    };
    let prints = |others: bool, today: &str| -> Vec<String> {
        let options = Options::new(Date::parse(today).expect("a date"));
        let findings = atlas_diff::compare(&document(9, others), &document(5, others), &options);
        let findings = findings.expect("readable documents");
        assert_eq!(findings.len(), 2, "{:#?}", ids(&findings));
        let mut prints: Vec<String> = findings.into_iter().map(|f| f.fingerprint).collect();
        prints.sort();
        prints
    };
    let before = prints(false, "2026-11-24");
    assert_eq!(before, prints(true, "2026-11-24"));
    assert_eq!(before, prints(false, "2031-01-01"));
}

#[test]
fn paths_that_only_names_tell_apart_keep_their_operations() {
    let document = |paths: Value| {
        let mut document = answering(serde_json::json!({}), serde_json::json!({}));
        document["paths"] = paths;
        document
    };
    let operation = serde_json::json!({"responses": {"200": {"description": "A tree"}}});
    let apart = document(
        serde_json::json!({"/trees/{id}": {"get": operation}, "/trees/{name}": {"post": operation}}),
    );
    let turned = document(
        serde_json::json!({"/trees/{name}": {"post": operation}, "/trees/{id}": {"get": operation}}),
    );
    let joined =
        document(serde_json::json!({"/trees/{tree}": {"get": operation, "post": operation}}));
    for (old, new) in [(&apart, &turned), (&apart, &joined), (&joined, &apart)] {
        let findings = compare(old, new).expect("readable documents");
        assert!(findings.is_empty(), "{:#?}", ids(&findings));
    }
}
