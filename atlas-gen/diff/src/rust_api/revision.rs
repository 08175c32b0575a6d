//! A revision: a document with all settings of its client, and the generation of that client.

use serde_json::Value;

use crate::rust_api::adapt;
use crate::rust_api::calls::wire;
use crate::rust_api::client::Client;
use crate::rust_api::read::{self, api::Api};
use crate::rust_api::subset::{self, Scope};
use crate::{NEW, OLD};
use atlas_gen::document::{Document, decode_references};
use atlas_gen::error::{Error, Result};
use atlas_gen::generate::{self, Simplified};
use atlas_gen::load::Source;
use atlas_gen::media_type::Date;
use atlas_gen::model::Operation;
use atlas_gen::output::cut;
use atlas_gen::output::features::Features;
use atlas_gen::passes::select::Selection;
use atlas_gen::passes::{correct, lint};

/// A revision of a document, and the settings of its client.
#[derive(Debug, Clone, Copy)]
pub struct Revision<'a> {
    /// The published document.
    pub document: &'a Value,
    /// The corrections to it, an OpenAPI Overlay.
    pub corrections: Option<&'a Source>,
    /// The selected operations.
    pub selection: &'a Selection,
    /// Operations use their newest stable version not after this date; by default not after the
    /// newest date in the document.
    pub pin: Option<&'a Date>,
    /// Whether operations use a preview if there is one.
    pub preview: bool,
    /// Whether operations become extension traits of a client in another crate.
    pub extend: bool,
}

impl Revision<'_> {
    /// Returns the document with its corrections; those without a target are skipped.
    fn corrected(&self) -> Result<Value> {
        let mut document = self.document.clone();
        if let Some(corrections) = self.corrections {
            correct::correct(&mut document, corrections, false)?;
        }
        Ok(document)
    }
}

impl<'a> Client<'a> {
    /// Generates the client of `revision`.
    ///
    /// # Errors
    /// The generator rejects it.
    pub fn new(revision: &Revision<'a>) -> Result<Self> {
        let simplified = simplified(revision)?;
        let api = api(
            &simplified.document,
            &simplified.operations,
            &simplified.features,
            revision.extend,
        )?;
        Ok(Self::from_simplified(revision, simplified, api))
    }

    /// Returns the client of `simplified` with the API `api`, which may be a subset.
    fn from_simplified(revision: &Revision<'a>, simplified: Simplified, api: Api) -> Self {
        Self {
            published: revision.document,
            wire: wire::wire(&simplified.document, &simplified.operations),
            document: simplified.document,
            used_schemas: simplified.used_schemas,
            api,
        }
    }
}

/// Returns the public API of the client of a simplified document. The syntax trees, which are much
/// larger, are freed on return.
fn api(
    document: &Document,
    operations: &[Operation],
    features: &Features,
    extend: bool,
) -> Result<Api> {
    let code = generate::code(document, operations, extend)?;
    Ok(read::read(&cut::cut(code, operations, features), features))
}

/// Simplifies `revision` without adapting it.
///
/// # Errors
/// The generator rejects it.
fn simplified(revision: &Revision<'_>) -> Result<Simplified> {
    simplify(revision, revision.corrected()?)
}

fn adapted(revision: &Revision<'_>) -> Result<Simplified> {
    let mut document = revision.corrected()?;
    // `adapt` compares references as text.
    decode_references(&mut document);
    adapt::adapt(&mut document);
    simplify(revision, document)
}

/// Returns the clients of two revisions, both unchanged or both adapted; and why the generator rejects
/// the new one unchanged, if it does not reject the old one.
///
/// # Errors
/// The generator rejects one that was adapted; [`Error::file`] says which of the two it is, [`OLD`]
/// or [`NEW`].
pub(crate) fn clients<'a>(
    old: &Revision<'a>,
    new: &Revision<'a>,
) -> (Result<(Client<'a>, Client<'a>)>, Option<Error>) {
    match generate(old, new, simplified) {
        Ok(clients) => (Ok(clients), None),
        // If both are rejected, the error is that of the old one.
        Err(error) => {
            let refusal = Some(error).filter(|error| error.file() == Some(NEW));
            (generate(old, new, adapted), refusal)
        }
    }
}

type Simplify = fn(&Revision<'_>) -> Result<Simplified>;

fn generate<'a>(
    old: &Revision<'a>,
    new: &Revision<'a>,
    make: Simplify,
) -> Result<(Client<'a>, Client<'a>)> {
    let [one, other] = in_parallel([(OLD, old), (NEW, new)], make)?;
    let apis = |counts: Scope| {
        let subset = subset::differing(&one, &other, counts);
        let of = |(revision, simplified): (&Revision<'_>, &Simplified)| {
            let (document, operations) = subset.of(simplified);
            api(
                &document,
                &operations,
                &simplified.features,
                revision.extend,
            )
        };
        in_parallel([(OLD, (old, &one)), (NEW, (new, &other))], of)
    };
    let [mut before, mut after] = apis(Scope::Api)?;
    if before == after {
        // Only docs may differ.
        [before, after] = apis(Scope::ApiAndDocs)?;
    }
    Ok((
        Client::from_simplified(old, one, before),
        Client::from_simplified(new, other, after),
    ))
}

/// Adds to `error` the revision that it is about.
fn in_revision(which: &str, error: Error) -> Error {
    match error.file() {
        None => error.in_file(which),
        // The error is in the corrections.
        Some(_) => Error::new(error.to_string()).in_file(which),
    }
}

/// Calls `make` for both revisions in parallel.
fn in_parallel<T: Send, U: Send>(
    revisions: [(&str, T); 2],
    make: impl Fn(T) -> Result<U> + Sync,
) -> Result<[U; 2]> {
    let make =
        |(which, revision): (&str, T)| make(revision).map_err(|error| in_revision(which, error));
    let [old, new] = revisions;
    let (old, new) = std::thread::scope(|scope| {
        let other = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || make(old));
        let new = make(new);
        let old = match other.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(old)) => old,
            Ok(Err(_)) => Err(Error::new("the generator panicked")),
            Err(error) => Err(Error::new(format!("cannot spawn a thread: {error}"))),
        };
        (old, new)
    });
    Ok([old?, new?])
}

/// The usual stack size of a main thread.
const STACK: usize = 8 << 20;

fn simplify(revision: &Revision<'_>, document: Value) -> Result<Simplified> {
    let newest;
    let pin = match revision.pin {
        Some(pin) => pin,
        None => {
            newest = adapt::newest_date(&document);
            &newest
        }
    };
    let mut document = Document::new(document)?;
    lint::lint(&document)?;
    atlas_gen::passes::select::select(&mut document, revision.selection)?;
    generate::simplified(document, pin, revision.preview)
}
