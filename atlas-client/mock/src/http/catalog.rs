//! The generated table of operations: paths, dated versions, sunsets and roles.
//!
//! Finds the operation of a request; must not know credentials, bodies or state.

use serde_json::Value;

const OPERATIONS: &str = include_str!("../generated/operations.json");

/// The announced rate limit if none is enforced.
pub(crate) const ANNOUNCED: u32 = 1_000;
/// The same for link tokens, as recorded.
const ANNOUNCED_FOR_LINK_TOKENS: u32 = 500;

pub(crate) struct Catalog {
    operations: Vec<Operation>,
}

pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) success: u16,
    /// Dated response versions, oldest first.
    pub(crate) versions: Vec<Version>,
    /// Dates of the request body's versions, oldest first; empty when there is no body.
    pub(crate) request_versions: Vec<String>,
    /// Any of these roles suffices.
    pub(crate) roles: Vec<String>,
    segments: Vec<Segment>,
}

pub(crate) struct Version {
    pub(crate) date: String,
    pub(crate) sunset: Option<String>,
}

enum Segment {
    Literal(String),
    Parameter(String),
}

/// Path parameters by name.
pub(crate) type PathParameters = Vec<(String, String)>;

/// The operation of a method and a path.
pub(crate) enum Route<'a> {
    Operation(&'a Operation, PathParameters),
    /// The path is known, but only with these methods.
    OtherMethods(Vec<&'a str>),
    Nowhere,
}

impl Catalog {
    /// Loads the generated table.
    pub(crate) fn load() -> Result<Self, String> {
        Self::read(OPERATIONS)
    }

    fn read(text: &str) -> Result<Self, String> {
        let table: Value = serde_json::from_str(text)
            .map_err(|error| format!("the table of operations is not JSON: {error}"))?;
        let rows = table
            .as_array()
            .ok_or("the table of operations is not an array")?;
        let operations = rows
            .iter()
            .enumerate()
            .map(|(at, row)| {
                operation(row).ok_or_else(|| format!("operation {at} of the table lacks a member"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { operations })
    }

    pub(crate) fn find(&self, method: &str, path: &str) -> Route<'_> {
        let mut hits: Vec<(&Operation, PathParameters)> = self
            .operations
            .iter()
            .filter_map(|each| Some((each, each.matched(path)?)))
            .collect();
        if let Some(at) = hits.iter().position(|(each, _)| each.method == method) {
            let (operation, parameters) = hits.swap_remove(at);
            return Route::Operation(operation, parameters);
        }
        if hits.is_empty() {
            return Route::Nowhere;
        }
        Route::OtherMethods(hits.iter().map(|(each, _)| each.method.as_str()).collect())
    }

    #[cfg(test)]
    pub(crate) fn get(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|each| each.id == id)
    }
}

impl Operation {
    /// Returns the newest version that is not after a date.
    pub(crate) fn version_at(&self, date: &str) -> Option<&Version> {
        self.versions
            .iter()
            .rev()
            .find(|version| version.date.as_str() <= date)
    }

    /// Returns the newest version of the request body that is not after a date.
    pub(crate) fn request_version_at(&self, date: &str) -> Option<&str> {
        self.request_versions
            .iter()
            .rev()
            .map(String::as_str)
            .find(|version| *version <= date)
    }

    /// Returns the next version.
    pub(crate) fn successor(&self, version: &Version) -> Option<&Version> {
        self.versions.iter().find(|each| each.date > version.date)
    }

    /// Returns the class in `X-Java-Method`; only that of link tokens is recorded.
    pub(crate) fn resource(&self) -> &'static str {
        match self.is_of_link_tokens() {
            true => "ApiLiveMigrationsLinkTokensResource",
            false => "ApiAtlasLiveMigrationResource",
        }
    }

    /// Returns `RateLimit-Limit` if no limit is enforced.
    pub(crate) fn announced_limit(&self) -> u32 {
        match self.is_of_link_tokens() {
            true => ANNOUNCED_FOR_LINK_TOKENS,
            false => ANNOUNCED,
        }
    }

    fn is_of_link_tokens(&self) -> bool {
        let last = self.segments.last();
        matches!(last, Some(Segment::Literal(literal)) if literal == "linkTokens")
    }

    fn matched(&self, path: &str) -> Option<PathParameters> {
        let mut given = path.strip_prefix('/')?.split('/');
        let mut parameters = Vec::new();
        for segment in &self.segments {
            let value = given.next()?;
            match segment {
                Segment::Literal(literal) if literal == value => {}
                Segment::Parameter(name) if !value.is_empty() => {
                    parameters.push((name.clone(), value.to_owned()));
                }
                _ => return None,
            }
        }
        given.next().is_none().then_some(parameters)
    }
}

fn operation(row: &Value) -> Option<Operation> {
    let text = |name: &str| row.get(name)?.as_str().map(str::to_owned);
    let list = |name: &str| {
        row.get(name)?
            .as_array()?
            .iter()
            .map(|each| each.as_str().map(str::to_owned))
            .collect::<Option<Vec<String>>>()
    };
    let mut versions = row
        .get("versions")?
        .as_array()?
        .iter()
        .map(|each| {
            Some(Version {
                date: each.get("date")?.as_str()?.to_owned(),
                sunset: each
                    .get("sunset")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            })
        })
        .collect::<Option<Vec<Version>>>()?;
    versions.sort_by(|a, b| a.date.cmp(&b.date));
    let mut request_versions = list("requestVersions")?;
    request_versions.sort();
    Some(Operation {
        id: text("id")?,
        method: text("method")?,
        success: text("success")?.parse().ok()?,
        versions,
        request_versions,
        roles: list("roles")?,
        segments: segments(&text("path")?),
    })
}

fn segments(path: &str) -> Vec<Segment> {
    path.trim_start_matches('/')
        .split('/')
        .map(|part| {
            match part
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'))
            {
                Some(name) => Segment::Parameter(name.to_owned()),
                None => Segment::Literal(part.to_owned()),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "/api/atlas/v2/groups/5f1b0a3e9c8d7e6f5a4b3c2d/liveMigrations";

    #[test]
    fn the_generated_table_holds_the_eight_operations() {
        let catalog = Catalog::load().unwrap();
        for id in [
            "createGroupLiveMigration",
            "createOrgLiveMigrationLinkToken",
            "cutoverGroupLiveMigration",
            "deleteOrgLiveMigrationLinkTokens",
            "getGroupLiveMigration",
            "getGroupLiveMigrationValidateStatus",
            "listOrgLiveMigrationAvailableProjects",
            "validateGroupLiveMigrations",
        ] {
            assert!(catalog.get(id).is_some(), "{id}");
        }
    }

    #[test]
    fn a_literal_segment_is_not_mistaken_for_an_id_of_another_method() {
        let catalog = Catalog::load().unwrap();
        let found = |method: &str, path: &str| match catalog.find(method, path) {
            Route::Operation(operation, _) => operation.id.clone(),
            Route::OtherMethods(methods) => format!("other: {methods:?}"),
            Route::Nowhere => "nowhere".to_owned(),
        };
        assert_eq!(
            found("POST", &format!("{GROUP}/validate")),
            "validateGroupLiveMigrations"
        );
        assert_eq!(
            found("GET", &format!("{GROUP}/65aa")),
            "getGroupLiveMigration"
        );
        assert_eq!(found("GET", GROUP), "other: [\"POST\"]");
        assert_eq!(found("GET", &format!("{GROUP}/")), "nowhere");
        assert_eq!(found("GET", &format!("{GROUP}/a/b/c")), "nowhere");
    }

    #[test]
    fn a_date_resolves_to_the_newest_version_not_after_it() {
        let catalog = Catalog::load().unwrap();
        let create = catalog.get("createGroupLiveMigration").unwrap();
        let at = |date| create.version_at(date).map(|version| version.date.as_str());
        assert_eq!(at("2022-12-31"), None);
        assert_eq!(at("2024-05-29"), Some("2023-01-01"));
        assert_eq!(at("2024-05-30"), Some("2024-05-30"));
        assert_eq!(at("2026-01-01"), Some("2024-05-30"));
    }

    #[test]
    fn a_table_that_lacks_a_member_is_an_error_and_not_a_panic() {
        assert!(Catalog::read("{").is_err());
        assert!(Catalog::read("{}").is_err());
        assert!(Catalog::read("[{\"id\": \"a\"}]").is_err());
    }
}
