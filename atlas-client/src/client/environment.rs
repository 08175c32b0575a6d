//! The environment variables of the Atlas CLI. Owns their names and precedence.
//! Reads them through a lookup function, so that tests do not change the
//! environment of the process.

use std::ffi::OsString;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;
use zeroize::Zeroizing;

use crate::{Credentials, Error, Result};

const PREFIX: &str = "MONGODB_ATLAS_";
const COMMERCIAL: &str = "https://cloud.mongodb.com";
const GOVERNMENT: &str = "https://cloud.mongodbgov.com";

/// Looks a variable up in the environment of this process.
pub(crate) fn process(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Returns the credentials in the variables; see [`Credentials::from_env`].
pub(crate) fn credentials(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Credentials> {
    let variables = Variables(lookup);
    match variables.get(&["AUTH_TYPE"])?.as_deref() {
        None => {}
        Some("no_auth") => return Ok(Credentials::anonymous()),
        Some("api_keys") => {
            return variables.api_key()?.ok_or_else(|| {
                chosen(
                    "api_keys",
                    "MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY",
                )
            });
        }
        Some("service_account") => {
            return variables.service_account()?.ok_or_else(|| {
                chosen(
                    "service_account",
                    "MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET",
                )
            });
        }
        Some("user_account") => {
            return variables
                .access_token()?
                .ok_or_else(|| chosen("user_account", "MONGODB_ATLAS_ACCESS_TOKEN"));
        }
        Some(other) => {
            return Err(Error::configuration(format!(
                "MONGODB_ATLAS_AUTH_TYPE is {other:?}; it can be api_keys, service_account, \
                 user_account or no_auth"
            )));
        }
    }
    if let Some(found) = variables.api_key()? {
        return Ok(found);
    }
    if let Some(found) = variables.service_account()? {
        return Ok(found);
    }
    if let Some(found) = variables.access_token()? {
        return Ok(found);
    }
    Err(Error::configuration(
        "no credentials in the environment: set MONGODB_ATLAS_CLIENT_ID and \
         MONGODB_ATLAS_CLIENT_SECRET for a service account, MONGODB_ATLAS_PUBLIC_API_KEY and \
         MONGODB_ATLAS_PRIVATE_API_KEY for an API key, or MONGODB_ATLAS_ACCESS_TOKEN",
    ))
}

/// Returns the base URL in the variables: `OPS_MANAGER_URL`, else `BASE_URL`,
/// else the one of `SERVICE`.
pub(crate) fn base_url(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Option<String>> {
    let variables = Variables(lookup);
    if let Some(url) = variables.get(&["OPS_MANAGER_URL", "BASE_URL"])? {
        return Ok(Some(url));
    }
    match variables.get(&["SERVICE"])?.as_deref() {
        None => Ok(None),
        Some("cloud") => Ok(Some(COMMERCIAL.to_owned())),
        Some("cloudgov") => Ok(Some(GOVERNMENT.to_owned())),
        Some(other) => Err(Error::configuration(format!(
            "MONGODB_ATLAS_SERVICE is {other:?}; it can be cloud or cloudgov, and any other \
             server is named by MONGODB_ATLAS_BASE_URL"
        ))),
    }
}

/// Returns the host and port of the proxy for `base`, by the rules of the HTTP
/// library. A variable that is no valid proxy URL is an error: the library would
/// ignore it and bypass the proxy.
pub(crate) fn proxy(
    lookup: impl Fn(&str) -> Option<OsString>,
    base: &Url,
) -> Result<Option<String>> {
    // In a CGI program these variables are request headers.
    if lookup("REQUEST_METHOD").is_some() {
        return Ok(None);
    }
    let get = |names: [&str; 2]| {
        let Some((name, value)) = names.iter().find_map(|name| Some((name, lookup(name)?))) else {
            return Ok(String::new());
        };
        let value = value.into_string();
        let value = value.map_err(|_| Error::configuration(format!("{name} is not Unicode")))?;
        // The value is not shown: it may contain a password.
        if !value.is_empty() && !names_proxy(&value) {
            return Err(Error::configuration(format!(
                "{name} is no URL of a proxy, such as http://proxy.example.com:8080"
            )));
        }
        Ok(value)
    };
    let all = get(["ALL_PROXY", "all_proxy"])?;
    let own = match base.scheme() {
        "https" => get(["HTTPS_PROXY", "https_proxy"])?,
        _ => get(["HTTP_PROXY", "http_proxy"])?,
    };
    let not = ["NO_PROXY", "no_proxy"]
        .iter()
        .find_map(|name| lookup(name));
    let not = not.and_then(|value| value.into_string().ok());
    let chosen = if own.is_empty() { all } else { own };
    let matcher = Matcher::builder().all(chosen).no(not.unwrap_or_default());
    let Ok(target) = base.as_str().parse() else {
        return Ok(None);
    };
    let proxy = matcher.build().intercept(&target);
    Ok(proxy.and_then(|proxy| Some(proxy.uri().authority()?.to_string())))
}

fn names_proxy(value: &str) -> bool {
    let anywhere = http::Uri::from_static("https://atlas.example.com/");
    let proxy = Matcher::builder().all(value.to_owned()).build();
    proxy.intercept(&anywhere).is_some_and(|proxy| {
        let authority = proxy.uri().authority();
        authority.is_some_and(|it| {
            let port = it.as_str().strip_prefix(it.host());
            !it.host().is_empty() && (port == Some("") || it.port_u16().is_some())
        })
    })
}

fn chosen(auth_type: &str, variables: &str) -> Error {
    Error::configuration(format!(
        "MONGODB_ATLAS_AUTH_TYPE is {auth_type}, which needs {variables}"
    ))
}

struct Variables<L>(L);

impl<L: Fn(&str) -> Option<OsString>> Variables<L> {
    fn api_key(&self) -> Result<Option<Credentials>> {
        self.pair(
            &["PUBLIC_API_KEY", "PUBLIC_KEY"],
            &["PRIVATE_API_KEY", "PRIVATE_KEY"],
            Credentials::api_key,
        )
    }

    fn service_account(&self) -> Result<Option<Credentials>> {
        self.pair(
            &["CLIENT_ID"],
            &["CLIENT_SECRET"],
            Credentials::service_account,
        )
    }

    fn access_token(&self) -> Result<Option<Credentials>> {
        Ok(self.get(&["ACCESS_TOKEN"])?.map(Credentials::access_token))
    }

    fn pair(
        &self,
        first: &[&str],
        second: &[&str],
        make: fn(String, String) -> Credentials,
    ) -> Result<Option<Credentials>> {
        let half = |set: &str, missing: &str| {
            Err(Error::configuration(format!(
                "{PREFIX}{set} is set but {PREFIX}{missing} is not; set both or neither"
            )))
        };
        match (self.get(first)?, self.get(second)?) {
            (None, None) => Ok(None),
            (Some(one), Some(two)) => Ok(Some(make(one, two))),
            (Some(_), None) => half(first[0], second[0]),
            (None, Some(secret)) => {
                drop(Zeroizing::new(secret));
                half(second[0], first[0])
            }
        }
    }

    /// Returns the first of `names` that has a value.
    fn get(&self, names: &[&str]) -> Result<Option<String>> {
        for name in names {
            let name = format!("{PREFIX}{name}");
            match self.0(&name).map(OsString::into_string) {
                None => {}
                Some(Ok(value)) if value.is_empty() => {}
                Some(Ok(value)) => return Ok(Some(value)),
                Some(Err(_)) => {
                    return Err(Error::configuration(format!("{name} is not Unicode")));
                }
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::credentials::Kind;

    fn from(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        let variables: Vec<(String, OsString)> = variables
            .iter()
            .map(|(name, value)| (format!("{PREFIX}{name}"), OsString::from(value)))
            .collect();
        move |name| {
            let found = variables.iter().find(|(known, _)| known == name)?;
            Some(found.1.clone())
        }
    }

    fn message(variables: &[(&str, &str)]) -> String {
        credentials(from(variables)).unwrap_err().to_string()
    }

    #[test]
    fn each_way_of_proving_identity_is_read() {
        for (variables, expected) in [
            (
                &[("PUBLIC_API_KEY", "a"), ("PRIVATE_API_KEY", "b")][..],
                "ApiKey",
            ),
            (&[("PUBLIC_KEY", "a"), ("PRIVATE_KEY", "b")], "ApiKey"),
            (
                &[("CLIENT_ID", "a"), ("CLIENT_SECRET", "b")],
                "ServiceAccount",
            ),
            (&[("ACCESS_TOKEN", "a")], "AccessToken"),
            (
                &[("AUTH_TYPE", "no_auth"), ("ACCESS_TOKEN", "a")],
                "Anonymous",
            ),
        ] {
            let found = credentials(from(variables)).unwrap();
            assert!(format!("{found:?}").starts_with(expected), "{found:?}");
        }
    }

    #[test]
    fn half_a_pair_names_the_other_half() {
        let text = message(&[("PUBLIC_API_KEY", "a")]);
        let both = "MONGODB_ATLAS_PUBLIC_API_KEY is set but MONGODB_ATLAS_PRIVATE_API_KEY is not";
        assert!(text.contains(both), "{text}");
        let text = message(&[("CLIENT_SECRET", "s3cret")]);
        assert!(text.contains("MONGODB_ATLAS_CLIENT_ID"), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
        let text = message(&[("CLIENT_ID", "a"), ("CLIENT_SECRET", "")]);
        assert!(text.contains("MONGODB_ATLAS_CLIENT_SECRET"), "{text}");
        assert!(message(&[]).contains("no credentials"));
    }

    #[test]
    fn auth_type_chooses_among_what_is_set() {
        let all = |auth_type: &'static str| {
            credentials(from(&[
                ("PUBLIC_API_KEY", "a"),
                ("PRIVATE_API_KEY", "b"),
                ("CLIENT_ID", "c"),
                ("CLIENT_SECRET", "d"),
                ("ACCESS_TOKEN", "e"),
                ("AUTH_TYPE", auth_type),
            ]))
        };
        assert!(matches!(all("").unwrap().0, Kind::ApiKey { .. }));
        assert!(matches!(all("api_keys").unwrap().0, Kind::ApiKey { .. }));
        assert!(matches!(
            all("service_account").unwrap().0,
            Kind::ServiceAccount { .. }
        ));
        assert!(matches!(
            all("user_account").unwrap().0,
            Kind::AccessToken(_)
        ));
        assert!(all("magic").unwrap_err().to_string().contains("magic"));
        let missing = message(&[("AUTH_TYPE", "service_account"), ("PUBLIC_KEY", "a")]);
        assert!(missing.contains("MONGODB_ATLAS_CLIENT_ID"), "{missing}");
    }

    #[test]
    fn the_base_url_follows_the_most_exact_variable() {
        let url = |variables: &[(&str, &str)]| base_url(from(variables)).unwrap();
        assert_eq!(url(&[]), None);
        assert_eq!(url(&[("SERVICE", "cloud")]).as_deref(), Some(COMMERCIAL));
        assert_eq!(url(&[("SERVICE", "cloudgov")]).as_deref(), Some(GOVERNMENT));
        let both = [
            ("BASE_URL", "https://b"),
            ("OPS_MANAGER_URL", "https://o"),
            ("SERVICE", "x"),
        ];
        assert_eq!(url(&both).as_deref(), Some("https://o"));
        assert_eq!(url(&both[..1]).as_deref(), Some("https://b"));
        assert!(base_url(from(&both[2..])).is_err());
    }

    #[test]
    fn a_proxy_is_the_one_that_is_used_or_an_error_that_shows_no_password() {
        let find = |base: &str, variables: &[(&str, &str)]| {
            let lookup = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name)?;
                Some(OsString::from(found.1))
            };
            proxy(lookup, &base.parse().unwrap()).map_err(|error| error.to_string())
        };
        let (https, http) = ("https://cloud.mongodb.com/", "http://ops.example.test/");
        let found = |proxy: &str| Ok(Some(proxy.to_owned()));
        assert_eq!(find(https, &[]), Ok(None));
        let both = [
            ("HTTPS_PROXY", "http://u:s3cret@proxy.test:8080"),
            ("http_proxy", "plain.test:3128"),
        ];
        assert_eq!(find(https, &both), found("proxy.test:8080"));
        assert_eq!(find(http, &both), found("plain.test:3128"));
        let all = [("HTTPS_PROXY", ""), ("all_proxy", "https://all.test")];
        assert_eq!(find(https, &all), found("all.test"));
        let not = [both[0], ("NO_PROXY", "mongodb.com")];
        assert_eq!(find(https, &not), Ok(None));
        let cgi = [("HTTP_PROXY", "://"), ("REQUEST_METHOD", "GET")];
        assert_eq!(find(http, &cgi), Ok(None));
        for broken in [
            "http://u:s3cret@",
            "http://",
            "://proxy.test",
            "htp://u:s3cret@proxy.test",
            "http://u:s3cret@proxy.test:port",
            "http://proxy.test:99999",
            "proxy.test port 80",
        ] {
            for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                let text = find(https, &[(name, broken)]).unwrap_err();
                assert!(text.starts_with(name) && !text.contains("s3cret"), "{text}");
            }
            assert_eq!(find(https, &[("HTTP_PROXY", broken)]), Ok(None));
            assert!(find(http, &[("HTTP_PROXY", broken)]).is_err());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_unicode_is_named_and_not_lost() {
        use std::os::unix::ffi::OsStringExt;
        let broken = |name: &str| {
            name.ends_with("_CLIENT_ID")
                .then(|| OsString::from_vec(vec![b'a', 0xff]))
        };
        let text = credentials(broken).unwrap_err().to_string();
        assert!(
            text.contains("MONGODB_ATLAS_CLIENT_ID is not Unicode"),
            "{text}"
        );
    }
}
