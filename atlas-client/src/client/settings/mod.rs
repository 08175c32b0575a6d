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

/// The values of `auth_type`, and the settings that each needs, in the order of the CLI.
const AUTH_TYPES: [(&str, &[&Setting]); 4] = [
    ("service_account", &[CLIENT_ID, CLIENT_SECRET]),
    ("api_keys", &[PUBLIC_KEY, PRIVATE_KEY]),
    ("user_account", &[ACCESS_TOKEN]),
    ("no_auth", &[]),
];

/// The setting `auth_type`: which credentials to use if there are several.
pub(crate) struct Choice {
    auth_type: &'static str,
    needed: &'static [&'static Setting],
    /// Its name in error messages, with its value.
    label: String,
}

impl Choice {
    /// Returns the choice in `source`, if there is one.
    pub(crate) fn find(source: &impl Source) -> Result<Option<Self>> {
        let Some(Value { text, label }) = source.get(AUTH_TYPE)? else {
            return Ok(None);
        };
        let Some((auth_type, needed)) = AUTH_TYPES.into_iter().find(|(name, _)| **name == **text)
        else {
            return Err(Error::configuration(format!(
                "{label} is {:?}; it can be api_keys, service_account, user_account or no_auth",
                *text
            )));
        };
        Ok(Some(Self {
            auth_type,
            needed,
            label: format!("{label} is {auth_type}"),
        }))
    }

    /// Returns the message that `source` does not have the credentials of this choice, which may
    /// come from another source.
    pub(crate) fn missing(&self, source: &impl Source) -> String {
        let needed: Vec<_> = self.needed.iter().map(|it| source.label(it)).collect();
        format!("{}, which needs {}", self.label, needed.join(" and "))
    }
}

/// Returns the credentials of the type that is `chosen`, or else the first ones in the order
/// of the CLI: service account, API key, access token.
pub(crate) fn credentials(
    source: &impl Source,
    chosen: Option<&Choice>,
) -> Result<Option<Credentials>> {
    for (auth_type, settings) in AUTH_TYPES {
        if chosen.is_some_and(|chosen| chosen.auth_type != auth_type) {
            continue;
        }
        let values = settings.iter().map(|setting| source.secret(setting));
        let values = values.collect::<Result<Vec<_>>>()?;
        let missing = settings.iter().zip(&values).find(|(_, it)| it.is_none());
        if let (Some(set), Some((missing, _))) = (values.iter().flatten().next(), missing) {
            return Err(Error::configuration(format!(
                "{} is set but {} is not; set both or neither",
                set.label,
                source.label(missing)
            )));
        }
        let mut texts = values.into_iter().flatten();
        let mut next = || texts.next().map(|mut value| take(&mut *value.text));
        return Ok(Some(match (auth_type, next(), next()) {
            ("service_account", Some(id), Some(secret)) => Credentials::service_account(id, secret),
            ("api_keys", Some(public), Some(private)) => Credentials::api_key(public, private),
            ("user_account", Some(token), _) => Credentials::access_token(token),
            ("no_auth", ..) if chosen.is_some() => Credentials::anonymous(),
            _ => continue,
        }));
    }
    Ok(None)
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
