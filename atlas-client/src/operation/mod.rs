//! Descriptions of operations, generated or hand-written, and calls of them.

pub(crate) mod call;
pub(crate) mod description;

pub use crate::response::pages::Page;
pub use call::Call;
pub use description::Operation;
pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
pub use reqwest::{Method, StatusCode};
