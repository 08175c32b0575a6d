//! Generates a program that uses every public item of a client in every way that semantic
//! versioning covers. It is generated from the client's own code, so it compiles against that
//! client, and against another one that has everything callers may rely on.
//!
//! It knows how generated code is divided into files; `uses` knows how an item is used.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Item, Type};

use crate::verdicts::uses::{Use, uses};

/// A program, line by line.
pub struct Program {
    lines: Vec<Line>,
    /// The builders of calls by the methods that return them.
    pub builders: BTreeMap<String, String>,
}

struct Line {
    text: String,
    of: Option<Used>,
}

/// What a function of the program uses.
pub struct Used {
    /// The path of the item as `atlas-diff` writes it: `types::Source::ssl`, `Client::list_jobs`;
    /// `impl for types::Source` for a trait implementation.
    pub path: String,
    /// All names in the function.
    pub words: BTreeSet<String>,
}

impl Program {
    /// Generates the program for a client with these files.
    pub fn of(files: &BTreeMap<String, String>) -> Self {
        let mut program = Self {
            lines: Vec::new(),
            builders: BTreeMap::new(),
        };
        let aliases = Aliases::of(&syn::parse_file(&files["types.rs"]).expect("types").items);
        // Generated code refers to its own crate as `atlas_client`; here this must be the client.
        program.add("#![allow(warnings)] extern crate api as atlas_client;");
        program.add("use api::{builder, types};");
        for (name, path) in [
            ("types", "crate::types"),
            ("builder", "crate::builder"),
            ("operations", "atlas_client"),
        ] {
            let items = syn::parse_file(&files[&format!("{name}.rs")])
                .expect(name)
                .items;
            program.module(name, &items, path, &aliases);
        }
        program
    }

    /// Returns the text, with the lines numbered in `without` left empty.
    pub fn text(&self, without: &BTreeSet<usize>) -> String {
        let lines = self.lines.iter().enumerate();
        let lines = lines.map(|(i, line)| match without.contains(&i) {
            true => "\n".to_owned(),
            false => format!("{}\n", line.text),
        });
        lines.collect()
    }

    /// Returns what a line uses.
    pub fn used(&self, line: usize) -> Option<&Used> {
        self.lines.get(line)?.of.as_ref()
    }

    fn add(&mut self, text: &str) {
        let text = text.replace('\n', " ");
        self.lines.push(Line { text, of: None });
    }

    /// Adds the uses of a module's items to a module with the same `use` declarations.
    fn module(&mut self, name: &str, items: &[Item], path: &str, aliases: &Aliases) {
        let short = name.rsplit("::").next().unwrap_or(name);
        self.add(&format!("mod uses_of_{short} {{ use {path}::*;"));
        for item in items {
            match item {
                Item::Use(item) => self.add(&quote!(#item).to_string()),
                Item::Mod(module) => {
                    let (_, items) = module.content.as_ref().expect("a module with its items");
                    let inner = &module.ident;
                    self.module(
                        &format!("{name}::{inner}"),
                        items,
                        &format!("{path}::{inner}"),
                        aliases,
                    );
                }
                _ => {
                    for used in uses(item) {
                        self.function(name, used);
                    }
                    let mut item = item.clone();
                    let written_out =
                        !matches!(item, Item::Type(_)) && aliases.write_out(&mut item);
                    for used in written_out.then(|| uses(&item)).into_iter().flatten() {
                        self.function(name, used);
                    }
                }
            }
        }
        self.add("}");
    }

    fn function(&mut self, module: &str, used: Use) {
        let Use {
            item,
            generics,
            parameters,
            result,
            body,
        } = used;
        let name = format_ident!("use_{}", self.lines.len());
        let (bounds, clause) = (&generics.params, &generics.where_clause);
        let function = quote!(fn #name<#bounds>(#parameters) #result #clause { #body });
        let (of_trait, item) = match item.strip_prefix("impl for ") {
            Some(item) => ("impl for ", item),
            None => ("", &*item),
        };
        let path = match module {
            "operations" => item.to_owned(),
            // A type's builder refers to the type as `super::`.
            _ => match item.strip_prefix("super::") {
                Some(item) => format!("types::{item}"),
                None => format!("{module}::{item}"),
            },
        };
        if let Some(method) = path.strip_prefix("Client::") {
            let builder = names(&result)
                .into_iter()
                .find(|word| word.starts_with(char::is_uppercase));
            let builder = builder.expect("a builder");
            self.builders.insert(method.to_owned(), builder);
        }
        let words = names(&function).into_iter().collect();
        let path = format!("{of_trait}{path}");
        let of = Some(Used { path, words });
        self.lines.push(Line {
            text: function.to_string().replace('\n', " "),
            of,
        });
    }
}

/// The aliases of types, which callers may replace by their targets.
struct Aliases(BTreeMap<String, Type>);

impl Aliases {
    fn of(items: &[Item]) -> Self {
        let mut all = Self(BTreeMap::new());
        for item in items {
            if let Item::Type(alias) = item {
                let mut ty = (*alias.ty).clone();
                Qualified(items).visit_type_mut(&mut ty);
                all.0.insert(alias.ident.to_string(), ty);
            }
        }
        all
    }

    /// Replaces the aliases in `item`; returns whether there were any.
    fn write_out(&self, item: &mut Item) -> bool {
        let mut out = WrittenOut(self, false);
        out.visit_item_mut(item);
        out.1
    }
}

/// Replaces aliases by their targets, and records whether there were any.
struct WrittenOut<'a>(&'a Aliases, bool);

impl VisitMut for WrittenOut<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty
            && let Some(last) = path.path.segments.last()
            && let Some(alias) = self.0.0.get(&last.ident.to_string())
            && !path.path.segments.iter().any(|s| s.ident == "builder")
        {
            *ty = alias.clone();
            self.1 = true;
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

/// Replaces the names of types by their full paths.
struct Qualified<'a>(&'a [Item]);

impl VisitMut for Qualified<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let is_own = |item: &Item| match item {
            Item::Struct(item) => path.is_ident(&item.ident),
            Item::Enum(item) => path.is_ident(&item.ident),
            Item::Type(item) => path.is_ident(&item.ident),
            _ => false,
        };
        if self.0.iter().any(is_own) {
            *path = syn::parse_quote!(crate::types::#path);
        }
    }
}

/// Returns the names in a piece of code.
fn names(code: &TokenStream) -> Vec<String> {
    let text = code.to_string();
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
