//! The file of the journal: versions, locks, damage, and what it must not contain.

use atlas_client::mock::Fault;

use super::*;

#[test]
fn another_process_cannot_open_a_journal_that_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.journal");
    let journal = Journal::open(&path).unwrap();
    // The lock belongs to the open file, so it also applies within one process.
    let error = Journal::open(&path).unwrap_err();
    assert!(error.is_locked(), "{error}");
    assert!(
        error.to_string().contains("is in use by another process"),
        "{error}"
    );
    drop(journal);
    Journal::open(&path).unwrap();
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 1, "creating it leaves nothing else");
}

#[tokio::test]
async fn two_runs_cannot_share_a_journal_and_one_that_ends_releases_it() {
    let atlas = atlas().start();
    let journal = Journal::in_memory().unwrap();
    let fleet = fleet(&atlas, &journal);
    let mut first = fleet.run([job(&atlas, "orders")]).unwrap();
    until(&mut first, |it| matches!(it, EventKind::Starting)).await;
    assert!(fleet.run([job(&atlas, "orders")]).unwrap_err().is_locked());
    assert!(journal.not_started("orders").unwrap_err().is_locked());
    drop(first);
    drop(fleet.run([job(&atlas, "orders")]).unwrap());
}

#[test]
fn a_journal_of_another_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.journal");
    Journal::open(&path).unwrap().set_format(2);
    let error = Journal::open(&path).unwrap_err();
    assert!(error.is_format(), "{error}");
    assert_eq!(
        error.to_string(),
        format!(
            "the journal {} has the format 2, and this version of atlas-fleet reads only 1; use \
             the version that wrote it",
            path.display()
        )
    );
}

#[test]
fn what_is_no_journal_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "some notes, which are none of a database's business").unwrap();
    let error = Journal::open(&path).unwrap_err();
    assert!(error.is_format(), "{error}");
    assert!(std::fs::read(&path).unwrap().starts_with(b"some notes"));

    let whole = folder.path().join("fleet.journal");
    drop(Journal::open(&whole).unwrap());
    let whole = std::fs::read(&whole).unwrap();
    for length in [0, 1, 100, 4096, whole.len() / 2, whole.len() - 1] {
        let path = folder.path().join("cut.journal");
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = Journal::open(&path).unwrap_err();
        assert!(error.is_format() || length == 0, "{length}: {error}");
    }
    let error = Journal::open(folder.path().join("none/fleet.journal")).unwrap_err();
    assert!(error.to_string().contains("cannot be created"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_journal_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.journal");
    drop(Journal::open(&path).unwrap());
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[tokio::test]
async fn a_journal_survives_its_process_and_has_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.journal");
    let atlas = atlas().fault(Fault::hang_up().operation(CREATE)).start();
    let secret = |password: &str| {
        let source = source(&atlas).managed_authentication(false);
        let source = source.username("0ddba11c-user").password(password);
        job_from(&atlas, "orders", "orders", source)
    };
    let journal = Journal::open(&path).unwrap();
    run(&fleet(&atlas, &journal), [secret("0ddba11c-password")]).await;
    drop(journal);
    let bytes = std::fs::read(&path).unwrap();
    let has = |text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    assert!(has("orders") && has("in-doubt"));
    assert!(!has("0ddba11c"));

    // Another password is not a change of the job: the journal does not contain it.
    let journal = Journal::open(&path).unwrap();
    journal.not_started("orders").unwrap();
    let summary = run(&fleet(&atlas, &journal), [secret("another")]).await;
    assert!(summary.is_complete(), "{summary}");
}
