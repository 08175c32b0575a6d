//! `cargo xtask versions`: shows the version that each operation uses, and its sunset.

use std::time::{SystemTime, UNIX_EPOCH};

use atlas_gen::media_type::Date;
use atlas_gen::passes::select::Selection;
use atlas_gen::versions::{self, Inputs, OperationVersion, Overview, Sunset};
use atlas_gen::{Error, Result, config};

use crate::codegen::{self, CORRECTIONS, DOCUMENT, VENDOR};
use crate::fetch::fetch;
use crate::show::count;
use crate::{Outcome, files, lines};

/// Arguments of `versions`.
#[derive(clap::Args)]
pub struct Args {
    /// Look at every operation of this document instead of the vendored fragment: a file, `-` for
    /// standard input, or a URL.
    #[arg(long, value_name = "FILE|URL")]
    spec: Option<String>,
    /// Use this pin instead of that of openapi/vendor.toml.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pin: Option<String>,
    /// The output format.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Exit with 1 if a version in use ends within this many days, or has ended.
    #[arg(long, value_name = "DAYS")]
    fail_within: Option<u32>,
    /// Count days from this date instead of today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// Aligned columns for a terminal.
    Text,
    /// A table for an issue or a job summary.
    Markdown,
    /// Everything, for programs; atlas_gen::versions::Overview documents it.
    Json,
}

/// Shows the versions.
pub fn run(args: &Args) -> Result<Outcome> {
    let root = codegen::root()?;
    let pin = codegen::pin(&root, args.pin.as_deref())?;
    let today = today(args.today.as_deref())?;
    let corrections = files::read(&root.join(CORRECTIONS), CORRECTIONS)?;
    let look = |document, selection: &Selection| {
        versions::overview(&Inputs {
            document,
            corrections: Some(&corrections),
            selection,
            pin: &pin,
            today: &today,
        })
    };
    let overview = match &args.spec {
        Some(spec) => look(&fetch(spec)?.source, &Selection::All)?,
        None => {
            let document = files::read(&root.join(DOCUMENT), DOCUMENT)?;
            let vendor = files::read(&root.join(VENDOR), VENDOR)?;
            let parsed = config::read(&vendor)?;
            look(&document, &parsed.selection).map_err(|error| parsed.blame(&vendor, error))?
        }
    };
    let ending: Vec<&OperationVersion> = args
        .fail_within
        .map(|days| overview.ending_within(days.into()).collect())
        .unwrap_or_default();
    lines::report(&shown(&overview, args.format, args.fail_within, &ending)?)?;
    Ok(if ending.is_empty() {
        Outcome::Success
    } else {
        Outcome::Findings
    })
}

/// Returns the date `given`, or today's.
pub fn today(given: Option<&str>) -> Result<Date> {
    let date = match given {
        Some(text) => Date::parse(text).ok_or_else(|| {
            Error::new(format!("--today `{text}` is not a date such as 2025-03-12"))
        })?,
        None => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|since| Date::from_days(since.as_secs() / 86_400))
            .ok_or_else(|| {
                Error::new("the system clock has no valid date; pass one with --today")
            })?,
    };
    Ok(date)
}

fn shown(
    overview: &Overview,
    format: Format,
    within: Option<u32>,
    ending: &[&OperationVersion],
) -> Result<String> {
    let end = |sentence: &str| {
        let mut text = format!("{}{sentence}\n", totals(overview));
        if let Some(days) = within {
            let names: Vec<&str> = ending
                .iter()
                .map(|operation_version| operation_version.operation.as_str())
                .collect();
            text += &match names.is_empty() {
                true => format!("none ends within {}\n", count(days as usize, "day")),
                false => format!(
                    "within {}: {}\n",
                    count(days as usize, "day"),
                    names.join(", ")
                ),
            };
        }
        text
    };
    Ok(match format {
        Format::Text => format!("{}\n{}", text(overview), end("")),
        Format::Markdown => format!("{}\n{}", markdown(overview), end(".")),
        Format::Json => {
            let value = serde_json::to_value(overview)
                .map_err(|error| Error::new(format!("cannot be shown as JSON: {error}")))?;
            atlas_gen::output::json(&value)
        }
    })
}

const COLUMNS: [&str; 4] = ["operation", "version", "sunset", "newer"];

/// Returns the columns of a row.
fn row(operation_version: &OperationVersion) -> [String; 4] {
    let version = match &operation_version.request_version {
        Some(body) if *body != operation_version.version => {
            format!("{} (body {body})", operation_version.version)
        }
        _ => operation_version.version.clone(),
    };
    let newer: Vec<&str> = operation_version
        .newer
        .iter()
        .map(|newer| newer.version.as_str())
        .collect();
    let mut operation = operation_version.operation.clone();
    if operation_version.deprecated {
        operation += " (deprecated)";
    }
    [
        operation,
        version,
        until(operation_version.sunset.as_ref()),
        newer.join(", "),
    ]
}

fn until(sunset: Option<&Sunset>) -> String {
    let Some(Sunset { date, days_left }) = sunset else {
        return String::new();
    };
    let days = count(
        usize::try_from(days_left.unsigned_abs()).unwrap_or(usize::MAX),
        "day",
    );
    match days_left {
        ..0 => format!("{date}, {days} ago"),
        0 => format!("{date}, today"),
        1.. => format!("{date}, {days} left"),
    }
}

fn text(overview: &Overview) -> String {
    let mut rows = vec![COLUMNS.map(str::to_owned)];
    rows.extend(overview.operations.iter().map(row));
    let mut widths = [0; 4];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in &rows {
        let cells: Vec<String> = widths
            .iter()
            .zip(row)
            .map(|(width, cell)| format!("{cell:width$}"))
            .collect();
        out += cells.join("  ").trim_end();
        out.push('\n');
    }
    out
}

fn markdown(overview: &Overview) -> String {
    let mut out = format!("| {} |\n|{}\n", COLUMNS.join(" | "), " --- |".repeat(4));
    for operation_version in &overview.operations {
        let [_, version, until, newer] = row(operation_version);
        let deprecated = if operation_version.deprecated {
            " (deprecated)"
        } else {
            ""
        };
        let id = &operation_version.operation;
        out += &format!("| `{id}`{deprecated} | {version} | {until} | {newer} |\n");
    }
    out
}

fn totals(overview: &Overview) -> String {
    let of =
        |what: &dyn Fn(&&OperationVersion) -> bool| overview.operations.iter().filter(what).count();
    format!(
        "{} on {} with the pin {}: {} with a sunset, {} with a newer version",
        count(overview.operations.len(), "operation"),
        overview.today,
        overview.pin,
        of(&|operation_version| operation_version.sunset.is_some()),
        of(&|operation_version| !operation_version.newer.is_empty()),
    )
}
