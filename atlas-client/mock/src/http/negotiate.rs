//! Negotiates the dated version of a request and its response: 406, 410 and 415.

use crate::{
    clock,
    http::catalog::{Operation, Version},
    http::request::Request,
    http::respond::{Failure, JSON},
};

/// Selects the version of the response by `Accept`.
///
/// The first dated media type that matches a version decides. A date between two versions selects
/// the older one.
pub(crate) fn response_version<'a>(
    operation: &'a Operation,
    request: &Request,
    today: &str,
) -> Result<&'a Version, Failure> {
    let version = request
        .header_values("accept")
        .flat_map(|value| value.split(','))
        .filter_map(dated)
        .find_map(|date| operation.version_at(date))
        .ok_or_else(|| {
            Failure::new(
                406,
                "INVALID_VERSION_DATE",
                "Accept names no version of this resource; \
                 expected application/vnd.atlas.YYYY-MM-DD+json",
            )
        })?;
    match &version.sunset {
        Some(sunset) if sunset.as_str() <= today => Err(Failure::new(
            410,
            "VERSION_GONE",
            format!(
                "version {} of {} was switched off on {sunset}",
                version.date, request.path
            ),
        )
        .parameters(vec![
            version.date.clone().into(),
            request.path.clone().into(),
        ])),
        _ => Ok(version),
    }
}

/// Selects the version of the request body by `Content-Type`; `None` if the operation has no body.
///
/// It must be the one that belongs to the version of the response. A plain `application/json`
/// leaves the version to `Accept`.
pub(crate) fn request_version<'a>(
    operation: &'a Operation,
    request: &Request,
    answered: &Version,
) -> Result<Option<&'a str>, Failure> {
    if operation.request_versions.is_empty() {
        return Ok(None);
    }
    let expected = operation.request_version_at(&answered.date);
    let media_type = request.only_header("content-type");
    if expected.is_some() && media_type.is_some_and(is_plain_json) {
        return Ok(expected);
    }
    let given = media_type
        .and_then(dated)
        .and_then(|date| operation.request_version_at(date));
    if given.is_some() && given == expected {
        return Ok(given);
    }
    Err(Failure::new(
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        format!(
            "Content-Type does not fit; expected application/vnd.atlas.{}+json",
            expected.unwrap_or(&answered.date)
        ),
    ))
}

/// Returns whether a media type is `application/json`, with or without parameters.
fn is_plain_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(JSON)
}

/// Returns the date in `application/vnd.atlas.YYYY-MM-DD+json`, with or without parameters.
fn dated(media_type: &str) -> Option<&str> {
    const PREFIX: &str = "application/vnd.atlas.";
    const SUFFIX: &str = "+json";
    let essence = media_type.split(';').next()?.trim();
    let rest = essence
        .get(..PREFIX.len())
        .filter(|start| start.eq_ignore_ascii_case(PREFIX))
        .and_then(|_| essence.get(PREFIX.len()..))?;
    let at = rest.len().checked_sub(SUFFIX.len())?;
    let date = rest
        .get(at..)
        .filter(|end| end.eq_ignore_ascii_case(SUFFIX))
        .and_then(|_| rest.get(..at))?;
    clock::parse_date(date).map(|_| date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::catalog::Catalog;

    fn request(headers: &[(&str, &str)]) -> Request {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Request::new("POST", "/some/path?pretty=true", headers, Vec::new())
    }

    fn accepted(accept: &str, today: &str) -> Result<String, u16> {
        let catalog = Catalog::load().unwrap();
        let create = catalog.get("createGroupLiveMigration").unwrap();
        response_version(create, &request(&[("accept", accept)]), today)
            .map(|version| version.date.clone())
            .map_err(|failure| failure.status)
    }

    const TODAY: &str = "2026-09-01";

    #[test]
    fn only_a_dated_vendor_type_is_acceptable() {
        for accept in [
            "*/*",
            "application/json",
            "application/vnd.atlas+json",
            "",
            "application/vnd.atlas.preview+json",
            "application/vnd.atlas.2024-05-30+csv",
            "application/vnd.atlas.2024-5-30+json",
            "application/vnd.atlas.2024-02-30+json",
            "application/vnd.atlas.2022-12-31+json",
            "é",
        ] {
            assert_eq!(accepted(accept, TODAY), Err(406), "{accept}");
        }
    }

    #[test]
    fn parameters_case_and_company_do_not_matter() {
        for accept in [
            "application/vnd.atlas.2024-05-30+json",
            "Application/Vnd.Atlas.2024-05-30+JSON;charset=utf-8",
            "application/json, application/vnd.atlas.2024-05-30+json;q=0.9",
        ] {
            assert_eq!(
                accepted(accept, TODAY).as_deref(),
                Ok("2024-05-30"),
                "{accept}"
            );
        }
    }

    #[test]
    fn a_version_is_gone_from_the_day_of_its_sunset() {
        let old = "application/vnd.atlas.2023-01-01+json";
        assert_eq!(accepted(old, "2027-06-30").as_deref(), Ok("2023-01-01"));
        assert_eq!(accepted(old, "2027-07-01"), Err(410));
        let new = "application/vnd.atlas.2024-05-30+json";
        assert_eq!(accepted(new, "2030-01-01").as_deref(), Ok("2024-05-30"));
    }

    #[test]
    fn the_body_speaks_the_version_of_the_answer() {
        let catalog = Catalog::load().unwrap();
        let create = catalog.get("createGroupLiveMigration").unwrap();
        let newest = create.version_at("2024-05-30").unwrap();
        let given = |value: &str| {
            request_version(create, &request(&[("content-type", value)]), newest)
                .map_err(|failure| failure.status)
        };
        assert_eq!(
            given("application/vnd.atlas.2024-05-30+json"),
            Ok(Some("2024-05-30"))
        );
        assert_eq!(
            given("application/vnd.atlas.2025-01-01+json"),
            Ok(Some("2024-05-30"))
        );
        assert_eq!(given("application/vnd.atlas.2023-01-01+json"), Err(415));
        for plain in ["application/json", "Application/JSON; charset=utf-8"] {
            assert_eq!(given(plain), Ok(Some("2024-05-30")), "{plain}");
        }
        assert_eq!(given("application/jsonx"), Err(415));
        let absent = request_version(create, &request(&[]), newest);
        assert_eq!(absent.map_err(|failure| failure.status), Err(415));
    }
}
