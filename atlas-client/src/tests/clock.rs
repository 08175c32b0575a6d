//! A paused clock for tests of long waits.

use std::sync::mpsc;
use std::time::Duration;

use super::log::Log;

/// A paused clock, which advances only in [`Clock::run`].
pub(crate) struct Clock {
    /// Keeps a blocking task running: meanwhile Tokio does not advance a paused clock by itself.
    _held: mpsc::Sender<()>,
    log: Log,
    waits: usize,
}

impl Clock {
    pub(crate) fn stopped() -> Self {
        tokio::time::pause();
        let (held, ended) = mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || ended.recv());
        let log = Log::start();
        Self {
            _held: held,
            log,
            waits: 0,
        }
    }

    /// Returns the wait before the next attempt, if one was logged since the last call.
    fn next_wait(&mut self) -> Option<Duration> {
        let lines = self.log.lines();
        let mut waits = lines.iter().filter(|line| line.contains("is repeated"));
        let line = waits.nth(self.waits)?;
        self.waits += 1;
        let (_, number) = line.rsplit_once("wait_ms=")?;
        let wait: u64 = number.trim().parse().unwrap();
        // Timers have a resolution of one millisecond, so that a wait may take two more.
        Some(Duration::from_millis(wait + 2))
    }

    /// Runs `call`. Advances the clock when it waits for its next attempt, or by what `idle`
    /// returns, and calls `passed` after that.
    pub(crate) async fn run<T>(
        &mut self,
        call: impl Future<Output = T>,
        mut idle: impl FnMut() -> Option<Duration>,
        mut passed: impl FnMut(),
    ) -> T {
        let mut call = Box::pin(call);
        loop {
            tokio::select! {
                biased;
                done = &mut call => return done,
                () = tokio::task::yield_now() => {}
            }
            if let Some(wait) = self.next_wait().or_else(&mut idle) {
                tokio::time::advance(wait).await;
                passed();
            }
        }
    }
}

/// Runs `work` on a separate thread, with its own runtime and clock.
pub(crate) fn alone<F: Future<Output = String>>(
    work: impl FnOnce() -> F + Send + 'static,
) -> String {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let thread = std::thread::spawn(move || runtime().block_on(work()));
    thread.join().unwrap()
}
