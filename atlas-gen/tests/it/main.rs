//! What the generator makes of whole documents, good ones and odd ones.

mod mutations;
mod odd_documents;
mod pass_edges;
mod pass_examples;
mod snapshots;
mod stability;
