//! Shares tokens between the clients of this process that have the same server, client id and
//! secret. Atlas issues few tokens per minute, and some programs create many clients.
//!
//! Must not know what is shared.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

/// The shared state of each account, kept while a client uses it.
pub(super) struct Registry<T>(Mutex<BTreeMap<Key, Weak<T>>>);

/// A digest of server, client id and secret. A client with a wrong secret cannot
/// use the token of one with the right secret, and the registry holds no secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key([u8; 32]);

impl Key {
    pub(super) fn new(base: &Url, id: &str, secret: &SecretString) -> Self {
        let mut digest = Sha256::new();
        for part in [
            base.as_str().trim_end_matches('/'),
            id,
            secret.expose_secret(),
        ] {
            // The length delimits each part.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self(digest.finalize().into())
    }
}

impl<T> Registry<T> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// Returns the shared state of the account, or creates it with `new`.
    pub(super) fn shared(&self, key: Key, new: impl FnOnce() -> T) -> Arc<T> {
        let mut accounts = self.accounts();
        if let Some(known) = accounts.get(&key).and_then(Weak::upgrade) {
            return known;
        }
        let new = Arc::new(new());
        accounts.insert(key, Arc::downgrade(&new));
        new
    }

    /// Removes an account without clients, unless another client has registered it again in the
    /// meantime.
    pub(super) fn remove_unused(&self, key: Key) {
        let mut accounts = self.accounts();
        let known = accounts.get(&key);
        if known.is_some_and(|known| known.strong_count() == 0) {
            accounts.remove(&key);
        }
    }

    #[cfg(test)]
    pub(super) fn holds(&self, key: Key) -> bool {
        self.accounts().contains_key(&key)
    }

    fn accounts(&self) -> MutexGuard<'_, BTreeMap<Key, Weak<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        let registry = Registry::new();
        let key = key("https://registry.test", "kept", "s3cret");
        let (one, two) = (registry.shared(key, || 1), registry.shared(key, || 2));
        assert!(Arc::ptr_eq(&one, &two));
        registry.remove_unused(key);
        assert!(Arc::ptr_eq(&one, &registry.shared(key, || 3)), "still used");
        drop((one, two));
        registry.remove_unused(key);
        assert!(registry.accounts().is_empty());
    }
}
