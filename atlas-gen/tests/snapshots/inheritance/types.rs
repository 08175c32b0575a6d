
use serde_json::Value;
use crate::Additional;

/// What Atlas answers failures with.
#[non_exhaustive]
pub struct ApiError {
    /// What went wrong.
    pub detail: Option<String>,
    /// The member `errorCode`.
    pub error_code: Option<String>,
    /// The member `reason`.
    pub reason: Option<String>,
    /// The member `parameters`.
    pub parameters: Option<Vec<Value>>,
    /// The member `badRequestDetail`.
    pub bad_request_detail: Option<BadRequestDetail>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    ApiError {
        detail: optional "detail",
        error_code: optional "errorCode",
        reason: optional "reason",
        parameters: optional "parameters",
        bad_request_detail: optional "badRequestDetail",
    }
}

/// The schema `BadRequestDetail` of the Atlas document.
#[non_exhaustive]
pub struct BadRequestDetail {
    /// The member `fields`.
    pub fields: Option<Vec<FieldViolation>>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    BadRequestDetail {
        fields: optional "fields",
    }
}

/// The schema `Cat` of the Atlas document.
#[non_exhaustive]
pub struct Cat {
    /// The member `kind`.
    pub kind: PetKind,
    /// The member `name`.
    pub name: Option<String>,
    /// The member `lives`.
    pub lives: Option<i64>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    Cat {
        kind: required "kind",
        name: optional "name",
        lives: optional "lives",
    }
}

/// The schema `Dog` of the Atlas document.
#[non_exhaustive]
pub struct Dog {
    /// The member `kind`.
    pub kind: PetKind,
    /// The member `name`.
    pub name: Option<String>,
    /// The member `friends`.
    pub friends: Option<Vec<Pet>>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    Dog {
        kind: required "kind",
        name: optional "name",
        friends: optional "friends",
    }
}

/// The schema `FieldViolation` of the Atlas document.
#[non_exhaustive]
pub struct FieldViolation {
    /// The member `field`.
    pub field: String,
    /// The member `description`.
    pub description: String,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    FieldViolation {
        field: required "field",
        description: required "description",
    }
}

/// An animal that lives with people.
///
/// The member `kind` says which.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Pet {
    /// A [`Cat`].
    Cat(Box<Cat>),
    /// A [`Dog`].
    Dog(Box<Dog>),
    /// A value that this version of the client does not know.
    Unknown(Additional),
}
crate::tagged_union! {
    Pet by "kind" {
        Cat(Cat) = "CAT",
        Dog(Dog) = "DOG" | "PUPPY",
    }
}

/// The schema `PetKind` of the Atlas document.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PetKind {
    Cat,
    Dog,
    Puppy,
    /// A value that this version of the client does not know.
    Unknown(String),
}
crate::open_enum! {
    PetKind {
        Cat = "CAT",
        Dog = "DOG",
        Puppy = "PUPPY",
    }
}
