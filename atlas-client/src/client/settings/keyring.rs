//! Secrets that the Atlas CLI keeps in the system's keyring: one service for each
//! profile, and the name of the setting as the user name.

use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keyring::{Entry, Error};
use zeroize::Zeroizing;

/// The prefix that the CLI's keyring library writes before a value that it has encoded, on macOS.
const ENCODED: &str = "go-keyring-base64:";

/// Returns the secret of a service and user, if there is one.
///
/// # Errors
///
/// A message if the keyring cannot be read.
pub(super) fn secret(service: &str, user: &str) -> Result<Option<Zeroizing<String>>, String> {
    // A separate thread: if another crate enables the feature `tokio` of zbus, the library blocks
    // on its own Tokio runtime, which panics on a thread of another one.
    let read = thread::scope(|scope| scope.spawn(|| read(service, user)).join());
    let bytes = match read {
        Ok(Ok(bytes)) => Zeroizing::new(bytes),
        Ok(Err(Error::NoEntry)) => return Ok(None),
        Ok(Err(error)) => return Err(error.to_string()),
        Err(_) => return Err("its library panicked".to_owned()),
    };
    decode(&bytes).map(Some)
}

#[cfg(not(windows))]
fn read(service: &str, user: &str) -> keyring::Result<Vec<u8>> {
    Entry::new(service, user)?.get_secret()
}

/// On Windows the two libraries build the name of an entry in different ways.
#[cfg(windows)]
fn read(service: &str, user: &str) -> keyring::Result<Vec<u8>> {
    Entry::new(service, user)?;
    let target = format!("{service}:{user}");
    let modifiers = std::collections::HashMap::from([("target", target.as_str())]);
    keyring_core::Entry::new_with_modifiers(service, user, &modifiers)?.get_secret()
}

fn decode(bytes: &[u8]) -> Result<Zeroizing<String>, String> {
    let problem = "a value in it is not text";
    let text = std::str::from_utf8(bytes).map_err(|_| problem)?;
    let Some(encoded) = text.strip_prefix(ENCODED) else {
        return Ok(Zeroizing::new(text.to_owned()));
    };
    let decoded = STANDARD.decode(encoded.trim_end()).map_err(|_| problem)?;
    let text = String::from_utf8(decoded).map_err(|_| problem)?;
    Ok(Zeroizing::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_the_cli_writes_them() {
        let text = |bytes: &[u8]| decode(bytes).map(|text| text.to_string());
        assert_eq!(text(b"s3cret").as_deref(), Ok("s3cret"));
        assert_eq!(
            text(b"go-keyring-base64:czNjcmV0\n").as_deref(),
            Ok("s3cret")
        );
        assert!(text(b"go-keyring-base64:%").is_err());
        assert!(text(b"s3cr\xff").is_err());
    }

    /// Reruns itself in an environment in which no keyring can be reached. Other systems always
    /// have one.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_keyring_that_cannot_be_reached_is_an_error() {
        const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";
        const NOWHERE: &str = "unix:path=/nonexistent/atlas-client";
        if std::env::var(BUS).as_deref() == Ok(NOWHERE) {
            assert!(super::secret("atlascli_default", "client_secret").is_err());
            return;
        }
        crate::tests::rerun(
            module_path!(),
            "a_keyring_that_cannot_be_reached_is_an_error",
            |it| it.env_clear().env(BUS, NOWHERE),
        );
    }
}
