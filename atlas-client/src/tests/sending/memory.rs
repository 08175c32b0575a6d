//! Searches the memory of the process for secrets that are no longer in use, by `/proc` of Linux.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use bytes::Bytes;
use serde_json::{Value, json};
use zeroize::Zeroize as _;

use crate::tests::server::{Server, answer, json};
use crate::tests::{builder, create, rerun};
use crate::{Credentials, Sensitive, auth::zeroizing};

/// Each byte of a secret is stored XOR this, so that the program itself contains no secret.
const MASK: u8 = 0x80;

/// `s3cret-of-key+1`, `s3cret-of-acc+1`, `s3cret-password`.
const KEY: &[u8] = b"\xf3\xb3\xe3\xf2\xe5\xf4\xad\xef\xe6\xad\xeb\xe5\xf9\xab\xb1";
const ACCOUNT: &[u8] = b"\xf3\xb3\xe3\xf2\xe5\xf4\xad\xef\xe6\xad\xe1\xe3\xe3\xab\xb1";
const PASSWORD: &[u8] = b"\xf3\xb3\xe3\xf2\xe5\xf4\xad\xf0\xe1\xf3\xf3\xf7\xef\xf2\xe4";

/// Returns the secret in the middle of a long text, because freed memory is soon reused if it is
/// short.
fn revealed(masked: &[u8]) -> String {
    let mut text = String::with_capacity(1000);
    text.extend(std::iter::repeat_n('x', 700));
    text.extend(masked.iter().map(|byte| char::from(byte ^ MASK)));
    text.extend(std::iter::repeat_n('x', 200));
    text
}

/// Counts the occurrences of the secret in writable memory.
fn found(masked: &[u8]) -> usize {
    const PART: usize = 1 << 16;
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut memory = File::open("/proc/self/mem").unwrap();
    let mut buffer = vec![0; PART + masked.len()];
    // The buffer contains what was read, so it is not searched itself.
    let own = buffer.as_ptr() as usize..buffer.as_ptr() as usize + buffer.len();
    let mut count = 0;
    for line in maps.lines() {
        let mut words = line.split(' ');
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|text| usize::from_str_radix(text, 16).unwrap());
        for (from, to) in [(from, to.min(own.start)), (from.max(own.end), to)] {
            for start in (from..to).step_by(PART) {
                // Parts overlap, so that nothing is missed at their boundaries.
                let length = (PART + masked.len() - 1).min(to - start);
                let part = &mut buffer[..length];
                memory.seek(SeekFrom::Start(start as u64)).unwrap();
                // Some parts cannot be read.
                if memory.read_exact(part).is_ok() {
                    count += occurrences(part, masked);
                }
                part.zeroize();
            }
        }
    }
    count
}

fn occurrences(memory: &[u8], masked: &[u8]) -> usize {
    let begins = |at: &usize| {
        let bytes = memory[*at..].iter().map(|byte| byte ^ MASK);
        bytes.take(masked.len()).eq(masked.iter().copied())
    };
    let first = masked[0] ^ MASK;
    let candidates = memory.iter().enumerate();
    let candidates = candidates.filter_map(|(at, byte)| (*byte == first).then_some(at));
    candidates.filter(begins).count()
}

/// Runs in a separate process, whose memory no other test uses.
#[tokio::test]
async fn secrets_are_overwritten_when_they_are_no_longer_in_use() {
    if std::env::var_os("ATLAS_CLIENT_TEST_MEMORY").is_none() {
        rerun(
            module_path!(),
            "secrets_are_overwritten_when_they_are_no_longer_in_use",
            |it| it.env("ATLAS_CLIENT_TEST_MEMORY", "1"),
        );
        return;
    }
    let server = Server::start(|_, request| match request.target.as_str() {
        "/api/oauth/token" => json(200, &json!({"access_token": "t0ken"})),
        _ if request.header("authorization").is_none() => {
            let digest = "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256-sess, qop=\"auth\"";
            answer(401, &[("www-authenticate", digest)], "")
        }
        _ => json(200, &json!({})),
    })
    .await;

    let client = builder(&server)
        .credentials(Credentials::api_key("public", revealed(KEY)))
        .build()
        .unwrap();
    for _ in 0..3 {
        create(&client).send::<Value>().await.unwrap();
    }
    assert_eq!(found(KEY), 1, "the client needs one");
    drop(client);
    assert_eq!(found(KEY), 0);

    let client = builder(&server)
        .credentials(Credentials::service_account(
            "x".repeat(99),
            revealed(ACCOUNT),
        ))
        .build()
        .unwrap();
    create(&client).send::<Value>().await.unwrap();
    client.revoke_token().await.unwrap();
    assert_eq!(found(ACCOUNT), 0, "what is sent is the header made of it");

    let password = Sensitive::from(revealed(PASSWORD));
    assert_eq!(found(PASSWORD), 1);
    // Long enough to outgrow the buffer after the password was written.
    let body = zeroizing::json(&(&password, "x".repeat(5000))).unwrap();
    assert_eq!(found(PASSWORD), 2);
    drop(body);
    assert_eq!(found(PASSWORD), 1);
    drop(password);
    assert_eq!(found(PASSWORD), 0);

    let answer = Bytes::from(revealed(PASSWORD));
    assert_eq!(found(PASSWORD), 1);
    zeroizing::overwrite(answer);
    assert_eq!(found(PASSWORD), 0);
}
