use super::*;

fn api(file: &str, text: &str) -> Api {
    let parsed = syn::parse_file(text).expect("Rust");
    read(
        &Files::from([(file.to_owned(), parsed.items)]),
        &Features::default(),
    )
}

#[test]
fn aliases_mean_what_they_stand_for() {
    let api = api(
        "types.rs",
        "pub type Cidr = String;
         pub struct Net { pub cidr: Option<Cidr>, pub other: other::Cidr, secret: u8 }",
    );
    let field = &api.items["types::Net::cidr"];
    assert_eq!(field.shown, "Option<Cidr>");
    assert_eq!(field.expanded, "Option<String>");
    assert!(!api.items.contains_key("types::Net::secret"));
}

#[test]
fn a_setter_takes_whatever_becomes_its_member() {
    let api = api(
        "types.rs",
        "pub struct A;
         pub mod builder {
             pub struct A { a: u8 }
             impl A {
                 pub fn one<T>(mut self, value: T) -> Self
                 where T: TryInto<super::A>, T::Error: std::fmt::Display + 'static { self }
                 pub fn many<T>(mut self, values: T) -> Self
                 where T: IntoIterator, T::Item: TryInto<String>,
                     <T::Item as TryInto<String>>::Error: std::fmt::Display + 'static,
                 { self }
             }
             impl TryFrom<A> for super::A { type Error = BuildError; }
         }
         impl A { pub fn builder() -> builder::A { todo!() } }",
    );
    let shown = |path: &str| api.items[path].shown.clone();
    assert_eq!(
        shown("types::builder::A::one()"),
        "(self, impl TryInto<A>) -> Self"
    );
    assert_eq!(
        shown("types::builder::A::many()"),
        "(self, impl IntoIterator<Item: TryInto<String>>) -> Self"
    );
    assert_eq!(shown("types::A::builder()"), "() -> builder::A");
    assert!(
        api.items
            .contains_key("impl TryFrom<builder::A> for types::A")
    );
    let parent = |path: &str| api.items[path].parent.clone();
    assert_eq!(parent("types::builder::A").as_deref(), Some("types::A"));
    assert!(!api.items.contains_key("types::builder::A::a"));
}

#[test]
fn the_names_on_the_wire_belong_to_fields_variants_and_arguments_of_calls() {
    let types = api(
        "types.rs",
        r#"pub struct S { #[serde(rename = "aB")] pub a_b: bool, pub c: bool }
         pub enum E { Minus1, Hashed, Unknown(UnknownLiteral) }
         impl From<E> for runtime::RawLiteral {
             fn from(value: E) -> Self {
                 match value {
                     E::Minus1 => Self::from(-1i64),
                     E::Hashed => Self::from("hashed"),
                     E::Unknown(value) => value.into(),
                 }
             }
         }
         pub enum T { On, Unknown(UnknownValue) }
         impl T { pub fn as_str(&self) -> &str {
             match self { Self::On => "ON", Self::Unknown(value) => value.as_str() }
         } }"#,
    );
    for (path, wire) in [
        ("types::S::a_b", Some("\"aB\"")),
        ("types::S::c", Some("\"c\"")),
        ("types::E::Minus1", Some("-1")),
        ("types::E::Hashed", Some("\"hashed\"")),
        ("types::T::On", Some("\"ON\"")),
        ("types::T::Unknown", None),
    ] {
        assert_eq!(types.items[path].wire.as_deref(), wire, "{path}");
    }
    assert!(
        types
            .items
            .contains_key("impl Into<RawLiteral> for types::E")
    );
    let calls = api(
        "builder.rs",
        r#"impl<'a> Get<'a> {
             pub fn new(client: &'a Client) -> Self { todo!() }
             pub fn a_b(mut self, value: bool) -> Self { self }
             pub fn body(mut self, value: bool) -> Self { self }
             pub fn send(self) -> ResponseFuture<types::S> {
                 let mut call = runtime::Call::new(self.client, &OPERATION);
                 call.param(runtime::Place::Query, "aB", limited(self.a_b), runtime::Style::FORM);
                 call.json_body(self.body);
                 call.send()
             }
         }"#,
    );
    let wire = |path: &str| calls.items[path].wire.clone();
    assert_eq!(wire("builder::Get::a_b()").as_deref(), Some("query `aB`"));
    assert_eq!(wire("builder::Get::body()"), None);
    assert_eq!(
        calls.items["builder::Get::send()"].shown,
        "(self) -> ResponseFuture<S>"
    );
}

#[test]
fn operations_of_another_crate_s_client_come_by_traits() {
    let api = api(
        "operations.rs",
        "pub trait ClientAExt { fn get(&self) -> builder::Get<'_>; }
         impl ClientAExt for Client { fn get(&self) -> builder::Get<'_> { todo!() } }",
    );
    let paths: Vec<&str> = api.items.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        ["operations::ClientAExt", "operations::ClientAExt::get()"]
    );
    let method = &api.items["operations::ClientAExt::get()"];
    assert_eq!(method.shown, "(&self) -> builder::Get<'_>");
}
