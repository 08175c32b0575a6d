
/// The schema `Task` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct Task {
    /// The member `state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}
