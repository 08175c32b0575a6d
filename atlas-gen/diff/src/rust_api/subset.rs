//! Selects the subset of two clients that may differ, which is all that is generated.
//!
//! Most schemas of two revisions are equal, and equal schemas give equal code. Equal types that others
//! refer to are only named. The code of a type depends on its schema, its features, the targets of its
//! aliases, and the reference cycles that it is part of.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

use atlas_gen::document::Document;
use atlas_gen::edits::{Context, pages};
use atlas_gen::generate::Simplified;
use atlas_gen::model::{Body, Operation, Parameter, Success};
use atlas_gen::output::features::roots;
use atlas_gen::schema::{self, Kind, NAME_ONLY};

/// The subset of both clients that is generated.
#[derive(Debug)]
pub struct Subset {
    counts: Scope,
    /// The methods of the operations that may differ.
    operations: HashSet<String>,
    /// The types that may differ, and those in cycles.
    whole: HashSet<String>,
    /// The types whose features differ, and those of bodies, whose kind determines the setter. Their
    /// members are not compared.
    kinds: HashSet<String>,
    /// All of these, and the types that they and the operations refer to.
    types: HashSet<String>,
}

/// The types by name, each with those that it refers to.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// What counts as a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The public API.
    Api,
    /// Docs, too.
    ApiAndDocs,
}

/// Returns what may differ between the clients of two documents.
pub fn differing(old: &Simplified, new: &Simplified, counts: Scope) -> Subset {
    let sides = [old, new];
    let mut graph = Graph::new();
    for side in sides {
        for (name, schema) in side.document.schemas() {
            let named = graph.entry(name.clone()).or_default();
            named.extend(names_in([schema]));
        }
    }
    let in_cycles = in_cycles(&graph);
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, named) in &graph {
        for other in named {
            users.entry(other).or_default().push(name);
        }
    }
    let is_type = |name: &str| sides.iter().all(|side| is_type(&side.document, name));
    let is_same = |name: &str| {
        let (before, after) = (old.document.schema(name), new.document.schema(name));
        match counts {
            Scope::ApiAndDocs => before == after,
            Scope::Api => {
                before == after
                    || before.map(without_descriptions) == after.map(without_descriptions)
            }
        }
    };
    let mut types: HashSet<String> = HashSet::new();
    let mut queue: Vec<&str> = graph.keys().map(String::as_str).collect();
    queue.retain(|name| !is_same(name));
    while let Some(name) = queue.pop() {
        if !types.insert(name.to_owned()) {
            continue;
        }
        // Users of an alias depend on its target. Which type of a cycle is boxed depends on all of it.
        for user in users.get(name).into_iter().flatten() {
            if !is_type(name) || in_cycles.contains(name) && in_cycles.contains(*user) {
                queue.push(user);
            }
        }
    }
    let code_of = |operation: &Operation| match counts {
        Scope::ApiAndDocs => format!("{operation:?}"),
        Scope::Api => code_of(operation),
    };
    let [before, after] = sides.map(|side| {
        let operations = side.operations.iter();
        let code_of = operations.map(|operation| {
            let code_of = (code_of(operation), page(side, operation));
            (&operation.method_name, code_of)
        });
        code_of.collect::<BTreeMap<_, _>>()
    });
    let differs = |operation: &&Operation| {
        let name = &operation.method_name;
        let named = names_in(roots(operation));
        before.get(name) != after.get(name)
            || named
                .iter()
                .any(|name| types.contains(name) && !is_type(name))
    };
    let operations = sides.into_iter().flat_map(|side| &side.operations);
    let operations: HashSet<String> = operations
        .filter(differs)
        .map(|operation| operation.method_name.clone())
        .collect();
    let mut part = Subset {
        counts,
        operations,
        whole: types.union(&in_cycles).cloned().collect(),
        kinds: HashSet::new(),
        types: HashSet::new(),
    };
    for side in sides {
        let operations = side.operations.iter();
        let operations = operations.filter(|o| part.operations.contains(&o.method_name));
        let pages = operations.filter_map(|operation| page(side, operation));
        part.whole.extend(pages.map(str::to_owned));
    }
    // Types that only differ in their features.
    let moves = |name: &&String| old.features.of_type(name) != new.features.of_type(name);
    part.kinds.extend(graph.keys().filter(moves).cloned());
    let mut queue: Vec<String> = types
        .into_iter()
        .chain(part.kinds.iter().cloned())
        .collect();
    for side in sides {
        let operations = side.operations.iter();
        for operation in operations.filter(|o| part.operations.contains(&o.method_name)) {
            queue.extend(names_in(roots(operation)));
            let body = operation
                .body
                .iter()
                .filter_map(|body| body.schema.as_ref());
            part.kinds.extend(names_in(body));
        }
    }
    while let Some(name) = queue.pop() {
        for side in sides {
            if !part.types.contains(&name)
                && let Some(schema) = side.document.schema(&name)
            {
                queue.extend(names_in([&*part.schema(&name, schema)]));
            }
        }
        part.types.insert(name);
    }
    part
}

impl Subset {
    /// Returns the selected part of `client`.
    pub fn of(&self, client: &Simplified) -> (Document, Vec<Operation>) {
        let operations = client.operations.iter();
        let operations = operations
            .filter(|operation| self.operations.contains(&operation.method_name))
            .map(|operation| match self.counts {
                Scope::ApiAndDocs => operation.clone(),
                Scope::Api => without_docs(operation),
            })
            .collect();
        let types = client.document.schemas();
        let types = types
            .filter(|(name, _)| self.types.contains(*name))
            .map(|(name, schema)| (name.clone(), self.schema(name, schema).into_owned()))
            .collect();
        (client.document.with_schemas(types), operations)
    }

    /// Returns `schema`, called `name`, as it is generated.
    fn schema<'a>(&self, name: &str, schema: &'a Value) -> Cow<'a, Value> {
        let is_whole = self.whole.contains(name) || !is_separate(schema);
        let Value::Object(members) = schema else {
            return Cow::Borrowed(schema);
        };
        if is_whole {
            return match self.counts {
                Scope::ApiAndDocs => Cow::Borrowed(schema),
                Scope::Api => Cow::Owned(without_descriptions(schema)),
            };
        }
        let mut stub = members.clone();
        if matches!(schema::kind(schema), Kind::Object(_)) {
            // Keeps extensions, such as whether it is sent.
            stub.retain(|key, _| key == "type" || key.starts_with("x-"));
            stub.insert(
                "properties".to_owned(),
                json!({"same": {"type": "boolean"}}),
            );
        }
        if !self.kinds.contains(name) {
            stub.insert(NAME_ONLY.to_owned(), true.into());
        }
        Cow::Owned(stub.into())
    }
}

/// Returns whether `name` is a separate type in `document`, which others refer to only by name.
fn is_type(document: &Document, name: &str) -> bool {
    document.schema(name).is_some_and(is_separate)
}

fn is_separate(schema: &Value) -> bool {
    matches!(
        schema::kind(schema),
        Kind::Object(_) | Kind::Enum(_) | Kind::Literals(_) | Kind::Tagged(_) | Kind::Untagged(_)
    )
}

/// Returns the type of the pages of a list, whose members determine whether the builder has streams.
fn page<'a>(side: &'a Simplified, operation: &'a Operation) -> Option<&'a str> {
    let cx = Context {
        document: &side.document,
        operations: &side.operations,
    };
    pages::page(operation, &cx)
}

/// Returns what the code of `operation` depends on.
fn code_of(operation: &Operation) -> String {
    let Operation {
        parameters,
        body,
        success,
        ..
    } = without_docs(operation);
    format!(
        "{:?}",
        (
            (&operation.type_name, &operation.place, &operation.tag),
            (parameters, body, success),
            operation.deprecated,
        )
    )
}

/// Returns `operation` without what only affects docs.
fn without_docs(operation: &Operation) -> Operation {
    let parameters = operation.parameters.iter().map(|parameter| Parameter {
        description: String::new(),
        schema: without_descriptions(&parameter.schema),
        ..parameter.clone()
    });
    let body = operation.body.as_ref().map(|body| Body {
        description: String::new(),
        schema: body.schema.as_ref().map(without_descriptions),
        required: body.required,
    });
    let success = match &operation.success {
        Success::Json(schema) => Success::Json(without_descriptions(schema)),
        other => other.clone(),
    };
    Operation {
        summary: String::new(),
        description: String::new(),
        parameters: parameters.collect(),
        body,
        success,
        ..operation.clone()
    }
}

/// Returns `schema` without descriptions and titles. Members with these names are kept.
fn without_descriptions(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => map
            .iter()
            .filter(|(key, value)| {
                !(value.is_string() && matches!(key.as_str(), "description" | "title"))
            })
            .map(|(key, value)| (key.clone(), without_descriptions(value)))
            .collect(),
        Value::Array(list) => list.iter().map(without_descriptions).collect(),
        other => other.clone(),
    }
}

/// Returns the types that `schemas` refer to.
fn names_in<'a>(schemas: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
    let mut found = Vec::new();
    for schema in schemas {
        schema::references(schema, &mut found);
    }
    found.into_iter().map(str::to_owned).collect()
}

/// Returns the types in cycles, or on paths between cycles.
fn in_cycles(graph: &Graph) -> HashSet<String> {
    let mut named: Neighbours<'_> = HashMap::new();
    let mut users: Neighbours<'_> = HashMap::new();
    for (name, others) in graph {
        for other in others.iter().filter(|other| graph.contains_key(*other)) {
            named.entry(name).or_default().push(other);
            users.entry(other).or_default().push(name);
        }
    }
    let mut left: HashSet<&str> = graph.keys().map(String::as_str).collect();
    remove_ends(&mut left, &named, &users);
    remove_ends(&mut left, &users, &named);
    left.into_iter().map(str::to_owned).collect()
}

/// Types by name, each with others.
type Neighbours<'a> = HashMap<&'a str, Vec<&'a str>>;

/// Removes the types without any in `next` that is left.
fn remove_ends<'a>(left: &mut HashSet<&'a str>, next: &Neighbours<'a>, previous: &Neighbours<'a>) {
    let count = |name: &&'a str| {
        let next = next.get(name).into_iter().flatten();
        (*name, next.filter(|other| left.contains(*other)).count())
    };
    let mut counts: HashMap<&str, usize> = left.iter().map(count).collect();
    let ends = counts.iter().filter(|(_, count)| **count == 0);
    let mut ends: Vec<&str> = ends.map(|(name, _)| *name).collect();
    while let Some(end) = ends.pop() {
        left.remove(end);
        for other in previous.get(end).into_iter().flatten() {
            if let Some(count) = counts.get_mut(*other) {
                *count -= 1;
                if *count == 0 {
                    ends.push(other);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: impl IntoIterator<Item = (String, String)>) -> Graph {
        let mut graph = Graph::new();
        for (from, to) in edges {
            graph.entry(to.clone()).or_default();
            graph.entry(from).or_default().insert(to);
        }
        graph
    }

    #[test]
    fn types_between_cycles_count_as_in_cycles() {
        let edges = ["ab", "ba", "bc", "cd", "dd", "xa", "dy", "yz"];
        let edges = edges.map(|edge| (edge[..1].to_owned(), edge[1..].to_owned()));
        let found: BTreeSet<String> = in_cycles(&graph(edges)).into_iter().collect();
        let expected = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!(found, BTreeSet::from(expected));
    }

    #[test]
    fn cycles_behind_a_long_chain_are_found_in_linear_time() {
        let name = |i: usize| format!("{i:05}");
        let chain = (0..20_000).map(|i| (name(i), name(i + 1)));
        assert_eq!(in_cycles(&graph(chain)), HashSet::new());
    }
}
