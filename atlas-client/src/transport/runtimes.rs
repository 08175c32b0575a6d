//! What belongs to one Tokio runtime. The tasks that drive connections, and
//! whatever else holds a lock while it waits, stand still with the runtime that
//! they run on; a client that is used on several has such things once for each.
//!
//! Knows runtimes by their ids only.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Handle, Id};

use crate::{Error, Result};

/// How many runtimes are known at a time. Of one that has not been used for
/// longer than this many others, everything is made anew.
const KNOWN: usize = 16;

/// The runtime that the caller is on.
///
/// # Errors
///
/// When there is none, for which the library would panic later.
pub(crate) fn current() -> Result<Id> {
    match Handle::try_current() {
        Ok(handle) => Ok(handle.id()),
        Err(error) => Err(Error::configuration(
            "calls are made on a Tokio runtime, and there is none here",
        )
        .caused_by(error)),
    }
}

/// One value for each runtime.
pub(crate) struct PerRuntime<T>(Mutex<VecDeque<(Option<Id>, T)>>);

impl<T> Default for PerRuntime<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> PerRuntime<T> {
    /// Has `first` for the runtime that asks first.
    pub(crate) fn with(first: T) -> Self {
        Self(Mutex::new([(None, first)].into()))
    }

    /// The value of the runtime that the caller is on, made where there is none
    /// yet.
    ///
    /// # Errors
    ///
    /// When the caller is on no runtime, and those of `make`.
    pub(crate) fn get(&self, make: impl FnOnce() -> Result<T>) -> Result<T> {
        let id = Some(current()?);
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = values.iter().position(|(known, _)| *known == id);
        let place = place.or_else(|| values.iter().position(|(known, _)| known.is_none()));
        let value = match place.and_then(|place| values.remove(place)) {
            Some((_, value)) => value,
            None => make()?,
        };
        values.push_front((id, value.clone()));
        values.truncate(KNOWN);
        Ok(value)
    }
}

type Make = dyn Fn() -> Result<reqwest::Client> + Send + Sync;

/// The connections of a client: a pool for each runtime.
pub(crate) struct Http {
    pools: PerRuntime<reqwest::Client>,
    make: Box<Make>,
}

impl Http {
    /// Makes the first pool.
    ///
    /// # Errors
    ///
    /// Those of `make`.
    pub(crate) fn new(
        make: impl Fn() -> Result<reqwest::Client> + Send + Sync + 'static,
    ) -> Result<Self> {
        Ok(Self {
            pools: PerRuntime::with(make()?),
            make: Box::new(make),
        })
    }

    /// The pool of the runtime that the caller is on.
    ///
    /// # Errors
    ///
    /// When the caller is on none, or no other pool can be made.
    pub(crate) fn pool(&self) -> Result<reqwest::Client> {
        self.pools.get(|| (self.make)())
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http")
    }
}
