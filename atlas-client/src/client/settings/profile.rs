//! Profiles of the Atlas CLI. Owns the place and the format of its configuration
//! file, and which profile is used.

use std::fmt;
use std::path::{Path, PathBuf};

use toml::Table;
use zeroize::Zeroizing;

use super::environment::{self, Environment};
use super::{Choice, ORG_ID, PROJECT_ID, Setting, Source, Value, base_url, credentials, id};
use crate::{Credentials, Error, ObjectId, Result};

/// The name of the profile that the CLI creates first.
const DEFAULT: &str = "default";
/// The newest version of the file that is known.
const VERSION: i64 = 2;

/// A profile of the Atlas CLI, from its configuration file. Needs the feature
/// `profile`.
///
/// The file is `atlascli/config.toml` in the user's configuration directory:
/// `$XDG_CONFIG_HOME` or `~/.config` on Linux, `~/Library/Application Support` on
/// macOS, `%AppData%` on Windows. `atlas config describe default` shows what a
/// profile holds.
///
/// ```no_run
/// use atlas_client::{ClientBuilder, Profile};
///
/// # fn example() -> atlas_client::Result<()> {
/// let profile = Profile::named("staging")?;
/// let client = ClientBuilder::from_profile(&profile)?.build()?;
/// println!("project: {:?}", client.project_id());
/// # Ok(())
/// # }
/// ```
///
/// # Secrets
///
/// Since version 1.47 the CLI keeps keys, client secrets and tokens in the
/// system's keyring and not in the file. The feature `keyring` reads them there,
/// before those in the file. On Unix, a file that a secret is read from must be
/// accessible by its owner only (mode `0600`), as the CLI creates it.
///
/// The access token of a profile that was logged in by a browser
/// (`auth_type = "user_account"`) is used until it expires; only the CLI can renew
/// it.
#[derive(Clone)]
pub struct Profile {
    name: String,
    file: PathBuf,
    /// Its own settings and those of the whole file, which take precedence.
    settings: Vec<(String, Entry)>,
    /// The mode of the file, if others than its owner can access it.
    exposed: Option<u32>,
    keyring: Keyring,
}

/// A string, or the type of another value.
type Entry = Result<Zeroizing<String>, &'static str>;

/// Reads a secret by service and user name.
pub(super) type Keyring = fn(&str, &str) -> Result<Option<Zeroizing<String>>, String>;

#[cfg(all(feature = "keyring", not(test)))]
const KEYRING: Keyring = super::keyring::secret;
/// Tests do not read the keyring of the user.
#[cfg(any(not(feature = "keyring"), test))]
const KEYRING: Keyring = |_, _| Ok(None);

impl Profile {
    /// Returns the profile that the CLI uses without `--profile`: the one that
    /// `MONGODB_ATLAS_PROFILE` names, else `default`, else the only one.
    ///
    /// # Errors
    ///
    /// When there is no configuration file or no such profile, and those of
    /// [`from_file`](Self::from_file).
    pub fn load() -> Result<Self> {
        let name = Environment(environment::process).profile()?;
        Self::from_file(path()?, name.as_deref())
    }

    /// Returns the profile `name`, in any letter case.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load).
    pub fn named(name: &str) -> Result<Self> {
        Self::from_file(path()?, Some(name))
    }

    /// Reads a profile from any configuration file: `name`, else `default`, else the
    /// only one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not TOML or of an unknown `version`, or has
    /// no such profile. The message has the path, and never a value.
    pub fn from_file(file: impl AsRef<Path>, name: Option<&str>) -> Result<Self> {
        let file = file.as_ref();
        let fail = |problem: String| Error::configuration(format!("{}: {problem}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| {
            fail(format!(
                "the configuration of the Atlas CLI cannot be read: {error}"
            ))
            .caused_by(error)
        })?;
        let text = Zeroizing::new(text);
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            // The error's own text quotes the line, which may hold a secret.
            let at = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
            fail(format!("line {line} is not TOML: {}", error.message()))
        })?;
        let profile = Self::select(table, name, file).map_err(fail)?;
        Ok(Self {
            exposed: exposed(file),
            ..profile
        })
    }

    fn select(table: Table, name: Option<&str>, file: &Path) -> Result<Self, String> {
        let mut version = None;
        let mut common = Vec::new();
        let mut profiles = Vec::new();
        for (key, value) in table {
            // The CLI reads keys in any letter case.
            let key = key.to_lowercase();
            match value {
                toml::Value::Table(table) => profiles.push((key, entries(table))),
                value => {
                    if key == "version" {
                        version = Some(value.as_integer().unwrap_or_default());
                    }
                    common.push((key, entry(value)));
                }
            }
        }
        if let Some(version) = version
            && !(1..=VERSION).contains(&version)
        {
            return Err(format!(
                "`version` is not one of 1 to {VERSION}, which are the known ones"
            ));
        }
        let names: Vec<_> = profiles.iter().map(|(name, _)| name.clone()).collect();
        let wanted = name.map(str::to_lowercase);
        let chosen = match &wanted {
            Some(wanted) => names.iter().position(|name| name == wanted),
            None => names
                .iter()
                .position(|name| name == DEFAULT)
                .or((names.len() == 1).then_some(0)),
        };
        let Some(chosen) = chosen else {
            let missing = match wanted {
                Some(wanted) => format!("has no profile `{wanted}`"),
                None => "has no profile `default`, and not exactly one other".to_owned(),
            };
            return Err(match names.is_empty() {
                true => format!("{missing}; it has none at all"),
                false => format!("{missing}; it has {}", names.join(", ")),
            });
        };
        let (name, own) = profiles.swap_remove(chosen);
        let settings = common.into_iter().chain(own).collect();
        Ok(Self {
            name,
            file: file.to_owned(),
            settings,
            exposed: None,
            keyring: KEYRING,
        })
    }

    /// Returns the name, in lower case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the credentials: those of `auth_type`, else a service account, else an
    /// API key, else an access token.
    ///
    /// # Errors
    ///
    /// When the profile has no credentials, or only one half of a pair; when
    /// `auth_type` is unknown; when a setting is not a string; when credentials are
    /// missing and the system's keyring cannot be read; and on Unix, when a secret is
    /// read from a file that others than its owner can access.
    pub fn credentials(&self) -> Result<Credentials> {
        self.credentials_of(Choice::find(self)?)
    }

    pub(crate) fn credentials_of(&self, chosen: Option<Choice>) -> Result<Credentials> {
        let error = match credentials(self, chosen.as_ref()) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        let missing = match chosen {
            Some(chosen) => chosen.missing(self),
            None => format!("{} has no credentials", self.describe()),
        };
        // A keyring that cannot be read matters only if something is missing without it.
        if let Err(problem) = self.in_keyring("private_api_key") {
            let error = error.map_or(missing, |error| error.to_string());
            return Err(Error::configuration(format!(
                "{error}; the system's keyring cannot be read: {problem}"
            )));
        }
        if let Some(error) = error {
            return Err(error);
        }
        Err(Error::configuration(if cfg!(feature = "keyring") {
            format!(
                "{missing}; neither has the system's keyring (`atlas auth login` puts them there)"
            )
        } else {
            format!(
                "{missing}; the Atlas CLI keeps secrets in the system's keyring since version \
                 1.47, which the feature `keyring` of atlas-client reads"
            )
        }))
    }

    /// Reads a secret in the system's keyring.
    fn in_keyring(&self, name: &str) -> Result<Option<Zeroizing<String>>, String> {
        (self.keyring)(&format!("atlascli_{}", self.name), name)
    }

    /// Returns the base URL of the server, if the profile has one.
    ///
    /// # Errors
    ///
    /// When `service` is neither `cloud` nor `cloudgov`, or a setting is not a string.
    pub fn base_url(&self) -> Result<Option<String>> {
        base_url(self)
    }

    /// Returns the id of the organization, if the profile has one.
    ///
    /// # Errors
    ///
    /// When the value is not 24 hexadecimal digits.
    pub fn org_id(&self) -> Result<Option<ObjectId>> {
        id(self, ORG_ID)
    }

    /// Returns the id of the project, if the profile has one.
    ///
    /// # Errors
    ///
    /// When the value is not 24 hexadecimal digits.
    pub fn project_id(&self) -> Result<Option<ObjectId>> {
        id(self, PROJECT_ID)
    }

    #[cfg(test)]
    pub(super) fn with_keyring(mut self, keyring: Keyring) -> Self {
        self.keyring = keyring;
        self
    }

    /// Returns the value of the setting `name` in the file.
    fn read(&self, name: &'static str) -> Option<Result<Value>> {
        let mut entries = self.settings.iter().filter(|(key, _)| key == name);
        let label = self.label(&[name]);
        entries.find_map(|(_, entry)| match entry {
            Ok(text) if text.is_empty() => None,
            Ok(text) => Some(Ok(Value {
                text: text.clone(),
                label: label.clone(),
            })),
            Err(what) => Some(Err(Error::configuration(format!(
                "{label} is {what}; a string is expected"
            )))),
        })
    }

    /// Rejects a secret in a file that others than its owner can access.
    fn unexposed(&self, value: Value) -> Result<Value> {
        match self.exposed {
            None => Ok(value),
            Some(mode) => Err(Error::configuration(format!(
                "{} is a secret, and others can access the file (mode {mode:04o}); `chmod 600` it",
                value.label
            ))),
        }
    }

    fn describe(&self) -> String {
        format!("profile `{}` of {}", self.name, self.file.display())
    }
}

/// Hides the values.
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl Source for Profile {
    fn get(&self, setting: &Setting) -> Result<Option<Value>> {
        setting.iter().find_map(|name| self.read(name)).transpose()
    }

    fn secret(&self, setting: &Setting) -> Result<Option<Value>> {
        let find = |name: &&'static str| match self.in_keyring(name) {
            Ok(Some(text)) if !text.is_empty() => Some(Ok(Value {
                text,
                label: self.label(&[name]),
            })),
            _ => self.read(name).map(|value| self.unexposed(value?)),
        };
        setting.iter().find_map(find).transpose()
    }

    fn label(&self, setting: &Setting) -> String {
        format!("`{}` of {}", setting[0], self.describe())
    }
}

fn entries(table: Table) -> Vec<(String, Entry)> {
    let lower = |(key, value): (String, toml::Value)| (key.to_lowercase(), entry(value));
    table.into_iter().map(lower).collect()
}

fn entry(value: toml::Value) -> Entry {
    match value {
        toml::Value::String(text) => Ok(Zeroizing::new(text)),
        other => Err(other.type_str()),
    }
}

/// Returns the mode of a file that others than its owner can access.
#[cfg(unix)]
fn exposed(file: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(file).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn exposed(_: &Path) -> Option<u32> {
    None
}

/// Returns the path of the CLI's configuration file.
pub(crate) fn path() -> Result<PathBuf> {
    match dirs::config_dir() {
        Some(directory) => Ok(directory.join("atlascli/config.toml")),
        None => Err(Error::configuration(
            "the user's configuration directory is unknown: set HOME",
        )),
    }
}
