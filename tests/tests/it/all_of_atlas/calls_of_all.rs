//! Generates a program that calls any operation of a generated crate by its typed builder with
//! placeholder arguments, and reports the result.

use crate::all_of_atlas::offered::Offered;

/// Reads lines `ID JSON`, and calls the operation at the server in its argument. Writes a JSON
/// object per line: `JSON` decoded as the success type, if there is one, and the result of the
/// call.
const MAIN: &str = r#"
#![allow(deprecated, unused_imports)]

use std::pin::Pin;

use atlas_all::operations::*;
use atlas_all::prelude::*;
use atlas_all::types;
use atlas_client::operation::{HeaderMap, StatusCode};
use atlas_client::{
    ByteStream, CallOptions, Client, Credentials, ObjectId, ResponseFuture, ResponseValue,
    Sensitive, Timestamp,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

type Told = Pin<Box<dyn Future<Output = Value>>>;

/// Returns a placeholder argument.
fn made<T: DeserializeOwned + 'static>() -> T {
    let forms = ["\"32b6e34b3d91647abb20e7b8\"", "{}", "[]", "1", "true"];
    let mut made = forms.iter().filter_map(|json| serde_json::from_str(json).ok());
    // A body whose required members are repaired to be empty.
    let lenient = || read_as::<T>("{}").ok().map(ResponseValue::into_inner);
    made.next().or_else(lenient).expect(std::any::type_name::<T>())
}

fn read_as<T: DeserializeOwned + 'static>(json: &str) -> atlas_client::Result<ResponseValue<T>> {
    ResponseValue::for_test(StatusCode::OK, HeaderMap::new(), json.to_owned())
}

/// Decodes `json` as the body of a success.
fn read<T: DeserializeOwned + Serialize + 'static>(json: &str) -> Value {
    match read_as::<T>(json) {
        Ok(answer) => told(&answer),
        Err(error) => json!({"error": error.to_string()}),
    }
}

fn told<T: Serialize>(answer: &ResponseValue<T>) -> Value {
    let repairs: Vec<&str> = answer.repairs().iter().map(|repair| repair.pointer()).collect();
    json!({
        "status": answer.status().as_u16(),
        "value": serde_json::to_string(&**answer).unwrap(),
        "body": answer.body(),
        "repairs": repairs,
    })
}

async fn sent<T>(call: ResponseFuture<T>) -> Result<ResponseValue<T>, Value> {
    match call.await {
        Ok(answer) => Ok(answer),
        Err(error) => {
            // The body of a failure that is not an `ApiError`.
            let api_error = error.api_error().map(|api| serde_json::to_string(api).unwrap());
            Err(json!({
                "status": error.status().map(|status| status.as_u16()),
                "error": error.to_string(),
                "decode": error.is_decode(),
                "api_error": api_error,
                "body": error.body(),
                "bytes": error.body().filter(|_| error.api_error().is_none()),
            }))
        }
    }
}

async fn json<T: Serialize>(call: ResponseFuture<T>) -> Value {
    match sent(call).await {
        Ok(answer) => told(&answer),
        Err(told) => told,
    }
}

async fn empty(call: ResponseFuture<()>) -> Value {
    match sent(call).await {
        Ok(answer) => json!({"status": answer.status().as_u16()}),
        Err(told) => told,
    }
}

async fn stream(call: ResponseFuture<ByteStream>) -> Value {
    match sent(call).await {
        Ok(mut stream) => {
            let status = stream.status().as_u16();
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

/// Returns the program for the operations of a crate.
pub fn program(offered: &Offered) -> String {
    let (mut readings, mut calls) = (String::new(), String::new());
    for call in &offered.calls {
        let id = &call.id;
        let setter = |field: &String| {
            let found = call.setters.iter().find(|setter| setter.field == *field);
            let setter = found.unwrap_or_else(|| panic!("{id} has no setter for {field}"));
            format!(".{}(made::<{}>())", setter.method, setter.argument)
        };
        let arguments: String = call.required.iter().map(setter).collect();
        let (read, tell) = match call.success.as_str() {
            "()" => ("|_| Value::Null".to_owned(), "empty"),
            "ByteStream" => ("|_| Value::Null".to_owned(), "stream"),
            success => (format!("read::<{success}>"), "json"),
        };
        readings.push_str(&format!("        {id:?} => {read},\n"));
        calls.push_str(&format!(
            "        {id:?} => Box::pin({tell}({}(client){arguments}.options(once).send())),\n",
            call.method
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
