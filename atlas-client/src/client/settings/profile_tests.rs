//! Tests of profiles, each with its own file.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use tempfile::TempDir;
use zeroize::Zeroizing;

use super::profile::{Keyring, Profile};
use crate::auth::credentials::Kind;
use crate::tests::rerun;
use crate::{Client, ClientBuilder};

const FILE: &str = r#"
version = 2
silence_storage_warning = true

[default]
auth_type = "api_keys"
public_api_key = "public"
private_api_key = "s3cret"
org_id = "32b6e34b3d91647abb20e7b8"
project_id = "32b6e34b3d91647abb20e7b9"

[Government]
client_id = "mdb_sa_id_1"
client_secret = "s3cret"
public_api_key = "public"
private_api_key = "s3cret"
service = "cloudgov"
"#;

/// A configuration directory with a file.
struct Home(TempDir);

impl Home {
    fn new(text: &str) -> Self {
        let home = Self(TempDir::new().unwrap());
        fs::create_dir(home.0.path().join("atlascli")).unwrap();
        fs::write(home.file(), text).unwrap();
        home.set_mode(0o600);
        home
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("atlascli/config.toml")
    }

    #[cfg(unix)]
    fn set_mode(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(self.file(), fs::Permissions::from_mode(mode)).unwrap();
    }

    #[cfg(not(unix))]
    fn set_mode(&self, _: u32) {}

    fn profile(&self, name: Option<&str>) -> crate::Result<Profile> {
        Ok(Profile::from_file(self.file(), name)?.with_keyring(|_, _| Ok(None)))
    }

    fn error(&self, name: Option<&str>) -> String {
        let error = self.profile(name).unwrap_err();
        assert!(error.is_configuration());
        error.to_string()
    }

    /// Builds a client as the CLI would configure it, with these variables.
    fn cli(&self, variables: &[(&str, &str)]) -> crate::Result<Client> {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name)?;
            Some(OsString::from(found.1))
        };
        ClientBuilder::from_cli_with(lookup, &self.file())?.build()
    }
}

fn kind(profile: &Profile) -> &'static str {
    match profile.credentials().unwrap().0 {
        Kind::ApiKey { .. } => "API key",
        Kind::ServiceAccount { .. } => "service account",
        Kind::AccessToken(_) => "access token",
        Kind::Anonymous => "anonymous",
        Kind::Provider(_) => "provider",
    }
}

#[test]
fn a_profile_has_credentials_server_and_ids() {
    let home = Home::new(FILE);
    let profile = home.profile(None).unwrap();
    assert_eq!((profile.name(), kind(&profile)), ("default", "API key"));
    let client = ClientBuilder::from_profile(&profile)
        .unwrap()
        .build()
        .unwrap();
    assert_eq!(client.base_url().as_str(), "https://cloud.mongodb.com/");
    let ids = [client.org_id(), client.project_id()].map(|id| id.unwrap().to_string());
    assert_eq!(
        ids,
        ["32b6e34b3d91647abb20e7b8", "32b6e34b3d91647abb20e7b9"]
    );

    // Names in any letter case; a service account before an API key.
    let profile = home.profile(Some("GOVERNMENT")).unwrap();
    assert_eq!(profile.name(), "government");
    assert_eq!(kind(&profile), "service account");
    let url = profile.base_url().unwrap();
    assert_eq!(url.as_deref(), Some("https://cloud.mongodbgov.com"));
    assert_eq!(profile.org_id().unwrap(), None);
    let shown = format!("{profile:?}");
    assert!(shown.starts_with("Profile { name: \"government\", file: "));
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[test]
fn a_setting_that_is_empty_is_not_set() {
    let home = Home::new("base_url = ''\n[default]\nbase_url = 'https://a.test'\nservice = ''\n");
    let url = home.profile(None).unwrap().base_url().unwrap();
    assert_eq!(url.as_deref(), Some("https://a.test"));
    let home = Home::new("[default]\nservice = ''\n");
    assert_eq!(home.profile(None).unwrap().base_url().unwrap(), None);
}

#[test]
fn settings_of_the_whole_file_come_before_those_of_a_profile() {
    let home =
        Home::new("base_url = 'https://a.test'\n[default]\nops_manager_url = 'https://b.test'\n");
    let url = |home: &Home| home.profile(None).unwrap().base_url().unwrap();
    assert_eq!(url(&home).as_deref(), Some("https://b.test"));
    let home = Home::new("service = 'cloudgov'\n[default]\nservice = 'cloud'\n");
    assert_eq!(url(&home).as_deref(), Some("https://cloud.mongodbgov.com"));
}

#[test]
fn the_only_profile_is_used_and_several_have_to_be_chosen_from() {
    let home = Home::new("[staging]\naccess_token = 't'");
    let profile = home.profile(None).unwrap();
    assert_eq!(
        (profile.name(), kind(&profile)),
        ("staging", "access token")
    );
    let home = Home::new("[a]\n[b]\n");
    let text = home.error(None);
    let end = "config.toml: has no profile `default`, and not exactly one other; it has a, b";
    assert!(text.ends_with(end), "{text}");
    let text = home.error(Some("c"));
    assert!(text.ends_with("has no profile `c`; it has a, b"), "{text}");
    let text = Home::new("").error(None);
    assert!(text.ends_with("it has none at all"), "{text}");
}

#[test]
fn versions_of_the_file_that_are_not_known_are_refused() {
    for version in ["1", "2"] {
        let home = Home::new(&format!("version = {version}\n[default]\n"));
        assert!(home.profile(None).is_ok());
    }
    assert!(Home::new("[default]\n").profile(None).is_ok());
    for version in ["3", "0", "'2'", "2.0"] {
        let text = Home::new(&format!("version = {version}\n[default]\n")).error(None);
        assert!(text.contains("`version` is not one of 1 to 2"), "{text}");
    }
}

#[test]
fn a_file_that_is_no_configuration_is_named_and_not_quoted() {
    let text = Home::new("[default]\nprivate_api_key = s3cret\n").error(None);
    assert!(text.contains("config.toml: line 2 is not TOML: "), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
    let home = Home::new("");
    fs::remove_file(home.file()).unwrap();
    let text = home.error(None);
    assert!(text.contains("cannot be read"), "{text}");
    let text = {
        let home = Home::new("[default]\norg_id = 7\nproject_id = 'x'\n");
        let profile = home.profile(None).unwrap();
        let errors = [profile.org_id(), profile.project_id()].map(|id| id.unwrap_err());
        errors.map(|error| error.to_string()).join("\n")
    };
    assert!(
        text.contains("`org_id` of profile `default` of ") && text.contains("is integer"),
        "{text}"
    );
    assert!(text.contains("`project_id` of profile"), "{text}");
}

#[test]
fn missing_credentials_name_the_profile_and_the_key() {
    let home = Home::new("[default]\npublic_api_key = 'p'\n");
    let text = |home: &Home| {
        let profile = home.profile(None).unwrap();
        profile.credentials().unwrap_err().to_string()
    };
    let half = text(&home);
    assert!(
        half.contains("`private_api_key` of profile `default` of ") && half.contains("is not"),
        "{half}"
    );
    let none = text(&Home::new("[default]\nauth_type = 'service_account'\n"));
    assert!(none.contains("which needs `client_id` of"), "{none}");
    assert!(none.contains("keyring"), "{none}");
    let unknown = text(&Home::new("[default]\nauth_type = 'magic'\n"));
    assert!(unknown.contains("`auth_type` of profile"), "{unknown}");
}

#[cfg(unix)]
#[test]
fn a_secret_in_a_file_that_others_can_access_is_refused() {
    let home = Home::new(FILE);
    for mode in [0o644, 0o640, 0o602] {
        home.set_mode(mode);
        let profile = home.profile(None).unwrap();
        assert!(profile.org_id().unwrap().is_some());
        let text = profile.credentials().unwrap_err().to_string();
        assert!(text.contains(&format!("mode {mode:04o}")), "{text}");
        assert!(text.contains("chmod 600"), "{text}");
    }
    home.set_mode(0o400);
    assert!(home.profile(None).unwrap().credentials().is_ok());
}

#[test]
fn secrets_in_the_keyring_come_before_those_in_the_file() {
    let keyring: Keyring = |service, user| match (service, user) {
        ("atlascli_default", "private_api_key") => Ok(Some(Zeroizing::new("newer".to_owned()))),
        ("atlascli_default", _) => Ok(None),
        _ => Err(format!("{service} is locked")),
    };
    let home = Home::new(FILE);
    let profile = home.profile(None).unwrap().with_keyring(keyring);
    let Kind::ApiKey { private, .. } = profile.credentials().unwrap().0 else {
        panic!("an API key is expected");
    };
    assert_eq!(secrecy::ExposeSecret::expose_secret(&private), "newer");

    // Settings in the file do not need a keyring; the error for missing ones says why the keyring
    // failed.
    let profile = home.profile(Some("government")).unwrap();
    assert!(profile.with_keyring(keyring).credentials().is_ok());
    let without_type = FILE.replace("auth_type = \"api_keys\"", "");
    let locked: Keyring = |service, _| Err(format!("{service} is locked"));
    let home = Home::new(&without_type);
    let profile = home.profile(None).unwrap().with_keyring(locked);
    assert_eq!(kind(&profile), "API key");
    let half = Home::new("[default]\npublic_api_key = 'p'\n");
    let profile = half.profile(None).unwrap().with_keyring(locked);
    let text = profile.credentials().unwrap_err().to_string();
    assert!(text.contains("is not; set both or neither"), "{text}");
    assert!(text.contains("atlascli_default is locked"), "{text}");
    let home = Home::new("[x]\nauth_type = 'api_keys'\n");
    let profile = home.profile(None).unwrap().with_keyring(keyring);
    let text = profile.credentials().unwrap_err().to_string();
    assert!(text.contains("atlascli_x is locked"), "{text}");
}

#[test]
fn the_keyring_is_asked_only_for_the_credentials_of_the_profile() {
    static ASKED: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let keyring: Keyring = |_, user| {
        ASKED.lock().unwrap().push(user.to_owned());
        Ok(Some(Zeroizing::new("s3cret".to_owned())))
    };
    let home = Home::new("[default]\nauth_type = 'service_account'\n");
    let profile = home.profile(None).unwrap().with_keyring(keyring);
    assert_eq!(kind(&profile), "service account");
    assert_eq!(*ASKED.lock().unwrap(), ["client_id", "client_secret"]);
}

#[test]
fn variables_come_before_the_profile_and_one_of_them_chooses_it() {
    let home = Home::new(FILE);
    let client = home.cli(&[]).unwrap();
    assert!(format!("{client:?}").contains("Digest"), "{client:?}");
    assert!(client.project_id().is_some());

    let client = home.cli(&[
        ("MONGODB_ATLAS_PROFILE", "government"),
        ("MONGODB_ATLAS_PROJECT_ID", "32b6e34b3d91647abb20e7ba"),
        ("MCLI_ORG_ID", "32b6e34b3d91647abb20e7bb"),
    ]);
    let client = client.unwrap();
    assert!(format!("{client:?}").contains("Tokens"), "{client:?}");
    let ids = [client.org_id(), client.project_id()].map(|id| id.unwrap().to_string());
    assert_eq!(
        ids,
        ["32b6e34b3d91647abb20e7bb", "32b6e34b3d91647abb20e7ba"]
    );

    // A pair of credentials is never half from the environment and half from the file.
    let client = home.cli(&[
        ("MONGODB_ATLAS_CLIENT_ID", "id"),
        ("MONGODB_ATLAS_CLIENT_SECRET", "secret"),
    ]);
    assert!(format!("{client:?}").contains("Tokens"));
    let half = home.cli(&[("MONGODB_ATLAS_CLIENT_ID", "id")]);
    let text = half.unwrap_err().to_string();
    assert!(
        text.contains("MONGODB_ATLAS_CLIENT_SECRET is not"),
        "{text}"
    );

    let chosen = home.cli(&[
        ("MONGODB_ATLAS_PROFILE", "government"),
        ("MONGODB_ATLAS_AUTH_TYPE", "api_keys"),
    ]);
    assert!(format!("{chosen:?}").contains("Digest"));

    // The error names the variable with the choice, and the settings of the profile that it needs.
    let missing = home.cli(&[("MONGODB_ATLAS_AUTH_TYPE", "user_account")]);
    let text = missing.unwrap_err().to_string();
    let choice = "MONGODB_ATLAS_AUTH_TYPE is user_account, which needs `access_token` of profile";
    assert!(text.contains(choice), "{text}");

    fs::remove_file(home.file()).unwrap();
    let text = home.cli(&[]).unwrap_err().to_string();
    assert!(text.contains("no credentials in the environment"), "{text}");
    let named = home.cli(&[("MONGODB_ATLAS_PROFILE", "a")]);
    assert!(named.unwrap_err().to_string().contains("config.toml"));
    assert!(home.cli(&[("MONGODB_ATLAS_ACCESS_TOKEN", "t")]).is_ok());
}

/// Reruns itself with another environment.
#[cfg(target_os = "linux")]
#[test]
fn the_environment_and_the_file_of_the_user_are_read() {
    const THIS: &str = "ATLAS_CLIENT_TEST_HOME";
    if std::env::var_os(THIS).is_none() {
        let home = Home::new(FILE);
        rerun(
            module_path!(),
            "the_environment_and_the_file_of_the_user_are_read",
            |it| {
                it.env_clear()
                    .env(THIS, "1")
                    .env("XDG_CONFIG_HOME", home.0.path())
                    .env("MONGODB_ATLAS_PROFILE", "government")
                    .env("MONGODB_ATLAS_ACCESS_TOKEN", "t0ken")
                    .env("MONGODB_ATLAS_ORG_ID", "32b6e34b3d91647abb20e7ba")
            },
        );
        return;
    }
    assert_eq!(Profile::load().unwrap().name(), "government");
    assert_eq!(Profile::named("Default").unwrap().name(), "default");
    let env = Client::from_env().unwrap();
    let cli = Client::from_cli().unwrap();
    for client in [&env, &cli] {
        assert!(format!("{client:?}").contains("Bearer"), "{client:?}");
        assert_eq!(
            client.org_id().unwrap().as_str(),
            "32b6e34b3d91647abb20e7ba"
        );
    }
    assert_eq!(env.base_url().as_str(), "https://cloud.mongodb.com/");
    assert_eq!(cli.base_url().as_str(), "https://cloud.mongodbgov.com/");
}
