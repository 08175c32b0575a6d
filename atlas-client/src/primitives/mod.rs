//! Types of members that are strings in JSON.

mod object_id;
mod sensitive;
mod timestamp;

pub use object_id::{InvalidObjectId, ObjectId};
pub use sensitive::Sensitive;
pub use timestamp::{InvalidTimestamp, Timestamp};
