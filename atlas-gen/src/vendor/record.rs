//! What `vendor.toml` records about a fragment: its source and the selected operations.
//!
//! Only values change; comments, order and spacing of the file are kept.

use toml_edit::{Array, DocumentMut, Item, Table, Value};

use super::Origin;
use crate::error::{Error, Result};
use crate::load::Source;
use crate::passes::select::Selection;

/// A published document as recorded in `vendor.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// The document's metadata.
    pub origin: &'a Origin,
    /// The name of its file, without a directory.
    pub file: &'a str,
    /// The SHA-256 of its bytes, in lower-case hexadecimal digits.
    pub sha256: &'a str,
}

/// Returns the text of `vendor` with `record` in it and, if given, another selection.
///
/// # Errors
/// Invalid TOML, or `source` or `select` is not a table.
pub fn record(
    vendor: &Source,
    record: &Record<'_>,
    selection: Option<&Selection>,
) -> Result<String> {
    let mut document: DocumentMut =
        vendor.text.parse().map_err(|error: toml_edit::TomlError| {
            Error::new(error.message().to_owned()).in_file(&vendor.name)
        })?;
    let source = table(&mut document, "source", vendor)?;
    set(source, "title", &record.origin.title);
    set(source, "openapi", &record.origin.openapi);
    set(source, "revision", &record.origin.revision);
    set(source, "file", record.file);
    set(source, "sha256", record.sha256);
    if let Some(selection) = selection {
        let (tags, operations) = match selection {
            Selection::All => (&[][..], &[][..]),
            Selection::Some { tags, operations } => (&tags[..], &operations[..]),
        };
        let select = table(&mut document, "select", vendor)?;
        put(select, "tags", list("tags", tags));
        put(select, "operations", list("operations", operations));
    }
    Ok(document.to_string())
}

fn table<'a>(document: &'a mut DocumentMut, name: &str, vendor: &Source) -> Result<&'a mut Table> {
    document
        .entry(name)
        .or_insert_with(toml_edit::table)
        .as_table_mut()
        .ok_or_else(|| Error::new(format!("`{name}` must be a table")).in_file(&vendor.name))
}

fn set(table: &mut Table, key: &str, text: &str) {
    put(table, key, text.into());
}

/// Sets `key` to `value`, unless it is equal already. Comments around the old value are kept.
fn put(table: &mut Table, key: &str, mut value: Value) {
    if let Some(Item::Value(old)) = table.get_mut(key) {
        if same(old, &value) {
            return;
        }
        *value.decor_mut() = old.decor().clone();
        *old = value;
    } else {
        table.insert(key, Item::Value(value));
    }
}

fn same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::String(old), Value::String(new)) => old.value() == new.value(),
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same(old, new))
        }
        _ => false,
    }
}

/// Formats a list of strings, on one line if it fits.
fn list(key: &str, texts: &[String]) -> Value {
    let mut array: Array = texts.iter().collect();
    if key.len() + 3 + array.to_string().len() > 100 {
        for value in array.iter_mut() {
            value.decor_mut().set_prefix("\n    ");
        }
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    array.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        Origin {
            title: "An API".to_owned(),
            openapi: "3.0.1".to_owned(),
            revision: "def".to_owned(),
        }
    }

    fn recorded(text: &str, selection: Option<&Selection>) -> Result<String> {
        let origin = origin();
        let new = Record {
            origin: &origin,
            file: "new.yaml",
            sha256: "00ff",
        };
        record(&Source::new("vendor.toml", text), &new, selection)
    }

    const OLD: &str = "\
# What is vendored.
[source]
# The title.
title = \"An API\" # as published
openapi = \"3.0.1\"
revision = 'abc'
file   =   \"old.yaml\"
sha256 = \"aa\"

[select]
# Tags.
tags = [ 'A' ] # why A
operations = []

[version]
pin = 2025-03-12 # by hand
";

    #[test]
    fn changes_only_values() {
        let new = recorded(OLD, None).unwrap();
        let expected = OLD
            .replace("'abc'", "\"def\"")
            .replace("old.yaml", "new.yaml")
            .replace("\"aa\"", "\"00ff\"");
        assert_eq!(new, expected);
        assert_eq!(recorded(&new, None).unwrap(), new);
        let same = Selection::Some {
            tags: vec!["A".to_owned()],
            operations: vec![],
        };
        assert_eq!(recorded(&new, Some(&same)).unwrap(), new);
    }

    #[test]
    fn a_new_selection_replaces_the_old_one() {
        let other = Selection::Some {
            tags: vec!["B".to_owned()],
            operations: (0..9).map(|i| format!("operationNumber{i}")).collect(),
        };
        let new = recorded(OLD, Some(&other)).unwrap();
        assert!(new.contains("# Tags.\ntags = [\"B\"] # why A\n"), "{new}");
        assert!(
            new.contains("operations = [\n    \"operationNumber0\",\n"),
            "{new}"
        );
        assert!(
            new.contains("    \"operationNumber8\",\n]\n\n[version]"),
            "{new}"
        );
        assert_eq!(recorded(&new, Some(&other)).unwrap(), new);
        let all = recorded(OLD, Some(&Selection::All)).unwrap();
        assert!(
            all.contains("tags = [] # why A\noperations = []\n"),
            "{all}"
        );
    }

    #[test]
    fn missing_tables_are_added_and_other_values_are_an_error() {
        let new = recorded("[version]\npin = \"2025-03-12\"\n", None).unwrap();
        assert!(new.contains("[source]\ntitle = \"An API\"\n"), "{new}");
        let error = recorded("source = 1\n", None).unwrap_err();
        assert_eq!(error.to_string(), "vendor.toml: `source` must be a table");
        assert!(recorded("source = [\n", None).is_err());
    }
}
