//! The time limit for opening a connection.

use std::future::Pending;
use std::task::{Context, Poll};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use tower::Service;
use tower::layer::layer_fn;

use crate::tests::{brisk, create};
use crate::{CallOptions, Client, Credentials};

/// A connector that never connects.
#[derive(Clone)]
struct Stuck<S>(S);

impl<S: Service<R>, R> Service<R> for Stuck<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pending<Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, _: R) -> Self::Future {
        std::future::pending()
    }
}

fn client(options: CallOptions, credentials: Credentials) -> Client {
    Client::builder()
        .base_url("http://127.0.0.1:1")
        .credentials(credentials)
        .options(options.no_retries())
        .configure_http(|http| http.connector_layer(layer_fn(Stuck)))
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_connection_may_take_what_the_call_says_or_the_client_or_ten_seconds() {
    let seconds = Duration::from_secs;
    let connect = |limit| brisk().connect_timeout(seconds(limit));
    let endless = brisk().timeout(Duration::MAX).total_timeout(Duration::MAX);
    for (of_client, of_call, expected) in [
        (brisk(), brisk(), 10),
        (connect(3), brisk(), 3),
        (connect(3), connect(7), 7),
        (brisk(), connect(70).timeout(seconds(90)), 70),
        (brisk(), endless, 10),
    ] {
        let client = client(of_client, Credentials::anonymous());
        let mut call = create(&client);
        call.set_options(of_call.no_retries());
        let began = Instant::now();
        let error = call.send::<Value>().await.unwrap_err();
        assert_eq!(began.elapsed().as_secs(), expected, "{error}");
        assert!(error.is_connect() && error.is_timeout(), "{error}");
        assert!(!error.may_have_been_executed() && error.is_retryable());
        let text = format!("no connection within {expected}s");
        assert!(error.to_string().contains(&text), "{error}");
    }
}

/// If an attempt has a shorter time limit than a connection, the error says that there was no
/// connection, and not that the server may have executed the request.
#[tokio::test(start_paused = true)]
async fn a_connection_that_outlasts_its_attempt_sent_nothing() {
    let seconds = Duration::from_secs;
    for (options, took) in [
        (brisk().timeout(seconds(5)), 5),
        (brisk().total_timeout(seconds(3)), 3),
    ] {
        let client = client(options, Credentials::anonymous());
        let began = Instant::now();
        let error = create(&client).send::<Value>().await.unwrap_err();
        assert_eq!(began.elapsed().as_secs(), took, "{error}");
        assert!(error.is_connect() && error.is_timeout(), "{error}");
        assert!(!error.may_have_been_executed(), "{error}");
        assert!(
            error.to_string().contains("in the time of the attempt"),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_token_endpoint_is_connected_to_in_the_time_that_the_client_says() {
    let limit = brisk().connect_timeout(Duration::from_secs(4));
    let client = client(limit, Credentials::service_account("id", "s3cret"));
    let mut call = create(&client);
    call.set_options(CallOptions::new().connect_timeout(Duration::from_secs(1)));
    let began = Instant::now();
    let error = call.send::<Value>().await.unwrap_err();
    assert_eq!(began.elapsed().as_secs(), 4, "{error}");
    assert!(error.to_string().contains("token endpoint"), "{error}");
}
