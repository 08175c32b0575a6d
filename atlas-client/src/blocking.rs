//! Calls from programs without an async runtime. Needs the feature `blocking`.
//!
//! ```no_run
//! use atlas_client::Client;
//! use atlas_client::blocking::wait;
//!
//! fn main() -> atlas_client::Result<()> {
//!     let client = Client::from_env()?;
//!     let call = client
//!         .get_group_live_migration()
//!         .group_id("32b6e34b3d91647abb20e7b8")
//!         .live_migration_id("6296fb4c7c7aa997cf94e9a8");
//!     println!("{:?}", wait(call.send())?.status);
//!     Ok(())
//! }
//! ```

use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::{Error, Result};

/// Runs `work` on this thread, which it blocks, and returns its result. `work` is a
/// call, or anything that awaits calls, such as the steps of a migration.
///
/// All threads share one runtime with one thread, which is started by the first
/// call and never stopped, so that connections stay open between calls.
///
/// # Errors
///
/// Those of `work`; and [`Error::is_configuration`] on a Tokio runtime, whose threads
/// must not be blocked, and when no thread can be started.
pub fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    if Handle::try_current().is_ok() {
        return Err(Error::configuration(
            "`blocking::wait` is called on a Tokio runtime, whose thread it would block: `.await` \
             the call there",
        ));
    }
    runtime()?.block_on(work)
}

fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("atlas-client")
        .enable_all()
        .build()
        .map_err(|error| {
            Error::configuration(format!("no thread for the client: {error}")).caused_by(error)
        })?;
    Ok(RUNTIME.get_or_init(|| runtime))
}
