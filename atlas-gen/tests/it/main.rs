//! What the generator makes of whole documents, good ones and odd ones.

mod odd_documents;
mod pass_examples;
