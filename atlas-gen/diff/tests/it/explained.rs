//! Changes of Rust code have the cause that explains them, or none.

use std::collections::HashSet;

use atlas_diff::show::markdown::markdown;
use atlas_diff::{Options, Report, compare, rust_api};
use atlas_gen::Source;
use atlas_gen::load::load;
use atlas_gen::media_type::Date;
use serde_json::Value;

use crate::reports::whole;
use crate::rust_api::revision;

/// An API whose `Container` is received and sent in different forms, and whose older version has a
/// schema of its own.
const CONTAINERS: &str = r#"
openapi: 3.0.1
info: {title: Containers, version: "2.0"}
paths:
  /api/atlas/v2/containers:
    post:
      operationId: createContainer
      tags: [Containers]
      requestBody:
        required: true
        content:
          application/vnd.atlas.2023-01-01+json: {schema: {$ref: '#/components/schemas/OldContainer'}}
          application/vnd.atlas.2024-01-01+json: {schema: {$ref: '#/components/schemas/Container'}}
      responses:
        "200":
          description: It
          content:
            application/vnd.atlas.2023-01-01+json: {schema: {$ref: '#/components/schemas/OldContainer'}}
            application/vnd.atlas.2024-01-01+json: {schema: {$ref: '#/components/schemas/Container'}}
components:
  schemas:
    OldContainer:
      type: object
      properties: {regions: {type: array, items: {type: string}}}
    Container:
      type: object
      properties:
        id: {type: string, readOnly: true}
        regions: {type: array, items: {type: string}}
"#;

#[test]
fn a_cause_is_about_the_same_direction_limit_and_version() {
    let read = |text: String| load(&Source::new("x.yaml", text)).expect("a document");
    let old = read(CONTAINERS.to_owned());
    let required = "type: object\n      required: [regions]\n      properties";
    let limited = "regions: {type: array, minItems: 1, maxItems: 9, items:";
    let new = CONTAINERS.replace("type: object\n      properties", required);
    let new = read(new.replace("regions: {type: array, items:", limited));
    let findings = compare(
        &old,
        &new,
        &Options::new(Date::parse("2026-11-29").expect("a date")),
    )
    .expect("findings");
    let [before, after] = [&old, &new].map(revision);
    let rust = rust_api::compare(&before, &after, &findings).expect("a comparison");
    let cause = |item: &str| {
        let change = rust.changes.iter().find(|it| it.item.contains(item));
        let change = change.unwrap_or_else(|| panic!("{item}: {rust:#?}"));
        let mut own = findings.iter();
        let own = own.find(|it| Some(&it.fingerprint) == change.cause.as_ref());
        own.map(|finding| (finding.id, finding.pointer.as_str()))
    };
    let pointer = "/components/schemas/Container";
    for (item, check, at) in [
        (
            "types::Container::regions",
            "response-property-became-required",
            "",
        ),
        (
            "types::ContainerRequest::regions",
            "request-property-became-required",
            "",
        ),
        (
            "`regions` is required now",
            "request-property-became-required",
            "",
        ),
        (
            "`minItems`",
            "request-property-min-items-increased",
            "/properties/regions",
        ),
        (
            "`maxItems`",
            "request-property-max-items-set",
            "/properties/regions",
        ),
    ] {
        let (id, found) = cause(item).unwrap_or_else(|| panic!("{item} has no cause"));
        assert_eq!(id, check, "{item}");
        assert!(
            found.starts_with(&format!("{pointer}{at}")),
            "{item}: {found}"
        );
    }
    let unused = findings
        .iter()
        .filter(|it| rust.unused.contains(&it.fingerprint));
    let unused: HashSet<bool> = unused
        .map(|it| it.pointer.contains("OldContainer"))
        .collect();
    assert_eq!(unused, HashSet::from([true]));
    let of_old = findings
        .iter()
        .filter(|it| it.pointer.contains("OldContainer"));
    assert_eq!(of_old.count(), rust.unused.len());
    let mut review = whole();
    review.report = Report::new(findings, Some(rust));
    let shown = markdown(&review);
    assert!(
        shown.contains("it concerns a version of the API that the Rust client does not use"),
        "{shown}"
    );
    assert!(
        shown.contains("other callers: check what you send"),
        "{shown}"
    );
}

/// The checks of the findings that cause the changes of `items` from `old` to `new`; empty for none.
fn causes_of<'a>(old: &str, new: &str, items: &[&'a str]) -> Vec<(&'a str, &'static str)> {
    let head = "openapi: 3.0.1\ninfo: {title: x, version: x}\n";
    let [old, new] = [old, new]
        .map(|text| load(&Source::new("x.yaml", format!("{head}{text}"))).expect("a document"));
    let today = Date::parse("2026-11-29").expect("a date");
    let findings = compare(&old, &new, &Options::new(today)).expect("findings");
    let [before, after] = [&old, &new].map(revision);
    let rust = rust_api::compare(&before, &after, &findings).expect("a comparison");
    let told = items.iter().map(|item| {
        let change = rust.changes.iter().find(|it| it.item.starts_with(item));
        let change = change.unwrap_or_else(|| panic!("{item}: {rust:#?}"));
        let mut own = findings.iter();
        let own = own.find(|it| Some(&it.fingerprint) == change.cause.as_ref());
        (*item, own.map_or("", |finding| finding.id))
    });
    told.collect()
}

/// An operation with a parameter and a body that have a member of the same name.
fn operation(id: &str, parameter: &str, body: &str) -> String {
    format!(
        "paths: {{/a: {{post: {{operationId: {id}, parameters: [{{name: q, in: query, {parameter}}}], \
         requestBody: {{required: true, content: {{application/json: {{schema: {body}}}}}}}, \
         responses: {{'200': {{description: It, content: {{application/json: {{schema: {body}}}}}}}}}}}}}}}\n"
    )
}

#[test]
fn a_parameter_and_a_member_of_the_same_name_have_causes_of_their_own() {
    let body = "{type: object, properties: {q: {type: string}}}";
    let required = "{type: object, properties: {q: {type: string}}, required: [q]}";
    let old = operation("doIt", "schema: {type: string}", body);
    let new = operation("doIt", "schema: {type: string}, required: true", required);
    let expected = [
        (
            "impl Default for types::DoItBody",
            "request-property-became-required",
        ),
        (
            "impl Default for types::DoItResponse",
            "response-property-became-required",
        ),
        ("types::DoItBody::q", "request-property-became-required"),
        (
            "types::DoItResponse::q",
            "response-property-became-required",
        ),
        (
            "types::builder::DoItBody::build()",
            "request-property-became-required",
        ),
        ("builder::DoIt::send()", "request-parameter-became-required"),
    ];
    assert_eq!(
        causes_of(&old, &new, &expected.map(|(item, _)| item)),
        expected
    );
}

#[test]
fn a_new_name_is_caused_by_what_gives_it_and_by_nothing_beside_it() {
    let body = "{type: object, properties: {m: {type: object, properties: {z: {type: string}}}, w: {type: string}}}";
    let other = body.replace("w: {type: string}", "w: {type: integer}");
    let old = operation("getIt", "schema: {type: string}", body);
    let new = operation("fetchIt", "schema: {type: string}", &other);
    let renamed = [(
        "Client::get_it() is called fetch_it()",
        "api-operation-id-removed",
    )];
    assert_eq!(
        causes_of(&old, &new, &renamed.map(|(item, _)| item)),
        renamed
    );

    let schema = "components: {schemas: {M: {type: object, properties: {z: {type: string}}}}}\n";
    let inline = "{type: object, properties: {z: {type: string}}}";
    let named = other.replace(inline, "{$ref: '#/components/schemas/M'}");
    let body = body.replace("m: ", "n: {type: string}, m: ");
    let named = named.replace("m: ", "n: {type: string}, m: ");
    let document = |body: &str, more: &str| {
        let text = operation("getIt", "schema: {type: string}", "{type: string}");
        let text = text.replacen(
            "{schema: {type: string}}}}, responses",
            &format!("{{schema: {body}}}}}}}, responses"),
            1,
        );
        format!("{text}{more}")
    };
    let joined = [
        ("types::GetItBodyM is called M", ""),
        ("types::GetItBody::w", "request-property-type-changed"),
    ];
    let told = causes_of(
        &document(&body, ""),
        &document(&named, schema),
        &joined.map(|(item, _)| item),
    );
    assert_eq!(told, joined);
}

#[test]
fn a_variant_goes_with_its_alternative() {
    let parts = |kind: &str| {
        format!(
            "components: {{schemas: {{X: {{type: object, required: [k], properties: {{k: {{type: string}}, \
             x: {{type: {kind}}}}}}}, Y: {{type: object, required: [k], properties: {{k: {{type: string}}, \
             y: {{type: string}}}}}}}}}}\n"
        )
    };
    let union = |parts: &str, mapping: &str| {
        format!("{{oneOf: [{parts}], discriminator: {{propertyName: k, mapping: {{{mapping}}}}}}}")
    };
    let x = "{$ref: '#/components/schemas/X'}";
    let y = "{$ref: '#/components/schemas/Y'}";
    let both = union(
        &format!("{x}, {y}"),
        "x: '#/components/schemas/X', y: '#/components/schemas/Y'",
    );
    let one = union(x, "x: '#/components/schemas/X'");
    let document = |body: &str, kind: &str| {
        let operation = format!(
            "paths: {{/a: {{post: {{operationId: doIt, requestBody: {{required: true, content: {{application/json: \
             {{schema: {body}}}}}}}, responses: {{'204': {{description: It}}}}}}}}}}\n"
        );
        operation + &parts(kind)
    };
    let gone = "request-body-one-of-removed";
    let expected = [
        ("types::DoItBody::Y", gone),
        ("impl From<Y> for types::DoItBody", gone),
        ("types::X::x", "request-property-type-changed"),
    ];
    let told = causes_of(
        &document(&both, "string"),
        &document(&one, "integer"),
        &expected.map(|(item, _)| item),
    );
    assert_eq!(told, expected);
}

#[test]
fn a_builder_is_gone_with_the_reference_to_its_type() {
    let document = |spec: &str, more: &str| {
        format!(
            "{}components: {{schemas: {{Spec: {{type: object, properties: {{size: {{type: string}}}}}}, {more}\
             Job: {{type: object, properties: {{specs: {{type: array, items: {{$ref: \
             '#/components/schemas/{spec}'}}}}}}}}, Answer: {{type: object, properties: {{spec: {{$ref: \
             '#/components/schemas/Spec'}}}}}}}}}}\n",
            "paths: {/a: {post: {operationId: doIt, requestBody: {required: true, content: \
             {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}, responses: {'200': \
             {description: It, content: {application/json: {schema: {$ref: \
             '#/components/schemas/Answer'}}}}}}}}\n"
        )
    };
    let own =
        "SentSpec: {type: object, properties: {size: {type: string}, zone: {type: string}}}, ";
    let expected = [
        ("types::Job::specs", "new-optional-request-property"),
        ("types::builder::Spec", "new-optional-request-property"),
        ("types::Spec::builder()", "new-optional-request-property"),
    ];
    let items = expected.map(|(item, _)| item);
    // Another finding, or the only one would cause everything.
    let other = "properties: {note: {type: string}, spec:";
    let new = document("SentSpec", own).replace("properties: {spec:", other);
    let causes = causes_of(&document("Spec", ""), &new, &items);
    assert_eq!(causes, expected);
}

#[test]
fn a_new_limit_of_what_no_builder_checks_is_a_break_at_run_time() {
    // A union of children that describe the member themselves.
    let document = |limit: &str| {
        let list = format!("list: {{type: array, {limit}items: {{type: string}}}}");
        let operation = operation("doIt", "schema: {type: string}", BASE);
        format!(
            "{operation}components: {{schemas: {{Base: {{type: object, required: [k], properties: {{k: \
             {{type: string}}, {list}}}, discriminator: {{propertyName: k, mapping: {{x: \
             '#/components/schemas/X'}}}}}}, X: {{type: object, required: [k], properties: {{k: {{type: \
             string}}, {list}}}}}}}}}\n"
        )
    };
    const BASE: &str = "{$ref: '#/components/schemas/Base'}";
    let check = "request-property-max-items-set";
    let expected = [
        ("types::Base: ", check),
        ("types::builder::X::build() `list`", check),
    ];
    let items = expected.map(|(item, _)| item);
    let causes = causes_of(&document(""), &document("maxItems: 2, "), &items);
    assert_eq!(causes, expected);
}

#[test]
fn a_header_is_called_as_in_responses_and_not_as_its_component() {
    let document = |headers: &str| {
        let text = format!(
            "openapi: 3.0.1\ninfo: {{title: x, version: x}}\npaths: {{/a: {{get: {{operationId: doIt, \
             responses: {{'200': {{description: It{headers}}}}}}}}}}}\ncomponents: {{headers: {{RetryHeader: \
             {{schema: {{type: integer}}}}}}}}\n"
        );
        load(&Source::new("x.yaml", text)).expect("a document")
    };
    let [none, one] = [
        document(""),
        document(", headers: {Retry-After: {$ref: '#/components/headers/RetryHeader'}}"),
    ];
    let today = Date::parse("2026-11-29").expect("a date");
    let texts = |old: &Value, new: &Value| {
        let findings = compare(old, new, &Options::new(today.clone())).expect("findings");
        let texts = findings.into_iter().map(|finding| finding.text);
        texts.collect::<Vec<_>>()
    };
    assert_eq!(texts(&none, &one), ["the header `Retry-After` is new"]);
    assert_eq!(texts(&one, &none), ["the header `Retry-After` was removed"]);
}
