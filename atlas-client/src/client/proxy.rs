//! The proxy that the environment names. Owns the rules by which the HTTP library
//! finds it, for errors and time limits that name it.

use std::ffi::OsString;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::{Error, Result};

/// Returns the host and port of the proxy for `base`, by the rules of the HTTP
/// library. A variable that is no valid proxy URL is an error: the library would
/// ignore it and bypass the proxy.
pub(crate) fn from_env(
    lookup: impl Fn(&str) -> Option<OsString>,
    base: &Url,
) -> Result<Option<String>> {
    // In a CGI program these variables are request headers.
    if lookup("REQUEST_METHOD").is_some() {
        return Ok(None);
    }
    let get = |names: [&str; 2]| -> Result<String> {
        let Some((name, value)) = names.iter().find_map(|name| Some((name, lookup(name)?))) else {
            return Ok(String::new());
        };
        let value = value.into_string();
        let value = value.map_err(|_| Error::configuration(format!("{name} is not Unicode")))?;
        if !value.is_empty() {
            host(name, &value)?;
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

/// Returns the host and port of the proxy at `url`, for errors; they call it `what`.
pub(crate) fn host(what: &str, url: &str) -> Result<String> {
    let anywhere = http::Uri::from_static("https://atlas.example.com/");
    let matcher = Matcher::builder().all(url.to_owned()).build();
    let proxy = matcher.intercept(&anywhere);
    let authority = proxy.as_ref().and_then(|proxy| proxy.uri().authority());
    match authority {
        Some(it) if !it.host().is_empty() && is_port(it.as_str(), it.host(), it.port_u16()) => {
            Ok(it.to_string())
        }
        // The value is not shown: it may contain a password.
        _ => Err(Error::configuration(format!(
            "{what} is no URL of a proxy, such as http://proxy.example.com:8080"
        ))),
    }
}

fn is_port(authority: &str, host: &str, port: Option<u16>) -> bool {
    port.is_some() || authority == host
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_the_one_that_is_used_or_an_error_that_shows_no_password() {
        let find = |base: &str, variables: &[(&str, &str)]| {
            let lookup = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name)?;
                Some(OsString::from(found.1))
            };
            from_env(lookup, &base.parse().unwrap()).map_err(|error| error.to_string())
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
}
