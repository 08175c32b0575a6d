//! Everything that is logged, by any crate and down to the last detail.

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::sync::OnceLock;

use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Layer, SubscriberExt};

/// The variable that has everything written to the standard error.
pub(crate) const ALOUD: &str = "ATLAS_CLIENT_TEST_LOG";

thread_local! {
    /// What was logged on this thread, once it wants to know. Each test has a
    /// thread to itself, that of its runtime.
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Listens on all threads. One subscriber for all: one for each would leave to
/// chance which of them a place in the code first hears of.
pub(crate) fn listen() {
    static LISTENING: OnceLock<()> = OnceLock::new();
    LISTENING.get_or_init(|| {
        let lines = tracing_subscriber::fmt::layer()
            .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(|| Log)
            // The embedded Atlas's library tells all that arrives, as the page of
            // `mock` says. A server may; this is about clients.
            .with_filter(dynamic_filter_fn(|told, _| {
                is_wanted() && !told.target().starts_with("httpmock")
            }));
        let subscriber = tracing_subscriber::registry().with(lines);
        tracing::subscriber::set_global_default(subscriber).unwrap();
        // The HTTP library still speaks to the older facade.
        log::set_logger(&Log).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

/// Whether everything is written to the standard error, which is too slow for
/// calls by the thousand.
pub(crate) fn aloud() -> bool {
    static IS: OnceLock<bool> = OnceLock::new();
    *IS.get_or_init(|| std::env::var_os(ALOUD).is_some())
}

fn is_wanted() -> bool {
    aloud() || LOG.with_borrow(Option::is_some)
}

/// What is logged on this thread from now on.
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

    /// The lines of this crate.
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
