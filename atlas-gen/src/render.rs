//! render: code becomes text, with a header that says where it comes from.
//!
//! `prettyplease` formats everything but the calls of the layer's own macros, which it would run
//! together: those are laid out here, one entry a line.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::Visit;

use crate::error::{Error, Result};

/// Rust items, some of them calls of macros that are laid out by hand.
#[derive(Debug, Default)]
pub struct Code {
    /// The items. A call `verbatim!(n)` stands for the n-th text.
    pub tokens: TokenStream,
    verbatim: Vec<String>,
}

impl Code {
    /// Adds the call of a macro that fits on a line.
    pub fn macro_line(&mut self, name: &str, arguments: &str) {
        self.add_verbatim(format!("crate::{name}! {{ {arguments} }}\n"));
    }

    /// Adds the call of a macro: `head` is what stands before the entries, `entries` are each on
    /// a line of their own.
    pub fn macro_call(&mut self, name: &str, head: &str, entries: &[String]) {
        let mut text = format!("crate::{name}! {{\n    {head} {{\n");
        for entry in entries {
            text.push_str("        ");
            text.push_str(entry);
            text.push_str(",\n");
        }
        text.push_str("    }\n}\n");
        self.add_verbatim(text);
    }

    fn add_verbatim(&mut self, text: String) {
        let index = proc_macro2::Literal::usize_unsuffixed(self.verbatim.len());
        self.tokens.extend(quote!(verbatim!(#index);));
        self.verbatim.push(text);
    }
}

/// The text of a file.
///
/// # Errors
/// The code is no Rust.
pub fn render(code: Code, header: &str) -> Result<String> {
    let mut file: syn::File = syn::parse2(code.tokens)
        .map_err(|error| Error::new(format!("the generated code is no Rust: {error}")))?;
    let imports = imports(&file);
    file.items.splice(0..0, imports);
    let formatted = prettyplease::unparse(&file);
    let mut out = String::with_capacity(formatted.len() * 2);
    out.push_str(header);
    let mut previous = "";
    for line in formatted.lines() {
        let index = line
            .strip_prefix("verbatim!(")
            .and_then(|rest| rest.strip_suffix(");"))
            .and_then(|digits| digits.parse::<usize>().ok());
        if let Some(text) = index.and_then(|index| code.verbatim.get(index)) {
            out.push_str(text);
        } else {
            if starts_a_paragraph(line, previous) {
                out.push('\n');
            }
            out.push_str(line);
            out.push('\n');
        }
        previous = line;
    }
    Ok(out)
}

/// Names that shaped code uses without a path, and where they come from.
const IMPORTED: [(&str, &str); 11] = [
    ("BTreeMap", "std::collections::BTreeMap"),
    ("Value", "serde_json::Value"),
    ("Additional", "crate::Additional"),
    ("ByteStream", "crate::ByteStream"),
    ("ObjectId", "crate::ObjectId"),
    ("Refusal", "crate::Refusal"),
    ("ResponseValue", "crate::ResponseValue"),
    ("Result", "crate::Result"),
    ("Sensitive", "crate::Sensitive"),
    ("Timestamp", "crate::Timestamp"),
    ("types", "crate::types"),
];

/// The imports of the names that `file` uses. A field or a variant of such a name uses nothing.
fn imports(file: &syn::File) -> Vec<syn::Item> {
    #[derive(Default)]
    struct Used(HashSet<String>);
    impl<'ast> Visit<'ast> for Used {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            if let Some(first) = path.segments.first()
                && IMPORTED.iter().any(|(name, _)| first.ident == name)
            {
                self.0.insert(first.ident.to_string());
            }
            syn::visit::visit_path(self, path);
        }
    }
    let mut used = Used::default();
    used.visit_file(file);
    IMPORTED
        .iter()
        .filter(|(name, _)| used.0.contains(*name))
        .filter_map(|(_, path)| syn::parse_str(&format!("use {path};")).ok())
        .collect()
}

/// Whether a blank line belongs between `previous` and `line`: between items, and between the
/// functions of an item; prettyplease leaves none.
fn starts_a_paragraph(line: &str, previous: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let (text, before) = (line.trim_start(), previous.trim_start());
    let opens = previous.is_empty() || previous.ends_with(['{', '(', '[', ',']);
    let belongs = before.starts_with("///") || before.starts_with("#[");
    let both_import = before.starts_with("use ") && text.starts_with("use ");
    let is_item = ["///", "#[", "pub ", "impl ", "static ", "use ", "crate::"]
        .iter()
        .any(|start| text.starts_with(start));
    let after_item = indent(line) == indent(previous) && before.ends_with(['}', ';']);
    is_item && after_item && !opens && !belongs && !both_import
        || (indent(line) == 0 && opens && is_item && previous.is_empty())
}
