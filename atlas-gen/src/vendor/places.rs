//! Maps locations of the new document to the old one.
//!
//! An operation is matched by its id even if its path changed, a parameter by its name, a schema by
//! its name with or without a date, a body by its media type or else by the newest other one. A
//! component that was inline before is matched by a reference to it, and vice versa. It knows
//! nothing of prose.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::document::{METHODS, reference};
use crate::media_type::MediaType;
use crate::pointer;

/// A location in the old document.
#[derive(Debug, Clone)]
pub struct Own<'a> {
    pub value: &'a Value,
    pub pointer: String,
    /// Whether it differs from the location in the new document.
    pub moved: bool,
}

impl<'a> Own<'a> {
    /// Returns the member or the item `name`.
    pub fn child(&self, name: &str) -> Option<Self> {
        let value = match self.value {
            Value::Object(map) => map.get(name)?,
            Value::Array(items) => items.get(name.parse::<usize>().ok()?)?,
            _ => return None,
        };
        Some(Self {
            value,
            pointer: pointer::join(&self.pointer, name),
            moved: self.moved,
        })
    }

    /// Returns the item of this list with the same `key` as `wanted`.
    pub fn item(&self, key: &str, wanted: &Value) -> Option<Self> {
        let items = self.value.as_array()?;
        let at = items.iter().position(|item| {
            item.get(key)
                .is_some_and(|value| Some(value) == wanted.get(key))
        })?;
        self.child(&at.to_string())
    }

    fn elsewhere(mut self) -> Self {
        self.moved = true;
        self
    }
}

/// The old document, indexed for lookups of new locations.
pub struct Places<'a> {
    old: Option<&'a Value>,
    /// The operations of the old document by their ids.
    operations: HashMap<&'a str, Own<'a>>,
    /// The operation ids of the new document.
    ids: HashSet<String>,
    /// `in` and `name` of the parameters that are components of the new document, by reference.
    parameters: HashMap<String, (String, String)>,
    /// The pointers of the components of the new document.
    components: HashSet<String>,
}

impl<'a> Places<'a> {
    pub fn new(new: &Value, old: Option<&'a Value>) -> Self {
        let mut operations = HashMap::new();
        if let Some(old) = old {
            for (path, method, operation) in all_operations(old) {
                if let Some(id) = id(operation) {
                    let here = pointer::join(&pointer::join("/paths", path), method);
                    operations.insert(id, here_is(operation, here));
                }
            }
        }
        let mut parameters = HashMap::new();
        let mut components = HashSet::new();
        for (section, content) in new
            .get("components")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let here = pointer::join("/components", section);
            for (name, value) in content.as_object().into_iter().flatten() {
                let here = pointer::join(&here, name);
                if let (true, Some(key)) = (section == "parameters", parameter_key(value)) {
                    parameters.insert(format!("#{here}"), key);
                }
                components.insert(here);
            }
        }
        Self {
            old,
            operations,
            ids: all_operations(new)
                .filter_map(|(.., operation)| id(operation))
                .map(str::to_owned)
                .collect(),
            parameters,
            components,
        }
    }

    /// Returns the root of the old document.
    pub fn root(&self) -> Option<Own<'a>> {
        self.old.map(|old| here_is(old, String::new()))
    }

    /// Returns the component `name` of `section`; for a schema also one whose name differs only by
    /// a date, the newest of them.
    pub fn component(&self, section: &str, name: &str) -> Option<Own<'a>> {
        let section_of_old = self.root()?.child("components")?.child(section)?;
        if let Some(own) = section_of_old.child(name) {
            return Some(own);
        }
        if section != "schemas" {
            return None;
        }
        let names = section_of_old.value.as_object()?.keys();
        let newest = names
            .filter(|other| undated(other) == undated(name))
            .max()?;
        section_of_old.child(newest).map(Own::elsewhere)
    }

    /// Returns the operation under `method` of the path item `own`, or the one with the same id
    /// elsewhere.
    pub fn operation(
        &self,
        operation: &Value,
        method: &str,
        item: Option<&Own<'a>>,
    ) -> Option<Own<'a>> {
        if let Some(own) = id(operation).and_then(|id| self.operations.get(id)) {
            return Some(own.clone());
        }
        // Renamed, unless the other operation still exists.
        let own = item?.child(method)?;
        let lives_on = id(own.value).is_some_and(|id| self.ids.contains(id));
        (!lives_on).then(|| own.elsewhere())
    }

    /// Returns the parameter with the same name and location: of `owner` (an operation or a path
    /// item), of the enclosing path item, or among the components.
    pub fn parameter(&self, parameter: &Value, owner: Option<&Own<'a>>) -> Option<Own<'a>> {
        let key = match reference(parameter) {
            Some(target) => self.parameters.get(target)?.clone(),
            None => parameter_key(parameter)?,
        };
        let is_it = |own: &Own<'a>| {
            self.follow(own)
                .is_some_and(|own| parameter_key(own.value).as_ref() == Some(&key))
        };
        let among = |list: Own<'a>| -> Option<Own<'a>> {
            let count = list.value.as_array()?.len();
            (0..count).find_map(|i| list.child(&i.to_string()).filter(is_it))
        };
        let around = || {
            let (item, _) = owner?.pointer.rsplit_once('/')?;
            let value = self.old?.pointer(item)?;
            here_is(value, item.to_owned()).child("parameters")
        };
        let shared = || {
            let section = self.root()?.child("components")?.child("parameters")?;
            let names = section.value.as_object()?.keys();
            let own = names.filter_map(|name| section.child(name)).find(is_it)?;
            Some(own.elsewhere())
        };
        owner
            .and_then(|owner| owner.child("parameters"))
            .and_then(among)
            .or_else(|| around().and_then(among))
            .or_else(shared)
    }

    /// Returns the body of the media type `name` in the map `content`, or of the newest equivalent
    /// one.
    pub fn media_type(&self, content: &Own<'a>, name: &str) -> Option<Own<'a>> {
        if let Some(own) = content.child(name) {
            return Some(own);
        }
        let format = MediaType::parse(name)?.format;
        let others = content.value.as_object()?.keys();
        let newest = others
            .filter_map(|other| Some((MediaType::parse(other)?, other)))
            .filter(|(parsed, _)| parsed.format == format)
            .max_by(|(a, _), (b, _)| a.version.cmp(&b.version));
        content.child(newest?.1).map(Own::elsewhere)
    }

    /// Returns the target of `own`, if it is a reference.
    pub fn follow(&self, own: &Own<'a>) -> Option<Own<'a>> {
        let mut own = own.clone();
        for _ in 0..32 {
            let Some(target) = reference(own.value).and_then(|target| target.strip_prefix('#'))
            else {
                return Some(own);
            };
            own = here_is(self.old?.pointer(target)?, target.to_owned()).elsewhere();
        }
        None
    }

    /// Returns the origin of the component at `target`, which the old document lacks, if a
    /// reference to it replaces `own`: an inline value, or a removed component.
    pub fn origin(&self, target: &str, own: &Own<'a>) -> Option<Own<'a>> {
        if self.old?.pointer(target).is_some() {
            return None;
        }
        let origin = self.follow(own)?;
        let lives_on = self.components.contains(&origin.pointer);
        (!lives_on).then(|| origin.elsewhere())
    }
}

fn here_is(value: &Value, pointer: String) -> Own<'_> {
    Own {
        value,
        pointer,
        moved: false,
    }
}

fn id(operation: &Value) -> Option<&str> {
    operation.get("operationId")?.as_str()
}

fn parameter_key(parameter: &Value) -> Option<(String, String)> {
    let text = |key| parameter.get(key)?.as_str().map(str::to_owned);
    Some((text("in")?, text("name")?))
}

/// Returns the operations of `document`, each with its path and its method.
fn all_operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document.get("paths").and_then(Value::as_object);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let members = item.as_object().into_iter().flatten();
        members
            .filter(|(name, _)| METHODS.contains(&name.as_str()))
            .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// Returns the name of a schema without its trailing date, as in `LiveMigrationRequest20240530`.
fn undated(name: &str) -> &str {
    let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    match digits {
        8 => &name[..name.len() - 8],
        _ => name,
    }
}
