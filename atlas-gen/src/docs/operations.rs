//! The docs of operations: roles, versions, limits and failures.

use proc_macro2::TokenStream;
use quote::quote;

use super::prose;
use crate::document::schema_name;
use crate::model::{Operation, Parameter};

/// Returns the method and the path of an operation.
pub fn request_line(operation: &Operation) -> String {
    format!(
        "{} {}",
        operation.place.method.to_uppercase(),
        operation.place.path
    )
}

/// Returns the first line of `text` as a sentence; for an empty text, a default with the operation
/// id `otherwise`.
pub fn sentence(text: &str, otherwise: &str) -> String {
    let line = prose::first_line(text);
    let line = line.trim_end_matches('.');
    if line.is_empty() {
        format!("Calls the operation `{otherwise}`.")
    } else {
        format!("{line}.")
    }
}

/// Returns `#[deprecated]` for an operation that upstream deprecates or whose version has a sunset.
pub fn deprecation(operation: &Operation) -> Option<TokenStream> {
    let sunset = operation.version.sunset.as_deref();
    if !operation.deprecated && sunset.is_none() {
        return None;
    }
    let what = match sunset {
        Some(date) => format!("sunset on {date}"),
        None => "deprecated by Atlas, no sunset announced".to_owned(),
    };
    let note = format!("{what}; {}", replacement(operation));
    Some(quote!(#[deprecated(note = #note)]))
}

/// Returns a clause for the deprecation note: the newer version, or the sentence of the description
/// that names a replacement, or that there is none.
fn replacement(operation: &Operation) -> String {
    let versions = &operation.version.versions;
    let spoken = versions
        .iter()
        .position(|offered| operation.version.accept.contains(&offered.version));
    let newer = versions
        .iter()
        .skip(spoken.map_or(0, |i| i + 1))
        .next_back();
    if let Some(newer) = newer {
        return format!(
            "version {} replaces the one that this client uses",
            newer.version
        );
    }
    let sentences: Vec<String> = operation
        .description
        .split("\n\n")
        .map(prose::first_line)
        .flat_map(|paragraph| {
            let sentences = paragraph.split_inclusive(". ").map(str::to_owned);
            sentences.collect::<Vec<_>>()
        })
        .collect();
    let says = |sentence: &str| {
        let lower = sentence.to_lowercase();
        lower.contains("instead") || lower.contains("please use")
    };
    // "This is deprecated. Use …" spans two sentences.
    let after = sentences.windows(2).find_map(|pair| match pair {
        [first, next] if first.contains("deprecated") && next.starts_with("Use ") => Some(next),
        _ => None,
    });
    let sentence = sentences.iter().find(|sentence| says(sentence)).or(after);
    match sentence {
        Some(sentence) => sentence.trim().trim_end_matches('.').to_owned(),
        None => "the document names no replacement".to_owned(),
    }
}

/// The maximal number of words of a description that is treated as a reason phrase, such as
/// `Internal Server Error`.
const LONGEST_NAME: usize = 3;

/// Returns the docs of an operation.
pub fn described(operation: &Operation) -> Vec<String> {
    let mut lines = vec![sentence(&operation.summary, &operation.id)];
    let description = prose::lines(&operation.description);
    if !description.is_empty() {
        lines.push(String::new());
        lines.extend(description);
    }
    lines.push(String::new());
    lines.push("# Request".to_owned());
    lines.push(format!("- Method and path: `{}`", request_line(operation)));
    let roles = match operation.roles.as_slice() {
        [] => "none listed".to_owned(),
        [role] => role.clone(),
        roles => format!("one of {}", roles.join(", ")),
    };
    lines.push(format!("- Roles: {roles}"));
    lines.push(format!("- Media type: `{}`", operation.version.accept));
    if let Some(content_type) = &operation.version.content_type
        && *content_type != operation.version.accept
    {
        lines.push(format!("- Media type of the body: `{content_type}`"));
    }
    let others: Vec<String> = operation
        .version
        .versions
        .iter()
        .filter(|offered| !operation.version.accept.contains(&offered.version))
        .map(|offered| match &offered.sunset {
            Some(sunset) => format!("{} (sunset {sunset})", offered.version),
            None => offered.version.clone(),
        })
        .collect();
    if !others.is_empty() {
        lines.push(format!("- Other versions: {}", others.join(", ")));
    }
    if let Some(sunset) = &operation.version.sunset {
        lines.push(format!("- Sunset of this version: {sunset}"));
    }
    let successes = operation.answers.successes.join(", ");
    lines.push(format!("- Success: {successes}, or any other 2xx"));
    if let Some(url) = &operation.docs_url {
        lines.push(format!("- [Documentation of Atlas]({url})"));
    }
    lines.push(String::new());
    lines.push("# Errors".to_owned());
    let failures = &operation.answers.failures;
    let end = if failures.is_empty() { '.' } else { ':' };
    lines.push(format!(
        "[`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no \
         response, if the response cannot be decoded, or if its status is not a 2xx{end}"
    ));
    lines.extend((!failures.is_empty()).then(String::new));
    // Most failures are described by a reason phrase only: they share one line.
    let mut named = Vec::new();
    for failure in failures {
        let text = prose::first_line(&failure.description);
        let typed = failure.schema.as_ref().and_then(schema_name);
        if let Some(name) = typed {
            lines.push(format!(
                "- {}: {text} [`Error::body_as`](atlas_client::Error::body_as) reads a \
                 [`{name}`](crate::types::{name}).",
                failure.status
            ));
        } else if text.split_whitespace().count() <= LONGEST_NAME {
            named.push(format!("{} {}", failure.status, text.trim_end_matches('.')));
        } else {
            lines.push(format!("- {}: {text}", failure.status));
        }
    }
    if !named.is_empty() {
        lines.push(format!("- {}", named.join(", ")));
    }
    lines
}

/// Returns the docs of a parameter's setter.
pub fn described_parameter(parameter: &Parameter) -> Vec<String> {
    let mut lines = prose::lines(&parameter.description);
    if lines.is_empty() {
        lines.push(format!("The parameter {}.", prose::code(&parameter.name)));
    }
    if parameter.required {
        super::say(&mut lines, "Required.");
    }
    lines
}

/// Returns the docs of the request body's setter.
pub fn described_body(operation: &Operation) -> Vec<String> {
    let Some(body) = &operation.body else {
        return Vec::new();
    };
    let mut lines = prose::lines(&body.description);
    if lines.is_empty() {
        lines.push("The request body.".to_owned());
    }
    if body.required {
        super::say(&mut lines, "Required.");
    }
    lines
}

/// Returns the docs of the client's method that starts a call, on one line.
pub fn described_method(operation: &Operation) -> String {
    let summary = sentence(&operation.summary, &operation.id);
    format!(
        "{} ([`{}`](builder::{})).",
        summary.trim_end_matches('.'),
        request_line(operation),
        operation.type_name
    )
}
