//! Tests of the generator with whole documents, both valid and unusual.

mod documents;
mod edits;
mod passes;
mod sources;
mod vendor;
