//! Which dated media type of an operation is chosen, and that the others are removed.

use atlas_gen::document::Document;
use atlas_gen::media_type::Date;
use atlas_gen::passes::versions;
use serde_json::{Value, json};

/// Chooses a version for an operation whose response and body have these versions; returns the
/// `Accept` header and the contents.
fn chosen(answers: &[&str], bodies: &[&str], preview: bool) -> Result<(String, Value), String> {
    let content = |versions: &[&str]| {
        let all = versions.iter().map(|version| {
            let name = format!("application/vnd.atlas.{version}");
            (name, json!({"schema": {"title": version}}))
        });
        json!({"description": "", "content": Value::Object(all.collect())})
    };
    let mut operation = json!({"operationId": "getA", "responses": {"200": content(answers)}});
    if !bodies.is_empty() {
        operation["requestBody"] = content(bodies);
    }
    let root = json!({"openapi": "3.0.3", "paths": {"/a": {"get": operation}}});
    let mut document = Document::new(root).unwrap();
    let pin = Date::parse("2024-06-30").unwrap();
    versions::choose_versions(&mut document, &pin, preview).map_err(|error| error.to_string())?;
    let choice = &document.root()["paths"]["/a"]["get"]["x-atlas-version"];
    let accept = choice["accept"].as_str().unwrap_or_default();
    let accept = accept
        .trim_start_matches("application/vnd.atlas.")
        .to_owned();
    Ok((accept, choice["content_type"].clone()))
}

#[test]
fn the_newest_version_before_the_pin_is_chosen() {
    let answer = |versions: &[&str], preview| chosen(versions, &[], preview).map(|(a, _)| a);
    let stable = ["2023-01-01+json", "2024-05-30+json", "2024-07-01+json"];
    assert_eq!(answer(&stable, false).unwrap(), "2024-05-30+json");
    let with_preview = ["preview+json", "2023-01-01+json"];
    assert_eq!(answer(&with_preview, false).unwrap(), "2023-01-01+json");
    assert_eq!(answer(&with_preview, true).unwrap(), "preview+json");
    assert_eq!(answer(&["preview+json"], false).unwrap(), "preview+json");
    assert_eq!(
        answer(&["2024-01-01+gzip"], false).unwrap(),
        "2024-01-01+gzip"
    );
    let both = ["2024-01-01+csv", "2024-01-01+json"];
    assert_eq!(answer(&both, false).unwrap(), "2024-01-01+json");
    assert_eq!(answer(&[], false).unwrap(), "2024-06-30+json");
    assert!(answer(&["2025-01-01+json"], false).is_err());
}

#[test]
fn the_version_of_the_body_is_never_newer_than_that_of_the_response() {
    let (accept, body) = chosen(
        &["2023-01-01+json"],
        &["2023-01-01+json", "2024-05-30+json"],
        false,
    )
    .unwrap();
    assert_eq!(accept, "2023-01-01+json");
    assert_eq!(body, "application/vnd.atlas.2023-01-01+json");
    // For a response without a body, the version of the request body decides.
    let (accept, body) = chosen(&[], &["2023-01-01+json", "2024-05-30+json"], false).unwrap();
    assert_eq!(accept, "2024-05-30+json");
    assert_eq!(body, "application/vnd.atlas.2024-05-30+json");
}

#[test]
fn json_is_preferred_if_a_version_has_other_formats() {
    let (json, csv) = ("2024-01-01+json", "2024-01-01+csv");
    for forms in [[json, csv], [csv, json]] {
        let (accept, body) = chosen(&forms, &forms, false).unwrap();
        assert_eq!(accept, json, "{forms:?}");
        assert_eq!(body, format!("application/vnd.atlas.{json}"), "{forms:?}");
    }
}

#[test]
fn a_sunset_of_any_success_counts() {
    let media_type = "application/vnd.atlas.2024-01-01+json";
    let (without, with) = (json!({}), json!({"x-sunset": "2027-07-01"}));
    for (ok, created) in [(&without, &with), (&with, &without)] {
        let success = |body: &Value| json!({"description": "", "content": {media_type: body}});
        let responses = json!({"200": success(ok), "201": success(created)});
        let root = json!({"openapi": "3.0.3", "paths": {"/a": {"get": {
            "operationId": "getA", "responses": responses,
        }}}});
        let mut document = Document::new(root).unwrap();
        let pin = Date::parse("2024-06-30").unwrap();
        versions::choose_versions(&mut document, &pin, false).unwrap();
        let choice = &document.root()["paths"]["/a"]["get"]["x-atlas-version"];
        assert_eq!(choice["sunset"], "2027-07-01");
        assert_eq!(choice["versions"][0]["sunset"], "2027-07-01");
    }
}

#[test]
fn a_body_that_is_not_json_is_a_stream_of_bytes() {
    let of = |form: &str| {
        let content =
            json!({format!("application/vnd.atlas.2024-01-01+{form}"): {"schema": {"title": "a"}}});
        let body = json!({"description": "", "content": content});
        let root = json!({"openapi": "3.0.3", "paths": {"/a": {"post": {
            "operationId": "postA", "requestBody": body, "responses": {"200": body},
        }}}});
        let mut document = Document::new(root).unwrap();
        versions::choose_versions(&mut document, &Date::parse("2024-06-30").unwrap(), false)
            .unwrap();
        let operation = &document.root()["paths"]["/a"]["post"];
        assert_eq!(
            operation["requestBody"]["content"],
            operation["responses"]["200"]["content"]
        );
        operation["requestBody"]["content"].clone()
    };
    assert_eq!(
        of("json"),
        json!({"application/json": {"schema": {"title": "a"}}})
    );
    let bytes = json!({"type": "string", "format": "binary"});
    for form in ["csv", "gzip"] {
        assert_eq!(
            of(form),
            json!({"application/octet-stream": {"schema": bytes}}),
            "{form}"
        );
    }
}
