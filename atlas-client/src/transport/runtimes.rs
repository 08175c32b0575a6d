//! State for each Tokio runtime. Tasks that drive connections, and tasks that
//! hold a lock while they wait, stall with their runtime. So a client that is used
//! on several runtimes has a separate copy of such state for each.
//!
//! Knows runtimes by their ids only.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::time::Instant;

use crate::{Error, Result, lock};

/// The maximum number of runtimes with state, more than the usual number of threads. The state of
/// the least recently used one is dropped, and recreated on its next use.
const KNOWN: usize = 256;
/// The state of a runtime that was not used for this long is dropped once another
/// needs some and there are [`FEW`] or more: the runtime may have ended. The HTTP
/// library closes idle connections after the same time.
const IDLE: Duration = Duration::from_secs(90);
/// The number of runtimes whose state is kept however rarely they call.
const FEW: usize = 16;

/// Returns the current runtime.
///
/// # Errors
///
/// When there is none, which would make the library panic later.
pub(crate) fn current() -> Result<Id> {
    match Handle::try_current() {
        Ok(handle) => Ok(handle.id()),
        Err(error) => Err(Error::configuration(
            "a call needs a Tokio runtime, and this thread has none",
        )
        .caused_by(error)),
    }
}

/// One value for each runtime.
pub(crate) struct PerRuntime<T>(Mutex<HashMap<Id, Value<T>>>);

struct Value<T> {
    value: T,
    used: Instant,
}

impl<T: Clone> PerRuntime<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::default())
    }

    /// Returns the value of the current runtime, created on first use. Other
    /// runtimes do not wait while it is created. If several threads of a runtime
    /// create it at the same time, all of them get the first one.
    ///
    /// # Errors
    ///
    /// Outside of a runtime, and those of `make`.
    pub(crate) fn get(&self, make: impl FnOnce() -> Result<T>) -> Result<T> {
        let (id, now) = (current()?, Instant::now());
        if let Some(known) = lock(&self.0).get_mut(&id) {
            known.used = now;
            return Ok(known.value.clone());
        }
        let value = Value {
            value: make()?,
            used: now,
        };
        let mut values = lock(&self.0);
        if values.len() >= FEW {
            values.retain(|_, value| now.saturating_duration_since(value.used) < IDLE);
        }
        if values.len() >= KNOWN
            && !values.contains_key(&id)
            && let Some((&oldest, _)) = values.iter().min_by_key(|(_, value)| value.used)
        {
            values.remove(&oldest);
        }
        Ok(values.entry(id).or_insert(value).value.clone())
    }
}

type Make = dyn Fn() -> Result<reqwest::Client> + Send + Sync;

/// The connections of a client: a pool for each runtime.
pub(crate) struct Http {
    pools: PerRuntime<reqwest::Client>,
    make: Box<Make>,
}

impl Http {
    /// Creates the first pool, for the first runtime that needs one.
    ///
    /// # Errors
    ///
    /// Those of `make`.
    pub(crate) fn new(
        make: impl Fn() -> Result<reqwest::Client> + Send + Sync + 'static,
    ) -> Result<Self> {
        let first = Mutex::new(Some(make()?));
        Ok(Self {
            pools: PerRuntime::new(),
            make: Box::new(move || {
                let first = lock(&first).take();
                first.map_or_else(&make, Ok)
            }),
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
