//! Compares `type`, `format` and null.
//!
//! Requests may accept more types than before, responses may contain fewer. If the media type does not
//! distinguish `1` from `"1"`, any value may be sent as a string.

use std::collections::BTreeSet;

use super::schema_comparison::SchemaComparison;
use crate::document::normalize::{Shape, is_type_in};
use crate::quoting::code;
use crate::role::Family;

/// The relation of one type and format to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// All values that were valid still are.
    Wider,
    /// All valid values were valid before.
    Narrower,
    /// Neither, but serialized the same way.
    Loose,
    /// Neither.
    Other,
}

impl<'a> SchemaComparison<'_, 'a> {
    /// Reports whether null became allowed or disallowed.
    pub(super) fn nullable(&mut self) {
        // A schema without constraints allows null.
        if self.old.is_unconstrained() && self.new.is_unconstrained() {
            return;
        }
        let at = self.at("nullable");
        match (self.old.nullable, self.new.nullable) {
            (false, true) => self.report("became-nullable", &at, "", "may be null now"),
            (true, false) => self.report("became-not-nullable", &at, "", "may no longer be null"),
            _ => {}
        }
    }

    /// Reports changes of type and format. Returns false if the types have nothing in common, so that other
    /// constraints cannot be compared.
    pub(super) fn types(&mut self) -> bool {
        let (old_types, new_types) = (&self.old.types, &self.new.types);
        let (old_format, new_format) = (format(&self.old), format(&self.new));
        if old_types == new_types && old_format == new_format {
            return true;
        }
        let common = old_types.is_empty()
            || new_types.is_empty()
            || old_types.iter().any(|name| is_type_in(name, new_types))
            || new_types.iter().any(|name| is_type_in(name, old_types));
        let (old, new) = (describe(&self.old), describe(&self.new));
        let at = self.at(if old_types == new_types {
            "format"
        } else {
            "type"
        });
        let detail = format!("{old} {new}");
        let said = format!("changed from {old} to {new}");
        let relate = |is_strong| relation(&self.old, &self.new, is_strong);
        let action = match (self.role.family, self.role.whole) {
            (Family::Request { strong: is }, _) => match relate(is) {
                Relation::Wider => "type-generalized",
                Relation::Loose => "type-compatible",
                Relation::Narrower | Relation::Other => "type-changed",
            },
            (Family::Response { strong: is }, _) => response_action(&self.old, &self.new, is),
            (Family::Header, _) => response_action(&self.old, &self.new, false),
            (Family::Parameter | Family::HeaderParameter, true) => match relate(false) {
                Relation::Wider | Relation::Loose => "type-generalized",
                _ => "type-changed",
            },
            (Family::Parameter | Family::HeaderParameter, false) => {
                // The serialization of objects in parameters is not known here.
                let fits = |step| matches!(step, Relation::Wider | Relation::Loose);
                match (fits(relate(true)), fits(relate(false))) {
                    (true, true) => "type-generalized",
                    (false, false) => "type-specialized",
                    _ => "type-changed",
                }
            }
        };
        self.report(action, &at, &detail, said);
        common || action != "type-changed"
    }
}

fn response_action(old: &Shape<'_>, new: &Shape<'_>, strong: bool) -> &'static str {
    // For a response the relation is reversed.
    match relation(new, old, strong) {
        Relation::Wider => "type-specialized",
        Relation::Loose => "type-compatible",
        Relation::Narrower
            if !old.types.is_empty() && !new.types.is_empty() && old.types != new.types =>
        {
            "type-generalized"
        }
        Relation::Narrower | Relation::Other => "type-changed",
    }
}

/// Returns the relation of `to` to `from`.
fn relation(from: &Shape<'_>, to: &Shape<'_>, strong: bool) -> Relation {
    let types = type_relation(&from.types, &to.types, strong);
    let formats = format_relation(from, to);
    match (types, formats) {
        (None, formats) => formats.unwrap_or(Relation::Wider),
        (Some(types), None | Some(Relation::Wider)) => types,
        (Some(Relation::Narrower), Some(Relation::Narrower)) => Relation::Narrower,
        // If all types are allowed, a format restricts nothing.
        (Some(types), Some(_)) if to.types.is_empty() => types,
        _ => Relation::Other,
    }
}

fn type_relation(from: &BTreeSet<&str>, to: &BTreeSet<&str>, strong: bool) -> Option<Relation> {
    if from == to {
        return None;
    }
    let covered = |some: &BTreeSet<&str>, all: &BTreeSet<&str>| {
        all.is_empty() || !some.is_empty() && some.iter().all(|name| is_type_in(name, all))
    };
    Some(if covered(from, to) {
        Relation::Wider
    } else if covered(to, from) && (strong || !to.iter().eq(["string"].iter())) {
        Relation::Narrower
    } else if !strong && to.iter().eq(["string"].iter()) {
        Relation::Loose
    } else {
        Relation::Other
    })
}

fn format_relation(from: &Shape<'_>, to: &Shape<'_>) -> Option<Relation> {
    let wider = |some: &str, all: &str| match to.types.iter().next().or(from.types.iter().next()) {
        Some(&"number") => (some, all) == ("float", "double"),
        Some(&"integer") => matches!(
            (some, all),
            ("int32", "int64" | "bigint") | ("int64", "bigint")
        ),
        Some(&"string") => matches!((some, all), ("date" | "time", "date-time")),
        _ => false,
    };
    match (format(from), format(to)) {
        (old, new) if old == new => None,
        // `password` only affects how a value is displayed.
        (_, None | Some("" | "password")) => Some(Relation::Wider),
        (None | Some("" | "password"), _) => Some(Relation::Narrower),
        (Some(old), Some(new)) if wider(old, new) => Some(Relation::Wider),
        (Some(old), Some(new)) if wider(new, old) => Some(Relation::Narrower),
        _ => Some(Relation::Other),
    }
}

/// Returns the format of a schema.
fn format<'a>(shape: &Shape<'a>) -> Option<&'a str> {
    let mut parts = shape.compared_parts("format").iter();
    parts.find_map(|part| part.text("format"))
}

/// Formats type and format.
fn describe(shape: &Shape<'_>) -> String {
    let names: Vec<&str> = shape.types.iter().copied().collect();
    let types = match &names[..] {
        [] => "any type".to_owned(),
        names => code(&names.join(" or ")),
    };
    match format(shape) {
        Some(format) => format!("{types} ({format})", format = code(&format)),
        None => types,
    }
}
