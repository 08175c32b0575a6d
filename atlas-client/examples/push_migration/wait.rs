//! Waiting for the server by looking again and again, for a bounded time.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Result;
use crate::plan::Plan;
use crate::show::{Step, spoken};

/// What a look found.
pub enum Look<T> {
    /// What was waited for.
    There(T),
    /// Something else, in words.
    NotYet(String),
}

/// How many looks in a row may fail before the wait does.
const FAILED_LOOKS: u32 = 5;

/// Looks until what is waited for is there.
///
/// A look that fails in passing is no reason to leave a migration alone, so it is taken again, no
/// sooner than the server asks.
///
/// # Errors
///
/// The failure of a look that is not a passing one, or the sixth in a row that is; and the end of
/// the plan's patience, with what the last look found.
pub async fn until<T>(
    plan: &Plan,
    step: &Step<'_>,
    mut look: impl AsyncFnMut() -> atlas_client::Result<Look<T>>,
) -> Result<T> {
    let start = Instant::now();
    let mut failed = 0;
    loop {
        let (found, pause) = match look().await {
            Ok(Look::There(value)) => return Ok(value),
            Ok(Look::NotYet(found)) => {
                failed = 0;
                (found, plan.poll)
            }
            Err(error) if error.is_retryable() && failed < FAILED_LOOKS => {
                failed += 1;
                step.note(&format!("{error}; looking again"));
                let asked = error.retry_after().unwrap_or(Duration::ZERO);
                (error.to_string(), plan.poll.max(asked))
            }
            Err(error) => return Err(error.into()),
        };
        if start.elapsed().saturating_add(pause) > plan.patience {
            let waited = spoken(start.elapsed());
            return Err(format!("gave up after {waited} of waiting: {found}").into());
        }
        sleep(pause).await;
    }
}
