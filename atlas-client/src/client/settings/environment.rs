//! Settings in environment variables. Reads them through a lookup function, so
//! that tests do not change the environment of the process.

use std::ffi::OsString;

use zeroize::Zeroizing;

use super::{Choice, Setting, Source, Value, credentials};
use crate::{Credentials, Error, Result};

/// The prefix of the Atlas CLI, and that of its predecessor, which it still reads.
const PREFIXES: [&str; 2] = ["MONGODB_ATLAS_", "MCLI_"];

/// Looks a variable up in the environment of this process.
pub(crate) fn process(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The variables that a lookup function finds.
pub(crate) struct Environment<L>(pub(crate) L);

impl<L: Fn(&str) -> Option<OsString>> Environment<L> {
    /// Returns the credentials; see [`Credentials::from_env`].
    pub(crate) fn credentials(&self) -> Result<Credentials> {
        let chosen = Choice::find(self)?;
        if let Some(found) = credentials(self, chosen.as_ref())? {
            return Ok(found);
        }
        Err(match chosen {
            Some(chosen) => Error::configuration(chosen.missing(self)),
            None => Error::configuration(
                "no credentials in the environment: set MONGODB_ATLAS_CLIENT_ID and \
                 MONGODB_ATLAS_CLIENT_SECRET for a service account, MONGODB_ATLAS_PUBLIC_API_KEY \
                 and MONGODB_ATLAS_PRIVATE_API_KEY for an API key, or MONGODB_ATLAS_ACCESS_TOKEN",
            ),
        })
    }

    /// Returns the name of the selected profile.
    #[cfg(feature = "profile")]
    pub(crate) fn profile(&self) -> Result<Option<String>> {
        let value = self.get(&["profile"])?;
        Ok(value.map(|mut value| std::mem::take(&mut *value.text)))
    }
}

impl<L: Fn(&str) -> Option<OsString>> Source for Environment<L> {
    fn get(&self, setting: &Setting) -> Result<Option<Value>> {
        for prefix in PREFIXES {
            for name in setting {
                let label = variable(prefix, name);
                match self.0(&label).map(OsString::into_string) {
                    None => {}
                    Some(Ok(text)) if text.is_empty() => {}
                    Some(Ok(text)) => {
                        let text = Zeroizing::new(text);
                        return Ok(Some(Value { text, label }));
                    }
                    Some(Err(_)) => {
                        return Err(Error::configuration(format!("{label} is not Unicode")));
                    }
                }
            }
        }
        Ok(None)
    }

    fn label(&self, setting: &Setting) -> String {
        variable(PREFIXES[0], setting[0])
    }
}

fn variable(prefix: &str, name: &str) -> String {
    format!("{prefix}{}", name.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::super::{COMMERCIAL, GOVERNMENT, base_url};
    use super::*;
    use crate::auth::credentials::Kind;

    const PREFIX: &str = PREFIXES[0];

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
        Environment(from(variables))
            .credentials()
            .unwrap_err()
            .to_string()
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
            let found = Environment(from(variables)).credentials().unwrap();
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
            Environment(from(&[
                ("PUBLIC_API_KEY", "a"),
                ("PRIVATE_API_KEY", "b"),
                ("CLIENT_ID", "c"),
                ("CLIENT_SECRET", "d"),
                ("ACCESS_TOKEN", "e"),
                ("AUTH_TYPE", auth_type),
            ]))
            .credentials()
        };
        assert!(matches!(all("").unwrap().0, Kind::ServiceAccount { .. }));
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
        let url = |variables: &[(&str, &str)]| base_url(&Environment(from(variables))).unwrap();
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
        assert!(base_url(&Environment(from(&both[2..]))).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_unicode_is_named_and_not_lost() {
        use std::os::unix::ffi::OsStringExt;
        let broken = |name: &str| {
            name.ends_with("_CLIENT_ID")
                .then(|| OsString::from_vec(vec![b'a', 0xff]))
        };
        let text = Environment(broken).credentials().unwrap_err().to_string();
        assert!(
            text.contains("MONGODB_ATLAS_CLIENT_ID is not Unicode"),
            "{text}"
        );
    }
}
