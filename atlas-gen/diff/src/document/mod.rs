//! A document: its tree, and the normalized form of its schemas.

pub(crate) mod alternatives;
pub(crate) mod children;
pub(crate) mod decimal;
pub(crate) mod location;
pub(crate) mod normalize;
pub(crate) mod parts;
pub(crate) mod pattern;
pub(crate) mod tree;
pub(crate) mod unify;
pub(crate) mod value;
