//! The proxy that the environment names. Owns the rules by which the HTTP library
//! finds it, for errors and time limits that name it.

use std::ffi::OsString;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::{Error, Result};

/// Returns the host and port of the proxy for `base`, by the rules of the HTTP
/// library. A variable that is no valid proxy URL is an error: the library would
/// ignore it and bypass the proxy. So is, where a proxy is set, a `NO_PROXY` that is
/// not Unicode, which the library would ignore, and a proxy that speaks SOCKS, to
/// which it would speak HTTP.
pub(crate) fn from_env(
    lookup: impl Fn(&str) -> Option<OsString>,
    base: &Url,
) -> Result<Option<String>> {
    // In a CGI program these variables are request headers.
    if lookup("REQUEST_METHOD").is_some() {
        return Ok(None);
    }
    let get = |names: [&'static str; 2]| -> Result<Option<(&'static str, String)>> {
        let found = names.iter().find_map(|name| Some((name, lookup(name)?)));
        let Some((name, value)) = found else {
            return Ok(None);
        };
        match value.into_string() {
            Ok(value) => Ok((!value.is_empty()).then_some((*name, value))),
            Err(_) => Err(Error::configuration(format!("{name} is not Unicode"))),
        }
    };
    let all = get(["ALL_PROXY", "all_proxy"])?;
    let own = match base.scheme() {
        "https" => get(["HTTPS_PROXY", "https_proxy"])?,
        _ => get(["HTTP_PROXY", "http_proxy"])?,
    };
    for (name, value) in all.iter().chain(&own) {
        parse(name, value)?;
    }
    let Some((name, chosen)) = own.or(all) else {
        return Ok(None);
    };
    let not = get(["NO_PROXY", "no_proxy"])?.map(|(_, value)| value);
    let matcher = Matcher::builder().all(chosen).no(not.unwrap_or_default());
    let target = base.as_str().parse().ok();
    let proxy = target.and_then(|target| matcher.build().intercept(&target));
    proxy.map(|it| authority(name, it.uri())).transpose()
}

/// Returns the host and port of the proxy at `url`, for errors; they call it `what`.
pub(crate) fn host(what: &str, url: &str) -> Result<String> {
    authority(what, &parse(what, url)?)
}

/// Returns the host and port of a proxy that the HTTP library can use.
fn authority(what: &str, proxy: &http::Uri) -> Result<String> {
    if proxy
        .scheme_str()
        .is_some_and(|scheme| scheme.starts_with("socks"))
    {
        return Err(Error::configuration(format!(
            "{what} names a SOCKS proxy, which this client cannot use: it can use an HTTP proxy, \
             such as http://proxy.example.com:8080"
        )));
    }
    Ok(proxy
        .authority()
        .map(ToString::to_string)
        .unwrap_or_default())
}

fn parse(what: &str, url: &str) -> Result<http::Uri> {
    let anywhere = http::Uri::from_static("https://atlas.example.com/");
    let matcher = Matcher::builder().all(url.to_owned()).build();
    let proxy = matcher.intercept(&anywhere);
    let uri = proxy.map(|proxy| proxy.uri().clone());
    match uri.as_ref().and_then(|uri| Some((uri, uri.authority()?))) {
        // A port that is no number is none to the library.
        Some((uri, it))
            if !it.host().is_empty() && (it.port_u16().is_some() || it.as_str() == it.host()) =>
        {
            Ok(uri.clone())
        }
        // The value is not shown: it may contain a password.
        _ => Err(Error::configuration(format!(
            "{what} is no URL of a proxy, such as http://proxy.example.com:8080"
        ))),
    }
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

    #[test]
    fn a_proxy_that_speaks_socks_is_an_error_only_where_it_would_be_used() {
        let find = |variables: &[(&str, &str)]| {
            let lookup = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name)?;
                Some(OsString::from(found.1))
            };
            let base = "https://cloud.mongodb.com/".parse().unwrap();
            from_env(lookup, &base).map_err(|error| error.to_string())
        };
        for scheme in ["socks4", "socks4a", "socks5", "socks5h"] {
            let url = format!("{scheme}://u:s3cret@proxy.test:1080");
            for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                let text = find(&[(name, &url)]).unwrap_err();
                let said = format!("{name} names a SOCKS proxy");
                assert!(
                    text.starts_with(&said) && !text.contains("s3cret"),
                    "{text}"
                );
            }
            let own = [("ALL_PROXY", url.as_str()), ("HTTPS_PROXY", "plain.test:1")];
            assert_eq!(find(&own), Ok(Some("plain.test:1".to_owned())));
            let not = [("HTTPS_PROXY", url.as_str()), ("NO_PROXY", "mongodb.com")];
            assert_eq!(find(&not), Ok(None));
            let text = host("the proxy", &url).unwrap_err().to_string();
            assert!(text.starts_with("the proxy names a SOCKS"), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_no_proxy_that_is_not_unicode_is_an_error_if_there_is_a_proxy() {
        use std::os::unix::ffi::OsStringExt as _;

        let base = "https://cloud.mongodb.com/".parse().unwrap();
        for name in ["NO_PROXY", "no_proxy"] {
            let find = |proxy: &str| {
                let lookup = |variable: &str| match variable {
                    "HTTPS_PROXY" => Some(OsString::from(proxy)),
                    _ if variable == name => Some(OsString::from_vec(b"mongodb.com\xff".into())),
                    _ => None,
                };
                from_env(lookup, &base).map_err(|error| error.to_string())
            };
            assert_eq!(find("proxy.test:1"), Err(format!("{name} is not Unicode")));
            assert_eq!(find(""), Ok(None));
        }
    }
}
