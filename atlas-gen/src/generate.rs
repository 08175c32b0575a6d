//! The pipeline from the texts of a document to the files of a client.

use std::collections::HashSet;
use std::thread;

use crate::document::Document;
use crate::edits::{Context, EDITS};
use crate::error::{Error, Result};
use crate::load::{self, Source};
use crate::media_type::Date;
use crate::output::features::Features;
use crate::output::tables;
use crate::output::{self, Output, cut, render};
use crate::passes::select::Selection;
use crate::{model, parse, passes, plain, progenitor};

/// The inputs of code generation.
#[derive(Debug, Clone)]
pub struct Inputs<'a> {
    /// The OpenAPI document.
    pub document: &'a Source,
    /// The corrections to the document, an OpenAPI Overlay.
    pub corrections: Option<&'a Source>,
    /// Whether the corrections were written for exactly this slice, so that each must apply.
    pub complete: bool,
    /// The selected operations.
    pub selection: &'a Selection,
    /// Operations use their newest stable version not after this date.
    pub pin: &'a Date,
    /// Whether operations use a preview if there is one.
    pub preview: bool,
    /// Whether operations become extension traits of a client in another crate.
    pub extend: bool,
    /// The first lines of `mod.rs`, see [`output::header`]; the first line begins each file.
    pub header: &'a str,
}

impl<'a> Inputs<'a> {
    /// Creates the inputs for all operations of `document`, as methods of the client: without
    /// corrections, previews and a header.
    pub fn new(document: &'a Source, pin: &'a Date) -> Self {
        Self {
            document,
            corrections: None,
            complete: false,
            selection: &Selection::All,
            pin,
            preview: false,
            extend: false,
            header: "",
        }
    }
}

/// Generates the files in `generated/` of a client.
///
/// # Errors
/// Any fault of an input, with its file, line, JSON pointer or operation.
pub fn generate(inputs: &Inputs<'_>) -> Result<Output> {
    let mut value = load::load(inputs.document)?;
    let locate = |error| inputs.document.locate(error);
    let published = Document::new(value.clone()).map_err(locate)?;
    let fault = passes::lint::lint(&published).map_err(locate);
    let (document, absent) = match inputs.corrections {
        None => fault.map(|()| (published, Vec::new()))?,
        Some(corrections) => {
            let applied = passes::correct::correct(&mut value, corrections, inputs.complete)?;
            let document = Document::new(value).and_then(|document| {
                passes::lint::lint(&document)?;
                Ok(document)
            });
            // A fault that the corrections leave is reported at its line; corrections have none.
            let document = document
                .map_err(|error| fault.err().unwrap_or(error.in_file(&corrections.name)))?;
            (document, applied.absent)
        }
    };
    files(document, inputs).map_err(locate).map(|mut output| {
        output.absent_corrections = absent;
        output
    })
}

fn files(mut document: Document, inputs: &Inputs<'_>) -> Result<Output> {
    let operations_in = document.places().len();
    let schemas_in = document.schemas().count();
    passes::select::select(&mut document, inputs.selection)?;
    let operations_data = tables::operations(&document);
    let schemas_data = tables::request_schemas(&document);
    let simplified = simplified(document, inputs.pin, inputs.preview)?;
    // The rest of the header changes with every input; files that an input does not affect should
    // not.
    let made_by = inputs.header.split_inclusive('\n').next();
    let made_by = made_by.unwrap_or_default();
    let rendered = rendered(&simplified, inputs.extend, made_by)?;
    let mut output = Output {
        operations_in,
        schemas_in,
        operations_out: simplified.operations.len(),
        types_out: simplified.document.schemas().count(),
        unused_enum_names: passes::shared_enums::unused_names(&simplified.document),
        unnamed_enums: passes::shared_enums::unnamed(&simplified.document),
        ..Output::default()
    };
    output.add("mod.rs", format!("{}{}", inputs.header, output::MODULE));
    for (name, text) in rendered {
        output.add(&name, text);
    }
    let Simplified {
        document,
        operations,
        ..
    } = &simplified;
    output.operations = simplified.features.described(document, operations);
    output.features = simplified.features.tags;
    output.tables = [
        (
            tables::OPERATIONS.to_owned(),
            output::json(&operations_data),
        ),
        (
            tables::REQUEST_SCHEMAS.to_owned(),
            output::json(&schemas_data),
        ),
    ]
    .into();
    let digests = output::digests(&output.files);
    output.add(output::DIGESTS, digests);
    Ok(output)
}

/// Generates the files of the client's code and of the expectations for mock servers, in parallel.
///
/// Syntax trees are not `Send`, so each thread renders its own.
fn rendered(simplified: &Simplified, extend: bool, made_by: &str) -> Result<Vec<(String, String)>> {
    let Simplified {
        document,
        operations,
        features,
        ..
    } = simplified;
    let render = |file: syn::File| -> Result<Vec<(String, String)>> {
        let files = cut::cut(file, operations, features).into_iter();
        let files = files.map(|(name, items)| Ok((name, render::render(items, made_by)?)));
        files.collect()
    };
    let (code, mocks) = thread::scope(|scope| {
        // The usual stack size of a main thread: syntax trees are traversed recursively.
        let mocks = thread::Builder::new().stack_size(8 << 20);
        let mocks = mocks.spawn_scoped(scope, || render(expectations(document, operations)?));
        let code = code(document, operations, extend).and_then(render);
        (code, mocks.map(thread::ScopedJoinHandle::join))
    });
    let mut files = code?;
    let mocks = mocks.map_err(|error| Error::new(format!("no thread can be started: {error}")))?;
    let mocks = mocks.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let is_of_mocks = |name: &str| name.starts_with("expectations");
    files.extend(mocks.into_iter().filter(|(name, _)| is_of_mocks(name)));
    Ok(files)
}

/// A document after the passes, with what is derived from it.
#[derive(Debug)]
pub struct Simplified {
    /// The simplified document.
    pub document: Document,
    /// Its operations.
    pub operations: Vec<model::Operation>,
    /// The features and the parts of the document that they need.
    pub features: Features,
    /// The published names of the schemas of the chosen versions.
    pub used_schemas: HashSet<String>,
}

/// Runs the passes on a selected part of a document: operations use their newest stable version not
/// after `pin`, or a preview if `preview` allows it and there is one.
pub fn simplified(mut document: Document, pin: &Date, preview: bool) -> Result<Simplified> {
    passes::keywords::keywords(&document)?;
    passes::versions::choose_versions(&mut document, pin, preview)?;
    let used_schemas = document.schemas().map(|(name, _)| name.clone()).collect();
    for (_, pass) in passes::SIMPLIFY {
        pass(&mut document)?;
    }
    let operations = model::operations(&document)?;
    Ok(Simplified {
        features: Features::new(&document, &operations),
        document,
        operations,
        used_schemas,
    })
}

/// Returns the client code of a simplified document, before it is split into files. With `extend`,
/// operations become extension traits of a client in another crate.
pub fn code(
    document: &Document,
    operations: &[model::Operation],
    extend: bool,
) -> Result<syn::File> {
    let tokens = progenitor::run(plain::plain(document, operations), extend)?;
    edited(parse::parse(tokens, document)?, document, operations)
}

/// Returns the typed expectations for mock servers of a simplified document.
pub fn expectations(document: &Document, operations: &[model::Operation]) -> Result<syn::File> {
    let plain = plain::plain_with_statuses(document, operations);
    let file = parse::expectations(progenitor::run_httpmock(plain)?)?;
    edited(file, document, operations)
}

/// Applies the edits to progenitor's code.
fn edited(
    mut file: syn::File,
    document: &Document,
    operations: &[model::Operation],
) -> Result<syn::File> {
    let context = Context {
        document,
        operations,
    };
    for edit in EDITS {
        (edit.run)(&mut file, &context)?;
    }
    Ok(file)
}
