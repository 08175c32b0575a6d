//! Secrets are never printed, and never sent to a place that does not need them.
//!
//! Complete flows run with unique secrets, the `Debug` and `Display` output of every value is
//! collected, and the text is searched for the secrets.

use std::error::Error as _;
use std::fmt::Write as _;
use std::fmt::{Debug, Display};

use atlas_client::mock::{Atlas, Fault, OAUTH_TOKEN};
use atlas_client::types::{LiveMigrationRequest, TargetOrgRequest};
use atlas_client::{Client, Credentials, Error};

use crate::requests::{request, source};
use crate::scene::{Way, client, linked};

const PASSWORD: &str = "pw-Zx81sesame";
const PRIVATE_KEY: &str = "5ec2e700-feed-4bad-8ace-0000deadbeef";
const CLIENT_SECRET: &str = "mdb_sa_sk_Zx81deadbeef";
const ADDITIONAL: &str = "later-Zx81secret";

/// The collected output, with a label for each part.
#[derive(Default)]
struct Printed(String);

impl Printed {
    fn debug(&mut self, what: &str, value: &impl Debug) {
        writeln!(self.0, "{what}: {value:?}\n{value:#?}").expect("text");
    }

    fn display(&mut self, what: &str, value: &impl Display) {
        writeln!(self.0, "{what}: {value} {value:#}").expect("text");
    }

    /// Adds the error with all its causes.
    fn error(&mut self, what: &str, error: &Error) {
        self.debug(what, error);
        self.display(what, error);
        let mut cause = error.source();
        while let Some(inner) = cause {
            self.debug(what, &inner);
            self.display(what, &inner);
            cause = inner.source();
        }
    }

    fn assert_without(&self, secrets: &[&str]) {
        for secret in secrets {
            assert!(secret.len() > 6, "too short to be searched for");
            let line = self.0.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret} shows");
        }
    }
}

fn atlas_with_secrets() -> Atlas {
    linked()
        .api_key("publickey", PRIVATE_KEY)
        .service_account("mdb_sa_id_1", CLIENT_SECRET)
        .start()
}

fn with_password(atlas: &Atlas) -> LiveMigrationRequest {
    let source = source(atlas)
        .managed_authentication(false)
        .username("reader-Zx81")
        .password(PASSWORD);
    request("destination", atlas)
        .source(source)
        .build()
        .expect("a request")
}

#[tokio::test]
async fn no_secret_is_printed_in_a_whole_flow() {
    for way in Way::ALL {
        let atlas = atlas_with_secrets();
        let mut printed = Printed::default();
        let credentials = way.credentials(&atlas);
        printed.debug("credentials", &credentials);
        let description = Client::builder()
            .base_url(atlas.base_url())
            .credentials(credentials);
        printed.debug("client builder", &description);
        let client = description.build().expect("a client");
        printed.debug("client", &client);

        let call = client
            .create_org_live_migration_link_token()
            .org_id(atlas.org_id())
            .body(TargetOrgRequest::builder());
        printed.debug("link token call", &call);
        let token = call.send().await.expect("a link token");
        printed.debug("link token", &token);
        printed.debug("link token value", &*token);

        let draft = source(&atlas).password(PASSWORD).username("reader-Zx81");
        printed.debug("source builder", &draft);
        let broken = draft
            .group_id(PASSWORD)
            .build()
            .expect_err("a broken source");
        printed.debug("build error", &broken);
        printed.display("build error", &broken);
        let body = with_password(&atlas);
        printed.debug("request", &body);
        let call = client.validate_group_live_migrations();
        let call = call.group_id(atlas.project_id()).body(body.clone());
        printed.debug("validate call", &call);
        let begun = call.send().await.expect("a validation");
        printed.debug("validation", &begun);
        let mut unwanted = body.clone();
        unwanted.source.managed_authentication = true;
        let call = client.validate_group_live_migrations();
        let call = call.group_id(atlas.project_id()).body(unwanted);
        let refused = call
            .send()
            .await
            .expect_err("a password that is not wanted");
        assert_eq!(refused.field_violations().len(), 2, "{refused}");
        printed.error("refusal", &refused);

        let call = client.create_group_live_migration();
        let call = call.group_id(atlas.project_id()).body(body);
        printed.debug("create call", &call);
        let created = call.send().await.expect("a migration");
        printed.debug("migration", &created);
        printed.debug("client after all", &client);
        let conflict = client
            .create_group_live_migration()
            .group_id(atlas.project_id())
            .body(request("destination", &atlas))
            .send()
            .await
            .expect_err("a second migration");
        printed.error("conflict", &conflict);
        printed.debug("atlas", &atlas);
        printed.debug("journal", &atlas.requests());

        let requests = atlas.requests();
        let proofs: Vec<&str> = requests
            .iter()
            .filter_map(|request| request.header("authorization"))
            .filter_map(|header| header.split_once(' '))
            .filter(|(scheme, _)| *scheme != "Digest")
            .map(|(_, proof)| proof)
            .collect();
        assert_eq!(proofs.is_empty(), way == Way::ApiKey);
        let mut secrets = vec![
            PASSWORD,
            PRIVATE_KEY,
            CLIENT_SECRET,
            ADDITIONAL,
            "reader-Zx81",
            token.link_token.expose(),
        ];
        secrets.extend(&proofs);
        printed.assert_without(&secrets);

        for sent in &requests {
            let line = format!("{} {:?}", sent.path, sent.query);
            assert!(
                !secrets.iter().any(|secret| line.contains(secret)),
                "{line}"
            );
            let all = format!("{:?} {}", sent.headers, String::from_utf8_lossy(&sent.body));
            for secret in [PRIVATE_KEY, CLIENT_SECRET, token.link_token.expose()] {
                assert!(
                    !all.contains(secret),
                    "{secret} goes over the wire in the clear"
                );
            }
        }
    }
}

#[tokio::test]
async fn no_secret_is_printed_if_authentication_fails() {
    let atlas = atlas_with_secrets();
    let wrong = "wrong-Zx81-5ec2e7";
    let mut printed = Printed::default();
    let cases = [
        Credentials::api_key("publickey", wrong),
        Credentials::service_account("mdb_sa_id_1", wrong),
        Credentials::access_token(wrong),
    ];
    for credentials in cases {
        let client = client(&atlas, credentials);
        let call = || {
            client
                .list_org_live_migration_available_projects()
                .org_id(atlas.org_id())
        };
        let error = call().send().await.expect_err("wrong credentials");
        printed.error("refusal", &error);
        for status in [400, 401, 429, 500, 503] {
            atlas.fail_next(Fault::new(status).operation(OAUTH_TOKEN));
            atlas.fail_next(
                Fault::new(status).moment(atlas_client::mock::Moment::BeforeAuthentication),
            );
            printed.error("failure", &call().send().await.expect_err("a failure"));
            atlas.clear_faults();
        }
    }
    printed.assert_without(&[wrong, PRIVATE_KEY, CLIENT_SECRET]);
}

#[tokio::test]
async fn no_secret_is_printed_if_the_token_response_is_invalid() {
    let atlas = atlas_with_secrets();
    let mut printed = Printed::default();
    let token = "token-Zx81-5ec2e7";
    let bodies = [
        format!("{{\"access_token\": \"{token}\", \"token_type\": \"mac\"}}"),
        format!("{{\"access_token\": [\"{token}\"]}}"),
        format!("{{\"access_token\": \"{token}\\n\"}}"),
        format!("{{\"access_token\": \"{token}"),
        format!("\"{token}\""),
    ];
    for body in bodies {
        let client = Way::ServiceAccount.client(&atlas);
        atlas.fail_next(
            Fault::new(200)
                .operation(OAUTH_TOKEN)
                .body("application/json", body),
        );
        let call = client.list_org_live_migration_available_projects();
        let error = call
            .org_id(atlas.org_id())
            .send()
            .await
            .expect_err("no token");
        printed.error("nonsense", &error);
        // An invalid token response says nothing about the credentials.
        assert!(!error.is_unauthorized(), "{error}");
        let kept = error.body().unwrap_or_default();
        assert!(
            !String::from_utf8_lossy(kept).contains(token),
            "the body is kept"
        );
    }
    printed.assert_without(&[token, CLIENT_SECRET]);
}

#[tokio::test]
async fn no_secret_is_printed_if_the_server_is_unreachable() {
    // A port that was just closed, so that connections to it are refused.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let atlas = atlas_with_secrets();
    let mut printed = Printed::default();
    for credentials in [
        Credentials::api_key("publickey", PRIVATE_KEY),
        Credentials::service_account("mdb_sa_id_1", CLIENT_SECRET),
        Credentials::access_token("token-Zx81-5ec2e7"),
    ] {
        printed.debug("credentials", &credentials);
        let client = Client::builder()
            .base_url(format!("http://{address}"))
            .credentials(credentials)
            .build()
            .expect("a client");
        printed.debug("client", &client);
        let call = client.create_group_live_migration();
        let call = call
            .group_id(atlas.project_id())
            .body(with_password(&atlas));
        let error = call.send().await.expect_err("no server");
        assert!(
            error.is_retryable() && !error.may_have_been_executed(),
            "{error}"
        );
        printed.error("no connection", &error);
    }
    printed.assert_without(&[
        PASSWORD,
        PRIVATE_KEY,
        CLIENT_SECRET,
        ADDITIONAL,
        "token-Zx81-5ec2e7",
    ]);
}
