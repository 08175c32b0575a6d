//! Generates a Rust client from any slice of Atlas's published OpenAPI document.
//!
//! Documents go in, files come out; the caller reads and writes the disk. The pipeline, one module
//! for each step:
//!
//! `load` → `lint` → `correct` → `select` → `choose versions` → simplify ([`passes::SIMPLIFY`]) →
//! [`plain`] → progenitor → [`parse`] → edits ([`edits::EDITS`]) → `render` → files to be written
//! or compared ([`output`]).

pub mod config;
pub mod docs;
pub mod document;
pub mod edits;
pub mod error;
pub mod generate;
pub mod limits;
pub mod model;
pub mod names;
pub mod output;
pub mod parse;
pub mod passes;
pub mod plain;
pub mod progenitor;
pub mod settings;
pub mod vendor;
pub mod versions;

pub use document::{load, media_type, pointer, schema};
pub use error::{Error, Result};
pub use generate::{Inputs, generate};
pub use load::Source;
