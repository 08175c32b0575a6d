//! Edge cases of the edits.

use atlas_gen::edits::{Context, EDITS, Name, pages};

use crate::edits::examples::prepared;

/// Returns `before` after the edit called `name`, with the document `document`.
fn edited(name: &str, document: &str, before: &str) -> String {
    let (document, operations) = prepared(name, document);
    let context = Context {
        document: &document,
        operations: &operations,
    };
    let mut file = parsed(before);
    let edit = EDITS
        .iter()
        .find(|edit| edit.name == name)
        .expect("an edit");
    (edit.run)(&mut file, &context).unwrap_or_else(|error| panic!("{name}: {error}"));
    prettyplease::unparse(&file)
}

fn parsed(code: &str) -> syn::File {
    syn::parse_file(code).unwrap_or_else(|error| panic!("{error}: {code}"))
}

/// Checks that the edit called `name` converts `before` to `after`.
fn becomes(name: &str, document: &str, before: &str, after: &str) {
    let found = edited(name, document, before);
    let expected = prettyplease::unparse(&parsed(after));
    let diff = similar::TextDiff::from_lines(&expected, &found);
    assert!(found == expected, "{name}:\n{}", diff.unified_diff());
}

#[test]
fn an_edit_may_remove_only_what_it_declares() {
    let text = "
paths:
  /a:
    get:
      operationId: getA
      responses: {'200': {content: {application/vnd.atlas.2024-01-01+json: {schema: {type: string}}}}}
";
    let plain = "
List: {type: array, items: {type: string}}
Report: {type: object, properties: {at: {type: string}}}
Kind: {type: string, enum: [A]}
Empty: {enum: []}
Choice: {x-atlas-untagged: [Report]}
";
    let sent = "
Job: {type: object, x-atlas-sent: true, properties: {name: {type: string}}}
Report: {type: object, properties: {at: {type: string}}}
Kind: {type: string, enum: [A], x-atlas-sent: true}
";
    for (edit, text, allowed, others) in [
        (
            "aliases",
            plain,
            &[
                "types List deref",
                "types Empty deref",
                "types Unknown deref",
                "types Report From::from",
                "types Kind From::from",
            ][..],
            &[
                "types List",
                "builder List deref",
                "types Report at",
                "types Kind TryFrom::try_from",
                "types Choice Default::default",
                "builder Report From::from",
            ][..],
        ),
        (
            "bodies",
            plain,
            &["builder PostA body_map"],
            &["builder PostA body", "types PostA body_map"],
        ),
        (
            "client",
            text,
            &["- Client", "- Client baseurl"],
            &["- Client get_a", "types Client baseurl", "- Other baseurl"],
        ),
        (
            "open enums",
            plain,
            &[
                "types::error ConversionError",
                "types::error ConversionError From::from",
            ],
            &["types ConversionError"],
        ),
        (
            "type builders",
            sent,
            &[
                "types Report builder",
                "types Report TryFrom::try_from",
                "types Kind builder",
                "types::builder Report",
                "types::builder Report at",
                "types::builder Job From::from",
                "types::builder Job default",
            ],
            &[
                "types Job builder",
                "types Job TryFrom::try_from",
                "types Report at",
                "types Report",
                "types::builder Job",
                "types::builder Job name",
                "builder Job default",
            ],
        ),
    ] {
        let (document, operations) = prepared(edit, text);
        let context = Context {
            document: &document,
            operations: &operations,
        };
        let removes = EDITS.iter().find(|it| it.name == edit);
        let removes = removes.and_then(|it| it.removes).expect("a reason");
        for (names, expected) in [(allowed, true), (others, false)] {
            for text in names {
                let mut words = text.split(' ');
                let mut word = || words.next();
                let module = word().filter(|module| *module != "-");
                let name = Name {
                    module: module.unwrap_or_default(),
                    owner: word().expect("a type"),
                    member: word(),
                };
                assert_eq!(removes(&name, &context), expected, "{edit}: {text}");
            }
        }
    }
}

#[test]
fn a_conversion_that_only_unwraps_a_newtype_is_removed() {
    let kept = "
        impl ::std::convert::From<Tags> for Choice { fn from(value: Tags) -> Self { Self::Tags(value) } }
        impl ::std::convert::From<Choice> for ::std::string::String { fn from(value: Choice) -> Self { value.text() } }
    ";
    becomes(
        "aliases",
        "",
        &format!(
            "pub mod types {{
            pub struct Tags(pub Vec<String>);
            pub struct Outer(pub Inner);
            {kept}
            impl ::std::convert::From<Outer> for Inner {{ fn from(value: Outer) -> Self {{ value.0 }} }}
            impl ::std::convert::From<Tags> for ::std::string::String {{ fn from(value: Tags) -> Self {{ value.text() }} }}
            impl ::std::convert::From<Tags> for [String] {{ fn from(value: Tags) -> Self {{ value.text() }} }}
            }}"
        ),
        &format!("pub mod types {{ pub type Tags = Vec<String>; pub type Outer = Inner; {kept} }}"),
    );
}

#[test]
fn an_object_parameter_is_not_a_list() {
    let text = "
paths:
  /a:
    get:
      operationId: getA
      parameters:
      - {name: filter, in: query, schema: {type: object, properties: {x: {type: string}}}}
      - {name: list, in: query, schema: {type: array, items: {type: string}}}
      responses: {'200': {content: {application/vnd.atlas.2024-01-01+json: {schema: {type: string}}}}}
  /b:
    get:
      operationId: getB
      parameters:
      - {name: filter, in: query, schema: {type: array, items: {type: string}}}
      responses: {'200': {content: {application/vnd.atlas.2024-01-01+json: {schema: {type: string}}}}}
";
    becomes(
        "arguments",
        text,
        "pub mod builder {
            pub struct GetA { filter: Result<Option<Vec<types::GetAFilter>>, String>, list: Result<Option<Vec<String>>, String> }
            pub struct GetB { filter: Result<Option<Vec<String>>, String> }
        }",
        "pub mod builder {
            pub struct GetA {
                filter: ::std::result::Result<::std::option::Option<types::GetAFilter>, ::atlas_client::BuildError>,
                list: ::std::result::Result<Option<Vec<String>>, ::atlas_client::BuildError>,
            }
            pub struct GetB { filter: ::std::result::Result<Option<Vec<String>>, ::atlas_client::BuildError> }
        }",
    );
}

#[test]
fn aliases_and_setters_have_docs_and_trait_methods_have_none() {
    becomes(
        "docs",
        "Tags: {type: array, items: {type: string}, description: The labels.}\n\
         Job: {type: object, x-atlas-sent: true, properties: {default: {type: string, description: Words.}}}",
        "pub mod types {
            ///Tags
            pub type Tags = Vec<String>;
            pub mod builder {
                impl ::std::default::Default for Job { fn default() -> Self { Self {} } }
                impl Job { pub fn default_(self) -> Self { self } }
            }
        }",
        "pub mod types {
            /// The labels.
            pub type Tags = Vec<String>;
            /// Builders of the types that callers send.
            pub mod builder {
                impl ::std::default::Default for Job { fn default() -> Self { Self {} } }
                impl Job {
                    /// Words.
                    pub fn default_(self) -> Self { self }
                }
            }
        }",
    );
}

#[test]
fn a_mock_responds_with_any_bytes_where_the_body_is_any_json() {
    let text = "
paths:
  /a:
    get:
      operationId: getA
      responses: {'200': {content: {application/vnd.atlas.2024-01-01+json: {schema: {}}}}}
";
    becomes(
        "expectations",
        text,
        "pub mod expectations { pub mod operations {
            pub struct GetAThen(::httpmock::Then);
            impl GetAThen {
                pub fn new(inner: ::httpmock::Then) -> Self { Self(inner) }
                pub fn into_inner(self) -> ::httpmock::Then { self.0 }
                pub fn ok(self, value: ::serde_json::Value) -> Self {
                    Self(self.0.status(200u16).header(\"content-type\", \"application/json\").json_body(value))
                }
                pub fn no_content(self) -> Self { Self(self.0.status(204u16)) }
                pub fn teapot(self, value: ::serde_json::Value) -> Self { Self(self.0.status(418u16).json_body(value)) }
            }
        } }",
        "pub mod expectations {
            /// Expected requests and responses, one pair for each operation. `into_inner` returns the underlying type of httpmock, for anything that has no method here.
            pub mod operations {
            /// The response of a mock of `getA`.
            pub struct GetAThen(::atlas_client::mock::httpmock::Then);
            impl GetAThen {
                /// Wraps a response of httpmock.
                pub fn new(inner: ::atlas_client::mock::httpmock::Then) -> Self { Self(inner) }
                /// Returns the response of httpmock.
                pub fn into_inner(self) -> ::atlas_client::mock::httpmock::Then { self.0 }
                /// Responds with 200 and a body.
                pub fn ok(self, value: impl ::std::convert::AsRef<[u8]>) -> Self {
                    Self(self.0.status(200u16).header(\"content-type\", \"application/vnd.atlas.2024-01-01+json\").body(value))
                }
                /// Responds with 204.
                pub fn no_content(self) -> Self { Self(self.0.status(204u16)) }
                /// Responds with 418 and a body.
                pub fn teapot(self, value: ::serde_json::Value) -> Self { Self(self.0.status(418u16).json_body(value)) }
            }
            }
        }",
    );
}

#[test]
fn fields_keep_their_docs_and_boxes_are_inside_options() {
    becomes(
        "members",
        "Node: {type: object, required: [next], properties: {next: {type: string}}}",
        "pub mod types {
            pub struct Node {
                /// Words.
                #[serde(deserialize_with = \"::std::option::Option::deserialize\", default)]
                #[allow(unused)]
                pub next: ::std::option::Option<String>,
            }
            pub mod builder {
                pub struct Node {
                    next: ::std::result::Result<::std::boxed::Box<::std::option::Option<super::Node>>, ::std::string::String>,
                    other: ::std::result::Result<::std::option::Option<String>, ::std::string::String>,
                }
            }
        }",
        "pub mod types {
            #[non_exhaustive]
            pub struct Node {
                /// Words.
                #[allow(unused)]
                #[serde(deserialize_with = \"::std::option::Option::deserialize\")]
                pub next: ::std::option::Option<String>,
            }
            pub mod builder {
                pub struct Node {
                    next: ::std::result::Result<::std::option::Option<::std::boxed::Box<super::Node>>, ::std::string::String>,
                    other: ::std::result::Result<::std::option::Option<String>, ::std::string::String>,
                }
            }
        }",
    );
}

#[test]
fn a_list_has_both_parameters_of_pages() {
    let is_list = |first: &str, second: &str| {
        let text = format!(
            "
paths:
  /a:
    get:
      operationId: getA
      parameters:
      - {{name: {first}, in: query, schema: {{type: integer}}}}
      - {{name: {second}, in: query, schema: {{type: integer}}}}
      responses: {{'200': {{content: {{application/vnd.atlas.2024-01-01+json: {{schema: {{$ref: '#/components/schemas/Page'}}}}}}}}}}
components:
  schemas:
    Page: {{type: object, properties: {{results: {{type: array, items: {{type: string}}}}, totalCount: {{type: integer}}}}}}
"
        );
        let (document, operations) = prepared("pages", &text);
        let context = Context {
            document: &document,
            operations: &operations,
        };
        pages::page(&operations[0], &context).is_some()
    };
    assert!(is_list("itemsPerPage", "pageNum"));
    assert!(!is_list("itemsPerPage", "limit"));
    assert!(!is_list("limit", "pageNum"));
    assert!(!is_list("limit", "offset"));
}

#[test]
fn paths_are_shortened_if_the_meaning_stays_the_same() {
    let code = |paths: [&str; 9]| {
        let lines = paths.iter().enumerate();
        let lines = lines.map(|(i, path)| format!("pub type T{i}<T> = {path};\n"));
        lines.collect::<String>()
    };
    becomes(
        "paths",
        // The short path would refer to this type of the document.
        "Items: {type: object}",
        &code([
            "::atlas_client::ObjectId",
            "::atlas_client::Items",
            "::atlas_client::Other",
            "::other::X",
            "::serde_json::Value",
            "<T as ::std::convert::TryInto<String>>::Error",
            "<T as ::std::str::FromStr>::Err",
            "<T as ::serde::de::Visitor>::Value",
            "<T as ::other::convert::TryInto<String>>::Error",
        ]),
        &code([
            "ObjectId",
            "atlas_client::Items",
            "atlas_client::Other",
            "::other::X",
            "serde_json::Value",
            "<T as TryInto<String>>::Error",
            "<T as std::str::FromStr>::Err",
            "<T as serde::de::Visitor>::Value",
            "<T as ::other::convert::TryInto<String>>::Error",
        ]),
    );
}

#[test]
fn types_inside_limited_lists_get_empty_constraints() {
    let list = |items: &str| format!("{{type: array, maxItems: 2, items: {items}}}");
    let named = |name: &str| format!("{{$ref: '#/components/schemas/{name}'}}");
    let document = format!(
        "Job: {{type: object, x-atlas-sent: true, properties: {{\
         a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: {}, h: {}, i: {{type: array, items: {}}}}}}}\n\
         Enum: {{type: string, enum: [A]}}\nPart: {{type: object, properties: {{x: {{type: string}}}}}}\n\
         Inner: {{type: object, properties: {{x: {{type: string}}}}}}\nValue: {{enum: [1]}}\n\
         List: {{type: array, maxItems: 2, items: {}}}\nEntry: {{x-atlas-untagged: [Part]}}\n\
         Matrix: {{type: object, additionalProperties: {}}}\nCell: {{type: string, enum: [A]}}\n\
         Text: {{type: string}}\nFree: {{type: object, properties: {{x: {{type: string}}}}}}",
        list(&named("Enum")),
        list(&named("Part")),
        list(&format!("{{type: array, items: {}}}", named("Inner"))),
        list(&format!(
            "{{type: object, additionalProperties: {}}}",
            named("Value")
        )),
        named("List"),
        list(&named("Matrix")),
        list(&named("Text")),
        list("{type: string}"),
        named("Free"),
        named("Entry"),
        named("Cell"),
    );
    let types = ["Cell", "Entry", "Enum", "Inner", "Part", "Value"];
    let impls =
        types.map(|name| format!("impl ::atlas_client::runtime::Constrained for {name} {{}}"));
    becomes(
        "type builders",
        &document,
        "pub mod types {}",
        &format!("pub mod types {{ {} }}", impls.join("\n")),
    );
}

#[test]
fn setters_of_lists_with_null_entries_take_values_and_options() {
    let before = "pub mod builder { pub struct GetA { names: Result<Option<Vec<Option<String>>>, String> } \
                  impl GetA { pub fn names<V>(mut self, value: V) -> Self { self } } }";
    let code = edited("arguments", "{}", before).replace([' ', '\n'], "");
    for part in [
        "names<V,By>(mutself,values:V)",
        "V::Item:::atlas_client::runtime::Entry<String,By>",
        "self.names=::atlas_client::runtime::convert_entries(values).map(Some);",
    ] {
        assert!(code.contains(part), "{part}: {code}");
    }
}

#[test]
fn arguments_are_checked_by_the_limits_of_the_document() {
    let json = "application/vnd.atlas.2024-01-01+json";
    let document = format!(
        "
paths:
  /a/{{entry}}/{{name}}/{{either}}:
    post:
      operationId: postA
      parameters:
      - {{name: entry, in: path, required: true, schema: {{type: string, maxLength: 9, pattern: '^a(%2F)?$'}}}}
      - {{name: name, in: path, required: true, schema: {{$ref: '#/components/schemas/Name'}}}}
      - {{name: either, in: path, required: true, schema: {{oneOf: [{{type: string, minLength: 2, pattern: '^b'}}, {{type: integer, minimum: 1}}]}}}}
      - {{name: size, in: query, schema: {{type: integer, minimum: 1}}}}
      - {{name: tags, in: query, schema: {{type: array, maxItems: 2, items: {{$ref: '#/components/schemas/Name'}}}}}}
      - {{name: rate, in: header, schema: {{type: number}}}}
      - {{name: plain, in: cookie, schema: {{type: boolean}}}}
      requestBody:
        required: true
        content: {{{json}: {{schema: {{type: array, maxItems: 200, items: {{type: string}}}}}}}}
      responses: {{'200': {{content: {{{json}: {{schema: {{type: string}}}}}}}}}}
components:
  schemas:
    Name: {{type: string, pattern: '^[a-z]+$'}}
"
    );
    let fields = [
        ("entry", "String"),
        ("name", "String"),
        ("either", "super::types::PostAEither"),
        ("size", "Option<i64>"),
        ("tags", "Option<Vec<String>>"),
        ("rate", "Option<f64>"),
        ("plain", "Option<bool>"),
        ("body", "Vec<String>"),
    ];
    let fields = fields.map(|(name, ty)| {
        let ty = ty.replace("Option", "::std::option::Option");
        (name, ty.replace("Vec", "::std::vec::Vec"))
    });
    let members: String = fields
        .iter()
        .map(|(name, ty)| format!("{name}: Result<{ty}, String>, "))
        .collect();
    let setters: String = fields
        .iter()
        .map(|(name, _)| format!("pub fn {name}<V>(mut self, value: V) -> Self {{ self }} "))
        .collect();
    let before = format!(
        "pub mod builder {{ pub struct PostA {{ {members} }} impl PostA {{ {setters} }} }}"
    );
    let code = edited("arguments", &document, &before).replace([' ', '\n'], "");
    let none = "::atlas_client::runtime::Constraint::NONE";
    for (field, set) in [
        ("entry", Some("max_length:9")),
        ("name", None),
        ("either", Some("minimum:1.0,min_length:2")),
        ("size", Some("minimum:1.0")),
        (
            "tags",
            Some(
                "max_items:2,items:Some(&::atlas_client::runtime::Constraint{\
                 pattern:Some(\"^[a-z]+$\"),..::atlas_client::runtime::Constraint::NONE})",
            ),
        ),
        ("rate", Some("")),
        ("plain", None),
        ("body", Some("max_items:200")),
    ] {
        let (_, rest) = code
            .split_once(&format!("self.{field}="))
            .unwrap_or_else(|| panic!("{code}"));
        let (setter, _) = rest.split_once(";self").expect("the end of the setter");
        let setter = setter.replace(",}", "}").replace(",)", ")");
        let limits = match set {
            None => None,
            Some("") => Some(format!("&{none})")),
            Some(set) => Some(format!(
                "&::atlas_client::runtime::Constraint{{{set},..{none}}})"
            )),
        };
        match limits {
            Some(limits) => assert!(setter.contains(&limits), "{field}: {setter}"),
            None => assert!(!setter.contains("Constraint"), "{field}: {setter}"),
        }
    }
}
