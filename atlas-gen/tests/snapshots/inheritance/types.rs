
use crate::Additional;

/// What Atlas answers failures with.
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
