//! What the generator makes of whole documents, good ones and odd ones.

mod documents;
mod edits;
mod passes;
mod sources;
mod vendor;
