use super::*;
use crate::rust_api::calls;
use crate::rust_api::calls::constraints;
use crate::rust_api::calls::wire::WireType;
use atlas_gen::schema::{self, Tagged};

/// An API of items by their paths, with what callers compile against; members name their type.
fn api(items: &[(&str, ItemKind, &str)]) -> Api {
    let mut api = Api::default();
    for (path, kind, expanded) in items {
        let parent = match kind {
            ItemKind::Field | ItemKind::Variant => path.rsplit_once("::").map(|(of, _)| of),
            _ => None,
        };
        let mut item = Item::new(*kind, parent);
        (*expanded).clone_into(&mut item.expanded);
        (*expanded).clone_into(&mut item.shown);
        api.items.insert((*path).to_owned(), item);
    }
    api
}

fn changes(old: &[(&str, ItemKind, &str)], new: &[(&str, ItemKind, &str)]) -> Vec<String> {
    let (old, new) = (api(old), api(new));
    let wire = Wire::default();
    let renames = Renames::find((&old, &wire), (&new, &wire));
    let changes = renames.changes(&old, &new).into_iter();
    changes.map(|changes| changes.change.item).collect()
}

use ItemKind::{Enum, Field, Method, Struct, Variant};

const USE: (&str, ItemKind, &str) = ("types::Use::of", Field, "Option<Owner>");
const OWNER: [(&str, ItemKind, &str); 3] = [
    ("types::Owner", Struct, ""),
    ("types::Owner::age", Field, "i64"),
    ("types::Owner::name", Field, "String"),
];

#[test]
fn a_type_in_the_place_of_another_with_its_members_is_that_type() {
    let old = [&[("types::Use", Struct, ""), USE], &OWNER[..]].concat();
    let person = |members: &[&'static str]| {
        let mut new = vec![
            ("types::Use", Struct, ""),
            ("types::Use::of", Field, "Option<Person>"),
            ("types::Person", Struct, ""),
        ];
        new.extend(members.iter().map(|path| (*path, Field, "i64")));
        new
    };
    let called = ["types::Owner is called Person now"];
    let alike = person(&["types::Person::age", "types::Person::height"]);
    assert_eq!(changes(&old, &alike), called);
    assert_eq!(changes(&old, &person(&["types::Person::height"])), [""; 0]);
    // Another type may have the name now.
    let mut taken = alike.clone();
    taken.extend([
        ("types::Owner", Struct, ""),
        ("types::Owner::rent", Field, "i64"),
    ]);
    let taken_over = ["types::Owner is called Person now, and another type has the old name"];
    assert_eq!(changes(&old, &taken), taken_over);
    // The same type is not called otherwise because one place uses another.
    taken.extend(OWNER);
    assert_eq!(changes(&old, &taken), [""; 0]);
}

#[test]
fn a_type_that_was_there_before_takes_over_only_what_it_has() {
    let enums = |used: &'static str, zone: &[&'static str]| {
        let mut items = vec![
            ("types::Use", Struct, ""),
            ("types::Use::of", Field, used),
            ("types::Zone", Enum, ""),
        ];
        items.extend(zone.iter().map(|path| (*path, Variant, "")));
        items
    };
    let own = [
        ("types::UseOf", Enum, ""),
        ("types::UseOf::East", Variant, ""),
        ("types::UseOf::West", Variant, ""),
    ];
    let old = [enums("UseOf", &["types::Zone::East"]), own.to_vec()].concat();
    let whole = enums("Zone", &["types::Zone::East", "types::Zone::West"]);
    assert_eq!(changes(&old, &whole), ["types::UseOf is called Zone now"]);
    assert_eq!(
        changes(&old, &enums("Zone", &["types::Zone::East"])),
        [""; 0]
    );
}

#[test]
fn a_type_inside_of_a_renamed_one_is_followed() {
    let side = |outer: &'static [&'static str; 4], inner: &'static str| {
        [
            ("types::Use", Struct, ""),
            ("types::Use::of", Field, outer[0]),
            (outer[1], Struct, ""),
            (outer[2], Field, inner),
            (outer[3], Enum, ""),
        ]
    };
    let old = side(
        &[
            "Owner",
            "types::Owner",
            "types::Owner::kind",
            "types::OwnerKind",
        ],
        "OwnerKind",
    );
    let new = side(
        &[
            "Person",
            "types::Person",
            "types::Person::kind",
            "types::PersonKind",
        ],
        "PersonKind",
    );
    assert_eq!(
        changes(&old, &new),
        [
            "types::Owner is called Person now",
            "types::OwnerKind is called PersonKind now"
        ]
    );
    let (old, new, wire) = (api(&old), api(&new), Wire::default());
    let renames = Renames::find((&old, &wire), (&new, &wire));
    assert_eq!(renames.apply(&old, &new), new);
}

#[test]
fn what_is_sent_may_get_a_name_of_its_own() {
    let old = [
        &OWNER[..],
        &[
            ("types::Owner::builder()", Method, "() -> builder::Owner"),
            ("types::builder::Owner", Struct, ""),
            (
                "types::builder::Owner::name()",
                Method,
                "(self, impl TryInto<String>) -> Self",
            ),
            (
                "types::builder::Owner::age()",
                Method,
                "(self, impl TryInto<i64>) -> Self",
            ),
        ],
    ]
    .concat();
    let new = [
        &OWNER[..],
        &[
            ("types::OwnerRequest", Struct, ""),
            ("types::OwnerRequest::name", Field, "String"),
            (
                "types::OwnerRequest::builder()",
                Method,
                "() -> builder::OwnerRequest",
            ),
            ("types::builder::OwnerRequest", Struct, ""),
            (
                "types::builder::OwnerRequest::name()",
                Method,
                "(self, impl TryInto<String>) -> Self",
            ),
        ],
    ]
    .concat();
    assert_eq!(
        changes(&old, &new),
        ["types::Owner is only received now, types::OwnerRequest is sent"]
    );
    let (old, new, wire) = (api(&old), api(&new), Wire::default());
    let renames = Renames::find((&old, &wire), (&new, &wire));
    let applied = renames.apply(&old, &new);
    let gone = applied
        .items
        .keys()
        .filter(|path| !new.items.contains_key(*path));
    // The setter that is gone is that of the builder that callers use.
    assert_eq!(
        gone.collect::<Vec<_>>(),
        ["types::builder::OwnerRequest::age()"]
    );
}

#[test]
fn a_variant_is_known_by_what_it_holds_or_stands_for() {
    let variant = |path, holds| [("types::Pet", Enum, ""), (path, Variant, holds)];
    let (dog, hound) = ("types::Pet::Dog", "types::Pet::Hound");
    let called = ["types::Pet::Dog is called Hound now"];
    assert_eq!(
        changes(&variant(dog, "(Dog)"), &variant(hound, "(Dog)")),
        called
    );
    assert_eq!(
        changes(&variant(dog, "(Dog)"), &variant(hound, "(Cat)")),
        [""; 0]
    );
    assert_eq!(changes(&variant(dog, ""), &variant(hound, "")), [""; 0]);
    let [mut old, mut new] = [api(&variant(dog, "")), api(&variant(hound, ""))];
    for (api, path) in [(&mut old, dog), (&mut new, hound)] {
        let item = api.items.get_mut(path).expect("a variant");
        item.wire = Some("\"dog\"".to_owned());
    }
    let wire = Wire::default();
    let renames = Renames::find((&old, &wire), (&new, &wire));
    assert_eq!(renames.changes(&old, &new)[0].change.item, called[0]);
    assert_eq!(renames.apply(&old, &new), new);
}

#[test]
fn a_renamed_variant_belongs_to_what_it_holds() {
    let side = |owner: &'static str, variant: &'static str, holds: &'static str| {
        [
            ("types::Use", Struct, ""),
            ("types::Use::of", Field, owner),
            ("types::Pet", Enum, ""),
            (variant, Variant, holds),
        ]
    };
    let mut old = side("Owner", "types::Pet::Owner", "(Box<Owner>)").to_vec();
    let mut new = side("Person", "types::Pet::Person", "(Box<Person>)").to_vec();
    old.push(("types::Owner", Struct, ""));
    new.push(("types::Person", Struct, ""));
    let (old, new, wire) = (api(&old), api(&new), Wire::default());
    let renames = Renames::find((&old, &wire), (&new, &wire));
    let held = renames.held("types::Pet::Owner", &old);
    assert_eq!(held.as_deref(), Some("types::Owner"));
    assert_eq!(renames.held("types::Use::of", &old), None);
}

#[test]
fn a_tag_that_selects_a_renamed_type_means_the_same() {
    let union = |schemas: [&str; 2]| {
        let variant = |(tag, schema): (&str, &str)| schema::Variant {
            tags: vec![tag.to_owned()],
            schema: schema.to_owned(),
        };
        let tags = Tagged {
            property: "kind".to_owned(),
            variants: ["owner", "pet"]
                .into_iter()
                .zip(schemas)
                .map(variant)
                .collect(),
        };
        let told = WireType {
            sent: true,
            built: false,
            constraints: Default::default(),
            tags: Some(tags),
        };
        let types = [("Union".to_owned(), told)].into();
        let operations = BTreeMap::new();
        Wire { operations, types }
    };
    let old = union(["Owner", "Pet"]);
    let mut renames = Renames::default();
    renames.insert("Owner", "Person", RenameKind::Type);
    let changes = |new: &Wire, renames: &Renames| calls::compare(&old, new, renames, &[]).len();
    let new = union(["Person", "Pet"]);
    assert_eq!(changes(&new, &renames), 0);
    assert_eq!(changes(&new, &Renames::default()), 1);
    // One that is still selected by its old name has it.
    assert_eq!(changes(&union(["Owner", "Pet"]), &renames), 0);
    assert_eq!(changes(&union(["Pet", "Owner"]), &renames), 2);
}

#[test]
fn limits_are_compared_across_a_rename() {
    let wire = |name: &str, length: u64| {
        let name_schema = serde_json::json!({"type": "string", "maxLength": length});
        let schema = serde_json::json!({"type": "object", "properties": {"name": name_schema}});
        let constraints = constraints::constraints(&schema);
        let told = WireType {
            sent: true,
            built: true,
            constraints,
            tags: None,
        };
        let types = [(name.to_owned(), told)].into();
        let operations = BTreeMap::new();
        Wire { operations, types }
    };
    let (old, new) = (wire("Owner", 5), wire("Person", 3));
    let mut renames = Renames::default();
    assert!(calls::compare(&old, &new, &renames, &[]).is_empty());
    renames.insert("Owner", "Person", RenameKind::Type);
    let changes = calls::compare(&old, &new, &renames, &[]);
    let items: Vec<&str> = changes
        .iter()
        .map(|changes| &*changes.change.item)
        .collect();
    assert_eq!(
        items,
        ["types::builder::Person::build() `name`: `maxLength` 5 → 3"]
    );
}
