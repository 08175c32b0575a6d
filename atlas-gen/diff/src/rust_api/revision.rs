//! A revision: a document with everything that determines its client, and that client.
//!
//! It knows how a client is generated, not what is compared.

use serde_json::Value;

use crate::rust_api::adapt;
use crate::rust_api::calls::wire;
use crate::rust_api::client::Client;
use crate::rust_api::part::{self, Counts};
use crate::rust_api::read::{self, api::Api};
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
        Ok(Self::of(revision, simplified, api))
    }

    /// Returns the client of `simplified`, with `api` as the compared part.
    fn of(revision: &Revision<'a>, simplified: Simplified, api: Api) -> Self {
        Self {
            published: revision.document,
            wire: wire::wire(&simplified.document, &simplified.operations),
            document: simplified.document,
            spoken: simplified.spoken,
            api,
        }
    }
}

/// Returns the public API of the client of a simplified document. The code itself, which is much
/// larger, is freed on return.
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
    made(revision, revision.corrected()?)
}

fn adapted(revision: &Revision<'_>) -> Result<Simplified> {
    let mut document = revision.corrected()?;
    // Those into places that are adapted are found by their texts.
    decode_references(&mut document);
    adapt::adapt(&mut document);
    made(revision, document)
}

/// Returns the clients of two revisions, both unchanged or both adapted; and why the generator rejects
/// the new one unchanged, if it does not reject the old one.
///
/// # Errors
/// The generator rejects one that was adapted; [`Error::file`] says which of the two it is, [`OLD`]
/// or [`NEW`].
pub(crate) fn pair<'a>(
    old: &Revision<'a>,
    new: &Revision<'a>,
) -> (Result<(Client<'a>, Client<'a>)>, Option<Error>) {
    match both(old, new, simplified) {
        Ok(clients) => (Ok(clients), None),
        // Of two that are rejected, the error is that of the old one.
        Err(error) => {
            let refusal = Some(error).filter(|error| error.file() == Some(NEW));
            (both(old, new, adapted), refusal)
        }
    }
}

type Make = fn(&Revision<'_>) -> Result<Simplified>;

fn both<'a>(
    old: &Revision<'a>,
    new: &Revision<'a>,
    make: Make,
) -> Result<(Client<'a>, Client<'a>)> {
    let [one, other] = at_once([(OLD, old), (NEW, new)], make)?;
    let apis = |counts: Counts| {
        let part = part::differing(&one, &other, counts);
        let of = |(revision, simplified): (&Revision<'_>, &Simplified)| {
            let (document, operations) = part.of(simplified);
            api(
                &document,
                &operations,
                &simplified.features,
                revision.extend,
            )
        };
        at_once([(OLD, (old, &one)), (NEW, (new, &other))], of)
    };
    let [mut before, mut after] = apis(Counts::Code)?;
    if before == after {
        // Only docs may differ.
        [before, after] = apis(Counts::Words)?;
    }
    Ok((Client::of(old, one, before), Client::of(new, other, after)))
}

/// Converts `error` to one of the revision `which`.
fn fault_of(which: &str, error: Error) -> Error {
    match error.file() {
        None => error.in_file(which),
        // The fault is in its corrections.
        Some(_) => Error::new(error.to_string()).in_file(which),
    }
}

/// Runs the same function on both revisions in parallel.
fn at_once<T: Send, U: Send>(
    revisions: [(&str, T); 2],
    make: impl Fn(T) -> Result<U> + Sync,
) -> Result<[U; 2]> {
    let make =
        |(which, revision): (&str, T)| make(revision).map_err(|error| fault_of(which, error));
    let [old, new] = revisions;
    let (old, new) = std::thread::scope(|scope| {
        let other = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || make(old));
        let new = make(new);
        let old = match other.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(old)) => old,
            Ok(Err(_)) => Err(Error::new("the generator stopped without a reason")),
            Err(error) => Err(Error::new(format!("no thread is to be had: {error}"))),
        };
        (old, new)
    });
    Ok([old?, new?])
}

/// The usual stack size of a main thread.
const STACK: usize = 8 << 20;

fn made(revision: &Revision<'_>, document: Value) -> Result<Simplified> {
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
