use super::*;

#[test]
fn changes_alike_have_one_effect() {
    use Breaks::{Compile, Runtime};
    use ChangeKind::{Added, Changed, Removed};
    let cases = [
        (
            Removed,
            Some(Compile),
            "Client::get_x(&self) -> builder::GetX<'_>",
            "1 method is gone",
        ),
        (Removed, Some(Compile), "types::X", "1 type is gone"),
        (
            Removed,
            Some(Compile),
            "types::builder::X",
            "1 type is gone",
        ),
        (
            Removed,
            Some(Compile),
            "types::X::builder() -> builder::X",
            "1 function is gone",
        ),
        (
            Removed,
            Some(Compile),
            "types::X::name: Option<String>",
            "1 field is gone",
        ),
        (
            Removed,
            Some(Compile),
            "types::X::Alert(Box<Alert>)",
            "1 variant is gone",
        ),
        (
            Removed,
            Some(Compile),
            "types::builder::X::name(self, impl TryInto<String>) -> Self",
            "1 setter is gone",
        ),
        (
            Removed,
            Some(Compile),
            "builder::GetX::name(self, impl TryInto<String>) -> Self",
            "1 setter is gone",
        ),
        (
            Removed,
            Some(Compile),
            "impl Default for types::X",
            "1 type has no `Default` any longer",
        ),
        (
            Removed,
            Some(Compile),
            "impl From<A> for types::X",
            "1 conversion is gone",
        ),
        (Removed, Some(Compile), "feature `a`", "1 feature is gone"),
        (
            Changed,
            Some(Compile),
            "types::X::a: Vec<T> → Option<Vec<T>>",
            "1 field is an `Option` now",
        ),
        (
            Changed,
            Some(Compile),
            "types::X::a: Option<Vec<T>> → Vec<T>",
            "1 field is no longer an `Option`",
        ),
        (
            Changed,
            Some(Compile),
            "types::X::a: Option<A> → Option<B>",
            "1 field has another type",
        ),
        (
            Changed,
            Some(Compile),
            "types::builder::X::a(self, impl TryInto<A>) -> Self → (self, impl TryInto<B>) -> Self",
            "1 setter takes another type",
        ),
        (
            Changed,
            Some(Compile),
            "builder::GetX::send(self) -> ResponseFuture<A> → (self) -> ResponseFuture<B>",
            "1 call returns another type",
        ),
        (
            Changed,
            Some(Compile),
            "types::X comes with feature `a` and no longer with feature `b`",
            "1 item comes with another Cargo feature",
        ),
        (
            Changed,
            Some(Runtime),
            "types::builder::X::build(): `a` is required now",
            "1 value must be set now: `build` returns an error without it, and nothing is sent",
        ),
        (
            Changed,
            Some(Runtime),
            "types::builder::X::build() `a`: `maxItems` any → 25",
            "1 limit is new or narrower: `build` returns an error outside of it, and nothing is sent",
        ),
        (
            Changed,
            Some(Runtime),
            "builder::GetX::end(): `minimum` any → 1",
            "1 limit is new or narrower: `send` returns an error outside of it, and nothing is sent",
        ),
        (
            Changed,
            Some(Runtime),
            "Client::x(): the path parameter `a` of `GET /x` lost the value `b`",
            "1 call takes fewer values: the server may refuse the others",
        ),
        (
            Added,
            None,
            "types::X::name: Option<String>",
            "1 field is new",
        ),
        (
            Changed,
            None,
            "builder::GetX::end(): `minimum` 1 → any",
            "1 limit is wider",
        ),
        (
            Changed,
            None,
            "Client::x() is deprecated now",
            "1 item is deprecated now",
        ),
    ];
    for (kind, breaks, item, expected) in cases {
        let change = Change {
            kind,
            item: item.to_owned(),
            breaks,
            cause: None,
            note: None,
        };
        assert_eq!(effect(&change).counted(1), expected, "{item}");
    }
}

#[test]
fn a_list_of_many_has_short_names() {
    for (item, expected) in [
        ("types::X::a: Vec<T> → Option<Vec<T>>", "X::a"),
        (
            "types::builder::X::a(self, impl TryInto<A>) -> Self",
            "builder::X::a",
        ),
        ("types::X::Alert(Box<Alert>)", "X::Alert"),
        ("impl Default for types::X", "X"),
        ("impl From<A> for types::X", "From<A> for types::X"),
        ("feature `a`", "feature `a`"),
    ] {
        assert_eq!(short_path(item), expected);
    }
}

#[test]
fn what_was_renamed_or_split_names_both() {
    for (item, effect_of_one, both) in [
        (
            "Client::get_a() is called get_b() now",
            "1 method was renamed",
            "Client::get_a → get_b",
        ),
        (
            "types::Owner is called Person now",
            "1 type was renamed",
            "Owner → Person",
        ),
        (
            "types::Owner is called Person now, and another type has the old name",
            "1 type was renamed",
            "Owner → Person (Owner is another type now)",
        ),
        (
            "types::Pet::Dog is called Hound now",
            "1 variant was renamed",
            "Pet::Dog → Hound",
        ),
        (
            "types::Job is only received now, types::JobRequest is sent",
            "1 type was split, because requests and responses have different members now: the first is \
             received, the second is sent",
            "Job → JobRequest",
        ),
    ] {
        let change = Change {
            kind: ChangeKind::Changed,
            item: item.to_owned(),
            breaks: Some(Breaks::Compile),
            cause: None,
            note: None,
        };
        assert_eq!(effect(&change).counted(1), effect_of_one);
        assert_eq!(short_path(item), both);
    }
}

#[test]
fn a_list_of_many_names_members_and_results() {
    for (item, expected) in [
        (
            "builder::GetX::send(self) -> ResponseFuture<()> → (self) -> ResponseFuture<Vec<Job>>",
            "builder::GetX::send: () → Vec<Job>",
        ),
        (
            "types::builder::X::build(): `regions` is required now",
            "builder::X::build: `regions`",
        ),
        (
            "types::builder::X::build() `a.b[]`: `maxItems` any → 25",
            "builder::X::build: `a.b[]`",
        ),
        (
            "types::builder::X::a(self, impl TryInto<A>) -> Self → (self, impl TryInto<B>) -> Self",
            "builder::X::a",
        ),
    ] {
        assert_eq!(short_path(item), expected);
    }
}

#[test]
fn what_is_the_same_in_all_changes_is_in_the_advice() {
    use ChangeKind::{Changed, Removed};
    let change = |kind, item: &str, note: Option<&str>| Change {
        kind,
        item: item.to_owned(),
        breaks: Some(Breaks::Compile),
        cause: None,
        note: note.map(str::to_owned),
    };
    let setter = |name: &str, before: &str, after: &str| {
        let item = format!(
            "types::builder::{name}(self, impl IntoIterator<Item: TryInto<{before}>>) -> Self → (self, \
             impl IntoIterator<Item: TryInto<{after}>>) -> Self"
        );
        change(Changed, &item, None)
    };
    for (changes, advice, named_first) in [
        (
            vec![
                change(
                    Changed,
                    "types::X::a: Option<Vec<XA>> → Option<Vec<String>>",
                    None,
                ),
                change(Changed, "types::Y::b: YB → String", None),
            ],
            "use `String` instead",
            "X::a",
        ),
        (
            vec![
                change(Changed, "types::X::a: A → String", None),
                change(Changed, "types::Y::b: Vec<B> → Vec<Option<B>>", None),
            ],
            "use the new type",
            "X::a: A → String",
        ),
        (
            vec![setter("X::a", "SpecView", "RequestSpecView")],
            "use `RequestSpecView` instead",
            "builder::X::a",
        ),
        (
            vec![change(
                Removed,
                "impl Default for types::X",
                Some(HAS_BUILDER),
            )],
            "use the builder",
            "X",
        ),
        (
            vec![change(
                Removed,
                "impl Default for types::X",
                Some(RECEIVED_ONLY),
            )],
            "in tests, decode from JSON",
            "X",
        ),
        (
            vec![change(
                Changed,
                "types::X comes with feature `a` or feature `b` and no longer with feature `c`",
                None,
            )],
            "enable the feature `a` or `b`",
            "X: a or b, not c",
        ),
        (
            vec![change(
                Changed,
                "types::Pet::Dog is called Hound now",
                Some("holds DogRequest now"),
            )],
            "use the new name",
            "Pet::Dog → Hound (holds DogRequest now)",
        ),
    ] {
        let changes: Vec<&Change> = changes.iter().collect();
        let (_, text) = describe(effect(changes[0]), &changes);
        assert_eq!(text, advice);
        assert_eq!(label(changes[0], have_same_new_type(&changes)), named_first);
    }
    let one = setter("X::a", "SpecView", "RequestSpecView");
    assert_eq!(brief(&one), "builder::X::a: SpecView → RequestSpecView");
}
