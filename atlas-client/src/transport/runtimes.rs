//! State for each Tokio runtime. Tasks that drive connections, and tasks that
//! hold a lock while they wait, stall with their runtime. So a client that is used
//! on several runtimes has a separate copy of such state for each.
//!
//! Knows runtimes by their ids only.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Handle, Id};

use crate::{Error, Result};

/// The maximum number of runtimes with state. The state of the least recently used
/// one is dropped, and recreated on its next use.
const KNOWN: usize = 16;

/// Returns the current runtime.
///
/// # Errors
///
/// When there is none, which would make the library panic later.
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
    /// Assigns `first` to the first runtime that asks.
    pub(crate) fn with(first: T) -> Self {
        Self(Mutex::new([(None, first)].into()))
    }

    /// Returns the value of the current runtime, created on first use.
    ///
    /// # Errors
    ///
    /// Outside of a runtime, and those of `make`.
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
    /// Creates the first pool.
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

    /// Returns the pool of the current runtime.
    ///
    /// # Errors
    ///
    /// Outside of a runtime, or when another pool cannot be created.
    pub(crate) fn pool(&self) -> Result<reqwest::Client> {
        self.pools.get(|| (self.make)())
    }
}
