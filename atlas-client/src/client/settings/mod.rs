//! Settings of the Atlas CLI: their names, their meaning, and their precedence.
//! `environment` and `profile` know where a value is found.

pub(crate) mod environment;
#[cfg(feature = "keyring")]
#[cfg_attr(test, allow(dead_code))]
mod keyring;
#[cfg(feature = "profile")]
pub(crate) mod profile;
#[cfg(all(test, feature = "profile"))]
mod profile_tests;

use std::mem::take;

use zeroize::Zeroizing;

use crate::{Credentials, Error, ObjectId, Result};

const COMMERCIAL: &str = "https://cloud.mongodb.com";
const GOVERNMENT: &str = "https://cloud.mongodbgov.com";

/// The names of a setting in order of precedence. They are those of a profile; variables have the
/// same ones in upper case.
type Setting = [&'static str];

const AUTH_TYPE: &Setting = &["auth_type"];
const PUBLIC_KEY: &Setting = &["public_api_key", "public_key"];
const PRIVATE_KEY: &Setting = &["private_api_key", "private_key"];
const CLIENT_ID: &Setting = &["client_id"];
const CLIENT_SECRET: &Setting = &["client_secret"];
const ACCESS_TOKEN: &Setting = &["access_token"];
const SERVER: &Setting = &["ops_manager_url", "base_url"];
const SERVICE: &Setting = &["service"];
pub(crate) const ORG_ID: &Setting = &["org_id"];
pub(crate) const PROJECT_ID: &Setting = &["project_id"];

/// A source of settings.
pub(crate) trait Source {
    /// Returns the value of a setting, and its name in error messages. An empty value counts as not
    /// set.
    ///
    /// # Errors
    ///
    /// When the value cannot be read.
    fn get(&self, setting: &Setting) -> Result<Option<Value>>;

    /// Like [`get`](Self::get), for a setting that the CLI may keep in the system's keyring.
    fn secret(&self, setting: &Setting) -> Result<Option<Value>> {
        self.get(setting)
    }

    /// Returns the name in error messages of a setting that has no value here.
    fn label(&self, setting: &Setting) -> String;
}

/// A value, and the name of its setting in error messages.
pub(crate) struct Value {
    text: Zeroizing<String>,
    label: String,
}

/// Which credentials to use if there are several.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum AuthType {
    ApiKeys,
    ServiceAccount,
    UserAccount,
    NoAuth,
}

/// The setting `auth_type`.
pub(crate) struct Choice {
    auth_type: AuthType,
    /// Its name in error messages, with its value.
    label: String,
}

impl Choice {
    /// Returns the choice in `source`, if there is one.
    pub(crate) fn find(source: &impl Source) -> Result<Option<Self>> {
        let Some(Value { text, label }) = source.get(AUTH_TYPE)? else {
            return Ok(None);
        };
        let auth_type = match text.as_str() {
            "api_keys" => AuthType::ApiKeys,
            "service_account" => AuthType::ServiceAccount,
            "user_account" => AuthType::UserAccount,
            "no_auth" => AuthType::NoAuth,
            other => {
                return Err(Error::configuration(format!(
                    "{label} is {other:?}; it can be api_keys, service_account, user_account or \
                     no_auth"
                )));
            }
        };
        let label = format!("{label} is {}", *text);
        Ok(Some(Self { auth_type, label }))
    }

    /// Returns the message that `source` does not have the credentials of this choice, which may
    /// come from another source.
    pub(crate) fn missing(&self, source: &impl Source) -> String {
        let label = |setting| source.label(setting);
        let needed = match self.auth_type {
            AuthType::ApiKeys => format!("{} and {}", label(PUBLIC_KEY), label(PRIVATE_KEY)),
            AuthType::ServiceAccount => {
                format!("{} and {}", label(CLIENT_ID), label(CLIENT_SECRET))
            }
            AuthType::UserAccount => label(ACCESS_TOKEN),
            AuthType::NoAuth => "nothing".to_owned(),
        };
        format!("{}, which needs {needed}", self.label)
    }
}

/// Returns the credentials of the type that is `chosen`, or else the first ones in the order
/// of the CLI: service account, API key, access token.
pub(crate) fn credentials(
    source: &impl Source,
    chosen: Option<&Choice>,
) -> Result<Option<Credentials>> {
    let chosen = chosen.map(|choice| choice.auth_type);
    let wants = |auth_type| chosen.is_none_or(|chosen| chosen == auth_type);
    if chosen == Some(AuthType::NoAuth) {
        return Ok(Some(Credentials::anonymous()));
    }
    if wants(AuthType::ServiceAccount)
        && let Some((id, secret)) = pair(source, CLIENT_ID, CLIENT_SECRET)?
    {
        return Ok(Some(Credentials::service_account(id, secret)));
    }
    if wants(AuthType::ApiKeys)
        && let Some((public, private)) = pair(source, PUBLIC_KEY, PRIVATE_KEY)?
    {
        return Ok(Some(Credentials::api_key(public, private)));
    }
    if wants(AuthType::UserAccount)
        && let Some(mut token) = source.secret(ACCESS_TOKEN)?
    {
        return Ok(Some(Credentials::access_token(take(&mut *token.text))));
    }
    Ok(None)
}

fn pair(
    source: &impl Source,
    first: &Setting,
    second: &Setting,
) -> Result<Option<(String, String)>> {
    let half = |set: &str, missing: &Setting| {
        let missing = source.label(missing);
        Err(Error::configuration(format!(
            "{set} is set but {missing} is not; set both or neither"
        )))
    };
    match (source.secret(first)?, source.secret(second)?) {
        (None, None) => Ok(None),
        (Some(mut one), Some(mut two)) => Ok(Some((take(&mut *one.text), take(&mut *two.text)))),
        (Some(one), None) => half(&one.label, second),
        (None, Some(two)) => half(&two.label, first),
    }
}

/// Returns the base URL: `ops_manager_url`, else `base_url`, else the one of
/// `service`.
pub(crate) fn base_url(source: &impl Source) -> Result<Option<String>> {
    if let Some(mut url) = source.get(SERVER)? {
        return Ok(Some(take(&mut *url.text)));
    }
    let Some(service) = source.get(SERVICE)? else {
        return Ok(None);
    };
    match service.text.as_str() {
        "cloud" => Ok(Some(COMMERCIAL.to_owned())),
        "cloudgov" => Ok(Some(GOVERNMENT.to_owned())),
        other => Err(Error::configuration(format!(
            "{} is {other:?}; it can be cloud or cloudgov, and any other server is named by {}",
            service.label,
            source.label(SERVER)
        ))),
    }
}

/// Returns the id in `setting`.
pub(crate) fn id(source: &impl Source, setting: &Setting) -> Result<Option<ObjectId>> {
    let Some(value) = source.get(setting)? else {
        return Ok(None);
    };
    match value.text.parse() {
        Ok(id) => Ok(Some(id)),
        Err(error) => Err(Error::configuration(format!("{}: {error}", value.label))),
    }
}
