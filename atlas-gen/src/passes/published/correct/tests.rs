//! What corrections change, and which are refused.

use serde_json::json;

use super::*;

fn overlay(actions: &str) -> Source {
    Source::new(
        "corrections.yaml",
        format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}"),
    )
}

fn document() -> Value {
    json!({"components": {"schemas": {"ApiError": {"required": ["errorCode"]}}}})
}

#[test]
fn updates_and_removes() {
    let mut document = document();
    let actions = overlay(
        "- {target: $.components.schemas.ApiError, description: why, update: {required: [error]}}\n\
         - {target: \"$.components.schemas.ApiError.required[?@ == 'errorCode']\", description: why, remove: true}\n",
    );
    let report = correct(&mut document, &actions, true).unwrap();
    assert_eq!(report.applied, 2);
    assert_eq!(
        document,
        json!({"components": {"schemas": {"ApiError": {"required": ["error"]}}}})
    );
}

#[test]
fn an_action_removes_each_matched_location() {
    let mut document = json!({"tags": ["a", "b", "c", "d"]});
    let actions = overlay("- {target: '$.tags[0,1,3]', description: why, remove: true}\n");
    correct(&mut document, &actions, true).unwrap();
    assert_eq!(document, json!({"tags": ["c"]}));
    // In whatever order the target names them, and if it names one twice.
    for target in ["$.tags[3,0,1]", "$.tags[0,1,1,3,0]"] {
        let mut document = json!({"tags": ["a", "b", "c", "d"]});
        let actions = overlay(&format!(
            "- {{target: '{target}', description: why, remove: true}}\n"
        ));
        correct(&mut document, &actions, true).unwrap();
        assert_eq!(document, json!({"tags": ["c"]}), "{target}");
    }
    let mut document = json!({"a": {"x": 1, "y": 2}, "b": {"x": 3}});
    let actions = overlay("- {target: $.*.x, description: why, remove: true}\n");
    correct(&mut document, &actions, true).unwrap();
    assert_eq!(document, json!({"a": {"y": 2}, "b": {}}));
}

#[test]
fn a_correction_adds_components_to_a_slice_without_any() {
    let actions = overlay(
        "- {target: $.components.schemas, description: why, update: {A: {type: string}}}\n",
    );
    let mut document = json!({"paths": {}});
    let report = correct(&mut document, &actions, false).unwrap();
    assert_eq!((report.applied, report.absent), (1, Vec::new()));
    let schemas = json!({"schemas": {"A": {"type": "string"}}});
    assert_eq!(document, json!({"paths": {}, "components": schemas}));
    // The document that it was written for has components.
    assert!(correct(&mut json!({"paths": {}}), &actions, true).is_err());
}

#[test]
fn an_overlay_of_another_version_is_refused() {
    for (version, is_known) in [
        ("1.0.0", true),
        ("1.0.1", true),
        ("1.1.0", false),
        ("2.0.0", false),
        ("1", false),
    ] {
        let text = format!("overlay: '{version}'\ninfo: {}\nactions: []\n", "{}");
        let read = correct(&mut document(), &Source::new("o.yaml", text), true);
        assert_eq!(read.is_ok(), is_known, "{version}: {read:?}");
    }
}

#[test]
fn an_action_that_changes_nothing_is_an_error_with_its_line() {
    let actions = overlay(
        "- target: $.components.schemas.ApiError\n  description: why\n  update: {required: [errorCode]}\n",
    );
    let error = correct(&mut document(), &actions, true).unwrap_err();
    assert_eq!(error.line(), Some(4));
    assert!(error.to_string().contains("changes nothing"), "{error}");
}

#[test]
fn an_update_to_an_equal_value_is_no_change() {
    let before = json!({"text": "x", "list": [{"b": 1}, 2]});
    for (target, same, other, after) in [
        (
            "$",
            "{text: x}",
            "{text: y}",
            json!({"text": "y", "list": [{"b": 1}, 2]}),
        ),
        (
            "$.text",
            "x",
            "y",
            json!({"text": "y", "list": [{"b": 1}, 2]}),
        ),
        (
            "$.list",
            "[2, {b: 1}]",
            "[2, 3]",
            json!({"text": "x", "list": [{"b": 1}, 2, 3]}),
        ),
        (
            "$.list",
            "{b: 1}",
            "{b: 2}",
            json!({"text": "x", "list": [{"b": 1}, 2, {"b": 2}]}),
        ),
    ] {
        let updated = |update: &str| {
            let mut document = before.clone();
            let actions = overlay(&format!(
                "- {{target: {target}, description: why, update: {update}}}\n"
            ));
            let report = correct(&mut document, &actions, true);
            report.map(|report| (report.applied, document)).ok()
        };
        assert_eq!(updated(same), None, "{target} {same}");
        assert_eq!(updated(other), Some((1, after)), "{target} {other}");
    }
}

#[test]
fn an_absent_target_is_an_error_only_for_the_slice_it_was_written_for() {
    let actions = overlay("- {target: $.paths.nowhere, description: why, remove: true}\n");
    let error = correct(&mut document(), &actions, true).unwrap_err();
    assert!(error.to_string().contains("selects nothing"), "{error}");
    let report = correct(&mut document(), &actions, false).unwrap();
    assert_eq!(report.absent, ["$.paths.nowhere"]);
    let optional =
        overlay("- {target: $.paths.nowhere, description: why, remove: true, x-optional: true}\n");
    assert_eq!(
        correct(&mut document(), &optional, true).unwrap().applied,
        0
    );
}

#[test]
fn all_actions_that_change_nothing_are_listed_and_the_others_applied() {
    let mut document = document();
    let actions = overlay(
        "- {target: $.paths.nowhere, description: why, remove: true}\n\
         - {target: $.components.schemas.ApiError, description: why, update: {required: [error]}}\n\
         - {target: $.components.schemas.ApiError, description: why, update: {required: [error]}}\n",
    );
    let listed = obsolete(&mut document, &actions, true).unwrap();
    let lines: Vec<_> = listed.iter().map(Error::line).collect();
    assert_eq!(lines, [Some(4), Some(6)], "{listed:?}");
    assert_eq!(
        document.pointer("/components/schemas/ApiError/required"),
        Some(&json!(["errorCode", "error"]))
    );
    let broken = overlay("- {target: 'components..', description: why, remove: true}\n");
    assert!(obsolete(&mut document, &broken, true).is_err());
}

#[test]
fn a_correction_without_a_reason_is_refused() {
    let actions = overlay("- {target: $.components, update: {a: 1}}\n");
    let error = correct(&mut document(), &actions, true).unwrap_err();
    assert!(error.to_string().contains("reason"), "{error}");
}

#[test]
fn says_which_target_is_no_jsonpath() {
    let actions = overlay("- {target: 'components..', description: why, remove: true}\n");
    let error = correct(&mut document(), &actions, true).unwrap_err();
    assert!(error.to_string().contains("is no JSONPath"), "{error}");
}
