//! What distinguishes the variants of a union: the rows of the table for `runtime::choose`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::document::{Document, schema_name};
use crate::schema::{self, Kind, Tagged};

/// What distinguishes a value of a schema, which is no union, from values of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Criteria {
    kind: &'static str,
    values: Vec<(String, BTreeSet<String>)>,
    required: BTreeSet<String>,
    members: BTreeSet<String>,
}

impl Criteria {
    /// Removes and returns the values of a member.
    fn take(&mut self, member: &str) -> BTreeSet<String> {
        let at = self.values.iter().position(|(name, _)| name == member);
        at.map(|at| self.values.remove(at).1).unwrap_or_default()
    }

    /// Returns the row of the table for `choose`.
    pub fn row(&self, index: usize) -> TokenStream {
        let index = proc_macro2::Literal::usize_unsuffixed(index);
        let values = self.values.iter().map(|(member, values)| {
            let values = values.iter();
            quote!((#member, &[#(#values),*]))
        });
        let (required, members) = (self.required.iter(), self.members.iter());
        let kind = format_ident!("{}", self.kind);
        quote! {
            ::atlas_client::runtime::Variant {
                index: #index,
                kind: ::atlas_client::runtime::JsonKind::#kind,
                values: &[#(#values),*],
                required: &[#(#required),*],
                members: &[#(#members),*],
            }
        }
    }
}

/// The maximal number of variants of all unions, with those of the unions in them; Atlas's document
/// needs less than a hundredth of it.
pub const MAX_VARIANTS: usize = 100_000;

/// The criteria of all components.
pub struct AllCriteria<'a> {
    pub document: &'a Document,
    /// Those of each variant of a union, or of another schema alone, by component.
    known: HashMap<String, Vec<Criteria>>,
    /// The number of variants that may still be described.
    left: usize,
}

impl<'a> AllCriteria<'a> {
    pub fn new(document: &'a Document) -> Self {
        Self {
            document,
            known: HashMap::new(),
            left: MAX_VARIANTS,
        }
    }

    /// Returns the criteria of each variant of a union. None if there are too many.
    pub fn of_union(
        &mut self,
        parts: Vec<String>,
        tagged: Option<&Tagged>,
    ) -> Option<Vec<Vec<Criteria>>> {
        for part in &parts {
            self.learn(part)?;
        }
        self.of_parts(parts, tagged)
    }

    /// Determines the criteria of the component `name`. None if there are too many.
    fn learn(&mut self, name: &str) -> Option<()> {
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
                false => self.of_parts(parts, tagged.as_ref())?.concat(),
            };
            let mut seen = BTreeSet::new();
            leaves.retain(|leaf| seen.insert(leaf.clone()));
            self.known.insert(at, leaves);
        }
        Some(())
    }

    /// Returns the criteria of the component `name`, and its variants if it is a union.
    fn look(&self, name: &str) -> (Criteria, Vec<String>, Option<Tagged>) {
        // A component may be an alias of another one, or of a runtime type.
        let schema = self.document.schema(name);
        let schema = schema.and_then(|schema| self.document.deref(schema));
        let schema = schema.unwrap_or(&Value::Null);
        let mut one = Criteria::default();
        let mut parts = Vec::new();
        let mut is_tagged = None;
        one.kind = match schema::kind(schema) {
            Kind::Object(properties) => {
                let values = properties.iter().filter_map(|(member, property)| {
                    Some((member.clone(), listed(self.document, property)?))
                });
                one.values = values.collect();
                one.required = schema::required(schema).map(str::to_owned).collect();
                one.members = properties.keys().cloned().collect();
                "Object"
            }
            Kind::Tagged(tagged) => {
                let variants = tagged.variants.iter();
                parts = variants.map(|variant| variant.schema.clone()).collect();
                is_tagged = Some(tagged);
                "Any"
            }
            Kind::Untagged(names) => {
                parts = names.into_iter().map(str::to_owned).collect();
                "Any"
            }
            Kind::String | Kind::Enum(_) | Kind::Rust(_) => "Text",
            Kind::Integer | Kind::Number => "Number",
            Kind::Boolean => "Boolean",
            Kind::Array(_) => "List",
            Kind::Map(_) => "Object",
            _ => "Any",
        };
        (one, parts, is_tagged)
    }

    /// Returns the criteria of variants, which have been determined. None if there are too many.
    ///
    /// The discriminator's values take precedence over those that its schemas list. Of these, only
    /// one that no mapping names and a single part lists is added: published mappings are not
    /// complete.
    fn of_parts(
        &mut self,
        parts: Vec<String>,
        tagged: Option<&Tagged>,
    ) -> Option<Vec<Vec<Criteria>>> {
        let mut all: Vec<Vec<Criteria>> = Vec::with_capacity(parts.len());
        for part in parts {
            // A union that is in itself accepts any value there.
            let leaves = match self.known.get(&part) {
                Some(known) => known.clone(),
                None => vec![Criteria {
                    kind: "Any",
                    ..Criteria::default()
                }],
            };
            self.left = self.left.checked_sub(leaves.len())?;
            all.push(leaves);
        }
        distinct_first(&mut all);
        let Some(Tagged { property, variants }) = tagged else {
            return Some(all);
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
        Some(all)
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
