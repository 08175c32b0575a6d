//! What the generator makes of whole documents, good ones and odd ones.

mod edit_edges;
mod edit_examples;
mod edit_names;
mod edit_unions;
mod mutate;
mod mutations;
mod names_stay;
mod odd_documents;
mod pass_chains;
mod pass_choices;
mod pass_directions;
mod pass_edges;
mod pass_examples;
mod pass_failures;
mod pass_hoist;
mod pass_lint;
mod pass_parameters;
mod pass_selection;
mod pass_versions;
mod pass_words;
mod plain_documents;
mod revisions;
mod rust_names;
mod snapshots;
mod stability;
mod vendor;
