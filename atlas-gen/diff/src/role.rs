//! The role of a schema: its direction, and whether it is the whole or a part.

use crate::document::location::Location;
use crate::report::finding::Side;
use crate::words::code;

/// The direction of a schema, and its container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// In a request body. `strong`: its media type distinguishes `1` from `"1"`, as JSON does.
    Request { strong: bool },
    /// In a response body.
    Response { strong: bool },
    /// In a parameter other than a header.
    Parameter,
    /// In a parameter that is a header.
    HeaderParameter,
    /// In a response header.
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
    /// Whether it is a member that is not used in this direction: a read-only one of a request, a
    /// write-only one of a response.
    pub(crate) unread: bool,
}

impl Role {
    /// Returns the role of a whole body, parameter or header.
    pub(crate) fn root(family: Family) -> Self {
        Self {
            family,
            whole: true,
            unread: false,
        }
    }

    /// Returns the role of a part.
    pub(crate) fn inner(self) -> Self {
        Self {
            whole: false,
            ..self
        }
    }

    /// Returns a number that identifies the role, apart from being whole.
    pub(crate) fn number(self) -> usize {
        2 * self.family.number() + usize::from(self.unread)
    }

    /// Returns the possible prefixes of check names; the first existing check is used.
    pub(crate) fn prefixes(self) -> &'static [&'static str] {
        match (self.family, self.whole) {
            (Family::Request { .. }, true) => &["request-body-"],
            (Family::Request { .. }, false) => &["request-property-"],
            (Family::Response { .. }, true) => &["response-body-"],
            (Family::Response { .. }, false) => &["response-property-"],
            (Family::Parameter | Family::HeaderParameter, true) => &["request-parameter-"],
            // Most checks of parameters have no other name for their parts.
            (Family::Parameter | Family::HeaderParameter, false) => {
                &["request-parameter-property-", "request-parameter-"]
            }
            // Limits and values of headers have no other name.
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
