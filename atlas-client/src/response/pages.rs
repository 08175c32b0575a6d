//! The pages of a list and its entries, as streams. Owns when a list ends; must not
//! know any single operation.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::stream::{Stream, StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;

use crate::error::Kind;
use crate::operation::Call;
use crate::{Error, Repair, ResponseFuture, ResponseValue, Result};

/// The query parameter with the number of a page, from 1.
const PAGE_NUM: &str = "pageNum";

/// The query parameter with the maximum number of entries of a page.
const ITEMS_PER_PAGE: &str = "itemsPerPage";

/// The default of `itemsPerPage` in Atlas's document.
const DEFAULT_ITEMS_PER_PAGE: u64 = 100;

/// A page of a list. The generator implements it for the responses of list operations.
pub trait Page: DeserializeOwned + 'static {
    /// An entry of the list.
    type Item;

    /// Returns the entries of this page, without those that were left out.
    fn results(&self) -> &[Self::Item];

    /// Like [`results`](Self::results), by value.
    fn into_results(self) -> Vec<Self::Item>;

    /// Returns `totalCount`: an estimate of the number of entries of all pages.
    fn total_count(&self) -> Option<u64> {
        None
    }

    /// Returns `rel` and `href` of each link.
    fn links(&self) -> Vec<(Option<&str>, Option<&str>)> {
        Vec::new()
    }
}

/// The pages of a list operation.
///
/// Read it with [`next`](Self::next), or as a
/// [`Stream`](https://docs.rs/futures-core/latest/futures_core/stream/trait.Stream.html).
/// Each page is a separate call with the same client, arguments and options, sent when
/// the stream is polled for it. The first page is the one that the query parameter
/// `pageNum` names, or 1. `itemsPerPage` sets the size of a page: Atlas returns 100
/// entries by default and at most 500.
///
/// # When it ends
///
/// - After a page without a `next` link, if it has links. The link itself is not
///   followed: the next number is requested from the configured server.
/// - Without links: after a page that is not full and completes `totalCount`. Atlas
///   documents `totalCount` as an estimate, so that a full page is followed by another
///   request.
/// - After a page without entries.
/// - After an error, which is returned once.
///
/// It may be dropped at any time, also while [`next`](Self::next) waits.
#[must_use = "a stream does nothing unless polled"]
pub struct Pages<T> {
    call: Call,
    /// The number of the next page.
    page_num: u64,
    /// The number of entries of the pages so far; those before the first requested page are
    /// estimated.
    seen: Option<u64>,
    /// The body of the page before.
    last: Option<Bytes>,
    /// The call of the next page; `None` at the end.
    request: Option<ResponseFuture<T>>,
}

impl<T: Page> Pages<T> {
    pub(crate) fn new(call: Call) -> Self {
        let mut pages = Self {
            page_num: call.query_number(PAGE_NUM).unwrap_or(1),
            call,
            seen: None,
            last: None,
            request: None,
        };
        pages.request();
        pages
    }

    /// Returns the next page, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the operation; and [`Error::is_decode`] for a server that ignores
    /// `pageNum`, whose pages would never end: a page repeats the one before, or its
    /// `next` link does not lead to a later page.
    pub async fn next(&mut self) -> Option<Result<ResponseValue<T>>> {
        StreamExt::next(self).await
    }

    /// Returns the entries of all pages as one stream.
    pub fn items(self) -> Items<T> {
        Items {
            pages: self,
            entries: Vec::new().into_iter(),
        }
    }

    fn request(&mut self) {
        let mut call = self.call.clone();
        call.query(PAGE_NUM, self.page_num);
        self.request = Some(call.send());
    }

    /// Decides whether another page follows `page`.
    fn accept(&mut self, page: ResponseValue<T>) -> Result<ResponseValue<T>> {
        let number = self.page_num;
        if self.last.as_ref() == Some(&page.body) {
            let before = number - 1;
            return Err(self.endless(&page, &format!("page {number} repeats page {before}")));
        }
        let entries = entries(&page);
        let links = page.links();
        let next = links.iter().find(|(rel, _)| rel.is_some_and(is_next));
        if let Some(to) = next.and_then(|(_, href)| numbered((*href)?))
            && to <= number
        {
            let problem = format!("the next link of page {number} leads to page {to}");
            return Err(self.endless(&page, &problem));
        }
        let follows = if links.is_empty() {
            !self.completes(entries, page.total_count())
        } else {
            next.is_some()
        };
        if follows && entries > 0 {
            self.last = Some(page.body.clone());
            self.page_num = number.saturating_add(1);
            self.request();
        }
        Ok(page)
    }

    /// Returns whether a page of so many entries is the last of `total`.
    fn completes(&mut self, entries: u64, total: Option<u64>) -> bool {
        let asked = self.call.query_number(ITEMS_PER_PAGE);
        // Earlier pages are at least as long as this one; not as long as requested, because servers
        // limit that.
        let earlier = || self.page_num.saturating_sub(1).saturating_mul(entries);
        let seen = self.seen.unwrap_or_else(earlier).saturating_add(entries);
        self.seen = Some(seen);
        let full = entries >= asked.unwrap_or(DEFAULT_ITEMS_PER_PAGE);
        !full && total.is_some_and(|total| seen >= total)
    }

    fn endless(&self, page: &ResponseValue<T>, problem: &str) -> Error {
        let message = format!("{problem}; the server is expected to return the page `{PAGE_NUM}`");
        Error::new(Kind::Decode, message)
            .received(page.received())
            .in_operation(self.call.operation_id())
    }
}

impl<T> Pages<T> {
    /// Returns the number of the page that is requested next; after an error, of the page
    /// that failed.
    pub fn page_num(&self) -> u64 {
        self.page_num
    }
}

impl<T: Page> Stream for Pages<T> {
    type Item = Result<ResponseValue<T>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(request) = &mut this.request else {
            return Poll::Ready(None);
        };
        let response = ready!(Pin::new(request).poll(context));
        this.request = None;
        Poll::Ready(Some(response.and_then(|page| this.accept(page))))
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("call", &self.call)
            .field("page_num", &self.page_num)
            .finish_non_exhaustive()
    }
}

/// The entries of all pages of a list operation, see [`Pages`].
///
/// Read it with [`next`](Self::next), [`try_collect`](Self::try_collect), or as a
/// [`Stream`](https://docs.rs/futures-core/latest/futures_core/stream/trait.Stream.html).
/// An entry that does not have its documented type is left out;
/// [`ResponseValue::repairs`] of the pages lists it.
#[must_use = "a stream does nothing unless polled"]
pub struct Items<T: Page> {
    pages: Pages<T>,
    entries: std::vec::IntoIter<T::Item>,
}

/// Entries are moved out and never pinned.
impl<T: Page> Unpin for Items<T> {}

impl<T: Page> Items<T> {
    /// Returns the next entry, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of [`Pages::next`], after the entries of the pages before.
    pub async fn next(&mut self) -> Option<Result<T::Item>> {
        StreamExt::next(self).await
    }

    /// Returns the entries of all pages.
    ///
    /// # Errors
    ///
    /// The first error of [`Pages::next`]; the entries before it are lost. To keep
    /// them, use [`next`](Self::next).
    pub async fn try_collect(self) -> Result<Vec<T::Item>> {
        TryStreamExt::try_collect(self).await
    }

    /// Returns [`Pages::page_num`]: after an error, all entries of the pages before that
    /// page were returned.
    pub fn page_num(&self) -> u64 {
        self.pages.page_num()
    }
}

impl<T: Page> Stream for Items<T> {
    type Item = Result<T::Item>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(entry) = this.entries.next() {
                return Poll::Ready(Some(Ok(entry)));
            }
            match ready!(Pin::new(&mut this.pages).poll_next(context)) {
                Some(Ok(page)) => this.entries = page.into_inner().into_results().into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T: Page> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}

/// Returns the number of entries that the server sent, including those that were left out.
fn entries<T: Page>(page: &ResponseValue<T>) -> u64 {
    let left_out = |repair: &&Repair| {
        let entry = repair.pointer().rsplit_once('/');
        entry.is_some_and(|(list, index)| {
            list.ends_with("/results") && index.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let left_out = page.repairs().iter().filter(left_out).count();
    (page.results().len() + left_out) as u64
}

/// Returns whether a link leads to the next page. `rel` is a list of relations, in any case
/// (RFC 8288, section 3.3).
fn is_next(rel: &str) -> bool {
    rel.split_ascii_whitespace()
        .any(|rel| rel.eq_ignore_ascii_case("next"))
}

/// Returns the `pageNum` of a link.
fn numbered(href: &str) -> Option<u64> {
    let (_, query) = href.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == PAGE_NUM)
        .and_then(|(_, value)| value.parse().ok())
}
