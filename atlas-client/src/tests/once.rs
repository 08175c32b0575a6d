//! Nothing twice, nothing lost: creates by the thousand over a network and
//! against a server that fail at random points.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::server::{Reply, Request, Server, answer, bytes};
use super::{brisk, builder, create, log};
use crate::{Credentials, Error};

/// The variable that has a run that failed done again.
const SEED: &str = "ATLAS_CLIENT_TEST_SEED";

/// Where a request is struck, if it is: one in five, at random.
#[derive(Clone, Copy)]
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let seed = std::env::var(SEED).ok().and_then(|text| text.parse().ok());
        Self(seed.unwrap_or_else(|| getrandom::u64().unwrap()))
    }

    /// The kind of the failure, and a number that tells at which byte.
    fn strikes(self, request: usize) -> Option<(u64, usize)> {
        // SplitMix64, so that all its bits depend on all of the seed's.
        let mut mixed = self.0 ^ (request as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let (one_in_five, rest) = (mixed.is_multiple_of(5), mixed / 5);
        one_in_five.then_some((rest % 13, (rest / 13 % 1000) as usize))
    }

    /// How much of the request is read before its connection is reset.
    fn cuts(self, request: usize) -> Option<usize> {
        match self.strikes(request) {
            Some((0, _)) => Some(0),
            Some((1, at)) => Some(at % 150),
            _ => None,
        }
    }
}

/// What the server did, by the name of what it was to create.
type Book = Arc<Mutex<HashMap<String, usize>>>;

fn reply(struck: Option<(u64, usize)>, request: &Request, book: &Book) -> Reply {
    let is_token = request.target == "/api/oauth/token";
    let success = || {
        if !is_token {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            let name = body["name"].as_str().unwrap().to_owned();
            *book.lock().unwrap().entry(name).or_default() += 1;
        }
        let body = json!({"access_token": "t0ken", "expires_in": 3600});
        bytes(
            201,
            &[("content-type", "application/json")],
            body.to_string(),
        )
    };
    let part = |at: usize| {
        let mut whole = success();
        whole.truncate(at % whole.len());
        whole
    };
    match struck {
        None => Reply::Send(success()),
        // Nothing is done.
        Some((2, _)) => Reply::Reset,
        Some((3, _)) => answer(429, &[], ""),
        Some((4, _)) => answer(429, &[("retry-after", "0")], ""),
        Some((5, _)) => answer(503, &[("retry-after", "0")], ""),
        Some((6, _)) => answer(503, &[], ""),
        Some((7, _)) => answer(502, &[], "<html>"),
        Some((8, _)) if !is_token => answer(401, &[], ""),
        // It is done, and the answer tells nothing of it, or not all.
        Some((9, at)) => Reply::SendAndClose(part(at)),
        Some((10, at)) => Reply::Both(Box::new(Reply::Send(part(at))), Box::new(Reply::Reset)),
        Some((11, _)) => {
            drop(success());
            answer(500, &[], "")
        }
        Some((12, _)) => {
            drop(success());
            answer(504, &[], "")
        }
        Some(_) => Reply::Reset,
    }
}

#[tokio::test]
async fn nothing_is_created_twice_and_no_failure_hides_a_creation() {
    let all = if log::aloud() { 500 } else { 10_000 };
    let chance = Chance::new();
    let seed = format!("once more with {SEED}={}", chance.0);
    let created = Book::default();
    let book = Arc::clone(&created);
    let cuts = move |number| chance.cuts(number);
    let server = Server::cutting(cuts, move |number, request| {
        reply(chance.strikes(number), request, &book)
    })
    .await;
    let client = builder(&server)
        .credentials(Credentials::service_account("id", "s3cret"))
        .options(brisk().attempts(10))
        .retry_budget(100_000)
        .build()
        .unwrap();
    let mut calls = JoinSet::new();
    let mut outcomes: Vec<(String, Result<(), Error>)> = Vec::new();
    for number in 0..all {
        let name = format!("thing {number}");
        let mut call = create(&client);
        call.body(json!({"name": name}));
        calls.spawn(async move { (name, call.send::<Value>().await.map(drop)) });
        if calls.len() >= 64 {
            outcomes.extend(calls.join_next().await.map(Result::unwrap));
        }
    }
    while let Some(done) = calls.join_next().await {
        outcomes.push(done.unwrap());
    }
    let created = created.lock().unwrap();
    let mut doubtful = 0;
    for (name, outcome) in &outcomes {
        let times = created.get(name).copied().unwrap_or_default();
        match outcome {
            Ok(()) => assert_eq!(times, 1, "{name}; {seed}"),
            Err(error) if error.may_have_been_executed() => {
                doubtful += 1;
                assert!(times <= 1, "{name}: {times} times, {error}; {seed}");
            }
            Err(error) => assert_eq!(times, 0, "{name}: {error}; {seed}"),
        }
    }
    assert_eq!(
        (outcomes.len(), created.len() <= all),
        (all, true),
        "{seed}"
    );
    assert!(
        doubtful > all / 20,
        "the faults did strike: {doubtful}; {seed}"
    );
}
