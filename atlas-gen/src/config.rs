//! `vendor.toml`: which part of Atlas's document this client is generated from.

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::load::Source;
use crate::media_type::Date;
use crate::passes::select::Selection;
use crate::settings;

/// The contents of `vendor.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendor {
    /// The selected operations.
    pub selection: Selection,
    /// Operations use their newest stable version not after this date.
    pub pin: Date,
    /// The revision of the document that the fragment was cut from.
    pub revision: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: SourceSection,
    select: SelectSection,
    version: VersionSection,
}

#[derive(Deserialize)]
struct SourceSection {
    revision: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SelectSection {
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    operations: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionSection {
    pin: toml::Spanned<toml::Value>,
}

impl Vendor {
    /// Converts an error about a name in the selection, which has no location in the document, into
    /// one located in `source`.
    pub fn blame(&self, source: &Source, error: Error) -> Error {
        let Selection::Some { tags, operations } = &self.selection else {
            return error;
        };
        let quoted = |name: &&String| error.message().contains(&format!("`{name}`"));
        match tags.iter().chain(operations).find(quoted) {
            Some(name) if error.pointer().is_none() => {
                let place = Error::new(error.message()).in_file(&source.name);
                let at = source.text.find(&format!("\"{name}\""));
                at.map_or(place.clone(), |at| {
                    place.on_line(settings::line(source, at))
                })
            }
            _ => error,
        }
    }
}

/// Parses `vendor.toml`.
///
/// # Errors
/// Invalid TOML, a missing or unknown key, or a pin that is not a date.
pub fn read(source: &Source) -> Result<Vendor> {
    let file: File = settings::read(source)?;
    let pin = settings::date(source, "version.pin", &file.version.pin)?;
    let SelectSection { tags, operations } = file.select;
    let selection = if tags.is_empty() && operations.is_empty() {
        Selection::All
    } else {
        Selection::Some { tags, operations }
    };
    Ok(Vendor {
        selection,
        pin,
        revision: file.source.revision,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "[source]\nrevision = \"abc\"\n[select]\ntags = [\"T\"]\n[version]\npin = \"2025-03-12\"\n";

    #[test]
    fn reads_selection_and_pin() {
        let vendor = read(&Source::new("vendor.toml", GOOD)).unwrap();
        assert_eq!(vendor.pin.as_str(), "2025-03-12");
        assert_eq!(
            vendor.selection,
            Selection::Some {
                tags: vec!["T".to_owned()],
                operations: vec![]
            }
        );
    }

    #[test]
    fn accepts_a_pin_that_is_a_toml_date() {
        let unquoted = GOOD.replace("\"2025-03-12\"", "2025-03-12");
        let vendor = read(&Source::new("vendor.toml", unquoted)).unwrap();
        assert_eq!(vendor.pin.as_str(), "2025-03-12");
    }

    #[test]
    fn says_the_line_of_an_unknown_key_and_of_a_bad_pin() {
        let unknown = GOOD.replace("tags", "tag");
        let error = read(&Source::new("vendor.toml", unknown)).unwrap_err();
        assert_eq!(error.line(), Some(4), "{error}");
        let bad_pin = GOOD.replace("2025-03-12", "soon");
        let error = read(&Source::new("vendor.toml", bad_pin)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "vendor.toml:6: version.pin `soon` is not a date such as 2025-03-12"
        );
    }
}
