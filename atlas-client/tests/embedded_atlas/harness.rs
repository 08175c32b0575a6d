//! A caller without any of this project's client: reqwest, and http-auth's own Digest.

use atlas_client::mock::Atlas;
use http_auth::{PasswordClient, PasswordParams};
use reqwest::{
    Method,
    header::{HeaderMap, HeaderValue},
};
use serde_json::Value;

pub const NEW: &str = "2024-05-30";
pub const OLD: &str = "2023-01-01";

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// Status and error code, where there is one.
    pub fn failure(&self) -> (u16, Option<String>) {
        let body = self.json();
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(body["error"], self.status);
        let code = body["errorCode"].as_str().map(str::to_owned);
        assert_eq!(self.header("x-error-code"), code.as_deref());
        (self.status, code)
    }

    /// The challenges in all `WWW-Authenticate` headers.
    pub fn challenges(&self) -> Vec<&str> {
        self.headers
            .get_all("www-authenticate")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect()
    }
}

/// A request that can be bent before it is sent.
#[derive(Clone)]
pub struct Ask {
    pub method: Method,
    pub target: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Ask {
    pub fn new(method: Method, target: impl Into<String>) -> Self {
        Self {
            method,
            target: target.into(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    /// Names a dated version, of the body too if there is one.
    pub fn version(self, version: &str) -> Self {
        let media_type = format!("application/vnd.atlas.{version}+json");
        let with_accept = self.header("accept", &media_type);
        if with_accept.body.is_empty() {
            with_accept
        } else {
            with_accept.header("content-type", &media_type)
        }
    }

    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a header value");
        self.headers.insert(name, value);
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub async fn send(&self, atlas: &Atlas) -> Answer {
        let response = reqwest::Client::new()
            .request(
                self.method.clone(),
                format!("{}{}", atlas.base_url(), self.target),
            )
            .headers(self.headers.clone())
            .body(self.body.clone())
            .send()
            .await
            .expect("an answer");
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.expect("a whole body").to_vec(),
        }
    }
}

/// One of the two ways of proving who one is.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    Digest,
    Token,
}

/// Sends a request with right credentials.
pub async fn authenticated(atlas: &Atlas, way: Way, ask: Ask) -> Answer {
    match way {
        Way::Token => ask.bearer(&atlas.issue_access_token()).send(atlas).await,
        Way::Digest => {
            let challenged = ask.send(atlas).await;
            assert_eq!(challenged.status, 401);
            let mut client = digest_client(&challenged);
            let value = digest_answer(&mut client, atlas, &ask);
            ask.header("authorization", &value).send(atlas).await
        }
    }
}

/// http-auth's client for the challenges of an answer.
pub fn digest_client(challenged: &Answer) -> PasswordClient {
    let mut builder = PasswordClient::builder();
    for challenge in challenged.challenges() {
        builder = builder.challenges(challenge);
    }
    builder.build().expect("a challenge that can be answered")
}

/// The next answer of http-auth's client, for this request.
pub fn digest_answer(client: &mut PasswordClient, atlas: &Atlas, ask: &Ask) -> String {
    client
        .respond(&PasswordParams {
            username: atlas.public_key(),
            password: atlas.private_key(),
            uri: &ask.target,
            method: ask.method.as_str(),
            body: None,
        })
        .expect("an answer to the challenge")
}

pub fn group(atlas: &Atlas, rest: &str) -> String {
    format!(
        "/api/atlas/v2/groups/{}/liveMigrations{rest}",
        atlas.project_id()
    )
}

pub fn org(atlas: &Atlas, rest: &str) -> String {
    format!("/api/atlas/v2/orgs/{}/liveMigrations{rest}", atlas.org_id())
}

pub fn link(atlas: &Atlas) -> Ask {
    Ask::new(Method::POST, org(atlas, "/linkTokens"))
        .json(&serde_json::json!({"accessListIps": ["192.0.2.1"]}))
        .version(OLD)
}

pub fn projects(atlas: &Atlas) -> Ask {
    Ask::new(Method::GET, org(atlas, "/availableProjects")).version(OLD)
}

pub fn unlink(atlas: &Atlas) -> Ask {
    Ask::new(Method::DELETE, org(atlas, "/linkTokens")).version(OLD)
}

pub fn validate(atlas: &Atlas) -> Ask {
    Ask::new(Method::POST, group(atlas, "/validate"))
        .json(&atlas.migration_request())
        .version(NEW)
}

pub fn validation(atlas: &Atlas, id: &str) -> Ask {
    Ask::new(Method::GET, group(atlas, &format!("/validate/{id}"))).version(OLD)
}

pub fn create(atlas: &Atlas) -> Ask {
    Ask::new(Method::POST, group(atlas, ""))
        .json(&atlas.migration_request())
        .version(NEW)
}

pub fn migration(atlas: &Atlas, id: &str) -> Ask {
    Ask::new(Method::GET, group(atlas, &format!("/{id}"))).version(OLD)
}

pub fn cutover(atlas: &Atlas, id: &str) -> Ask {
    Ask::new(Method::PUT, group(atlas, &format!("/{id}/cutover"))).version(OLD)
}

/// Sends with a token, the shorter of the two ways.
pub async fn send(atlas: &Atlas, ask: Ask) -> Answer {
    authenticated(atlas, Way::Token, ask).await
}

/// The `_id` of what a request created.
pub async fn created(atlas: &Atlas, ask: Ask) -> String {
    let answer = send(atlas, ask).await;
    answer.json()["_id"].as_str().expect("an _id").to_owned()
}
