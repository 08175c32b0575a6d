//! A program that calls any operation of a generated crate by its typed builder, with arguments that
//! are made up, and tells what the crate made of the answer.

use std::collections::BTreeMap;

use quote::ToTokens;

/// Reads `ID JSON` per line, and calls the operation at the server that its argument names. Writes a
/// JSON object per line: what the success type made of `JSON`, if there is any, and what came of the
/// call.
const MAIN: &str = r#"
#![allow(deprecated, unused_imports)]

use std::collections::BTreeMap;
use std::pin::Pin;

use atlas_client::{ByteStream, CallOptions, Client, Credentials, ObjectId, ResponseFuture, types};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

type Told = Pin<Box<dyn Future<Output = Value>>>;

/// A value that stands for an argument.
fn made<T: DeserializeOwned>() -> T {
    let forms = ["\"32b6e34b3d91647abb20e7b8\"", "{}", "[]", "1", "true"];
    let mut made = forms.iter().filter_map(|json| serde_json::from_str(json).ok());
    made.next().expect(std::any::type_name::<T>())
}

/// What serde makes of `json`.
fn read<T: DeserializeOwned + Serialize>(json: &str) -> Value {
    match serde_json::from_str::<T>(json) {
        Ok(value) => json!({"value": serde_json::to_string(&value).unwrap()}),
        Err(error) => json!({"error": error.to_string()}),
    }
}

async fn sent<T>(call: ResponseFuture<T>) -> Result<(u16, T), Value> {
    match call.await {
        Ok(answer) => Ok((answer.status().as_u16(), answer.into_inner())),
        Err(error) => {
            // The bytes of what is no ApiError.
            let api_error = error.api_error().map(|api| serde_json::to_string(api).unwrap());
            Err(json!({
                "status": error.status().map(|status| status.as_u16()),
                "error": error.to_string(),
                "decode": error.is_decode(),
                "api_error": api_error,
                "bytes": error.body().filter(|_| error.api_error().is_none()),
            }))
        }
    }
}

async fn json<T: Serialize>(call: ResponseFuture<T>) -> Value {
    match sent(call).await {
        Ok((status, value)) => {
            json!({"status": status, "value": serde_json::to_string(&value).unwrap()})
        }
        Err(told) => told,
    }
}

async fn empty(call: ResponseFuture<()>) -> Value {
    match sent(call).await {
        Ok((status, ())) => json!({"status": status}),
        Err(told) => told,
    }
}

async fn stream(call: ResponseFuture<ByteStream>) -> Value {
    match sent(call).await {
        Ok((status, mut stream)) => {
            let mut bytes = Vec::new();
            while let Some(chunk) = stream.chunk().await.unwrap() {
                bytes.extend_from_slice(&chunk);
            }
            json!({"status": status, "bytes": bytes})
        }
        Err(told) => told,
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::builder()
        .base_url(std::env::args().nth(1).unwrap())
        .credentials(Credentials::access_token("token"))
        .build()
        .unwrap();
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (id, json) = line.split_once(' ').unwrap();
        println!("{}", json!({"read": reading(id)(json), "told": runtime.block_on(call(id, &client))}));
    }
}
"#;

/// The program for the generated files.
pub fn program(files: &BTreeMap<String, String>) -> String {
    let mut arms = Arms::default();
    for (name, text) in files {
        if name.ends_with(".rs") {
            let file = syn::parse_file(text).expect(name);
            arms.gather(file.items);
        }
    }
    let (mut readings, mut calls) = (String::new(), String::new());
    for (builder, (kind, value)) in &arms.sends {
        let method = &arms.methods[builder];
        let operation = &arms.operations[&method.1];
        let id = &operation.0;
        let setters = arms.setters.get(builder);
        let arguments: String = operation
            .1
            .iter()
            .map(|parameter| {
                let set = setters.and_then(|setters| setters.get(parameter));
                set.unwrap_or_else(|| panic!("{id} has no setter for {parameter}"))
                    .as_str()
            })
            .collect();
        let read = match kind.as_str() {
            "send" => format!("read::<{value}>"),
            _ => "|_| Value::Null".to_owned(),
        };
        readings.push_str(&format!("        {id:?} => {read},\n"));
        let tell = match kind.as_str() {
            "send" => "json",
            "send_empty" => "empty",
            _ => "stream",
        };
        calls.push_str(&format!(
            "        {id:?} => Box::pin({tell}(client.{}(){arguments}.options(once).send())),\n",
            method.0
        ));
    }
    format!(
        "{MAIN}\nfn reading(id: &str) -> fn(&str) -> Value {{\n    match id {{\n{readings}        \
         other => panic!(\"{{other}}\"),\n    }}\n}}\n\n\
         fn call(id: &str, client: &Client) -> Told {{\n    \
         let once = CallOptions::new().no_retries();\n    match id {{\n{calls}        \
         other => panic!(\"{{other}}\"),\n    }}\n}}\n"
    )
}

/// What the generated files say of operations.
#[derive(Default)]
struct Arms {
    /// By the name of the builder: how it is sent, and the type of the value.
    sends: BTreeMap<String, (String, String)>,
    /// By the name of the builder: the client's method, and the constant that describes the
    /// operation.
    methods: BTreeMap<String, (String, String)>,
    /// By the name of the constant: the id, and the required parameters.
    operations: BTreeMap<String, (String, Vec<String>)>,
    /// By the name of the builder and the parameter: a call of the setter.
    setters: BTreeMap<String, BTreeMap<String, String>>,
}

impl Arms {
    fn gather(&mut self, items: Vec<syn::Item>) {
        for item in items {
            match item {
                syn::Item::Mod(item) => {
                    self.gather(item.content.map(|(_, items)| items).unwrap_or_default());
                }
                syn::Item::Macro(item) if is(&item.mac.path, "call") => {
                    let text = plain(&item.mac.tokens);
                    let (builder, rest) = text.split_once(':').expect("a builder");
                    let (kind, value) = rest.split_once("->").expect("a type");
                    let value = value.replace("crate::", "atlas_client::");
                    self.sends
                        .insert(builder.to_owned(), (kind.to_owned(), value));
                }
                syn::Item::Static(item) => {
                    let text = plain(&item.expr);
                    let quoted = |text: &str| text.split('"').nth(1).map(str::to_owned);
                    let id = text.split("id:").nth(1).and_then(quoted);
                    let required = text.split("required:").nth(1).unwrap_or_default();
                    let required = required.split(',').filter_map(quoted).collect();
                    let operation = (id.unwrap_or_default(), required);
                    self.operations.insert(item.ident.to_string(), operation);
                }
                syn::Item::Impl(block) => {
                    let builder = plain(&block.self_ty);
                    for item in block.items {
                        if let syn::ImplItem::Fn(method) = item {
                            self.method(&builder, &method);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn method(&mut self, of: &str, method: &syn::ImplItemFn) {
        let text = plain(&method.block);
        let name = method.sig.ident.to_string();
        if let Some((_, operation)) = text.split_once("Call::new(self,&") {
            let builder = plain(&method.sig.output).replace("->", "");
            let operation = operation
                .split([',', ')'])
                .next()
                .unwrap_or_default()
                .to_owned();
            self.methods.insert(builder, (name, operation));
            return;
        }
        let Some((kind, rest)) = text
            .strip_prefix("{self.0.")
            .and_then(|t| t.split_once('('))
        else {
            return;
        };
        let (kind, ty) = kind.split_once("::<").unwrap_or((kind, ""));
        let ty = ty.trim_end_matches('>').to_owned() + &">".repeat(ty.matches('<').count());
        let call = match kind {
            "path" | "query" | "header" | "body" => format!(".{name}(made::<{ty}>())"),
            "query_each" => {
                let item = ty.split(',').next().unwrap_or_default();
                format!(".{name}([made::<{item}>()])")
            }
            "body_bytes" => format!(".{name}(Vec::new())"),
            _ => return,
        };
        let parameter = match kind {
            "body" | "body_bytes" => "body",
            _ => rest.split('"').nth(1).expect("a name"),
        };
        let setters = self.setters.entry(of.to_owned()).or_default();
        setters.insert(parameter.to_owned(), call);
    }
}

fn is(path: &syn::Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

/// The tokens without spaces, all of which here stand between signs or in texts.
fn plain(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}
