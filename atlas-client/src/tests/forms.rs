//! Searches text for secrets in any encoding. Knows texts only; the tests across crates use it as
//! well.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Returns a text in each encoding: verbatim, in hexadecimal, percent-encoded, and in base64 at
/// each of the three offsets at which it can begin.
fn forms(mark: &str) -> Vec<String> {
    let bytes = mark.as_bytes();
    let hex = |before: &str| {
        let bytes = bytes.iter().map(|byte| format!("{before}{byte:02x}"));
        bytes.collect::<String>()
    };
    let mut forms = vec![mark.to_owned(), hex(""), hex("%")];
    for before in 0..3 {
        let text = [vec![0; before], bytes.to_vec()].concat();
        let encoded = STANDARD_NO_PAD.encode(&text);
        // Characters that also encode bytes around the text are left out.
        forms.push(encoded[(before * 8).div_ceil(6)..text.len() * 8 / 6].to_owned());
    }
    forms
}

/// Returns the lines of a text that contain one of the marks in any encoding.
pub fn leaks<'a>(text: &'a str, marks: &[&str]) -> Vec<&'a str> {
    let forms: Vec<_> = marks.iter().copied().flat_map(forms).collect();
    let shows = |line: &&str| {
        let lower = line.to_ascii_lowercase();
        forms
            .iter()
            .any(|form| line.contains(form.as_str()) || lower.contains(form.as_str()))
    };
    text.lines().filter(shows).collect()
}
