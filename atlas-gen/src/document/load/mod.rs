//! Parses YAML or JSON into a tree that keeps the order of keys.
//!
//! It knows YAML and JSON, not OpenAPI. Every fault is an [`Error`] with its line: broken syntax,
//! duplicate keys, unlimited alias expansion, unlimited nesting.

mod json;
mod yaml;

use serde_json::Value;

use crate::error::{Error, Result};

/// The maximal nesting depth of a document; Atlas's own stays below 30.
const MAX_DEPTH: usize = 100;
/// The maximal number of values in a document; Atlas's own has about 170,000.
const MAX_VALUES: usize = 3_000_000;

/// The text of a document and its name in error messages.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name in error messages, usually a path relative to the workspace.
    pub name: String,
    /// The whole text, UTF-8.
    pub text: String,
}

impl Source {
    /// Creates a source called `name` that holds `text`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
        }
    }

    /// Adds this file, and the line of the error's JSON pointer, to `error`.
    ///
    /// The line is found by parsing the text again, so that valid documents have no extra cost. For
    /// a location that a pass created, the nearest enclosing location in the text is used.
    pub fn locate(&self, error: Error) -> Error {
        let error = error.in_file(&self.name);
        match (error.line(), error.pointer()) {
            (None, Some(pointer)) => match line_of(&self.text, pointer) {
                Some(line) => error.on_line(line),
                None => error,
            },
            _ => error,
        }
    }
}

/// Parses a document.
///
/// Valid JSON is parsed as JSON, whatever the file's name; anything else as YAML, unless the name
/// ends with `.json`. YAML scalars follow the core schema; keys are kept as written, so that a
/// status code needs no quotes.
///
/// # Errors
/// Broken syntax, a duplicate key, a key that is not a scalar, more than one document, nesting
/// beyond 100 levels, more than 3,000,000 values, or aliases that expand to more than 64 MiB: each
/// with its line.
pub fn load(source: &Source) -> Result<Value> {
    if !may_be_json(&source.text) {
        return yaml::read(source);
    }
    match json::read(source) {
        Ok(value) => Ok(value),
        Err(json::Fault::Content(error)) => Err(error),
        Err(json::Fault::Syntax(error)) if source.name.ends_with(".json") => Err(error),
        // Flow maps and lists of YAML begin like those of JSON.
        Err(json::Fault::Syntax(error)) => yaml::read(source).map_err(|other| {
            if is_meant_as_json(source) {
                error
            } else {
                other
            }
        }),
    }
}

fn may_be_json(text: &str) -> bool {
    unmarked(text).trim_start().starts_with(['{', '['])
}

/// Strips the byte order mark that Windows editors write.
fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Returns whether a text that is neither JSON nor YAML should be reported as invalid JSON.
fn is_meant_as_json(source: &Source) -> bool {
    let rest = unmarked(&source.text)
        .trim_start()
        .trim_start_matches(['{', '[']);
    rest.trim_start().starts_with('"')
}

/// Returns the line of `pointer`, or of its nearest enclosing value that exists.
fn line_of(text: &str, pointer: &str) -> Option<usize> {
    let target: Vec<String> = crate::pointer::tokens(pointer).collect();
    let of_json = may_be_json(text).then(|| json::line_of(text, &target));
    of_json.flatten().or_else(|| yaml::line_of(text, &target))
}

fn within_values(values: usize) -> Result<()> {
    if values > MAX_VALUES {
        return Err(Error::new(format!(
            "the document holds more than {MAX_VALUES} values"
        )));
    }
    Ok(())
}

fn too_deep() -> Error {
    Error::new(format!("nested deeper than {MAX_DEPTH} levels"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Result<Value> {
        load(&Source::new("doc.yaml", text))
    }

    fn fault(text: &str) -> String {
        read(text).expect_err("a fault").to_string()
    }

    #[test]
    fn json_is_not_parsed_as_yaml_with_other_values() {
        assert_eq!(
            fault(r#"{"maximum": 1e400}"#),
            "doc.yaml:1: a number is too large"
        );
        let folded = "{\"a\": \"b\nc\"}";
        assert_eq!(read(folded).unwrap(), json!({"a": "b c"}));
        let error = load(&Source::new("doc.json", folded)).expect_err("a fault");
        assert!(
            error.to_string().starts_with("doc.json:2: not valid JSON"),
            "{error}"
        );
    }

    #[test]
    fn reads_scalars_by_the_core_schema_and_keeps_key_order() {
        let text = "b: 1\na: [yes, 'true', true, 1.5, 0x10, ~, 2024-05-30]\n200: !!str 7\n";
        let value = read(text).unwrap();
        assert_eq!(
            value,
            json!({"b": 1, "a": ["yes", "true", true, 1.5, "0x10", null, "2024-05-30"], "200": "7"})
        );
        assert_eq!(value.as_object().unwrap().keys().next().unwrap(), "b");
    }

    #[test]
    fn reads_json() {
        let value = read(r#"{"a": [1, "\u00e9\n", {"b": null}], "c\/d": -1e3}"#).unwrap();
        assert_eq!(value, json!({"a": [1, "é\n", {"b": null}], "c/d": -1000.0}));
    }

    #[test]
    fn reads_json_as_json() {
        let text =
            "\u{feff} {\"b\": \"\\ud83d\\ude00\", \"a\":\t[1e2, -0.5, 18446744073709551615]}";
        let value = read(text).unwrap();
        assert_eq!(value, json!({"b": "😀", "a": [100.0, -0.5, u64::MAX]}));
        assert_eq!(value.as_object().unwrap().keys().next().unwrap(), "b");
    }

    #[test]
    fn flow_collections_are_still_yaml() {
        assert_eq!(
            read("{a: 1, 'b': [x]}").unwrap(),
            json!({"a": 1, "b": ["x"]})
        );
        assert_eq!(read("{\"a\": x} # all\n").unwrap(), json!({"a": "x"}));
    }

    #[test]
    fn says_what_is_wrong_with_json_and_where() {
        for (text, said) in [
            (
                "{\n\"a\": \"\\ud83d\"\n}",
                "doc.yaml:2: not valid JSON: unexpected end of hex escape",
            ),
            (
                "{\n\"a\": [1,\n 2",
                "doc.yaml:3: not valid JSON: EOF while parsing a list",
            ),
            (
                "{\"a\": 1,\n\"b\": {\"c\": 1,\n\"c\": 2}}",
                "doc.yaml:3: duplicate key `c`",
            ),
        ] {
            assert_eq!(fault(text), said, "{text}");
        }
        let text = format!("{}1{}", "{\"a\":\n".repeat(101), "}".repeat(101));
        assert_eq!(fault(&text), "doc.yaml:101: nested deeper than 100 levels");
        let text = format!("[{}1]", "1,".repeat(3_000_000));
        assert_eq!(
            fault(&text),
            "doc.yaml:1: the document holds more than 3000000 values"
        );
    }

    #[test]
    fn finds_the_line_of_a_pointer_into_json() {
        let text =
            "\n{\"paths\": {\n\"/a\": {\"get\": [\"\\ud83d\\ude00\",\n1]},\n\"/b/{c}\": {}\n}}";
        assert_eq!(line_of(text, "/paths/~1a/get"), Some(3));
        assert_eq!(line_of(text, "/paths/~1a/get/1"), Some(4));
        assert_eq!(line_of(text, "/paths/~1b~1{c}/nowhere"), Some(5));
        assert_eq!(line_of(text, ""), Some(2));
    }

    #[test]
    fn says_the_line_of_broken_syntax() {
        assert!(fault("a: 1\nb: [1, 2\nc: 3\n").starts_with("doc.yaml:3: not valid YAML"));
    }

    #[test]
    fn rejects_duplicate_keys() {
        assert_eq!(fault("a: 1\nb: 2\na: 3\n"), "doc.yaml:3: duplicate key `a`");
    }

    #[test]
    fn rejects_exponential_aliases() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..12 {
            let last = format!("*a{},", i - 1).repeat(10);
            text.push_str(&format!("a{i}: &a{i} [{last}]\n"));
        }
        assert_eq!(
            fault(&text),
            "doc.yaml:6: the aliases of the document stand for more than 64 MiB; use fewer, or \
             write out what they stand for"
        );
    }

    #[test]
    fn counts_the_strings_that_aliases_repeat() {
        let text = format!(
            "a: &a {}\nb: [{}]\n",
            "x".repeat(100_000),
            "*a,".repeat(1_000)
        );
        let said = fault(&text);
        assert!(said.starts_with("doc.yaml:2: the aliases of the document stand for more than"));
    }

    #[test]
    fn an_alias_refers_to_the_last_anchor_of_its_name() {
        let text = "a: &x [1, &y 2]\nb: *x\n&k c: *y\nd: &x {e: *x}\nf: *k\n";
        assert_eq!(
            fault(text),
            "doc.yaml:4: an alias stands inside the value it names"
        );
        let text = text.replace("{e: *x}", "{e: *y}") + "g: *x\n";
        assert_eq!(
            read(&text).unwrap(),
            json!({"a": [1, 2], "b": [1, 2], "c": 2, "d": {"e": 2}, "f": "c", "g": {"e": 2}})
        );
    }

    #[test]
    fn rejects_unlimited_nesting() {
        let flow = fault(&"[".repeat(5_000));
        assert!(flow.contains("nested deeper than 100 levels"), "{flow}");
        let block: String = (0..5_000)
            .map(|i| format!("{}a:\n", " ".repeat(i)))
            .collect();
        assert!(fault(&block).contains("nested deeper than 100 levels"));
    }

    #[test]
    fn rejects_unlimited_nesting_by_aliases() {
        let mut text = String::from("a0: &a0 [x]\n");
        for i in 1..200 {
            text.push_str(&format!("a{i}: &a{i} [*a{}]\n", i - 1));
        }
        assert_eq!(fault(&text), "doc.yaml:100: nested deeper than 100 levels");
    }

    #[test]
    fn rejects_a_second_document_and_an_empty_one() {
        assert!(fault("a: 1\n---\nb: 2\n").contains("a second document"));
        assert_eq!(fault("# nothing\n"), "doc.yaml: the document is empty");
    }

    #[test]
    fn finds_the_line_of_a_pointer() {
        let text = "paths:\n  /a:\n    get:\n      tags:\n      - x\n      - y\n  /b/{c}: {}\n";
        assert_eq!(line_of(text, "/paths/~1a/get"), Some(3));
        assert_eq!(line_of(text, "/paths/~1a/get/tags/1"), Some(6));
        assert_eq!(line_of(text, "/paths/~1b~1{c}"), Some(7));
        assert_eq!(line_of(text, "/paths/~1a/get/nowhere/1"), Some(3));
        assert_eq!(line_of(text, ""), Some(1));
    }
}
