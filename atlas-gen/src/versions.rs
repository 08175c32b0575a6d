//! The version that each operation uses, the newer ones, and their sunsets.
//!
//! The caller provides today's date. Serialized, [`Overview`] is the JSON that
//! `cargo xtask versions --format json` prints; members may be added to it, none is removed or
//! changed:
//! ```json
//! {
//!   "today": "2026-11-24",
//!   "pin": "2023-12-31",
//!   "operations": [
//!     {
//!       "operation": "createGroupLiveMigration",
//!       "method": "POST",
//!       "path": "/api/atlas/v2/groups/{groupId}/liveMigrations",
//!       "deprecated": false,
//!       "version": "2023-01-01",
//!       "request_version": "2023-01-01",
//!       "sunset": {"date": "2027-07-01", "days_left": 219},
//!       "newer": [{"version": "2024-05-30", "sunset": null}]
//!     }
//!   ]
//! }
//! ```

use serde::Serialize;

use crate::document::Document;
use crate::error::{Error, Result};
use crate::load::{self, Source};
use crate::media_type::{Date, MediaType};
use crate::passes;
use crate::passes::select::Selection;
use crate::passes::versions::{Choice, EXTENSION};
use crate::pointer;

/// The inputs of an overview.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The OpenAPI document.
    pub document: &'a Source,
    /// The corrections to the document, an OpenAPI Overlay; those that do not apply are skipped.
    pub corrections: Option<&'a Source>,
    /// The selected operations.
    pub selection: &'a Selection,
    /// Operations use their newest stable version not after this date.
    pub pin: &'a Date,
    /// The day from which days are counted.
    pub today: &'a Date,
}

/// The versions of all operations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// The day from which days are counted, `YYYY-MM-DD`.
    pub today: String,
    /// Operations use their newest stable version not after this date, `YYYY-MM-DD`.
    pub pin: String,
    /// The operations in the order of the document.
    pub operations: Vec<OperationVersion>,
}

/// The version that an operation uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationVersion {
    /// The operation id.
    pub operation: String,
    /// The method in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// Whether the document marks the operation as deprecated.
    pub deprecated: bool,
    /// The version of the response: a date, `preview` or `upcoming`.
    pub version: String,
    /// The version of the request body, if there is one.
    pub request_version: Option<String>,
    /// When the server stops supporting the version of the response or of the request body,
    /// whichever is first.
    pub sunset: Option<Sunset>,
    /// The stable versions newer than that of the response, oldest first; then `upcoming` and
    /// `preview`, if there are any.
    pub newer: Vec<Newer>,
}

/// The end of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sunset {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// The number of days left; negative after the end.
    pub days_left: i64,
}

/// A version that could be used instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Newer {
    /// A date, `preview` or `upcoming`.
    pub version: String,
    /// When the server stops supporting it.
    pub sunset: Option<Sunset>,
}

impl Overview {
    /// Returns the operations whose version ends within `days` days or has ended.
    pub fn ending_within(&self, days: i64) -> impl Iterator<Item = &OperationVersion> {
        self.operations.iter().filter(move |operation| {
            let sunset = operation.sunset.as_ref();
            sunset.is_some_and(|sunset| sunset.days_left <= days)
        })
    }
}

/// Looks up the versions of the selected operations.
///
/// # Errors
/// Any fault of the document, an operation without a version at or before the pin, or an invalid
/// sunset date.
pub fn overview(inputs: &Inputs<'_>) -> Result<Overview> {
    let mut value = load::load(inputs.document)?;
    if let Some(corrections) = inputs.corrections {
        passes::correct::obsolete(&mut value, corrections, false)?;
    }
    Document::new(value)
        .and_then(|document| look(document, inputs))
        .map_err(|error| inputs.document.locate(error))
}

fn look(mut document: Document, inputs: &Inputs<'_>) -> Result<Overview> {
    passes::lint::lint(&document)?;
    passes::select::select(&mut document, inputs.selection)?;
    let published = document.clone();
    passes::versions::choose_versions(&mut document, inputs.pin, false)?;
    let mut operations = Vec::new();
    for place in document.places() {
        let Some(operation) = document.operation(&place) else {
            continue;
        };
        let id = document.operation_id(&place);
        let choice = operation.get(EXTENSION).cloned().unwrap_or_default();
        let choice: Choice = serde_json::from_value(choice)
            .map_err(|error| Error::at(place.pointer(), error.to_string()))?;
        let of = |days: Option<&str>| sunset(days, inputs.today);
        let body = choice.content_type.as_deref();
        let body_sunset = body.and_then(|media_type| {
            let body = published.operation(&place)?.get("requestBody")?;
            let content = published.deref(body)?.get("content")?;
            content.get(media_type)?.get("x-sunset")?.as_str()
        });
        let operation_version = || -> Result<OperationVersion> {
            let version = version_of(&choice.accept);
            let ends = [of(choice.sunset.as_deref())?, of(body_sunset)?];
            let offered = choice.versions.iter().map(|offered| {
                let sunset = of(offered.sunset.as_deref())?;
                let version = offered.version.clone();
                Ok(Newer { version, sunset })
            });
            let mut newer = offered.collect::<Result<Vec<_>>>()?;
            newer.retain(|offered| is_newer(&offered.version, &version));
            newer.sort_by_key(|offered| Date::parse(&offered.version).is_none());
            Ok(OperationVersion {
                operation: id.to_owned(),
                method: place.method.to_uppercase(),
                path: place.path.clone(),
                deprecated: operation.get("deprecated").and_then(|d| d.as_bool()) == Some(true),
                newer,
                request_version: body.map(version_of),
                sunset: ends.into_iter().flatten().min_by_key(|end| end.days_left),
                version,
            })
        };
        let place = pointer::join(&place.pointer(), "responses");
        operations.push(
            operation_version()
                .map_err(|error| Error::at(place, error.message()).in_operation(id))?,
        );
    }
    Ok(Overview {
        today: inputs.today.to_string(),
        pin: inputs.pin.to_string(),
        operations,
    })
}

/// Returns whether `other` is an upgrade from `version`.
fn is_newer(other: &str, version: &str) -> bool {
    match (Date::parse(other), Date::parse(version)) {
        (Some(other), Some(version)) => other > version,
        _ => other != version,
    }
}

fn version_of(media_type: &str) -> String {
    MediaType::parse(media_type).map_or_else(
        || media_type.to_owned(),
        |media_type| media_type.version.to_string(),
    )
}

fn sunset(date: Option<&str>, today: &Date) -> Result<Option<Sunset>> {
    let Some(text) = date else { return Ok(None) };
    let date = Date::parse(text).ok_or_else(|| {
        Error::new(format!(
            "x-sunset `{text}` is not a date such as 2027-07-01"
        ))
    })?;
    Ok(Some(Sunset {
        days_left: date.days_since(today),
        date: date.to_string(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"
openapi: 3.0.1
info: {title: t, version: "1"}
paths:
  /a:
    post:
      operationId: makeA
      deprecated: true
      requestBody:
        content:
          application/vnd.atlas.2023-01-01+json: {schema: {}, x-sunset: "2026-01-31"}
      responses:
        "200":
          description: d
          content:
            application/vnd.atlas.2023-01-01+json: {schema: {}, x-sunset: "2025-01-01"}
            application/vnd.atlas.2024-05-30+json: {schema: {}, x-sunset: "2026-03-01"}
            application/vnd.atlas.2025-02-19+json: {schema: {}, x-sunset: "2027-01-01"}
            application/vnd.atlas.2026-02-19+json: {schema: {}}
            application/vnd.atlas.preview+json: {schema: {}}
  /b:
    get:
      operationId: getB
      responses:
        "204": {description: d, content: {application/vnd.atlas.2023-01-01+json: {}}}
components: {schemas: {ApiError: {type: object}}}
"#;

    fn of(document: &str, today: &str) -> Result<Overview> {
        overview(&Inputs {
            document: &Source::new("doc.yaml", document),
            corrections: None,
            selection: &Selection::All,
            pin: &Date::parse("2024-12-31").unwrap(),
            today: &Date::parse(today).unwrap(),
        })
    }

    #[test]
    fn the_earlier_sunset_of_response_and_body_counts() {
        let overview = of(DOCUMENT, "2026-01-01").unwrap();
        let [make, get] = &overview.operations[..] else {
            panic!("{overview:?}")
        };
        assert_eq!(
            (make.version.as_str(), make.deprecated),
            ("2024-05-30", true)
        );
        assert_eq!(make.request_version.as_deref(), Some("2023-01-01"));
        let sunset = make.sunset.as_ref().unwrap();
        assert_eq!((sunset.date.as_str(), sunset.days_left), ("2026-01-31", 30));
        let newer: Vec<_> = make
            .newer
            .iter()
            .map(|newer| newer.version.as_str())
            .collect();
        assert_eq!(newer, ["2025-02-19", "2026-02-19", "preview"]);
        assert_eq!(
            make.newer[0].sunset.as_ref().map(|s| s.days_left),
            Some(365)
        );
        assert_eq!((&get.sunset, get.newer.len()), (&None, 0));
    }

    #[test]
    fn finds_versions_that_have_ended_or_end_within_the_days() {
        let names = |today: &str, days| -> Vec<String> {
            let overview = of(DOCUMENT, today).unwrap();
            let ending = overview.ending_within(days);
            ending
                .map(|operation_version| operation_version.operation.clone())
                .collect()
        };
        assert_eq!(names("2026-01-01", 29), [""; 0]);
        assert_eq!(names("2026-01-01", 30), ["makeA"]);
        assert_eq!(names("2026-01-31", 0), ["makeA"]);
        assert_eq!(names("2030-01-01", 0), ["makeA"]);
    }

    #[test]
    fn an_invalid_sunset_date_is_an_error_with_its_location() {
        let odd = DOCUMENT.replace("2026-03-01", "soon");
        let error = of(&odd, "2026-01-01").unwrap_err().to_string();
        assert!(
            error.starts_with("doc.yaml:12: operation makeA: "),
            "{error}"
        );
        assert!(error.contains("`soon` is not a date"), "{error}");
    }
}
