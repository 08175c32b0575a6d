//! What a successful call returns: the value with the status and headers that
//! came with it.

use std::ops::{Deref, DerefMut};
use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::headers;

/// A value with the status and the headers of the answer that held it.
///
/// It dereferences to the value; [`into_inner`](Self::into_inner) unpacks it.
#[derive(Clone, Debug)]
pub struct ResponseValue<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
}

impl<T> ResponseValue<T> {
    pub(crate) fn new(value: T, status: StatusCode, headers: HeaderMap) -> Self {
        Self {
            value,
            status,
            headers,
        }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The same answer with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> ResponseValue<U> {
        ResponseValue::new(change(self.value), self.status, self.headers)
    }

    /// The status: any 2xx. Inside an envelope it is the envelope's.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers as they came.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// `RateLimit-Limit`: how many requests a period allows.
    pub fn rate_limit(&self) -> Option<u64> {
        headers::rate_limit(&self.headers)
    }

    /// `RateLimit-Remaining`: how many requests the current period still
    /// allows.
    pub fn rate_limit_remaining(&self) -> Option<u64> {
        headers::rate_limit_remaining(&self.headers)
    }

    /// `Retry-After`: how long the server asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        headers::retry_after(&self.headers)
    }

    /// `Deprecation`: since when the version of the operation that answered is
    /// deprecated.
    pub fn deprecation(&self) -> Option<SystemTime> {
        headers::deprecation(&self.headers)
    }

    /// `Sunset`: when the version of the operation that answered stops being
    /// served.
    pub fn sunset(&self) -> Option<SystemTime> {
        headers::sunset(&self.headers)
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for ResponseValue<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
