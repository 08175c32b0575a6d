//! Digest against another implementation: Apache httpd with `mod_auth_digest`, if Debian's package
//! `apache2-bin` is installed.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use crate::tests::{create, list};
use crate::{CallOptions, Client, Credentials};

const REALM: &str = "MMS Public API";

/// Apache httpd on a free port, with all its files in a temporary directory.
struct Apache {
    process: Child,
    directory: PathBuf,
    port: u16,
}

impl Apache {
    /// Starts it, or prints that it is not installed. `lifetime` is that of a nonce, in seconds.
    fn start(name: &str, lifetime: i32) -> Option<Self> {
        let program = Path::new("/usr/sbin/apache2");
        let modules = Path::new("/usr/lib/apache2/modules");
        if !program.exists() || !modules.join("mod_auth_digest.so").exists() {
            // Not captured, unlike the output of `eprintln!`.
            let _ = std::io::stderr()
                .write_all(b"skipped: apache2 is not installed, nothing is shown against it\n");
            return None;
        }
        let unique = format!("atlas-client-{name}-{}", std::process::id());
        let directory = std::env::temp_dir().join(unique);
        let documents = directory.join("documents/api/atlas/v2");
        fs::create_dir_all(&documents).unwrap();
        fs::write(documents.join("things"), "{\"served\": true}").unwrap();
        let secret = Md5::digest(format!("public:{REALM}:s3cret-key"));
        let secret: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(directory.join("keys"), format!("public:{REALM}:{secret}\n")).unwrap();
        let port = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        };
        let root = directory.display();
        let load = |name: &str| {
            let file = modules.join(format!("mod_{name}.so"));
            format!("LoadModule {name}_module {}\n", file.display())
        };
        let mut text: String = ["mpm_event", "authn_core", "authn_file", "authz_core"]
            .iter()
            .chain(&["authz_user", "auth_digest"])
            .map(|name| load(name))
            .collect();
        text.push_str(&format!(
            "ServerRoot {root}\nServerName localhost\nListen 127.0.0.1:{port}\n\
             PidFile {root}/pid\nErrorLog {root}/errors\nDocumentRoot {root}/documents\n\
             DefaultRuntimeDir {root}\nLogFormat \"%>s\" status\nCustomLog {root}/log status\n\
             User nobody\nGroup nogroup\nKeepAlive On\nMaxKeepAliveRequests 0\n\
             <Location />\nAuthType Digest\nAuthName \"{REALM}\"\nAuthDigestProvider file\n\
             AuthUserFile {root}/keys\nAuthDigestNonceLifetime {lifetime}\n\
             Require valid-user\n</Location>\n"
        ));
        fs::write(directory.join("conf"), text).unwrap();
        // With `-X` it is a single process, which the test can stop.
        let process = Command::new(program)
            .args(["-X", "-f"])
            .arg(directory.join("conf"))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self {
            process,
            directory,
            port,
        })
    }

    fn client(&self, private: &str) -> Client {
        // The retries of the first call wait until the server has started.
        let patience = Duration::from_millis(20);
        Client::builder()
            .base_url(format!("http://127.0.0.1:{}", self.port))
            .credentials(Credentials::api_key("public", private))
            .options(
                CallOptions::new()
                    .attempts(1000)
                    .backoff(patience, patience),
            )
            .retry_budget(1000)
            .build()
            .unwrap()
    }

    /// Returns the status of each logged request, once there are at least `requests`: Apache logs
    /// after it has responded.
    async fn log(&self, requests: usize) -> Vec<String> {
        let began = Instant::now();
        loop {
            let text = fs::read_to_string(self.directory.join("log")).unwrap();
            let lines: Vec<_> = text.lines().map(str::to_owned).collect();
            if lines.len() >= requests || began.elapsed() > Duration::from_secs(10) {
                return lines;
            }
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

#[tokio::test]
async fn apache_accepts_a_nonce_again_and_again() {
    let Some(apache) = Apache::start("reuse", 300) else {
        return;
    };
    let client = apache.client("s3cret-key");
    for _ in 0..20 {
        let mut call = list(&client);
        call.query("pretty", true);
        call.query("name", "a b/c?d&e\"f");
        let value = call.send::<Value>().await.unwrap();
        assert_eq!(*value, json!({"served": true}));
        create(&client).send::<Value>().await.unwrap();
    }
    let log = apache.log(41).await;
    assert_eq!(
        log.len(),
        41,
        "one request for each call, and one challenge"
    );
    assert_eq!(log.iter().filter(|status| *status == "401").count(), 1);
    let error = list(&apache.client("s3cret-wrong"))
        .send::<Value>()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("API key was refused"), "{error}");
    assert_eq!(apache.log(43).await.len(), 43);
}

#[tokio::test]
async fn apache_hands_on_nonces_and_calls_an_old_one_stale_and_no_caller_notices() {
    // With such a short lifetime, each response contains the next nonce.
    let Some(apache) = Apache::start("stale", 1) else {
        return;
    };
    let client = apache.client("s3cret-key");
    let began = Instant::now();
    let mut requests = 1;
    while began.elapsed() < Duration::from_millis(1500) {
        list(&client).send::<Value>().await.unwrap();
        requests += 1;
    }
    let challenges = |log: Vec<String>| log.iter().filter(|status| *status == "401").count();
    let one = challenges(apache.log(requests).await);
    assert_eq!(one, 1, "the next nonce was always at hand");
    // Apache measures the lifetime by its own clock, so the test has to wait.
    tokio::time::sleep(Duration::from_millis(2100)).await;
    list(&client).send::<Value>().await.unwrap();
    assert_eq!(challenges(apache.log(requests + 2).await), 2);
}
