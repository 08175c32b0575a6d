//! Replaces the publisher's prose in a document by this project's.
//!
//! Prose is text for people: summaries, descriptions, titles of schemas, and sentences inside
//! examples and extensions. Everything else is structure and is kept as published. `places` maps
//! locations between the old and the new document.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::grammar::{Kind, Shape};
use super::places::{Own, Places};
use crate::document::reference;
use crate::pointer;

/// Whose prose a vendored document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prose {
    /// That of the existing fragment.
    Keep,
    /// The publisher's.
    Upstream,
    /// No prose.
    None,
}

/// What happened to the prose; locations are JSON pointers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Locations of the new document where the publisher has prose and the fragment has none.
    pub unwritten: Vec<String>,
    /// Locations of the old fragment that were removed, with their prose.
    pub gone: Vec<String>,
    /// Locations of the new document, and the old locations of their prose. It may need rewording.
    pub moved: Vec<(String, String)>,
    /// Locations whose prose equals the publisher's exactly.
    pub verbatim: Vec<String>,
}

/// The placeholder where OpenAPI requires a description and the fragment has none.
const UNWRITTEN: &str = "Not described.";

/// Removes all prose from `new` and inserts that of `old` where its locations still exist.
pub fn keep(new: &mut Value, old: Option<&Value>) -> Words {
    let mut keeper = Keeper {
        places: Places::new(new, old),
        aliases: HashMap::new(),
        used: HashSet::new(),
        words: Words::default(),
    };
    keeper.root(new);
    let mut words = keeper.words;
    if let Some(old) = old {
        let mut written = Vec::new();
        written_below(old, Shape::One(Kind::Root), "", &mut written);
        written.retain(|place| !keeper.used.contains(place));
        words.gone = written;
    }
    words
}

/// Returns whether an API value is a sentence and not a name, an id or a number: six words or more,
/// or several with a sentence's final punctuation.
fn is_sentence(text: &str) -> bool {
    let words = text.split_whitespace().count();
    words >= 6 || (words > 1 && text.trim_end().ends_with(['.', '!', '?']))
}

struct Keeper<'a> {
    places: Places<'a>,
    /// The origins of components that the old document lacks.
    aliases: HashMap<String, Own<'a>>,
    used: HashSet<String>,
    words: Words,
}

impl<'a> Keeper<'a> {
    /// Handles the root: paths first, because they determine the origins of new components.
    fn root(&mut self, new: &mut Value) {
        let own = self.places.root();
        let components = new
            .as_object_mut()
            .and_then(|root| root.shift_remove("components"));
        self.object(new, Kind::Root, "", own.as_ref());
        if let (Some(mut components), Some(root)) = (components, new.as_object_mut()) {
            if let Value::Object(components) = &mut components {
                self.components(components);
            }
            root.insert("components".to_owned(), components);
        }
    }

    /// Handles components in the order in which their origins become known.
    fn components(&mut self, components: &mut Map<String, Value>) {
        let mut open: Vec<(String, String)> = Vec::new();
        for (section, content) in components.iter() {
            if let Value::Object(content) = content {
                open.extend(content.keys().map(|name| (section.clone(), name.clone())));
            }
        }
        let mut stuck = false;
        while !open.is_empty() {
            let before = open.len();
            open.retain(|(section, name)| {
                let here = pointer::join(&pointer::join("/components", section), name);
                let own = self.places.component(section, name);
                let own = own.or_else(|| self.aliases.get(&here).cloned());
                if own.is_none() && !stuck {
                    return true;
                }
                let value = components
                    .get_mut(section)
                    .and_then(|content| content.get_mut(name));
                if let (Some(value), (_, Shape::Named(kind))) =
                    (value, Kind::Components.member(section))
                {
                    self.object(value, kind, &here, own.as_ref());
                }
                false
            });
            stuck = open.len() == before;
        }
    }

    fn object(&mut self, value: &mut Value, kind: Kind, here: &str, own: Option<&Own<'a>>) {
        if let Some(target) = reference(value) {
            let target = target.strip_prefix('#').unwrap_or_default();
            if let Some(own) = own
                && let Some(origin) = self.places.origin(target, own)
            {
                self.aliases.entry(target.to_owned()).or_insert(origin);
            }
            return;
        }
        let Value::Object(map) = value else { return };
        let own = own.and_then(|own| self.places.follow(own));
        let own = own.as_ref();
        for (name, _) in kind.members().iter().filter(|(_, s)| *s == Shape::Prose) {
            self.word(map, name, here, own);
        }
        if kind == Kind::Response {
            map.entry("description")
                .or_insert_with(|| Value::String(UNWRITTEN.to_owned()));
        }
        let mut emptied = Vec::new();
        for (name, value) in map.iter_mut() {
            let here = pointer::join(here, name);
            match kind.member(name).1 {
                Shape::Fact | Shape::Set | Shape::Prose => {}
                shape @ (Shape::Values | Shape::Extension) => {
                    let own = own.and_then(|own| own.child(name));
                    let unwritten = self.words.unwritten.len();
                    if !self.values(value, &here, own.as_ref()) {
                        emptied.push(name.clone());
                    }
                    // The publisher's notes need no rewriting.
                    if shape == Shape::Extension {
                        self.words.unwritten.truncate(unwritten);
                    }
                }
                Shape::One(Kind::Operation) => {
                    let own = self.places.operation(value, name, own);
                    self.object(value, Kind::Operation, &here, own.as_ref());
                }
                Shape::One(kind) => {
                    let own = own.and_then(|own| own.child(name));
                    self.object(value, kind, &here, own.as_ref());
                }
                Shape::List(kind) => self.list(value, kind, name, &here, own),
                Shape::Named(kind) => {
                    let own = own.and_then(|own| own.child(name));
                    self.named(value, kind, &here, own.as_ref());
                }
                Shape::NamedTwice(kind) => {
                    let own = own.and_then(|own| own.child(name));
                    for (name, value) in value.as_object_mut().into_iter().flatten() {
                        let own = own.as_ref().and_then(|own| own.child(name));
                        self.named(value, kind, &pointer::join(&here, name), own.as_ref());
                    }
                }
            }
        }
        for name in emptied {
            map.shift_remove(&name);
        }
    }

    fn named(&mut self, value: &mut Value, kind: Kind, here: &str, own: Option<&Own<'a>>) {
        for (name, value) in value.as_object_mut().into_iter().flatten() {
            let own = own.and_then(|own| match kind {
                Kind::MediaType => self.places.media_type(own, name),
                _ => own.child(name),
            });
            self.object(value, kind, &pointer::join(here, name), own.as_ref());
        }
    }

    fn list(
        &mut self,
        value: &mut Value,
        kind: Kind,
        name: &str,
        here: &str,
        owner: Option<&Own<'a>>,
    ) {
        for (i, item) in value.as_array_mut().into_iter().flatten().enumerate() {
            let in_list = || owner?.child(name);
            let own = match kind {
                Kind::Parameter => self.places.parameter(item, owner),
                Kind::Tag => in_list().and_then(|list| list.item("name", item)),
                Kind::Server => in_list().and_then(|list| list.item("url", item)),
                _ => in_list().and_then(|list| list.child(&i.to_string())),
            };
            self.object(
                item,
                kind,
                &pointer::join(here, &i.to_string()),
                own.as_ref(),
            );
        }
    }

    /// Inserts our prose under `name`, or leaves the location empty.
    fn word(
        &mut self,
        map: &mut Map<String, Value>,
        name: &str,
        here: &str,
        own: Option<&Own<'a>>,
    ) {
        let here = pointer::join(here, name);
        let theirs = map.shift_remove(name);
        let ours = own.and_then(|own| own.child(name));
        let text = ours.as_ref().and_then(|ours| ours.value.as_str());
        match (ours.as_ref(), text) {
            (Some(ours), Some(text)) if text != UNWRITTEN => {
                let theirs = theirs.as_ref().and_then(Value::as_str);
                map.insert(name.to_owned(), self.ours(ours, text, theirs, here));
            }
            _ if theirs.is_some() => self.words.unwritten.push(here),
            _ => {}
        }
    }

    /// Returns our `text` and records it as used.
    fn ours(&mut self, own: &Own<'a>, text: &str, theirs: Option<&str>, here: String) -> Value {
        self.used.insert(own.pointer.clone());
        if theirs == Some(text) && is_sentence(text) {
            self.words.verbatim.push(here.clone());
        }
        if own.moved {
            self.words.moved.push((here, own.pointer.clone()));
        }
        Value::String(text.to_owned())
    }

    /// Replaces the sentences inside values; returns whether anything is left.
    fn values(&mut self, value: &mut Value, here: &str, own: Option<&Own<'a>>) -> bool {
        match value {
            Value::String(theirs) if is_sentence(theirs) => {
                match own.and_then(|own| Some((own, own.value.as_str()?))) {
                    Some((own, text)) => {
                        let theirs = theirs.clone();
                        *value = self.ours(own, text, Some(&theirs), here.to_owned());
                        true
                    }
                    None => {
                        self.words.unwritten.push(here.to_owned());
                        false
                    }
                }
            }
            Value::Object(map) => {
                let was_empty = map.is_empty();
                map.retain(|name, value| {
                    let own = own.and_then(|own| own.child(name));
                    self.values(value, &pointer::join(here, name), own.as_ref())
                });
                was_empty || !map.is_empty()
            }
            Value::Array(items) => {
                let was_empty = items.is_empty();
                let mut i = 0;
                items.retain_mut(|value| {
                    let at = i.to_string();
                    i += 1;
                    let own = own.and_then(|own| own.child(&at));
                    self.values(value, &pointer::join(here, &at), own.as_ref())
                });
                was_empty || !items.is_empty()
            }
            _ => true,
        }
    }
}

/// Collects the locations below `value` that hold prose.
fn written_below(value: &Value, shape: Shape, here: &str, out: &mut Vec<String>) {
    let each = |shape: &dyn Fn(&str) -> Shape, out: &mut Vec<String>| match value {
        Value::Object(map) => {
            for (name, value) in map {
                written_below(value, shape(name), &pointer::join(here, name), out);
            }
        }
        Value::Array(items) => {
            for (i, value) in items.iter().enumerate() {
                let name = i.to_string();
                written_below(value, shape(&name), &pointer::join(here, &name), out);
            }
        }
        _ => {}
    };
    match shape {
        Shape::Prose => match value.as_str() {
            Some(UNWRITTEN) | None => {}
            Some(_) => out.push(here.to_owned()),
        },
        Shape::Values | Shape::Extension => match value {
            Value::String(text) if is_sentence(text) => out.push(here.to_owned()),
            _ => each(&|_| Shape::Values, out),
        },
        Shape::One(_) if reference(value).is_some() => {}
        Shape::One(kind) => each(&|name| kind.member(name).1, out),
        Shape::List(kind) | Shape::Named(kind) => each(&|_| Shape::One(kind), out),
        Shape::NamedTwice(kind) => each(&|_| Shape::Named(kind), out),
        Shape::Fact | Shape::Set => {}
    }
}
