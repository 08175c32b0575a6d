//! Errors of connections: the server and the proxy that they name, and those that are not
//! transient.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::tests::server::bytes;
use crate::tests::{brisk, create, list, rerun};
use crate::{Client, Credentials};

/// A self-signed certificate that is not trusted, and its key.
const CERTIFICATE: &str = "\
    MIIBlzCCAT6gAwIBAgIUNg/iQKAM1TsC5YyFRUcgEVEu8GowCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOdW50\
    cnVzdGVkLnRlc3QwHhcNMjYxMTI5MDg0NDU1WhcNMzYxMTI2MDg0NDU1WjAZMRcwFQYDVQQDDA51bnRydXN0\
    ZWQudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIirN2rP2NxeHe5HhrlGCIXXXsQuJ7bDYvbMBsgW\
    hAigpaLM9Q1vTwivSFDhf7qRnXpkbxop1QAx4QwbiEoSQs2jZDBiMB0GA1UdDgQWBBQXVusZrx7cLL6RllYd\
    MVnxP0+tPDAfBgNVHSMEGDAWgBQXVusZrx7cLL6RllYdMVnxP0+tPDAPBgNVHRMBAf8EBTADAQH/MA8GA1Ud\
    EQQIMAaHBH8AAAEwCgYIKoZIzj0EAwIDRwAwRAIgGMXpqclMyTV5W7fOC6SqW4KWPgE4lvZc++WvQhqUlIUC\
    IALDfz81fhAhdsRdpIYZcFoDj2nOLojmJt9a9701OwpL";
const KEY: &str = "\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMf0OynR6YqahlLUfBA8BlK0D5jYdmeF8cFtE\
    LCX2jxehRANCAASIqzdqz9jcXh3uR4a5RgiF117ELie2w2L2zAbIFoQIoKWizPUNb08Ir0hQ4X+6kZ16ZG8a\
    KdUAMeEMG4hKEkLN";

/// A self-signed certificate for this machine, and its key.
const OWN_CERTIFICATE: &str = "\
    MIIBQDCB5qADAgECAgEBMAoGCCqGSM49BAMCMBcxFTATBgNVBAMMDHRydXN0ZWQudGVzdDAgFw0yMDAxMDEw\
    MDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFzEVMBMGA1UEAwwMdHJ1c3RlZC50ZXN0MFkwEwYHKoZIzj0CAQYI\
    KoZIzj0DAQcDQgAEv4iEJrwLK3R3FftG5xMmfPogSEMl/mGoTa27sCoh+N/+DXrAGDYtF6TgbD9SInIyz1QF\
    MoKMO992q8Jqv3Ds3KMhMB8wDAYDVR0TAQH/BAIwADAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kA\
    MEYCIQCfRS2RokAwSjmrjjvS0Nix7sIMAAjlaWZE/S7LdsJKswIhANLE+ruixLMnQCF09C0iGqPXH1PgXlM3\
    daNVSgywKWeK";
const OWN_KEY: &str = "\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7/rKbzR3UB9x+lBXDUIGlhgnhpLgdoOIwwg6\
    pkGaNjWhRANCAAS/iIQmvAsrdHcV+0bnEyZ8+iBIQyX+YahNrbuwKiH43/4NesAYNi0XpOBsP1IicjLPVAUy\
    gow733arwmq/cOzc";

fn acceptor(certificate: &str, key: &str) -> TlsAcceptor {
    let decode = |text| STANDARD.decode(text).unwrap();
    let chain = vec![CertificateDer::from(decode(certificate))];
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(decode(key)));
    let config = ServerConfig::builder().with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_single_cert(chain, key).unwrap()))
}

/// Starts a TLS server that is not trusted. Returns its URL, and its number of connections.
async fn untrusted() -> (String, Arc<AtomicUsize>) {
    let acceptor = acceptor(CERTIFICATE, KEY);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let accepted = acceptor.accept(stream).await;
            assert!(accepted.is_err());
        }
    });
    (url, connections)
}

/// Starts a TLS server with the certificate for this machine, for one request.
async fn for_this_machine() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let acceptor = acceptor(OWN_CERTIFICATE, OWN_KEY);
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            assert!(stream.read_buf(&mut request).await.unwrap() > 0);
        }
        stream.write_all(&bytes(200, &[], "{}")).await.unwrap();
        stream.shutdown().await.unwrap();
    });
    url
}

#[tokio::test]
async fn a_certificate_that_the_caller_adds_is_trusted() {
    let certificate = STANDARD.decode(OWN_CERTIFICATE).unwrap();
    let certificate = reqwest::Certificate::from_der(&certificate).unwrap();
    let client = Client::builder()
        .base_url(for_this_machine().await)
        .no_proxy()
        .configure_http(move |http| http.tls_certs_only([certificate.clone()]))
        .build()
        .unwrap();
    list(&client).send::<Value>().await.unwrap();
}

/// Reruns itself in an environment in which the system trusts the certificate.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_certificate_that_the_system_trusts_is_accepted() {
    const THIS: &str = "ATLAS_CLIENT_TEST_TRUST";
    if std::env::var_os(THIS).is_none() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let pem =
            format!("-----BEGIN CERTIFICATE-----\n{OWN_CERTIFICATE}\n-----END CERTIFICATE-----\n");
        std::fs::write(file.path(), pem).unwrap();
        rerun(
            module_path!(),
            "a_certificate_that_the_system_trusts_is_accepted",
            |it| {
                it.env_clear()
                    .env(THIS, "1")
                    .env("SSL_CERT_FILE", file.path())
            },
        );
        return;
    }
    let client = Client::builder().base_url(for_this_machine().await);
    let client = client.options(brisk().no_retries()).build().unwrap();
    list(&client).send::<Value>().await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_not_tried_again() {
    let (url, connections) = untrusted().await;
    for (number, credentials) in [
        Credentials::anonymous(),
        Credentials::service_account("id", "s3cret"),
    ]
    .into_iter()
    .enumerate()
    {
        let client = Client::builder().base_url(&url).options(brisk());
        let client = client.credentials(credentials).build().unwrap();
        let error = create(&client).send::<Value>().await.unwrap_err();
        let text = error.to_string().to_ascii_lowercase();
        assert!(text.contains("certificate"), "{text}");
        let host = url.strip_prefix("https://").unwrap();
        assert!(
            text.contains(&format!("could not connect to {host}")),
            "{text}"
        );
        assert!(!error.is_retryable() && !error.may_have_been_executed());
        assert!(!error.is_auth() && !error.is_timeout(), "{text}");
        assert_eq!(error.attempts(), 1, "{text}");
        assert_eq!(connections.load(Ordering::SeqCst), number + 1);
    }
}

/// Reruns itself with other environment variables.
#[tokio::test]
async fn a_proxy_of_the_environment_is_named_or_refused() {
    const NAMED: &str = "ATLAS_CLIENT_TEST_PROXY";
    let Some(named) = std::env::var_os(NAMED) else {
        let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        for (url, named) in [
            ("http://u:s3cret@127.0.0.1:1".to_owned(), "yes"),
            ("http://s3cret@".to_owned(), "no"),
            (format!("http://{}", proxy.local_addr().unwrap()), "never"),
        ] {
            rerun(
                module_path!(),
                "a_proxy_of_the_environment_is_named_or_refused",
                |it| it.env_clear().env("HTTPS_PROXY", url).env(NAMED, named),
            );
        }
        proxy.set_nonblocking(true).unwrap();
        assert!(proxy.accept().is_err(), "a client without proxy used it");
        return;
    };
    let client = Client::builder().base_url("https://atlas.example.test");
    let client = client.options(brisk());
    if named == "never" {
        let client = client.no_proxy().build().unwrap();
        create(&client).send::<Value>().await.unwrap_err();
        return;
    }
    let client = client.build();
    let text = if named == "yes" {
        let error = create(&client.unwrap()).send::<Value>().await.unwrap_err();
        assert!(error.is_connect() && error.attempts() == 4, "{error}");
        let text = format!("{error} {error:?}");
        let place = "could not connect to atlas.example.test through the proxy 127.0.0.1:1: ";
        assert!(text.contains(place), "{text}");
        let sources = std::iter::successors(error.source(), |&cause| cause.source());
        let sources: Vec<_> = sources.map(ToString::to_string).collect();
        let through = "no connection through the proxy 127.0.0.1:1";
        let at = sources.iter().position(|cause| cause == through);
        assert!(at.is_some_and(|at| at + 1 < sources.len()), "{sources:?}");
        text
    } else {
        let error = client.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(
            error.is_configuration() && text.contains("HTTPS_PROXY is no URL"),
            "{text}"
        );
        text
    };
    assert!(!text.contains("s3cret"), "{text}");
    // A loopback address never uses a proxy, even an invalid one.
    Client::builder()
        .base_url("http://127.0.0.1:1")
        .build()
        .unwrap();
}
