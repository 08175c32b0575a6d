//! Captures everything that is logged, by any crate and at all levels.

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::sync::OnceLock;

use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Layer, SubscriberExt};

/// The environment variable that writes all logs to standard error.
pub(crate) const ALOUD: &str = "ATLAS_CLIENT_TEST_LOG";

thread_local! {
    /// The logs of this thread, once capturing has begun. Each test has its own thread, that of its
    /// runtime.
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Installs one subscriber for all threads. With one for each test, it would be left to chance
/// which of them each callsite registers with first.
pub(crate) fn listen() {
    static LISTENING: OnceLock<()> = OnceLock::new();
    LISTENING.get_or_init(|| {
        let lines = tracing_subscriber::fmt::layer()
            .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(|| Log)
            // httpmock logs whole requests, as the documentation of `mock` says. These tests are
            // about what clients log.
            .with_filter(dynamic_filter_fn(|told, _| {
                is_wanted() && !told.target().starts_with("httpmock")
            }));
        let subscriber = tracing_subscriber::registry().with(lines);
        tracing::subscriber::set_global_default(subscriber).unwrap();
        // The HTTP library also logs to the `log` crate.
        log::set_logger(&Log).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

/// Returns whether all logs are written to standard error, which is too slow for thousands of
/// calls.
pub(crate) fn aloud() -> bool {
    static IS: OnceLock<bool> = OnceLock::new();
    *IS.get_or_init(|| std::env::var_os(ALOUD).is_some())
}

fn is_wanted() -> bool {
    aloud() || LOG.with_borrow(Option::is_some)
}

/// Captures the logs of this thread.
pub(crate) struct Log;

impl Log {
    pub(crate) fn start() -> Self {
        listen();
        LOG.set(Some(Vec::new()));
        Self
    }

    pub(crate) fn text(&self) -> String {
        LOG.with_borrow(|log| String::from_utf8(log.clone().unwrap_or_default()).unwrap())
    }

    /// Returns the lines that this crate has logged.
    pub(crate) fn lines(&self) -> Vec<String> {
        let text = self.text();
        let ours = text.lines().filter(|line| line.contains("atlas_client"));
        ours.map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        if aloud() {
            io::stderr().write_all(text)?;
        }
        LOG.with_borrow_mut(|log| {
            if let Some(log) = log {
                log.extend_from_slice(text);
            }
        });
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        is_wanted()
    }

    fn log(&self, record: &log::Record<'_>) {
        if is_wanted() {
            let _ = writeln!(Self, "{}: {}", record.target(), record.args());
        }
    }

    fn flush(&self) {}
}
