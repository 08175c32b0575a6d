//! A clock for tests of what takes long: it moves only when a call waits.

use std::sync::mpsc;
use std::time::Duration;

use super::log::Log;

/// A clock that stands still but for what it is told.
pub(crate) struct Clock {
    /// As long as this is there, a thread runs for which Tokio keeps a paused
    /// clock from jumping ahead.
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

    /// The wait before the next attempt that was announced since the last one.
    fn next_wait(&mut self) -> Option<Duration> {
        let lines = self.log.lines();
        let mut waits = lines.iter().filter(|line| line.contains("is repeated"));
        let line = waits.nth(self.waits)?;
        self.waits += 1;
        let (_, number) = line.rsplit_once("wait_ms=")?;
        let wait: u64 = number.trim().parse().unwrap();
        // Tokio counts in whole milliseconds, of which a wait may touch two more.
        Some(Duration::from_millis(wait + 2))
    }

    /// Does `call`, and lets time pass where it waits for its next attempt or
    /// where `idle` says so; `passed` is told.
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

/// Runs on a thread and a clock of its own.
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
