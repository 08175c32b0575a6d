//! Which clients share the tokens of a service account: all of this process
//! that name the same server, the same client id and the same secret. Atlas
//! mints few tokens a minute, and not every program makes its client once.
//!
//! Owns the book of those accounts; an account is in it for as long as a client
//! holds it. Must not know how a token is had.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

use super::token::Shared;

static BOOK: Mutex<BTreeMap<Key, Weak<Shared>>> = Mutex::new(BTreeMap::new());

/// A digest of server, client id and secret: whoever has a wrong secret cannot
/// borrow the token of one who has the right one, and the book holds no secret.
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
            // Its length tells where a part ends.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self(digest.finalize().into())
    }
}

/// The tokens of an account, which are those of any other client that has it.
pub(super) fn shared(key: Key) -> Arc<Shared> {
    let mut book = book();
    if let Some(known) = book.get(&key).and_then(Weak::upgrade) {
        return known;
    }
    let new = Arc::new(Shared::new(Some(key)));
    book.insert(key, Arc::downgrade(&new));
    new
}

/// Strikes an account out that no client has any more. Another client may have
/// entered it anew in the meantime.
pub(super) fn strike_out(key: Key) {
    let mut book = book();
    if book
        .get(&key)
        .is_some_and(|known| known.strong_count() == 0)
    {
        book.remove(&key);
    }
}

fn book() -> MutexGuard<'static, BTreeMap<Key, Weak<Shared>>> {
    BOOK.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn an_account_is_in_the_book_as_long_as_a_client_has_it() {
        let key = key("https://registry.test", "kept", "s3cret");
        let (one, two) = (shared(key), shared(key));
        assert!(Arc::ptr_eq(&one, &two));
        drop(one);
        assert!(book().contains_key(&key));
        drop(two);
        assert!(!book().contains_key(&key));
        let again = shared(key);
        // As when the last client ends while another begins.
        strike_out(key);
        assert!(Arc::ptr_eq(&again, &shared(key)));
    }
}
