//! Authentication: HTTP Digest with API keys, OAuth 2.0 with a service account, both validated.

pub(crate) mod digest;
pub(crate) mod gate;
pub(crate) mod oauth;
