//! Interruption of the program, by Ctrl-C or by a service manager. Both examples use it.

/// How this program was interrupted.
pub struct Interruption {
    /// `interrupted` or `terminated`.
    pub word: &'static str,
    /// The exit status that shells use for it: 128 and the number of the signal.
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

/// Completes when the program is interrupted.
#[cfg(unix)]
pub async fn interruption() -> Interruption {
    use tokio::signal::unix::{SignalKind, signal};

    let received = async |kind: SignalKind| match signal(kind) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        // Without a handler the default action of the signal applies.
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = received(SignalKind::interrupt()) => INTERRUPTED,
        () = received(SignalKind::terminate()) => TERMINATED,
    }
}

/// Completes when the program is interrupted.
#[cfg(not(unix))]
pub async fn interruption() -> Interruption {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the default action of Ctrl-C applies.
        std::future::pending::<()>().await;
    }
    INTERRUPTED
}
