//! `cargo xtask diff --history`: the updates of a document, one after the other, as a table.
//!
//! It knows a folder of documents; each comparison is the same as that of two documents.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use atlas_diff::show::history::{Step, markdown, text};
use atlas_gen::load::load;
use atlas_gen::media_type::Date;
use atlas_gen::{Error, Result};

use super::subject::Subject;
use super::{Args, Format, compared, fails, outcome};
use crate::{Outcome, files, lines};

/// The endings of documents.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// Compares each document of `dir` with the next one.
///
/// # Errors
/// A folder with fewer than two documents, or a document that cannot be read or compared.
pub fn run(dir: &Path, args: &Args, today: &Date) -> Result<Outcome> {
    let render = match args.format {
        Format::Text => text,
        Format::Markdown => markdown,
        Format::Json | Format::Html => {
            return Err(Error::new(
                "`--history` supports only `--format text` and `markdown`",
            ));
        }
    };
    let paths = documents(dir)?;
    let mut documents = paths.iter();
    let mut old = match documents.next() {
        Some(path) if paths.len() > 1 => read(path)?,
        _ => {
            let found = paths.len();
            return Err(Error::new(format!(
                "{}: a history needs at least two documents that end in .yaml, .yml or .json; there \
                 {} {found}",
                dir.display(),
                if found == 1 { "is" } else { "are" }
            )));
        }
    };
    let mut steps = Vec::new();
    let mut any_fails = false;
    for path in documents {
        let start = Instant::now();
        let new = read(path)?;
        let review = compared(
            (&old.0, &old.1),
            (&new.0, &new.1),
            None,
            today,
            !args.no_rust,
        )?;
        if let Some(why) = &review.without_rust {
            err_line!(
                "note: the Rust API of {} and {} is not compared: {why}",
                review.old,
                review.new
            );
        }
        any_fails |= fails(&review, args.fail_on)?;
        steps.push(Step::of(&review, start.elapsed()));
        old = new;
    }
    let table = render(&steps);
    match &args.out {
        None => lines::report(&table)?,
        Some(path) => {
            files::write(path, &table)?;
            let shown = crate::show::count(steps.len(), "update");
            lines::report(&format!("{shown}; see {}\n", path.display()))?;
        }
    }
    Ok(outcome(any_fails))
}

/// Returns the documents of `dir`, sorted by name.
fn documents(dir: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error| Error::new(format!("{}: cannot be read: {error}", dir.display()));
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        let is_document =
            ending.is_some_and(|ending| ENDINGS.iter().any(|e| ending.eq_ignore_ascii_case(e)));
        if is_document && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Reads a document, called by its file name.
fn read(path: &Path) -> Result<(Subject, serde_json::Value)> {
    let name = path.display().to_string();
    let label = path
        .file_name()
        .map_or(name.clone(), |name| name.to_string_lossy().into_owned());
    let document = files::read(path, &name)?;
    let value = load(&document)?;
    let subject = Subject {
        label,
        document,
        fragment: None,
    };
    Ok((subject, value))
}
