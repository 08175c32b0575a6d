//! One document of a comparison: its values, their locations, and resolution of references.
//!
//! Unlike [`atlas_gen::document::Document`], it accepts any OpenAPI 3 document. It knows JSON and
//! `$ref`, not what is compared.

use std::rc::Rc;

use serde_json::{Map, Value};

use atlas_gen::document::not_a_number;
use atlas_gen::error::{Error, Result};
use atlas_gen::pointer;

/// The maximal length of a chain of references.
const MAX_HOPS: usize = 64;
/// Top-level members that only an OpenAPI document has.
const SECTIONS: [&str; 3] = ["paths", "components", "info"];

/// A value and its JSON pointer.
#[derive(Debug, Clone)]
pub(crate) struct Located<'a> {
    pub(crate) value: &'a Value,
    pub(crate) pointer: Rc<str>,
    /// The document that it belongs to: [`crate::OLD`] or [`crate::NEW`].
    document: &'static str,
}

impl<'a> Located<'a> {
    /// Returns the value under `key`, unless it is null.
    pub(crate) fn get(&self, key: &str) -> Option<Located<'a>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Located {
            value,
            pointer: pointer::join(&self.pointer, key).into(),
            document: self.document,
        })
    }

    /// Returns the string under `key`.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    /// Returns whether the value under `key` is `true`.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool) == Some(true)
    }

    /// Returns the entries of the map under `key`; empty if it is missing.
    ///
    /// # Errors
    /// The value is not a map.
    pub(crate) fn entries(&self, key: &str) -> Result<Vec<(&'a str, Located<'a>)>> {
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(map) => map.members(),
        }
    }

    /// Returns the entries of this map.
    ///
    /// # Errors
    /// The value is not a map.
    pub(crate) fn members(&self) -> Result<Vec<(&'a str, Located<'a>)>> {
        let entries = self.map()?.iter().map(|(name, value)| {
            let pointer = pointer::join(&self.pointer, name).into();
            let at = Located {
                value,
                pointer,
                document: self.document,
            };
            (name.as_str(), at)
        });
        Ok(entries.collect())
    }

    /// Returns the items of the list under `key`; empty if it is missing.
    ///
    /// # Errors
    /// The value is not a list.
    pub(crate) fn items(&self, key: &str) -> Result<Vec<Located<'a>>> {
        let Some(list) = self.get(key) else {
            return Ok(Vec::new());
        };
        let items = list
            .value
            .as_array()
            .ok_or_else(|| list.error("must be a list"))?;
        let items = items.iter().enumerate().map(|(i, value)| Located {
            value,
            pointer: pointer::join(&list.pointer, &i.to_string()).into(),
            document: self.document,
        });
        Ok(items.collect())
    }

    /// Returns this value as a map.
    ///
    /// # Errors
    /// The value is not a map.
    pub(crate) fn map(&self) -> Result<&'a Map<String, Value>> {
        self.value
            .as_object()
            .ok_or_else(|| self.error("must be a map"))
    }

    /// Creates an error at this location.
    pub(crate) fn error(&self, message: impl Into<String>) -> Error {
        Error::at(&*self.pointer, message).in_file(self.document)
    }

    /// Returns the address of the value, which identifies it.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self.value).addr()
    }
}

/// A document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tree<'a> {
    root: &'a Value,
    document: &'static str,
}

impl<'a> Tree<'a> {
    /// Validates `root` as an OpenAPI 3 document.
    ///
    /// # Errors
    /// It is not a map, or has another version.
    pub(crate) fn new(root: &'a Value, document: &'static str) -> Result<Self> {
        let tree = Self { root, document };
        if !root.is_object() {
            return Err(tree.error("", "an OpenAPI document must be a map"));
        }
        match root.get("openapi") {
            Some(Value::String(version)) if version == "3" || version.starts_with("3.") => Ok(tree),
            Some(Value::Number(version)) => {
                Err(tree.error("/openapi", not_a_number(version)))
            }
            Some(version) if !version.is_null() && version != "" => Err(tree.error(
                "/openapi",
                format!("OpenAPI version {version} cannot be compared; 3.0 can"),
            )),
            _ if root.get("swagger").is_some() => Err(tree.error(
                "/swagger",
                "a Swagger 2.0 document cannot be compared; convert it to OpenAPI 3.0",
            )),
            // Without a version, OpenAPI 3 is assumed.
            _ if SECTIONS.iter().any(|section| root.get(section).is_some()) => Ok(tree),
            _ => Err(tree.error(
                "",
                "`openapi` is missing or not a string; it must be the version of OpenAPI, such as \"3.0.1\"",
            )),
        }
    }

    fn error(&self, pointer: &str, message: impl Into<String>) -> Error {
        Error::at(pointer, message).in_file(self.document)
    }

    /// Returns the root of the document.
    pub(crate) fn root(&self) -> Located<'a> {
        Located {
            value: self.root,
            pointer: "".into(),
            document: self.document,
        }
    }

    /// Returns one section of `components`, such as `schemas`.
    ///
    /// # Errors
    /// It is present and not a map.
    pub(crate) fn components(&self, section: &str) -> Result<Vec<(&'a str, Located<'a>)>> {
        match self.root().get("components") {
            None => Ok(Vec::new()),
            Some(components) => components.entries(section),
        }
    }

    /// Returns the value at `pointer`.
    pub(crate) fn at(&self, pointer: &str) -> Option<&'a Value> {
        self.root.pointer(pointer)
    }

    /// Returns the value at `pointer`, with its location.
    pub(crate) fn find(&self, pointer: &str) -> Option<Located<'a>> {
        Some(Located {
            value: self.at(pointer)?,
            pointer: pointer.into(),
            document: self.document,
        })
    }

    /// Follows references from `at` to a value that is not a reference.
    ///
    /// # Errors
    /// A reference is dangling, circular or into another document.
    pub(crate) fn resolve(&self, at: &Located<'a>) -> Result<Located<'a>> {
        let mut here = at.clone();
        for _ in 0..MAX_HOPS {
            let Some(target) = here.value.get("$ref") else {
                return Ok(here);
            };
            let ref_pointer = || pointer::join(&here.pointer, "$ref");
            let Value::String(target) = target else {
                return Err(self.error(&ref_pointer(), "a `$ref` must be a string"));
            };
            let Some(fragment) = target.strip_prefix('#') else {
                return Err(self.error(
                    &ref_pointer(),
                    format!("`{target}` leads into another document; bundle the two into one"),
                ));
            };
            let fragment = pointer::decoded(fragment);
            let Some(value) = self.at(&fragment) else {
                return Err(self.error(
                    &ref_pointer(),
                    format!("`{target}` leads nowhere in this document"),
                ));
            };
            here = Located {
                value,
                pointer: fragment.into(),
                document: self.document,
            };
        }
        Err(at.error("its `$ref` leads in a circle, never to a value"))
    }
}

/// Returns the name of the component that `at` refers to.
pub(crate) fn component<'a>(at: &Located<'a>) -> Option<&'a str> {
    let target = at.value.get("$ref")?.as_str()?;
    target.rsplit('/').next()
}
