
use reqwest::Method;
use builder::*;
use crate::Client;
use crate::operation::{Call, Operation};

/// The operations.
impl Client {
    /// Calls the operation `replaceRule` ([`PUT /rules`](ReplaceRule))
    pub fn replace_rule(&self) -> ReplaceRule {
        ReplaceRule(Call::new(self, &REPLACE_RULE))
    }
}

static REPLACE_RULE: Operation = Operation {
    id: "replaceRule",
    method: Method::PUT,
    path: "/rules",
    accept: "application/vnd.atlas.2024-05-30+json",
    content_type: Some("application/vnd.atlas.2024-05-30+json"),
    required: &[],
};

/// The operations, each under the name of its operation id: what a call takes and gives.
///
/// A method of [`Client`](crate::Client) starts a builder, the builder's methods add the
/// arguments, and `send` makes the call.
pub mod builder {
    use super::Call;
    use crate::types;
    use crate::{Refusal, ResponseValue, Result};

    /// Calls the operation `replaceRule`.
    ///
    /// # Request
    /// - Method and path: `PUT /rules`
    /// - Roles: none listed
    /// - Media type: `application/vnd.atlas.2024-05-30+json`
    /// - Success: 200, or any other 2xx
    ///
    /// # Errors
    /// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
    ///
    #[derive(Clone, Debug)]
    #[must_use = "a call is made by `send`"]
    pub struct ReplaceRule(pub(super) Call);

    impl ReplaceRule {
        /// The parameter `mode`.
        pub fn mode(
            mut self,
            value: impl TryInto<types::ReplaceRuleMode, Error: Refusal>,
        ) -> Self {
            self.0.query::<types::ReplaceRuleMode>("mode", value);
            self
        }

        /// The request body.
        pub fn body(
            mut self,
            value: impl TryInto<types::Rule2, Error: Refusal>,
        ) -> Self {
            self.0.body::<types::Rule2>(value);
            self
        }

        /// Makes the call; see [errors](Self#errors).
        pub async fn send(self) -> Result<ResponseValue<types::Rule2>> {
            self.0.send().await
        }
    }
}
