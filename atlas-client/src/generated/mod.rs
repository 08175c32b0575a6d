// Generated.

/// The operations, each under the name of its operation id: what a call takes and returns.
///
/// A method of [`Client`](atlas_client::Client) starts a builder, the builder's methods add the
/// arguments, and `send` makes the call.
pub mod builder;
pub mod operations;
/// What calls take and return: the schemas of the Atlas document.
///
/// Types of requests have builders, which check the limits of the document. A value that is not
/// listed becomes `Unknown`; what else does not fit is left out of the typed value, see
/// [`ResponseValue::repairs`](atlas_client::ResponseValue::repairs).
#[allow(missing_docs, reason = "the name of a variant spells its value")]
pub mod types;
