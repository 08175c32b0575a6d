//! The base URL of a client: its validation, and the URLs of paths below it.

use reqwest::Url;

use crate::{Error, Result};

/// Parses a base URL and rejects one that would expose credentials.
///
/// # Errors
///
/// When it is not an `http` or `https` URL, when it has a user, a query or a
/// fragment, and when it is plain `http` to a machine other than this one, unless
/// `allow_plain` is set.
pub(crate) fn parse(text: &str, allow_plain: bool) -> Result<Url> {
    let refuse = |problem: &str| Err(Error::configuration(format!("the base URL {problem}")));
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => return refuse(&format!("is not a URL: {error}")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("holds a user name or password; give those as credentials");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("holds a query or a fragment; it must end with its path");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if allow_plain || is_loopback(&url) => Ok(url),
        "http" => refuse(
            "is plain http to another machine, which exposes everything that is sent; use https, \
             or allow_insecure_http(true) if the network is trusted",
        ),
        _ => refuse("must begin with https://"),
    }
}

/// Returns whether `url` is a loopback address.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Joins `base`, which may have a path, with an absolute path and a query.
///
/// # Errors
///
/// When `path` could name another host or have a query, or a brace in it is not closed.
pub(crate) fn join(base: &Url, path: &str, query: Option<&str>) -> Result<Url> {
    if !path.starts_with('/') || path.contains(['?', '#', '{']) {
        return Err(Error::configuration(format!(
            "the path {path:?} is not one of a URL: it begins with `/`, and has no `?`, no `#` and \
             no `{{` that is not closed"
        )));
    }
    // The host is not parsed again, which would take most of the time.
    let mut url = base.clone();
    match base.path().trim_end_matches('/') {
        "" => url.set_path(path),
        front => url.set_path(&[front, path].concat()),
    }
    url.set_query(query);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for url in [
            "http://localhost:8080",
            "http://127.0.0.1:1/",
            "http://[::1]:9",
            "https://x.y",
        ] {
            parse(url, false).unwrap();
        }
        for url in [
            "http://example.test",
            "http://localhost.example.test",
            "http://127.0.0.1.nip",
        ] {
            let error = parse(url, false).unwrap_err();
            assert!(error.to_string().contains("allow_insecure_http"), "{error}");
            parse(url, true).unwrap();
        }
    }

    #[test]
    fn a_base_url_holds_no_secret_and_no_query() {
        for url in [
            "https://u:s3cret@x.y",
            "https://u@x.y",
            "https://x.y?a",
            "https://x.y#a",
            "x.y",
        ] {
            let error = parse(url, true).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("s3cret"));
        }
        assert!(parse("ftp://x.y", true).is_err());
    }

    #[test]
    fn a_base_url_is_shown_without_its_secrets() {
        for (url, expected) in [
            ("https://x.y:8443/a", r#""https://x.y:8443""#),
            ("https://x.y", r#""https://x.y""#),
            ("https://s3cret@x.y", r#""https://x.y""#),
            (
                "https://u:s3cret@x.y/s3cret?k=s3cret#s3cret",
                r#""https://x.y""#,
            ),
            ("u:s3cret@x.y", r#""[not a URL with a host]""#),
            ("https://u:s3cret@x y", r#""[not a URL with a host]""#),
        ] {
            let builder = crate::Client::builder().base_url(url);
            let text = format!("{builder:?}");
            assert!(text.contains(&format!("base_url: {expected},")), "{text}");
            assert!(!format!("{text} {builder:#?}").contains("s3cret"), "{text}");
        }
    }

    #[test]
    fn a_path_of_the_base_is_kept_in_front() {
        let base = parse("https://x.y/atlas/", false).unwrap();
        let url = join(&base, "/api/a%2Fb", Some("pretty=true")).unwrap();
        assert_eq!(url.as_str(), "https://x.y/atlas/api/a%2Fb?pretty=true");
        let base = parse("https://x.y", false).unwrap();
        assert_eq!(
            join(&base, "/api", None).unwrap().as_str(),
            "https://x.y/api"
        );
        assert_eq!(
            join(&base, "//evil.test/a b", Some("")).unwrap().as_str(),
            "https://x.y//evil.test/a%20b?"
        );
        for path in [
            ".evil/api",
            "@evil.test/",
            ":8443/",
            "",
            "/api?a=b",
            "/api#a",
            "/api/{a",
        ] {
            assert!(join(&base, path, None).is_err(), "{path}");
        }
    }
}
