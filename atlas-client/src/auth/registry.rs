//! Shares tokens between the clients of this process that have the same server, client id and
//! secret. Atlas issues few tokens per minute, and some programs create many clients.
//!
//! Must not know what is shared.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

use crate::auth::zeroizing;
use crate::lock;

/// The shared state of each account, which lasts while a client uses it.
pub(super) struct Registry<T>(Mutex<BTreeMap<Key, Weak<T>>>);

/// A digest of server, client id and secret. A client with a wrong secret cannot
/// use the token of one with the right secret, and the registry holds no secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key([u8; 32]);

impl Key {
    pub(super) fn new(base: &Url, id: &str, secret: &SecretString) -> Self {
        let base = base.as_str().trim_end_matches('/');
        // A URL and valid credentials have no line breaks.
        let parts = zeroizing::joined(&[base, "\n", id, "\n", secret.expose_secret()]);
        Self(Sha256::digest(parts.as_bytes()).into())
    }
}

impl<T> Registry<T> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// Returns the shared state of the account. A new account replaces those that have no clients
    /// left.
    pub(super) fn shared(&self, key: Key) -> Arc<T>
    where
        T: Default,
    {
        let mut accounts = lock(&self.0);
        if let Some(known) = accounts.get(&key).and_then(Weak::upgrade) {
            return known;
        }
        accounts.retain(|_, known| known.strong_count() > 0);
        let new = Arc::default();
        accounts.insert(key, Arc::downgrade(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(base: &str, id: &str, secret: &str) -> Key {
        Key::new(&base.parse().unwrap(), id, &SecretString::from(secret))
    }

    #[test]
    fn an_account_is_its_server_its_id_and_its_secret() {
        let one = key("https://registry.test", "id", "s3cret");
        assert!(one == key("https://registry.test/", "id", "s3cret"));
        for other in [
            key("https://registry.test:444", "id", "s3cret"),
            key("https://registry.test/path", "id", "s3cret"),
            key("https://registry.test", "i", "s3cret"),
            key("https://registry.test", "ids", "3cret"),
            key("https://registry.test", "id", "s3cret2"),
        ] {
            assert!(one != other);
        }
    }

    #[test]
    fn an_account_is_known_until_nobody_has_it() {
        let registry = Registry::<Mutex<u8>>::new();
        let key = |id| key("https://registry.test", id, "s3cret");
        let (one, two) = (registry.shared(key("kept")), registry.shared(key("kept")));
        assert!(Arc::ptr_eq(&one, &two));
        *one.lock().unwrap() = 1;
        drop(one);
        drop(registry.shared(key("other")));
        assert!(
            Arc::ptr_eq(&two, &registry.shared(key("kept"))),
            "still used"
        );
        drop(two);
        assert_eq!(*registry.shared(key("kept")).lock().unwrap(), 0);
        drop(registry.shared(key("last")));
        let known: Vec<_> = lock(&registry.0).keys().copied().collect();
        assert!(known == [key("last")]);
    }
}
