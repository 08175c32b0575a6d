//! The report as JSON, for programs.
//!
//! ```json
//! {
//!   "summary": {"breaking": 1, "warning": 0, "info": 0},
//!   "findings": [
//!     {
//!       "id": "request-property-became-required",
//!       "level": "breaking",
//!       "side": "request",
//!       "pointer": "/components/schemas/Source/properties/ssl",
//!       "operations": ["POST /api/atlas/v2/groups/{groupId}/liveMigrations"],
//!       "text": "the request member `ssl` of `Source` became required",
//!       "fingerprint": "9b2f6c1f0e6a4d73"
//!     }
//!   ],
//!   "rust": {
//!     "bump": "major",
//!     "changes": [
//!       {
//!         "kind": "changed",
//!         "item": "types::Source::ssl",
//!         "breaks": "runtime",
//!         "cause": "9b2f6c1f0e6a4d73"
//!       }
//!     ]
//!   },
//!   "causes": [
//!     {
//!       "id": "request-property-became-required",
//!       "level": "breaking",
//!       "text": "the request member `ssl` of `Source` became required",
//!       "findings": ["9b2f6c1f0e6a4d73"],
//!       "compile": 0,
//!       "runtime": 1
//!     }
//!   ]
//! }
//! ```
//!
//! | field | what it is |
//! | --- | --- |
//! | `summary.breaking`, `.warning`, `.info` | the number of `findings` with this level |
//! | `findings` | the findings that count, by level (breaking first), then by location; without exempted ones |
//! | `findings[].id` | the name of the check |
//! | `findings[].level` | `breaking`, `warning` or `info` |
//! | `findings[].side` | `request`, `response`, or null for parts without a direction |
//! | `findings[].pointer` | JSON pointer (RFC 6901) into the new document, for removed parts into the old one, and for `exemption-expired` and `exemption-unused` into the exemption file |
//! | `findings[].operations` | the operations that the change affects, as `GET /path`, sorted, without duplicates |
//! | `findings[].text` | one sentence without a full stop, names in backquotes; for people, and not stable |
//! | `findings[].fingerprint` | 16 hexadecimal digits that identify the change within a report, and are the same in each run |
//! | `rust` | absent with `--no-rust`, and if no code can be generated from one of the documents |
//! | `rust.bump` | the required version bump of the client: `major`, `minor`, `patch` or `none` |
//! | `rust.changes[].kind` | `added`, `removed` or `changed` |
//! | `rust.changes[].item` | the item of the public API |
//! | `rust.changes[].breaks` | `compile` if code that compiled may no longer, `runtime` if code that compiles may fail when it runs, or null |
//! | `rust.changes[].cause` | the fingerprint of the finding that causes it, which may be an exempted one, or null |
//! | `rust.changes[].note` | an additional remark on the item, such as "has a builder"; absent if there is none |
//! | `rust.unused` | the fingerprints of findings about schemas and bodies of versions that the client does not use; absent if there are none |
//! | `causes` | the findings by cause, in the order of a report: a cause has findings of one check and level that all break Rust code or all do not; each finding is in one cause |
//! | `causes[].id` | the name of the check; empty for breaks of Rust code without a finding or with an exempted one |
//! | `causes[].level` | the level of the findings |
//! | `causes[].text` | the summary of the findings, in the form of `findings[].text`; not stable |
//! | `causes[].findings` | their fingerprints |
//! | `causes[].compile`, `.runtime` | the numbers of changes of Rust code that they cause and that break at compile time and at run time |
//!
//! Fields, their types and the values listed here do not change within a major version of this project.
//! New fields and new ids of checks may be added in a minor version, so readers must ignore unknown ones.

use crate::report::Report;

/// Renders the report as JSON, with a trailing line feed.
pub fn json(report: &Report) -> String {
    // Strings, numbers and maps with string keys: serialization cannot fail.
    let mut out = serde_json::to_string_pretty(report).unwrap_or_default();
    out.push('\n');
    out
}
