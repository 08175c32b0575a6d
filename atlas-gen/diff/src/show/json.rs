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
//! | `summary.breaking`, `.warning`, `.info` | how many of `findings` have this level |
//! | `findings` | what counts, by level (breaking first), then by place; exempted findings are left out |
//! | `findings[].id` | the name of the check |
//! | `findings[].level` | `breaking`, `warning` or `info` |
//! | `findings[].side` | `request`, `response`, or null for what is on neither side |
//! | `findings[].pointer` | JSON pointer (RFC 6901) into the new document, for what is gone into the old one, and for `exemption-expired` and `exemption-unused` into the file of exemptions |
//! | `findings[].operations` | the operations that the change reaches, as `GET /path`, sorted, each once |
//! | `findings[].text` | one sentence without a full stop, names between backquotes; for people, and free to change |
//! | `findings[].fingerprint` | 16 hexadecimal digits: the same for the same change from run to run, and different within a report |
//! | `rust` | absent with `--no-rust`, and where no code can be generated from one of the documents |
//! | `rust.bump` | what the version of the client needs: `major`, `minor`, `patch` or `none` |
//! | `rust.changes[].kind` | `added`, `removed` or `changed` |
//! | `rust.changes[].item` | the item of the public API |
//! | `rust.changes[].breaks` | `compile` if code that compiled may no longer, `runtime` if code that compiles may fail when it runs, or null |
//! | `rust.changes[].cause` | the fingerprint of the finding that causes it, which may be an exempted one, or null |
//! | `rust.changes[].note` | what else is to be known of the item, such as "has a builder"; absent where there is nothing |
//! | `rust.unused` | the fingerprints of findings about schemas and bodies of versions that the client does not use; absent where there are none |
//! | `causes` | the findings by cause, in the order of reading: those of one check and level, apart by whether they break Rust code; each finding is in one |
//! | `causes[].id` | the name of the check; empty for breaks of Rust code without a finding or with an exempted one |
//! | `causes[].level` | the level of the findings |
//! | `causes[].text` | what they have in common, as `findings[].text` is written; free to change |
//! | `causes[].findings` | their fingerprints |
//! | `causes[].compile`, `.runtime` | how many changes of Rust code they cause that break at compile time and at run time |
//!
//! All fields are always present, except those that may be absent. Fields, their types and the words listed here do
//! not change within a major version of this project; new fields, and new ids of checks, may be
//! added in a minor one, so readers must ignore what they do not know.

use crate::report::Report;

/// Renders the report as JSON, with a trailing line feed.
pub fn json(report: &Report) -> String {
    // Strings, numbers and maps with string keys: serialization cannot fail.
    let mut out = serde_json::to_string_pretty(report).unwrap_or_default();
    out.push('\n');
    out
}
