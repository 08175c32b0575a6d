//! generate: the pipeline from the texts of a document to the files of a client.

use std::collections::HashSet;

use crate::document::Document;
use crate::edits::{Context, EDITS};
use crate::error::Result;
use crate::load::{self, Source};
use crate::media_type::Date;
use crate::output::slices::Slices;
use crate::output::{self, Output, cut, render};
use crate::passes::select::Selection;
use crate::{data, model, passes, plain, progenitor};

/// What code is generated from.
#[derive(Debug, Clone)]
pub struct Inputs<'a> {
    /// The OpenAPI document.
    pub document: &'a Source,
    /// The corrections to it, an OpenAPI Overlay.
    pub corrections: Option<&'a Source>,
    /// Whether the corrections were written for this very slice, so that each must apply.
    pub complete: bool,
    /// Which operations are wanted.
    pub selection: &'a Selection,
    /// Operations speak their newest stable version not after this date.
    pub pin: &'a Date,
    /// Whether operations speak a preview where there is one.
    pub preview: bool,
    /// Whether operations become extension traits of a client that stands in another crate.
    pub extend: bool,
    /// The first lines of `mod.rs`, see [`output::header`]; the first of them begins each file.
    pub header: &'a str,
}

/// Generates the files that stand in `generated/` of a client.
///
/// # Errors
/// Any fault of an input, with its file, line, JSON pointer or operation.
pub fn generate(inputs: &Inputs<'_>) -> Result<Output> {
    let mut value = load::load(inputs.document)?;
    let mut absent = Vec::new();
    // Faults of the published document are reported at their line; what corrections add has none.
    let document = Document::new(value.clone()).and_then(|document| {
        passes::lint::lint(&document)?;
        Ok(document)
    });
    let mut document = document.map_err(|error| inputs.document.locate(error))?;
    if let Some(corrections) = inputs.corrections {
        absent = passes::correct::correct(&mut value, corrections, inputs.complete)?.absent;
        document = Document::new(value)
            .and_then(|document| passes::lint::lint(&document).map(|()| document))
            .map_err(|error| error.in_file(&corrections.name))?;
    }
    files(document, inputs)
        .map_err(|error| inputs.document.locate(error))
        .map(|mut output| {
            output.absent_corrections = absent;
            output
        })
}

fn files(document: Document, inputs: &Inputs<'_>) -> Result<Output> {
    let slice = Slice {
        selection: inputs.selection,
        pin: inputs.pin,
        preview: inputs.preview,
        extend: inputs.extend,
    };
    generated(document, &slice, inputs.header).map(|generated| generated.output)
}

/// Which part of a document becomes code, in which version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slice<'a> {
    pub(crate) selection: &'a Selection,
    pub(crate) pin: &'a Date,
    pub(crate) preview: bool,
    /// Whether operations become extension traits of a client that stands in another crate.
    pub(crate) extend: bool,
}

/// Generated files with the simplified document that they were made from.
#[derive(Debug)]
pub(crate) struct Generated {
    pub(crate) output: Output,
    pub(crate) document: Document,
    pub(crate) operations: Vec<model::Operation>,
    /// The names that the published document gives the schemas of the versions that are spoken.
    pub(crate) spoken: HashSet<String>,
}

/// Generates from a document that has been linted.
pub(crate) fn generated(
    mut document: Document,
    slice: &Slice<'_>,
    header: &str,
) -> Result<Generated> {
    let operations_in = document.places().len();
    let schemas_in = document.schemas().count();
    passes::select::select(&mut document, slice.selection)?;
    let operations_data = data::operations(&document);
    let schemas_data = data::request_schemas(&document);
    passes::versions::choose_versions(&mut document, slice.pin, slice.preview)?;
    let spoken = document.schemas().map(|(name, _)| name.clone()).collect();
    for (_, pass) in passes::SIMPLIFY {
        pass(&mut document)?;
    }
    let operations = model::operations(&document)?;
    let mut file = progenitor::run(&plain::plain(&document, &operations), slice.extend)?;
    let context = Context {
        document: &document,
        operations: &operations,
    };
    for edit in EDITS {
        (edit.run)(&mut file, &context)?;
    }
    let slices = Slices::new(&document, &operations);
    let mut output = Output {
        operations_in,
        schemas_in,
        operations_out: operations.len(),
        types_out: document.schemas().count(),
        unused_enum_names: passes::shared_enums::unused_names(&document),
        ..Output::default()
    };
    output.add("mod.rs", format!("{header}{}", output::MODULE));
    // The rest of the header changes with every input, and what an input does not touch should not.
    let made_by = header.split_inclusive('\n').next();
    let made_by = made_by.unwrap_or_default();
    for (name, items) in cut::cut(file, &operations, &slices) {
        output.add(&name, render::render(items, made_by)?);
    }
    output.features = slices.features;
    output.add("operations.json", output::json(&operations_data));
    output.add("request_schemas.json", output::json(&schemas_data));
    let digests = output::digests(&output.files);
    output.add(output::DIGESTS, digests);
    Ok(Generated {
        output,
        document,
        operations,
        spoken,
    })
}
