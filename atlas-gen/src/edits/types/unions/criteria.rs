//! What distinguishes the variants of a union: the rows of the table for `runtime::choose`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::document::{Document, schema_name};
use crate::schema::{self, Kind, Tagged, is_flattened};

/// The method of `serde_json::Value` that tells whether JSON is of a kind, or [`IS_INTEGER`].
type Is = &'static str;

/// The function of the runtime that tells whether a number is one that an `i64` can hold.
const IS_INTEGER: Is = "is_integer";

/// What distinguishes a value of a schema, which is no union, from values of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Criteria {
    /// None is any JSON.
    kind: Option<Is>,
    values: Vec<(String, BTreeSet<String>)>,
    required: BTreeSet<String>,
    /// The kind of each member.
    members: BTreeMap<String, Option<Is>>,
    /// The kind of other members, if there may be some.
    others: Option<Option<Is>>,
}

impl Criteria {
    /// Removes and returns the values of a member.
    fn take(&mut self, member: &str) -> BTreeSet<String> {
        let at = self.values.iter().position(|(name, _)| name == member);
        at.map(|at| self.values.remove(at).1).unwrap_or_default()
    }

    /// Returns the row of the table for `choose`. `mixed` are the members that several variants have
    /// with different kinds.
    fn row(&self, index: usize, mixed: &BTreeSet<&str>) -> TokenStream {
        let index = proc_macro2::Literal::usize_unsuffixed(index);
        let values = self.values.iter().map(|(member, values)| {
            let values = values.iter();
            quote!((#member, &[#(#values),*]))
        });
        let (required, members) = (self.required.iter(), self.members.keys());
        let others = match self.others.map(|kind| kind.map(path)) {
            None => quote!(None),
            Some(Some(is_kind)) => quote!(Some(#is_kind)),
            Some(None) => quote!(Some(|_| true)),
        };
        let kinds = self.members.iter();
        let kinds = kinds.filter(|(member, _)| mixed.contains(member.as_str()));
        let kinds = kinds.filter_map(|(member, kind)| {
            let is_kind = path((*kind)?);
            Some(quote!((#member, #is_kind)))
        });
        let kind = match self.kind.map(path) {
            Some(is_kind) => quote!(Some(#is_kind)),
            None => quote!(None),
        };
        quote! {
            ::atlas_client::runtime::Variant {
                index: #index,
                kind: #kind,
                values: &[#(#values),*],
                required: &[#(#required),*],
                members: &[#(#members),*],
                others: #others,
                kinds: &[#(#kinds),*],
            }
        }
    }
}

fn path(is: Is) -> TokenStream {
    let name = format_ident!("{is}");
    match is {
        IS_INTEGER => quote!(::atlas_client::runtime::#name),
        _ => quote!(::serde_json::Value::#name),
    }
}

/// The maximal number of variants of unions in unions that are described, which may grow with the
/// square of the document; Atlas's document needs less than a hundredth of it. A union beyond it
/// counts as any JSON.
const MAX_INNER: usize = 100_000;

/// The criteria of all components.
pub struct AllCriteria<'a> {
    document: &'a Document,
    /// Those of each variant of a union, or of another schema alone, by component.
    known: HashMap<String, Vec<Criteria>>,
    /// The number of variants of unions in unions that may still be described.
    left: usize,
}

impl<'a> AllCriteria<'a> {
    pub fn new(document: &'a Document) -> Self {
        Self {
            document,
            known: HashMap::new(),
            left: MAX_INNER,
        }
    }

    /// Returns the table of a union for `choose`.
    pub fn of_union(&mut self, parts: Vec<String>, tagged: Option<&Tagged>) -> Vec<TokenStream> {
        for part in &parts {
            self.learn(part);
        }
        let parts = self.of_parts(parts, tagged);
        let mut kinds: BTreeMap<&str, BTreeSet<&Option<Is>>> = BTreeMap::new();
        for (member, kind) in parts.iter().flatten().flat_map(|leaf| &leaf.members) {
            kinds.entry(member).or_default().insert(kind);
        }
        kinds.retain(|_, kinds| kinds.len() > 1);
        let mixed = kinds.into_keys().collect();
        let rows = parts.iter().enumerate();
        let rows = rows.flat_map(|(i, leaves)| leaves.iter().map(move |leaf| (i, leaf)));
        rows.map(|(i, leaf)| leaf.row(i, &mixed)).collect()
    }

    /// Determines the criteria of the component `name`.
    fn learn(&mut self, name: &str) {
        // Without recursion, because unions may be in each other at any depth.
        let mut open = vec![name.to_owned()];
        let mut entered: HashSet<String> = HashSet::new();
        while let Some(at) = open.last().cloned() {
            if self.known.contains_key(&at) {
                open.pop();
                continue;
            }
            let (one, parts, tagged) = self.look(&at);
            if entered.insert(at.clone()) {
                open.extend(parts.into_iter().filter(|part| !entered.contains(part)));
                continue;
            }
            let mut leaves = match parts.is_empty() {
                true => vec![one],
                false => self.of_parts(parts, tagged.as_ref()).concat(),
            };
            let mut seen = BTreeSet::new();
            leaves.retain(|leaf| seen.insert(leaf.clone()));
            self.known.insert(at, leaves);
        }
    }

    /// Returns the criteria of the component `name`, and its variants if it is a union.
    fn look(&self, name: &str) -> (Criteria, Vec<String>, Option<Tagged>) {
        let schema = self.document.schema(name).unwrap_or(&Value::Null);
        let mut one = Criteria {
            kind: self.kind(schema),
            ..Criteria::default()
        };
        // A component may be an alias of another one.
        let schema = self.document.deref(schema).unwrap_or(&Value::Null);
        match schema::kind(schema) {
            Kind::Object(properties) => {
                let flattened = properties.values().find(|property| is_flattened(property));
                if let Some(Kind::Map(values)) = flattened.map(schema::kind) {
                    one.others = Some(self.kind(values));
                }
                let properties = properties.iter();
                let properties = properties.filter(|(_, property)| !is_flattened(property));
                let values = properties.clone().filter_map(|(member, property)| {
                    Some((member.clone(), listed(self.document, property)?))
                });
                one.values = values.collect();
                one.required = schema::required(schema).map(str::to_owned).collect();
                let kinds =
                    properties.map(|(member, property)| (member.clone(), self.kind(property)));
                one.members = kinds.collect();
                (one, Vec::new(), None)
            }
            Kind::Map(values) => {
                one.others = Some(self.kind(values));
                (one, Vec::new(), None)
            }
            Kind::Tagged(tagged) => {
                let parts = tagged.variants.iter();
                let parts = parts.map(|variant| variant.schema.clone()).collect();
                (one, parts, Some(tagged))
            }
            Kind::Untagged(names) => {
                let parts = names.into_iter().map(str::to_owned).collect();
                (one, parts, None)
            }
            _ => (one, Vec::new(), None),
        }
    }

    /// Returns the kind of JSON of `schema`, or none if it allows several.
    fn kind(&self, schema: &Value) -> Option<Is> {
        let schema = self.document.deref(schema).unwrap_or(&Value::Null);
        Some(match schema::kind(schema) {
            Kind::String | Kind::Enum(_) | Kind::Rust(_) => "is_string",
            Kind::Integer => IS_INTEGER,
            Kind::Number => "is_number",
            Kind::Boolean => "is_boolean",
            Kind::Array(_) => "is_array",
            Kind::Map(_) | Kind::Object(_) => "is_object",
            _ => return None,
        })
    }

    /// Returns the criteria of variants, which have been determined.
    ///
    /// The discriminator's values take precedence over those that its schemas list. Of these, only
    /// one that no mapping names and a single part lists is added: published mappings are not
    /// complete.
    fn of_parts(&mut self, parts: Vec<String>, tagged: Option<&Tagged>) -> Vec<Vec<Criteria>> {
        let mut all: Vec<Vec<Criteria>> = Vec::with_capacity(parts.len());
        for part in parts {
            let leaves = self.known.get(&part).filter(|leaves| {
                let cost = leaves.len() - 1;
                let is_affordable = cost <= self.left;
                self.left -= if is_affordable { cost } else { 0 };
                is_affordable
            });
            // Nor can a union that is in itself be described there.
            all.push(leaves.cloned().unwrap_or_else(|| vec![Criteria::default()]));
        }
        distinct_first(&mut all);
        let Some(Tagged { property, variants }) = tagged else {
            return all;
        };
        let tags: BTreeSet<&String> = variants.iter().flat_map(|variant| &variant.tags).collect();
        let mut count: HashMap<String, usize> = HashMap::new();
        let mut listed: Vec<Vec<BTreeSet<String>>> = Vec::new();
        for leaves in &mut all {
            let own: Vec<_> = leaves.iter_mut().map(|leaf| leaf.take(property)).collect();
            let distinct: BTreeSet<&String> = own.iter().flatten().collect();
            for value in distinct {
                *count.entry(value.clone()).or_default() += 1;
            }
            listed.push(own);
        }
        for ((leaves, variant), listed) in all.iter_mut().zip(variants).zip(&listed) {
            for (leaf, listed) in leaves.iter_mut().zip(listed) {
                let own = listed.iter();
                let own =
                    own.filter(|value| count.get(*value) == Some(&1) && !tags.contains(value));
                let values = variant.tags.iter().chain(own).cloned().collect();
                leaf.values.insert(0, (property.clone(), values));
            }
        }
        all
    }
}

/// Moves the members whose values no two of `all` share to the front: these identify a variant.
fn distinct_first(all: &mut [Vec<Criteria>]) {
    // The first variant that lists a value, by member.
    let mut listing: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut shared: BTreeSet<&str> = BTreeSet::new();
    let lists = all.iter().enumerate().flat_map(|(i, leaves)| {
        let lists = leaves.iter().flat_map(|leaf| &leaf.values);
        lists.map(move |(member, values)| (i, member, values))
    });
    for (i, member, values) in lists {
        let first = listing.entry(member).or_default();
        for value in values {
            if *first.entry(value).or_insert(i) != i {
                shared.insert(member);
            }
        }
    }
    let is_distinct = |(member, first): &(&str, BTreeMap<&str, usize>)| {
        let variants: BTreeSet<&usize> = first.values().collect();
        variants.len() > 1 && !shared.contains(member)
    };
    let distinct = listing.into_iter().filter(is_distinct);
    let distinct: BTreeSet<String> = distinct.map(|(member, _)| member.to_owned()).collect();
    for leaf in all.iter_mut().flatten() {
        leaf.values
            .sort_by_key(|(member, _)| !distinct.contains(member));
    }
}

/// Returns the values that the schema of a member lists, as text.
pub fn listed(document: &Document, property: &Value) -> Option<BTreeSet<String>> {
    let schema = match schema_name(property) {
        Some(name) => document.schema(name)?,
        None => property,
    };
    let is_literal = matches!(
        schema::kind(schema),
        Kind::Enum(_) | Kind::Literals(_) | Kind::Integer | Kind::Boolean
    );
    let values = schema.get("enum").filter(|_| is_literal)?.as_array()?;
    let values = values.iter().filter_map(|value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => number.as_i64().map(|number| number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    });
    let values: BTreeSet<String> = values.collect();
    (!values.is_empty()).then_some(values)
}
