//! Being asked to end: by Ctrl-C, or by a service manager.

/// How this program was asked to end.
pub struct Interruption {
    /// In one word.
    pub word: &'static str,
    /// The exit status that shells give to such an end: 128 and the number of the signal.
    pub status: u8,
}

const INTERRUPTED: Interruption = Interruption {
    word: "interrupted",
    status: 130,
};

#[cfg(unix)]
const TERMINATED: Interruption = Interruption {
    word: "terminated",
    status: 143,
};

/// Ends when somebody asks this program to.
#[cfg(unix)]
pub async fn interruption() -> Interruption {
    use tokio::signal::unix::{SignalKind, signal};

    let received = async |kind: SignalKind| match signal(kind) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        // Without a handler the system's own answer to the signal stays in force.
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = received(SignalKind::interrupt()) => INTERRUPTED,
        () = received(SignalKind::terminate()) => TERMINATED,
    }
}

/// Ends when somebody asks this program to.
#[cfg(not(unix))]
pub async fn interruption() -> Interruption {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's own answer to Ctrl-C stays in force.
        std::future::pending::<()>().await;
    }
    INTERRUPTED
}
