//! HTTP requests and responses: operations, media types, bodies.

pub(crate) mod catalog;
pub(crate) mod negotiate;
pub(crate) mod request;
pub(crate) mod respond;
pub(crate) mod validate;
