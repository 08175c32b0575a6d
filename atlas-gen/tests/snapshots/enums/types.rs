
use atlas_client::{InvalidValue, UnknownLiteral, UnknownValue, runtime};

/// The schema `Alarm` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct Alarm {
    /// The member `costs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<std::collections::BTreeMap<String, Option<f64>>>,
    /// The member `formerProviders`.
    #[serde(
        default,
        rename = "formerProviders",
        skip_serializing_if = "Option::is_none"
    )]
    pub former_providers: Option<Vec<Option<AlarmFormerProvider>>>,
    /// The member `level`. Default: `1`. One of 0, 1, 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<i64>,
    /// The member `operator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<AlarmOperator>,
    /// The member `order`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<AlarmOrder>,
    /// The member `otherProvider`.
    #[serde(default, rename = "otherProvider", skip_serializing_if = "Option::is_none")]
    pub other_provider: Option<AlarmOtherProvider>,
    /// The member `provider`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<AlarmProvider>,
    /// The member `type`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,
    /// The member `Type`.
    #[serde(default, rename = "Type", skip_serializing_if = "Option::is_none")]
    pub type_2: Option<String>,
    /// The member `version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<AlarmVersion>,
}

impl Alarm {
    /// Returns a builder of [`Alarm`](Self), whose `build` checks the value.
    pub fn builder() -> builder::Alarm {
        Default::default()
    }
}

/// The schema `AlarmFormerProvider` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
#[serde(
    from = "atlas_client::runtime::RawValue",
    into = "atlas_client::runtime::RawValue"
)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(
        crate = "atlas_client::schemars",
        extend("anyOf" = [{"enum":Self::VALUES}, {"type":"string"}])
    )
)]
pub enum AlarmFormerProvider {
    Aws,
    Gcp,
    /// A value that this version of the client does not know.
    Unknown(UnknownValue),
}

impl AlarmFormerProvider {
    /// The values that the document lists.
    pub const VALUES: &'static [&'static str] = &["AWS", "GCP"];

    /// Returns the value as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Aws => "AWS",
            Self::Gcp => "GCP",
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<runtime::RawValue> for AlarmFormerProvider {
    fn from(raw: runtime::RawValue) -> Self {
        raw.as_str().parse().unwrap_or_else(|_| Self::Unknown(raw.into_unknown()))
    }
}

impl From<AlarmFormerProvider> for runtime::RawValue {
    fn from(value: AlarmFormerProvider) -> Self {
        Self::from(value.as_str())
    }
}

impl TryFrom<&String> for AlarmFormerProvider {
    type Error = InvalidValue;

    fn try_from(value: &String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl std::fmt::Display for AlarmFormerProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for AlarmFormerProvider {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "AWS" => Ok(Self::Aws),
            "GCP" => Ok(Self::Gcp),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for AlarmFormerProvider {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for AlarmFormerProvider {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

/// The schema `AlarmOperator` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
#[serde(
    from = "atlas_client::runtime::RawValue",
    into = "atlas_client::runtime::RawValue"
)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(
        crate = "atlas_client::schemars",
        extend("anyOf" = [{"enum":Self::VALUES}, {"type":"string"}])
    )
)]
pub enum AlarmOperator {
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
    Unknown(UnknownValue),
}

impl AlarmOperator {
    /// The values that the document lists.
    pub const VALUES: &'static [&'static str] = &["<", ">", "<=", ">=", "type", "Type"];

    /// Returns the value as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::LessThan => "<",
            Self::GreaterThan => ">",
            Self::LessThanEqual => "<=",
            Self::GreaterThanEqual => ">=",
            Self::Type => "type",
            Self::TypeValue => "Type",
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<runtime::RawValue> for AlarmOperator {
    fn from(raw: runtime::RawValue) -> Self {
        raw.as_str().parse().unwrap_or_else(|_| Self::Unknown(raw.into_unknown()))
    }
}

impl From<AlarmOperator> for runtime::RawValue {
    fn from(value: AlarmOperator) -> Self {
        Self::from(value.as_str())
    }
}

impl TryFrom<&String> for AlarmOperator {
    type Error = InvalidValue;

    fn try_from(value: &String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl std::fmt::Display for AlarmOperator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for AlarmOperator {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "<" => Ok(Self::LessThan),
            ">" => Ok(Self::GreaterThan),
            "<=" => Ok(Self::LessThanEqual),
            ">=" => Ok(Self::GreaterThanEqual),
            "type" => Ok(Self::Type),
            "Type" => Ok(Self::TypeValue),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for AlarmOperator {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for AlarmOperator {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

/// The schema `AlarmOrder` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
#[serde(
    from = "atlas_client::runtime::RawLiteral",
    into = "atlas_client::runtime::RawLiteral"
)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(
        crate = "atlas_client::schemars",
        extend("anyOf" = [{"enum":[1, -1, "hashed"]}, {"type":["integer", "string"]}])
    )
)]
pub enum AlarmOrder {
    /// `1`
    V1,
    /// `-1`
    Minus1,
    /// `hashed`
    Hashed,
    /// A value that this version of the client does not know.
    Unknown(UnknownLiteral),
}

impl AlarmOrder {
    /// The values that the document lists, as texts.
    pub const VALUES: &'static [&'static str] = &["1", "-1", "hashed"];
}

impl TryFrom<i64> for AlarmOrder {
    type Error = InvalidValue;

    fn try_from(value: i64) -> Result<Self, Self::Error> {
        match value {
            1 => Ok(Self::V1),
            -1 => Ok(Self::Minus1),
            _ => Err(InvalidValue::new(&value.to_string(), Self::VALUES)),
        }
    }
}

impl From<runtime::RawLiteral> for AlarmOrder {
    fn from(raw: runtime::RawLiteral) -> Self {
        if raw.integer() == Some(1) {
            return Self::V1;
        }
        if raw.integer() == Some(-1) {
            return Self::Minus1;
        }
        if raw.text() == Some("hashed") {
            return Self::Hashed;
        }
        Self::Unknown(raw.into_unknown())
    }
}

impl From<AlarmOrder> for runtime::RawLiteral {
    fn from(value: AlarmOrder) -> Self {
        match value {
            AlarmOrder::V1 => Self::from(1i64),
            AlarmOrder::Minus1 => Self::from(-1i64),
            AlarmOrder::Hashed => Self::from("hashed"),
            AlarmOrder::Unknown(value) => value.into(),
        }
    }
}

impl TryFrom<&String> for AlarmOrder {
    type Error = InvalidValue;

    fn try_from(value: &String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl std::fmt::Display for AlarmOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::V1 => f.write_str("1"),
            Self::Minus1 => f.write_str("-1"),
            Self::Hashed => f.write_str("hashed"),
            Self::Unknown(value) => std::fmt::Display::fmt(value, f),
        }
    }
}

impl std::str::FromStr for AlarmOrder {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "1" => Ok(Self::V1),
            "-1" => Ok(Self::Minus1),
            "hashed" => Ok(Self::Hashed),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for AlarmOrder {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for AlarmOrder {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

/// The schema `AlarmOtherProvider` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
#[serde(
    from = "atlas_client::runtime::RawValue",
    into = "atlas_client::runtime::RawValue"
)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(
        crate = "atlas_client::schemars",
        extend("anyOf" = [{"enum":Self::VALUES}, {"type":"string"}])
    )
)]
pub enum AlarmOtherProvider {
    Gcp,
    Aws,
    /// A value that this version of the client does not know.
    Unknown(UnknownValue),
}

impl AlarmOtherProvider {
    /// The values that the document lists.
    pub const VALUES: &'static [&'static str] = &["GCP", "AWS"];

    /// Returns the value as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Gcp => "GCP",
            Self::Aws => "AWS",
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<runtime::RawValue> for AlarmOtherProvider {
    fn from(raw: runtime::RawValue) -> Self {
        raw.as_str().parse().unwrap_or_else(|_| Self::Unknown(raw.into_unknown()))
    }
}

impl From<AlarmOtherProvider> for runtime::RawValue {
    fn from(value: AlarmOtherProvider) -> Self {
        Self::from(value.as_str())
    }
}

impl TryFrom<&String> for AlarmOtherProvider {
    type Error = InvalidValue;

    fn try_from(value: &String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl std::fmt::Display for AlarmOtherProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for AlarmOtherProvider {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "GCP" => Ok(Self::Gcp),
            "AWS" => Ok(Self::Aws),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for AlarmOtherProvider {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for AlarmOtherProvider {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

/// The schema `AlarmProvider` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
#[serde(
    from = "atlas_client::runtime::RawValue",
    into = "atlas_client::runtime::RawValue"
)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(
        crate = "atlas_client::schemars",
        extend("anyOf" = [{"enum":Self::VALUES}, {"type":"string"}])
    )
)]
pub enum AlarmProvider {
    Aws,
    Gcp,
    /// A value that this version of the client does not know.
    Unknown(UnknownValue),
}

impl AlarmProvider {
    /// The values that the document lists.
    pub const VALUES: &'static [&'static str] = &["AWS", "GCP"];

    /// Returns the value as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Aws => "AWS",
            Self::Gcp => "GCP",
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<runtime::RawValue> for AlarmProvider {
    fn from(raw: runtime::RawValue) -> Self {
        raw.as_str().parse().unwrap_or_else(|_| Self::Unknown(raw.into_unknown()))
    }
}

impl From<AlarmProvider> for runtime::RawValue {
    fn from(value: AlarmProvider) -> Self {
        Self::from(value.as_str())
    }
}

impl TryFrom<&String> for AlarmProvider {
    type Error = InvalidValue;

    fn try_from(value: &String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl std::fmt::Display for AlarmProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for AlarmProvider {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "AWS" => Ok(Self::Aws),
            "GCP" => Ok(Self::Gcp),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for AlarmProvider {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for AlarmProvider {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

/// The schema `AlarmVersion` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
#[serde(
    from = "atlas_client::runtime::RawValue",
    into = "atlas_client::runtime::RawValue"
)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(
        crate = "atlas_client::schemars",
        extend("anyOf" = [{"enum":Self::VALUES}, {"type":"string"}])
    )
)]
pub enum AlarmVersion {
    /// `4.4`
    V4_4,
    /// `44`
    V44,
    /// The empty text.
    Empty,
    /// A value that this version of the client does not know.
    Unknown(UnknownValue),
}

impl AlarmVersion {
    /// The values that the document lists.
    pub const VALUES: &'static [&'static str] = &["4.4", "44", ""];

    /// Returns the value as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::V4_4 => "4.4",
            Self::V44 => "44",
            Self::Empty => "",
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<runtime::RawValue> for AlarmVersion {
    fn from(raw: runtime::RawValue) -> Self {
        raw.as_str().parse().unwrap_or_else(|_| Self::Unknown(raw.into_unknown()))
    }
}

impl From<AlarmVersion> for runtime::RawValue {
    fn from(value: AlarmVersion) -> Self {
        Self::from(value.as_str())
    }
}

impl TryFrom<&String> for AlarmVersion {
    type Error = InvalidValue;

    fn try_from(value: &String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl std::fmt::Display for AlarmVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for AlarmVersion {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "4.4" => Ok(Self::V4_4),
            "44" => Ok(Self::V44),
            "" => Ok(Self::Empty),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for AlarmVersion {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for AlarmVersion {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

/// The schema `ReplaceAlarmMode` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
#[serde(
    from = "atlas_client::runtime::RawValue",
    into = "atlas_client::runtime::RawValue"
)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(
        crate = "atlas_client::schemars",
        extend("anyOf" = [{"enum":Self::VALUES}, {"type":"string"}])
    )
)]
pub enum ReplaceAlarmMode {
    DryRun,
    Live,
    /// A value that this version of the client does not know.
    Unknown(UnknownValue),
}

impl ReplaceAlarmMode {
    /// The values that the document lists.
    pub const VALUES: &'static [&'static str] = &["DRY_RUN", "LIVE"];

    /// Returns the value as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::DryRun => "DRY_RUN",
            Self::Live => "LIVE",
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<runtime::RawValue> for ReplaceAlarmMode {
    fn from(raw: runtime::RawValue) -> Self {
        raw.as_str().parse().unwrap_or_else(|_| Self::Unknown(raw.into_unknown()))
    }
}

impl From<ReplaceAlarmMode> for runtime::RawValue {
    fn from(value: ReplaceAlarmMode) -> Self {
        Self::from(value.as_str())
    }
}

impl TryFrom<&String> for ReplaceAlarmMode {
    type Error = InvalidValue;

    fn try_from(value: &String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl std::fmt::Display for ReplaceAlarmMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for ReplaceAlarmMode {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "DRY_RUN" => Ok(Self::DryRun),
            "LIVE" => Ok(Self::Live),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for ReplaceAlarmMode {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for ReplaceAlarmMode {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

/// Builders of the types that callers send.
pub mod builder {
    use atlas_client::{BuildError, runtime};

    /// Builds [`Alarm`](super::Alarm).
    #[derive(Clone, Debug)]
    pub struct Alarm {
        costs: Result<
            Option<std::collections::BTreeMap<String, Option<f64>>>,
            BuildError,
        >,
        former_providers: Result<
            Option<Vec<Option<super::AlarmFormerProvider>>>,
            BuildError,
        >,
        level: Result<Option<i64>, BuildError>,
        operator: Result<Option<super::AlarmOperator>, BuildError>,
        order: Result<Option<super::AlarmOrder>, BuildError>,
        other_provider: Result<Option<super::AlarmOtherProvider>, BuildError>,
        provider: Result<Option<super::AlarmProvider>, BuildError>,
        type_: Result<Option<String>, BuildError>,
        type_2: Result<Option<String>, BuildError>,
        version: Result<Option<super::AlarmVersion>, BuildError>,
    }

    impl Default for Alarm {
        fn default() -> Self {
            Self {
                costs: Ok(Default::default()),
                former_providers: Ok(Default::default()),
                level: Ok(Default::default()),
                operator: Ok(Default::default()),
                order: Ok(Default::default()),
                other_provider: Ok(Default::default()),
                provider: Ok(Default::default()),
                type_: Ok(Default::default()),
                type_2: Ok(Default::default()),
                version: Ok(Default::default()),
            }
        }
    }

    impl Alarm {
        /// The member `costs`.
        pub fn costs<T>(mut self, value: T) -> Self
        where
            T: TryInto<std::collections::BTreeMap<String, Option<f64>>>,
            T::Error: std::fmt::Display + 'static,
        {
            self.costs = runtime::convert(value).map(Some);
            self
        }

        /// The member `formerProviders`.
        pub fn former_providers<T, By>(mut self, values: T) -> Self
        where
            T: IntoIterator,
            T::Item: runtime::Entry<super::AlarmFormerProvider, By>,
        {
            self.former_providers = runtime::convert_entries(values).map(Some);
            self
        }

        /// The member `level`. Default: `1`. One of 0, 1, 2.
        pub fn level<T>(mut self, value: T) -> Self
        where
            T: TryInto<i64>,
            T::Error: std::fmt::Display + 'static,
        {
            self.level = runtime::convert(value).map(Some);
            self
        }

        /// The member `operator`.
        pub fn operator<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::AlarmOperator>,
            T::Error: std::fmt::Display + 'static,
        {
            self.operator = runtime::convert(value).map(Some);
            self
        }

        /// The member `order`.
        pub fn order<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::AlarmOrder>,
            T::Error: std::fmt::Display + 'static,
        {
            self.order = runtime::convert(value).map(Some);
            self
        }

        /// The member `otherProvider`.
        pub fn other_provider<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::AlarmOtherProvider>,
            T::Error: std::fmt::Display + 'static,
        {
            self.other_provider = runtime::convert(value).map(Some);
            self
        }

        /// The member `provider`.
        pub fn provider<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::AlarmProvider>,
            T::Error: std::fmt::Display + 'static,
        {
            self.provider = runtime::convert(value).map(Some);
            self
        }

        /// The member `type`.
        pub fn type_<T>(mut self, value: T) -> Self
        where
            T: TryInto<String>,
            T::Error: std::fmt::Display + 'static,
        {
            self.type_ = runtime::convert(value).map(Some);
            self
        }

        /// The member `Type`.
        pub fn type_2<T>(mut self, value: T) -> Self
        where
            T: TryInto<String>,
            T::Error: std::fmt::Display + 'static,
        {
            self.type_2 = runtime::convert(value).map(Some);
            self
        }

        /// The member `version`.
        pub fn version<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::AlarmVersion>,
            T::Error: std::fmt::Display + 'static,
        {
            self.version = runtime::convert(value).map(Some);
            self
        }

        /// Validates the members and returns the value.
        ///
        /// # Errors
        /// If required members are missing or members violate a limit of the Atlas document, an
        /// error that lists all of them with their paths.
        pub fn build(self) -> Result<super::Alarm, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<Alarm> for super::Alarm {
        type Error = BuildError;

        fn try_from(value: Alarm) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults.member("operator", &value.operator);
            faults.member("type", &value.type_);
            faults.member("Type", &value.type_2);
            faults.member("provider", &value.provider);
            faults.member("otherProvider", &value.other_provider);
            faults.member("formerProviders", &value.former_providers);
            faults
                .constrained(
                    "costs",
                    &value.costs,
                    &runtime::Constraint {
                        items: Some(&runtime::Constraint::NONE),
                        ..runtime::Constraint::NONE
                    },
                );
            faults.member("version", &value.version);
            faults.member("order", &value.order);
            faults
                .constrained(
                    "level",
                    &value.level,
                    &runtime::Constraint {
                        integers: Some(&[0, 1, 2]),
                        ..runtime::Constraint::NONE
                    },
                );
            faults.finish()?;
            let Alarm {
                operator: Ok(operator),
                type_: Ok(type_),
                type_2: Ok(type_2),
                provider: Ok(provider),
                other_provider: Ok(other_provider),
                former_providers: Ok(former_providers),
                costs: Ok(costs),
                version: Ok(version),
                order: Ok(order),
                level: Ok(level),
            } = value else {
                return Err(BuildError::missing());
            };
            Ok(Self {
                operator,
                type_,
                type_2,
                provider,
                other_provider,
                former_providers,
                costs,
                version,
                order,
                level,
            })
        }
    }
}
