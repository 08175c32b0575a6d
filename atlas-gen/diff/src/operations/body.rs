//! A body of an operation, and findings about its media types.

use crate::comparison::{Comparison, SourceLocation};
use crate::quoting::code;
use crate::report::finding::Side;

/// A request or response body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body<'s> {
    pub(crate) node: usize,
    pub(crate) side: Side,
    /// Its name in findings, such as "the 200 response of `GET /path`".
    pub(crate) words: &'s str,
}

/// Reports an added media type.
pub(crate) fn added(
    cx: &mut Comparison<'_>,
    node: usize,
    side: Side,
    words: &str,
    name: &str,
    at: &SourceLocation,
) {
    let id = match side {
        Side::Request => "request-body-media-type-added",
        Side::Response => "response-media-type-added",
    };
    let text = format!("{words} got the media type {name}", name = code(&name));
    cx.report(Some(node), id, Some(side), at, "", text);
}

/// Reports a removed media type.
pub(crate) fn removed(
    cx: &mut Comparison<'_>,
    node: usize,
    side: Side,
    words: &str,
    name: &str,
    at: &SourceLocation,
) {
    let id = match side {
        Side::Request => "request-body-media-type-removed",
        Side::Response => "response-media-type-removed",
    };
    let text = format!("{words} lost the media type {name}", name = code(&name));
    cx.report(Some(node), id, Some(side), at, "", text);
}
