
use atlas_client::{InvalidValue, UnknownJson, UnknownValue, runtime};

/// A cat that roars.
pub type BigCat = Cat;

/// The schema `Cat` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct Cat {
    /// The member `kind`.
    pub kind: PetKind,
    /// The member `lives`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(extend("format" = "int32")))]
    pub lives: Option<i64>,
    /// The member `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The schema `Dog` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct Dog {
    /// The member `friends`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub friends: Option<Vec<Pet>>,
    /// The member `kind`.
    pub kind: PetKind,
    /// The member `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// An animal that lives with people.
///
/// The member `kind` says which.
#[derive(serde::Deserialize, Clone, Debug, PartialEq)]
#[serde(try_from = "serde_json::Value")]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars", untagged, !try_from)
)]
pub enum Pet {
    /// Holds [`Cat`].
    Cat(Box<Cat>),
    /// Holds [`BigCat`].
    BigCat(Box<BigCat>),
    /// Holds [`Dog`].
    Dog(Box<Dog>),
    /// A value that fits none of the variants.
    Unknown(UnknownJson),
}

impl Pet {
    const VARIANTS: &'static [runtime::Variant] = &[
        runtime::Variant {
            index: 0,
            kind: Some(serde_json::Value::is_object),
            values: &[("kind", &["CAT"])],
            required: &["kind"],
            members: &["kind", "lives", "name"],
            others: None,
            kinds: &[],
        },
        runtime::Variant {
            index: 1,
            kind: Some(serde_json::Value::is_object),
            values: &[("kind", &["BIG_CAT"])],
            required: &["kind"],
            members: &["kind", "lives", "name"],
            others: None,
            kinds: &[],
        },
        runtime::Variant {
            index: 2,
            kind: Some(serde_json::Value::is_object),
            values: &[("kind", &["DOG", "PUPPY"])],
            required: &["kind"],
            members: &["friends", "kind", "name"],
            others: None,
            kinds: &[],
        },
    ];
}

impl TryFrom<serde_json::Value> for Pet {
    type Error = runtime::VariantError;

    fn try_from(value: serde_json::Value) -> Result<Self, Self::Error> {
        Ok(
            match runtime::choose(Self::VARIANTS, &value) {
                Some(0) => Self::Cat(runtime::variant(value)?),
                Some(1) => Self::BigCat(runtime::variant(value)?),
                Some(2) => Self::Dog(runtime::variant(value)?),
                _ => Self::Unknown(value.into()),
            },
        )
    }
}

impl serde::Serialize for Pet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Cat(value) => value.serialize(serializer),
            Self::BigCat(value) => value.serialize(serializer),
            Self::Dog(value) => value.serialize(serializer),
            Self::Unknown(value) => value.serialize(serializer),
        }
    }
}

impl From<Cat> for Pet {
    fn from(value: Cat) -> Self {
        Self::Cat(Box::new(value))
    }
}

impl From<Dog> for Pet {
    fn from(value: Dog) -> Self {
        Self::Dog(Box::new(value))
    }
}

/// The schema `PetKind` of the Atlas document.
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
pub enum PetKind {
    Cat,
    BigCat,
    Dog,
    Puppy,
    /// A value that this version of the client does not know.
    Unknown(UnknownValue),
}

impl PetKind {
    /// The values that the document lists.
    pub const VALUES: &'static [&'static str] = &["CAT", "BIG_CAT", "DOG", "PUPPY"];

    /// Returns the value as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cat => "CAT",
            Self::BigCat => "BIG_CAT",
            Self::Dog => "DOG",
            Self::Puppy => "PUPPY",
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<runtime::RawValue> for PetKind {
    fn from(raw: runtime::RawValue) -> Self {
        raw.as_str().parse().unwrap_or_else(|_| Self::Unknown(raw.into_unknown()))
    }
}

impl From<PetKind> for runtime::RawValue {
    fn from(value: PetKind) -> Self {
        Self::from(value.as_str())
    }
}

impl TryFrom<&String> for PetKind {
    type Error = InvalidValue;

    fn try_from(value: &String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl std::fmt::Display for PetKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for PetKind {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "CAT" => Ok(Self::Cat),
            "BIG_CAT" => Ok(Self::BigCat),
            "DOG" => Ok(Self::Dog),
            "PUPPY" => Ok(Self::Puppy),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for PetKind {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for PetKind {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}
