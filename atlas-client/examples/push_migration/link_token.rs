//! Creates a link token. It is a secret that a person enters in Ops Manager or Cloud Manager, so it
//! is written to a file that only this user can read, and never to the terminal.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use atlas_client::types::TargetOrgRequest;
use atlas_client::{Client, ObjectId};

use crate::Result;

/// The recipient of the link token.
pub enum Recipient {
    /// A new file.
    File(PathBuf),
    /// None: the embedded Atlas is linked as soon as a token exists.
    EmbeddedAtlas,
}

/// Creates a link token, delivers it, and returns a message about it.
pub async fn make(client: &Client, org: &ObjectId, recipient: &Recipient) -> Result<String> {
    let body = TargetOrgRequest::builder().build()?;
    let call = client
        .create_org_live_migration_link_token()
        .org_id(org)
        .body(body);
    match recipient {
        Recipient::EmbeddedAtlas => {
            call.send().await?;
            Ok("made, and used by the embedded Atlas".to_owned())
        }
        Recipient::File(path) => {
            // The file is created first: without it the token would be lost.
            let shown = path.display();
            let mut file = create(path)
                .map_err(|error| format!("the file {shown} for the link token: {error}"))?;
            let token = match call.send().await {
                Ok(token) => token,
                Err(error) => {
                    // An existing file would make the next attempt fail.
                    let _ = std::fs::remove_file(path);
                    return Err(error.into());
                }
            };
            file.write_all(token.link_token.expose().as_bytes())
                .and_then(|()| file.write_all(b"\n"))
                .map_err(|error| format!("the file {shown} for the link token: {error}"))?;
            Ok(format!(
                "made; enter the text in {shown} in Ops Manager or Cloud Manager, then delete it"
            ))
        }
    }
}

/// Creates a new file that only this user can read.
fn create(path: &PathBuf) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
