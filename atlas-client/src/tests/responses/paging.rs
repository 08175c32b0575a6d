//! Pages of lists as streams, against a scripted server.

use std::collections::HashMap;
use std::sync::Arc;

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::operation::Call;
use crate::runtime::Page;
use crate::tests::server::{Reply, Request, Server, json as reply};
use crate::tests::{bearer, brisk, list};
use crate::{Client, Items, Pages};

#[derive(Debug, Deserialize)]
struct Things {
    results: Vec<u64>,
    #[serde(rename = "totalCount")]
    total: Option<u64>,
    links: Option<Vec<Link>>,
}

#[derive(Debug, Deserialize)]
struct Link {
    rel: Option<String>,
    href: Option<String>,
}

impl Page for Things {
    type Item = u64;

    fn results(&self) -> &[u64] {
        &self.results
    }

    fn into_results(self) -> Vec<u64> {
        self.results
    }

    fn total_count(&self) -> Option<u64> {
        self.total
    }

    fn links(&self) -> Vec<(Option<&str>, Option<&str>)> {
        let links = self.links.iter().flatten();
        links
            .map(|link| (link.rel.as_deref(), link.href.as_deref()))
            .collect()
    }
}

/// Returns the query parameters of a request.
fn query(request: &Request) -> HashMap<String, String> {
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

fn number(request: &Request, name: &str) -> Option<u64> {
    Some(query(request).get(name)?.parse().expect("a number"))
}

/// Returns the requested page of the numbers 1 to `total`, with 2 entries by default.
fn page(request: &Request, total: u64) -> Value {
    let size = number(request, "itemsPerPage").unwrap_or(2);
    let first = (number(request, "pageNum").expect("a page") - 1) * size + 1;
    let results: Vec<u64> = (first..first + size).filter(|n| *n <= total).collect();
    json!({"results": results})
}

/// Returns that page with links as Atlas has them, to another host than the server's.
fn linked(request: &Request, total: u64) -> Value {
    let mut page = page(request, total);
    let size = number(request, "itemsPerPage").unwrap_or(2);
    let at = number(request, "pageNum").expect("a page");
    let link = |rel: &str, to: u64| json!({"rel": rel, "href": format!("https://192.0.2.1/things?envelope=false&pageNum={to}")});
    page["links"] = json!([link("self", at)]);
    if at * size < total {
        page["links"] = json!([link("self", at), link("next", at + 1)]);
    }
    page
}

fn pages(client: &Client) -> Pages<Things> {
    list(client).pages()
}

fn items(client: &Client) -> Items<Things> {
    pages(client).items()
}

/// Returns the numbers of the pages that were requested.
fn asked(server: &Server) -> Vec<u64> {
    let requests = server.requests();
    let number = |request| number(request, "pageNum").expect("a page");
    requests.iter().map(number).collect()
}

#[tokio::test]
async fn pages_end_where_no_link_leads_on_and_credentials_stay_with_their_server() {
    // The last page is full, and totals that are wrong make no difference.
    for total in [None, Some(1), Some(9_000)] {
        let server = Server::start(move |_, request| {
            let mut page = linked(request, 6);
            page["totalCount"] = json!(total);
            reply(200, &page)
        })
        .await;
        let all = items(&bearer(&server)).try_collect().await.unwrap();
        assert_eq!(all, [1, 2, 3, 4, 5, 6]);
        assert_eq!(asked(&server), [1, 2, 3]);
        for request in server.requests() {
            assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
        }
    }
}

#[tokio::test]
async fn without_links_a_page_that_is_not_full_and_completes_the_total_is_the_last() {
    for (total, told, size, expected) in [
        // The last page is exactly full; the total is an estimate.
        (6, Some(6), Some(3), vec![1, 2, 3]),
        (5, Some(5), Some(3), vec![1, 2]),
        (5, Some(4), Some(3), vec![1, 2]),
        (5, Some(99), Some(3), vec![1, 2, 3]),
        (5, None, Some(3), vec![1, 2, 3]),
        // The default of the document is 100 entries.
        (2, Some(2), None, vec![1]),
        (0, Some(0), None, vec![1]),
        (0, None, None, vec![1]),
        // An estimate that is too low loses nothing.
        (6, Some(2), Some(3), vec![1, 2, 3]),
    ] {
        let server = Server::start(move |_, request| {
            let mut page = page(request, total);
            page["totalCount"] = json!(told);
            reply(200, &page)
        })
        .await;
        let client = bearer(&server);
        let mut call = list(&client);
        call.query("itemsPerPage", size);
        let all = call.pages::<Things>().items().try_collect().await.unwrap();
        assert_eq!(all, (1..=total).collect::<Vec<u64>>());
        assert_eq!(asked(&server), expected, "{total} {told:?} {size:?}");
    }
}

#[tokio::test]
async fn pages_begin_at_the_number_that_the_caller_sets_and_keep_the_other_arguments() {
    let server = Server::start(|_, request| {
        let mut page = page(request, 14);
        page["totalCount"] = json!(14);
        reply(200, &page)
    })
    .await;
    let client = bearer(&server);
    let mut call = list(&client);
    call.query("pageNum", 3);
    call.query("itemsPerPage", 4);
    call.query("name", "a&b");
    let mut pages = call.pages::<Things>();
    assert_eq!(pages.page_num(), 3);
    let third = pages.next().await.unwrap().unwrap();
    assert_eq!(third.results, [9, 10, 11, 12]);
    assert_eq!(third.status(), StatusCode::OK);
    assert_eq!(pages.page_num(), 4);
    // Of 14 entries, pages 1 and 2 had eight.
    assert_eq!(pages.next().await.unwrap().unwrap().results, [13, 14]);
    assert!(pages.next().await.is_none());
    assert!(pages.next().await.is_none());
    assert_eq!(asked(&server), [3, 4]);
    for request in server.requests() {
        let query = query(&request);
        assert_eq!(query["itemsPerPage"], "4");
        assert_eq!(query["name"], "a&b");
    }
}

#[tokio::test]
async fn pages_shorter_than_requested_are_not_the_last() {
    let server = Server::start(|_, request| {
        let page = number(request, "pageNum").expect("a page");
        let results = [page * 2 - 1, page * 2];
        let results = results.into_iter().filter(|n| *n <= 6);
        let results: Vec<u64> = results.collect();
        reply(200, &json!({"results": results, "totalCount": 6}))
    })
    .await;
    let client = bearer(&server);
    let mut call = list(&client);
    call.query("pageNum", 2);
    call.query("itemsPerPage", 4);
    let all = call.pages::<Things>().items().try_collect().await.unwrap();
    assert_eq!(all, [3, 4, 5, 6]);
    assert_eq!(asked(&server), [2, 3]);
}

#[tokio::test]
async fn an_error_ends_the_stream_after_the_entries_before_it() {
    let server = Server::start(|_, request| match number(request, "pageNum") {
        Some(3) => reply(403, &json!({"errorCode": "NOT_ALLOWED"})),
        _ => reply(200, &linked(request, 9)),
    })
    .await;
    let client = bearer(&server);
    let mut items = items(&client);
    let mut all = Vec::new();
    let error = loop {
        match items.next().await.expect("an error") {
            Ok(entry) => all.push(entry),
            Err(error) => break error,
        }
    };
    assert_eq!(all, [1, 2, 3, 4]);
    assert_eq!(error.error_code(), Some("NOT_ALLOWED"));
    assert!(items.next().await.is_none());
    assert_eq!(items.page_num(), 3);
    assert_eq!(asked(&server), [1, 2, 3]);
    assert!(self::items(&client).try_collect().await.is_err());
}

#[tokio::test]
async fn a_page_is_retried_like_any_call() {
    let server = Server::start(|attempt, request| match attempt {
        1 => reply(503, &json!({})),
        _ => reply(200, &linked(request, 4)),
    })
    .await;
    let all = items(&bearer(&server)).try_collect().await.unwrap();
    assert_eq!(all, [1, 2, 3, 4]);
    assert_eq!(asked(&server), [1, 2, 2]);

    let server = Server::start(|_, _| reply(503, &json!({}))).await;
    let mut call = list(&bearer(&server));
    call.set_options(brisk().no_retries());
    let mut pages = call.pages::<Things>();
    assert!(pages.next().await.unwrap().is_err());
    assert!(pages.next().await.is_none());
    assert_eq!(server.count(), 1, "the options are those of the call");
}

#[tokio::test]
async fn a_server_that_ignores_the_number_is_an_error_and_no_endless_list() {
    let same = json!({"results": [1, 2], "totalCount": 9});
    let next = |to: u64| json!([{"rel": "next", "href": format!("/things?pageNum={to}#x")}]);
    let always = |page: Value| move |_: usize, _: &Request| reply(200, &page);
    let mut to_itself = same.clone();
    to_itself["links"] = next(2);
    let mut unnumbered = same.clone();
    unnumbered["links"] = json!([{"rel": "NEXT prefetch", "href": "/things?cursor=1"}, {}]);
    for page in [same, unnumbered] {
        let server = Server::start(always(page)).await;
        let error = items(&bearer(&server)).try_collect().await.unwrap_err();
        assert!(error.is_decode());
        assert!(
            error
                .to_string()
                .contains("listThings: page 2 repeats page 1"),
            "{error}"
        );
        assert_eq!(error.status(), Some(StatusCode::OK));
        assert_eq!(asked(&server), [1, 2]);
    }
    // The pages differ, but each links to the second.
    let server = Server::start(move |at, _| {
        let mut page = to_itself.clone();
        page["results"] = json!([at]);
        reply(200, &page)
    })
    .await;
    let mut pages = pages(&bearer(&server));
    assert_eq!(pages.next().await.unwrap().unwrap().results, [0]);
    let error = pages.next().await.unwrap().unwrap_err().to_string();
    assert!(
        error.contains("the next link of page 2 leads to page 2"),
        "{error}"
    );
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn a_page_without_entries_is_the_last_unless_they_were_left_out() {
    let links = json!([{"rel": "next"}]);
    let empty = json!({"results": [], "links": links});
    let server = Server::start(move |_, _| reply(200, &empty)).await;
    assert!(
        items(&bearer(&server))
            .try_collect()
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(asked(&server), [1]);

    // No entry of the first page has its documented type, and there is a second page.
    let server = Server::start(move |_, request| {
        let at = number(request, "pageNum");
        let results = if at == Some(1) {
            json!(["a", null])
        } else {
            json!([1])
        };
        reply(200, &json!({"results": results, "totalCount": 3}))
    })
    .await;
    let mut call = list(&bearer(&server));
    call.query("itemsPerPage", 2);
    let mut pages = call.pages::<Things>();
    let first = pages.next().await.unwrap().unwrap();
    assert!(first.results.is_empty());
    assert_eq!(first.repairs().len(), 2);
    assert_eq!(pages.next().await.unwrap().unwrap().results, [1]);
    assert!(pages.next().await.is_none());
    assert_eq!(asked(&server), [1, 2]);
}

#[tokio::test]
async fn an_argument_that_does_not_fit_is_the_only_item() {
    let client = Client::builder().build().unwrap();
    let mut pages = Call::new(&client, &crate::tests::GET).pages::<Things>();
    let error = pages.next().await.unwrap().unwrap_err();
    assert!(error.is_invalid_request(), "{error}");
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_is_dropped_while_it_waits_requests_nothing_more() {
    let permits = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&permits);
    let server = Server::start(move |at, request| {
        let page = Box::new(reply(200, &linked(request, 9)));
        match at {
            1 => Reply::Held(Arc::clone(&held), page),
            _ => *page,
        }
    })
    .await;
    let client = bearer(&server);
    let mut pages = pages(&client);
    assert_eq!(server.count(), 0, "nothing is sent before it is polled");
    pages.next().await.unwrap().unwrap();
    assert_eq!(server.count(), 1, "no page is requested in advance");
    {
        let mut waiting = Box::pin(pages.next());
        while server.count() < 2 {
            tokio::select! {
                biased;
                _ = &mut waiting => panic!("the server holds the page"),
                () = tokio::task::yield_now() => {}
            }
        }
    }
    // A `next` that is dropped leaves the stream where it was.
    permits.add_permits(1);
    let second = pages.next().await.unwrap().unwrap();
    assert_eq!(second.results, [3, 4]);
    drop(pages);
    // The client still works, and nothing else was requested.
    items(&client).next().await.unwrap().unwrap();
    assert_eq!(asked(&server), [1, 2, 1]);
}

#[test]
fn debug_shows_the_call_and_the_page_and_no_argument() {
    let client = Client::builder().build().unwrap();
    let mut call = list(&client);
    call.query("name", "s3cret");
    let text = format!("{:?}", call.pages::<Things>().items());
    assert!(
        text.contains("listThings") && text.contains("page_num: 1"),
        "{text}"
    );
    assert!(!text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn a_list_may_begin_at_any_number() {
    let server = Server::start(|_, _| reply(200, &json!({"results": [1], "totalCount": 1}))).await;
    for first in [0, u64::MAX] {
        let mut call = list(&bearer(&server));
        call.query("pageNum", first);
        let all = call.pages::<Things>().items().try_collect().await.unwrap();
        assert_eq!(all, [1], "{first}");
    }
}

#[tokio::test]
async fn entries_that_are_left_out_of_other_lists_are_none_of_a_page() {
    let server = Server::start(|_, _| reply(200, &json!({"results": [], "links": [7]}))).await;
    let page = pages(&bearer(&server)).next().await.unwrap().unwrap();
    assert_eq!(page.repairs().len(), 1);
    let all = items(&bearer(&server)).try_collect().await.unwrap();
    assert!(all.is_empty());
    assert_eq!(asked(&server), [1, 1]);
}

/// A page that has only entries: no links and no total.
#[derive(Debug, Deserialize)]
struct Bare {
    results: Vec<u64>,
}

impl Page for Bare {
    type Item = u64;

    fn results(&self) -> &[u64] {
        &self.results
    }

    fn into_results(self) -> Vec<u64> {
        self.results
    }
}

#[tokio::test]
async fn pages_without_links_and_a_total_end_with_one_that_is_empty() {
    let server = Server::start(|_, request| reply(200, &page(request, 5))).await;
    let pages: Pages<Bare> = list(&bearer(&server)).pages();
    let all = pages.items().try_collect().await.unwrap();
    assert_eq!(all, [1, 2, 3, 4, 5]);
    assert_eq!(asked(&server), [1, 2, 3, 4]);
}
