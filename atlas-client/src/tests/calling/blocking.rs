//! Calls from threads without a runtime.

use std::thread;

use serde_json::{Value, json};

use crate::blocking::wait;
use crate::tests::server::{Server, json};
use crate::tests::{bearer, list};

#[test]
fn threads_without_a_runtime_make_calls() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(|number, _| json(200, &json!(number))));
    let client = bearer(&server);
    let number = wait(list(&client).send::<Value>()).unwrap();
    assert_eq!(*number, 0);
    let other = client.clone();
    let number = thread::spawn(move || wait(list(&other).send::<Value>()).unwrap());
    assert_eq!(*number.join().unwrap(), 1);
}

#[tokio::test]
async fn the_thread_of_a_runtime_is_not_blocked() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let client = bearer(&server);
    let error = wait(list(&client).send::<Value>()).unwrap_err();
    assert!(error.is_configuration(), "{error}");
    assert!(error.to_string().contains("`.await` the call"), "{error}");
    assert_eq!(server.count(), 0);
}
