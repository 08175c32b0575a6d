
use serde_json::Value;
use crate::{Additional, Refusal};

/// What Atlas answers failures with.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// What went wrong.
    pub detail: Option<String>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    ApiError {
        detail: optional "detail",
    }
}

/// The schema `ReplaceRuleMode` of the Atlas document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ReplaceRuleMode {
    DryRun,
    Live,
    /// A value that this version of the client does not know.
    Unknown(String),
}
crate::open_enum! {
    ReplaceRuleMode {
        DryRun = "DRY_RUN",
        Live = "LIVE",
    }
}

/// The schema `Rule2` of the Atlas document.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rule2 {
    /// The member `operator`.
    pub operator: Option<RuleOperator>,
    /// The member `type`.
    pub type_: Option<String>,
    /// The member `Type`.
    pub type__: Option<String>,
    /// The member `provider`.
    pub provider: Option<RuleProvider>,
    /// The member `otherProvider`.
    pub other_provider: Option<RuleProvider>,
    /// The member `version`.
    pub version: Option<RuleVersion>,
    /// The member `order`.
    pub order: Option<RuleOrder>,
    /// The member `level`.
    ///
    /// Default: `1`. One of 0, 1, 2.
    pub level: Option<i64>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    Rule2 {
        operator: optional "operator",
        type_: optional "type",
        type__: optional "Type",
        provider: optional "provider",
        other_provider: optional "otherProvider",
        version: optional "version",
        order: optional "order",
        level: optional "level",
    }
}

impl Rule2 {
    /// Starts a [`Rule2`]; [`Rule2Builder::build`] checks it.
    pub fn builder() -> Rule2Builder {
        Rule2Builder::default()
    }
}

/// Builds a [`Rule2`].
#[derive(Clone, Debug, Default)]
pub struct Rule2Builder(crate::draft::Draft);

impl Rule2Builder {
    /// The member `operator`.
    pub fn operator(
        mut self,
        value: impl TryInto<RuleOperator, Error: Refusal>,
    ) -> Self {
        self.0.set::<RuleOperator>("operator", value);
        self
    }

    /// The member `type`.
    pub fn type_(mut self, value: impl TryInto<String, Error: Refusal>) -> Self {
        self.0.set::<String>("type", value);
        self
    }

    /// The member `Type`.
    pub fn type__(mut self, value: impl TryInto<String, Error: Refusal>) -> Self {
        self.0.set::<String>("Type", value);
        self
    }

    /// The member `provider`.
    pub fn provider(
        mut self,
        value: impl TryInto<RuleProvider, Error: Refusal>,
    ) -> Self {
        self.0.set::<RuleProvider>("provider", value);
        self
    }

    /// The member `otherProvider`.
    pub fn other_provider(
        mut self,
        value: impl TryInto<RuleProvider, Error: Refusal>,
    ) -> Self {
        self.0.set::<RuleProvider>("otherProvider", value);
        self
    }

    /// The member `version`.
    pub fn version(mut self, value: impl TryInto<RuleVersion, Error: Refusal>) -> Self {
        self.0.set::<RuleVersion>("version", value);
        self
    }

    /// The member `order`.
    pub fn order(mut self, value: impl TryInto<RuleOrder, Error: Refusal>) -> Self {
        self.0.set::<RuleOrder>("order", value);
        self
    }

    /// The member `level`.
    ///
    /// Default: `1`. One of 0, 1, 2.
    pub fn level(mut self, value: i64) -> Self {
        self.0.set::<i64>("level", value);
        self
    }
}
crate::builder! {
    Rule2Builder builds Rule2 {
        Rule::new("operator").values(RuleOperator::VALUES),
        Rule::new("provider").values(RuleProvider::VALUES),
        Rule::new("otherProvider").values(RuleProvider::VALUES),
        Rule::new("version").values(RuleVersion::VALUES),
        Rule::new("level").numbers(&[0, 1, 2]),
    }
}

/// The schema `RuleOperator` of the Atlas document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RuleOperator {
    /// `<`
    LessThan,
    /// `>`
    GreaterThan,
    /// `<=`
    LessThanEqual,
    /// `>=`
    GreaterThanEqual,
    /// `type`
    Type,
    /// `Type`
    TypeValue,
    /// A value that this version of the client does not know.
    Unknown(String),
}
crate::open_enum! {
    RuleOperator {
        LessThan = "<",
        GreaterThan = ">",
        LessThanEqual = "<=",
        GreaterThanEqual = ">=",
        Type = "type",
        TypeValue = "Type",
    }
}

/// The schema `RuleOrder` of the Atlas document.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RuleOrder {
    /// `1`
    V1,
    /// `-1`
    V1Value,
    /// `hashed`
    Hashed,
    /// A value that this version of the client does not know.
    Unknown(serde_json::Value),
}
crate::open_literal! {
    RuleOrder {
        V1 = 1,
        V1Value = -1,
        Hashed = "hashed",
    }
}

/// The schema `RuleProvider` of the Atlas document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RuleProvider {
    Aws,
    Gcp,
    /// A value that this version of the client does not know.
    Unknown(String),
}
crate::open_enum! {
    RuleProvider {
        Aws = "AWS",
        Gcp = "GCP",
    }
}

/// The schema `RuleVersion` of the Atlas document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RuleVersion {
    /// `4.4`
    V4_4,
    /// `44`
    V44,
    /// ``
    Empty,
    /// A value that this version of the client does not know.
    Unknown(String),
}
crate::open_enum! {
    RuleVersion {
        V4_4 = "4.4",
        V44 = "44",
        Empty = "",
    }
}
