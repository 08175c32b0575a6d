//! The role of a schema: its direction, and whether it is the whole or a part.

use crate::document::location::Location;
use crate::quoting::code;
use crate::report::finding::Side;

/// The part of a request or response that contains a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// A request body. `strong`: its media type distinguishes `1` from `"1"`, as JSON does.
    Request { strong: bool },
    /// A response body.
    Response { strong: bool },
    /// A parameter other than a header.
    Parameter,
    /// A header parameter.
    HeaderParameter,
    /// A response header.
    Header,
}

impl Family {
    /// Returns a unique number.
    fn number(self) -> usize {
        match self {
            Self::Request { strong } => 1 + usize::from(strong),
            Self::Response { strong } => 3 + usize::from(strong),
            Self::Parameter => 5,
            Self::HeaderParameter => 6,
            Self::Header => 7,
        }
    }

    /// Returns its direction.
    pub(crate) fn side(self) -> Side {
        match self {
            Self::Request { .. } | Self::Parameter | Self::HeaderParameter => Side::Request,
            Self::Response { .. } | Self::Header => Side::Response,
        }
    }

    /// Returns whether it is a body.
    pub(crate) fn is_body(self) -> bool {
        matches!(self, Self::Request { .. } | Self::Response { .. })
    }
}

/// The role of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) family: Family,
    /// Whether it is the whole of a body, parameter or header.
    pub(crate) whole: bool,
    /// Whether it is a member that is ignored in this direction: a read-only one in a request, or a
    /// write-only one in a response.
    pub(crate) ignored: bool,
}

impl Role {
    /// Returns the role of a whole body, parameter or header.
    pub(crate) fn root(family: Family) -> Self {
        Self {
            family,
            whole: true,
            ignored: false,
        }
    }

    /// Returns the role of a part.
    pub(crate) fn inner(self) -> Self {
        Self {
            whole: false,
            ..self
        }
    }

    /// Returns a number that identifies the role, except for `whole`.
    pub(crate) fn number(self) -> usize {
        2 * self.family.number() + usize::from(self.ignored)
    }

    /// Returns the possible prefixes of check names; the first existing check is used.
    pub(crate) fn prefixes(self) -> &'static [&'static str] {
        match (self.family, self.whole) {
            (Family::Request { .. }, true) => &["request-body-"],
            (Family::Request { .. }, false) => &["request-property-"],
            (Family::Response { .. }, true) => &["response-body-"],
            (Family::Response { .. }, false) => &["response-property-"],
            (Family::Parameter | Family::HeaderParameter, true) => &["request-parameter-"],
            // Many checks have the same name for parameters and their parts.
            (Family::Parameter | Family::HeaderParameter, false) => {
                &["request-parameter-property-", "request-parameter-"]
            }
            // Checks of limits and values have no separate name for headers.
            (Family::Header, _) => &["response-header-", "response-property-"],
        }
    }

    /// Describes the subject at `location`.
    pub(crate) fn subject(self, location: &Location) -> String {
        let Location { member, owner, .. } = location;
        let side = match self.family.side() {
            Side::Request => "request",
            Side::Response => "response",
        };
        if !member.is_empty() {
            let kind = if member.ends_with(']') || member.ends_with(')') {
                "part"
            } else {
                "member"
            };
            return format!(
                "the {side} {kind} {member} of {owner}",
                member = code(&member)
            );
        }
        match (self.family.is_body(), owner.starts_with('`')) {
            (true, true) if self.whole => format!("the {side} body {owner}"),
            (_, true) => format!("the {side} schema {owner}"),
            (_, false) => owner.clone(),
        }
    }
}
