//! Formats items as the text of a file, with a header that says how it was generated.

use crate::error::{Error, Result};

/// Returns the text of a file that holds `items`.
///
/// # Errors
/// The items are not valid Rust.
pub fn render(items: Vec<syn::Item>, header: &str) -> Result<String> {
    let file = syn::File {
        shebang: None,
        attrs: Vec::new(),
        items,
    };
    let formatted = std::panic::catch_unwind(|| prettyplease::unparse(&file))
        .map_err(|_| Error::new("the generated code cannot be formatted"))?;
    let mut out = String::with_capacity(formatted.len() + formatted.len() / 8);
    out.push_str(header);
    let mut previous = "";
    for line in formatted.lines() {
        if starts_a_paragraph(line, previous) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        previous = line;
    }
    Ok(out)
}

/// Returns whether a blank line belongs between `previous` and `line`: between items and between
/// the functions of an item. prettyplease inserts none.
fn starts_a_paragraph(line: &str, previous: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let (text, before) = (line.trim_start(), previous.trim_start());
    let opens = previous.is_empty() || previous.ends_with(['{', '(', '[', ',']);
    let belongs = before.starts_with("///") || before.starts_with("#[");
    let same_kind = ["use ", "mod ", "const ", "type "]
        .iter()
        .any(|word| before.starts_with(word) && text.starts_with(word));
    let is_item = [
        "///", "#[", "pub ", "impl ", "impl<", "static ", "use ", "fn ",
    ]
    .iter()
    .any(|start| text.starts_with(start));
    let after_item = indent(line) == indent(previous) && before.ends_with(['}', ';']);
    is_item && after_item && !opens && !belongs && !same_kind
        || (indent(line) == 0 && opens && is_item && previous.is_empty())
}
