//! The docs of generated code: prose of the document as valid rustdoc, completed with facts from
//! its structure.

pub mod operations;
pub mod prose;

use serde_json::Value;

use crate::limits;
use crate::schema::flag;

/// Converts `lines` to doc comments.
pub fn attributes<S: AsRef<str>>(lines: &[S]) -> Vec<syn::Attribute> {
    let spaced = lines.iter().map(|line| match line.as_ref() {
        "" => String::new(),
        line => format!(" {line}"),
    });
    spaced
        .map(|line| syn::parse_quote!(#[doc = #line]))
        .collect()
}

/// Returns the description of a schema, or a sentence with its name if it has none.
pub fn described(schema: &Value, name: &str) -> Vec<String> {
    let description = schema.get("description").and_then(Value::as_str);
    let lines = prose::lines(description.unwrap_or_default());
    if lines.is_empty() {
        vec![format!(
            "The schema {} of the Atlas document.",
            prose::code(name)
        )]
    } else {
        lines
    }
}

/// Returns the description of the enum value `value` in `lines`, from a list item (`` - `VALUE`:
/// words ``) or a table row (`` | `VALUE` | words | ``), as one line that begins with the value.
pub fn described_value(lines: &[String], value: &str) -> Option<String> {
    let code = format!("`{value}`");
    let found = lines.iter().enumerate().find_map(|(i, line)| {
        let line = line.trim_start();
        if let Some(item) = line.strip_prefix("- ") {
            let words = item.strip_prefix(&code)?.trim_start();
            let words = words.strip_prefix([':', '-'])?.trim();
            let rest = lines.get(i + 1..).unwrap_or_default().iter();
            let rest = rest.map_while(|line| line.strip_prefix("  ").map(str::trim));
            let rest = rest.take_while(|line| !line.starts_with("- "));
            let words: Vec<&str> = std::iter::once(words).chain(rest).collect();
            return Some(words.join(" "));
        }
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        (cells.next()? == code).then(|| cells.next().map(str::to_owned))?
    });
    found
        .filter(|words| !words.is_empty())
        .map(|words| format!("{code}: {words}"))
}

/// Returns the docs of a field: its description, default and limits.
pub fn described_member(property: &Value, target: &Value, member: &str) -> Vec<String> {
    let text = |schema: &Value| {
        let text = schema.get("description").and_then(Value::as_str);
        prose::lines(text.unwrap_or_default())
    };
    let mut lines = text(property);
    if lines.is_empty() {
        lines = text(target);
    }
    if lines.is_empty() {
        lines.push(format!("The member {}.", prose::code(member)));
    }
    let description = lines.join("\n");
    let default = limits::default_sentence(property, &description);
    let said = |line: &String| line.to_lowercase().contains("deprecated");
    let deprecated = flag(property, "deprecated") && !lines.iter().any(said);
    let deprecated = deprecated.then(|| "Deprecated by Atlas.".to_owned());
    let facts: Vec<String> = deprecated
        .into_iter()
        .chain(default)
        .chain(limits::sentences(property, &description))
        .collect();
    if !facts.is_empty() {
        say(&mut lines, &facts.join(" "));
    }
    lines
}

/// Appends `sentence` to `lines`: to the last line if that is a paragraph of text.
pub fn say(lines: &mut Vec<String>, sentence: &str) {
    // A list, a table or code begins or ends with other characters.
    let ends = |c: char| c.is_alphanumeric() || matches!(c, '.' | ')' | '`');
    let text = |line: &str| line.starts_with(char::is_alphabetic) && line.ends_with(ends);
    let alone = match lines.as_slice() {
        [line] => text(line),
        [.., before, line] => before.is_empty() && text(line),
        [] => false,
    };
    if alone && let Some(line) = lines.last_mut() {
        line.push_str(if line.ends_with('.') { " " } else { ". " });
        line.push_str(sentence);
    } else {
        lines.extend([String::new(), sentence.to_owned()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_joins_a_paragraph_of_text_and_nothing_else() {
        for (before, after) in [
            ("Its name.", "Its name. Required."),
            ("Its name", "Its name. Required."),
            ("Its name.\n\nShort.", "Its name.\n\nShort. Required."),
            ("In two\nlines.", "In two\nlines.\n\nRequired."),
            ("One of:\n\n- `a`", "One of:\n\n- `a`\n\nRequired."),
            (
                "Such as:\n\n```text\nx\n```",
                "Such as:\n\n```text\nx\n```\n\nRequired.",
            ),
            ("One of:", "One of:\n\nRequired."),
        ] {
            let mut lines: Vec<String> = before.lines().map(str::to_owned).collect();
            say(&mut lines, "Required.");
            assert_eq!(lines.join("\n"), after);
        }
    }

    #[test]
    fn a_value_is_described_by_its_list_item_or_table_row() {
        let prose = "How it goes.\n\n- `NEW`: accepted,\n  not started.\n  - soon\n- `DONE`: - finished\n- `LOST`\n\n\
                     | State | Meaning |\n| --- | --- |\n| `IDLE` | waits |\n| `BUSY` | |";
        let lines = prose::lines(prose);
        for (value, words) in [
            ("NEW", Some("`NEW`: accepted, not started.")),
            ("DONE", Some("`DONE`: - finished")),
            ("LOST", None),
            ("IDLE", Some("`IDLE`: waits")),
            ("BUSY", None),
            ("NE", None),
        ] {
            assert_eq!(described_value(&lines, value).as_deref(), words, "{value}");
        }
    }
}
