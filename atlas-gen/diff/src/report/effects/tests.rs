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
            "1 item comes with another feature",
        ),
        (
            Changed,
            Some(Runtime),
            "types::builder::X::build(): `a` is required now",
            "1 value must be set now, or the call fails at run time",
        ),
        (
            Changed,
            Some(Runtime),
            "types::builder::X::build() `a`: `maxItems` any → 25",
            "1 limit is narrower, at run time",
        ),
        (
            Changed,
            Some(Runtime),
            "builder::GetX::end(): `minimum` any → 1",
            "1 limit is narrower, at run time",
        ),
        (
            Changed,
            Some(Runtime),
            "Client::x(): the path parameter `a` of `GET /x` lost the value `b`",
            "1 call refuses values, at run time",
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
        assert_eq!(short(item), expected);
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
            "1 type was split: what is received and what is sent differ now",
            "Job → JobRequest",
        ),
    ] {
        let change = Change {
            kind: ChangeKind::Changed,
            item: item.to_owned(),
            breaks: Some(Breaks::Compile),
            cause: None,
        };
        assert_eq!(effect(&change).counted(1), effect_of_one);
        assert_eq!(short(item), both);
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
        assert_eq!(short(item), expected);
    }
}
