
use atlas_client::runtime;

/// The schema `Job` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct Job {
    /// The member `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The schema `Link` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct Link {
    /// The member `href`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// The member `rel`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rel: Option<String>,
}

/// The schema `ListNamesResponse` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct ListNamesResponse {
    /// The member `links`.
    pub links: Vec<StrictLink>,
    /// The member `results`.
    pub results: Vec<Option<String>>,
    /// The member `totalCount`.
    #[serde(rename = "totalCount")]
    pub total_count: i64,
}

/// The schema `ListOddResponse` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct ListOddResponse {
    /// The member `links`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<std::collections::BTreeMap<String, String>>,
    /// The member `results`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<i64>>,
    /// The member `totalCount`.
    #[serde(rename = "totalCount", skip_serializing_if = "Option::is_none")]
    pub total_count: Option<String>,
}

/// The schema `ListOtherResponse` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct ListOtherResponse {
    /// The member `results`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<std::collections::BTreeMap<String, String>>,
}

/// The schema `PaginatedJob` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct PaginatedJob {
    /// The member `links`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<Link>>,
    /// The member `results`.
    pub results: Vec<Job>,
    /// The member `totalCount`. At least 0.
    #[serde(rename = "totalCount", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(extend("format" = "int32")))]
    pub total_count: Option<i64>,
}

/// The schema `StrictLink` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct StrictLink {
    /// The member `href`.
    pub href: String,
    /// The member `rel`.
    pub rel: String,
}

impl runtime::Page for PaginatedJob {
    type Item = Job;

    fn results(&self) -> &[Self::Item] {
        &self.results
    }

    fn into_results(self) -> Vec<Self::Item> {
        self.results
    }

    fn total_count(&self) -> Option<u64> {
        self.total_count.and_then(|count| count.try_into().ok())
    }

    fn links(&self) -> Vec<(Option<&str>, Option<&str>)> {
        let links = self.links.iter().flatten();
        links.map(|link| (link.rel.as_deref(), link.href.as_deref())).collect()
    }
}

impl runtime::Page for ListNamesResponse {
    type Item = Option<String>;

    fn results(&self) -> &[Self::Item] {
        &self.results
    }

    fn into_results(self) -> Vec<Self::Item> {
        self.results
    }

    fn total_count(&self) -> Option<u64> {
        self.total_count.try_into().ok()
    }

    fn links(&self) -> Vec<(Option<&str>, Option<&str>)> {
        let links = self.links.iter();
        links.map(|link| (Some(link.rel.as_str()), Some(link.href.as_str()))).collect()
    }
}

impl runtime::Page for ListOddResponse {
    type Item = i64;

    fn results(&self) -> &[Self::Item] {
        self.results.as_deref().unwrap_or_default()
    }

    fn into_results(self) -> Vec<Self::Item> {
        self.results.unwrap_or_default()
    }
}
