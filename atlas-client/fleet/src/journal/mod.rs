//! The journal of a fleet: a record for each job, in a file that survives a crash.
//!
//! Owns the file and its format; must not know when a record is written.

mod record;

use std::ffi::OsStr;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use atlas_client::{ObjectId, serde_json};
use redb::backends::{FileBackend, InMemoryBackend};
use redb::{
    Database, DatabaseError, ReadableDatabase, ReadableTable, StorageError, TableDefinition,
    TableError,
};

pub(crate) use record::{Moment, Record, State};

use crate::error::{Error, Kind, Result};

/// The format that this version reads and writes.
const FORMAT: u64 = 1;
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("atlas-fleet");
const JOBS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("jobs");

/// The journal of a fleet.
///
/// It is one file, which one process at a time can open; the lock ends with the process, however
/// that ends. A record is on the disk before the request that it announces is sent: writing it
/// blocks the thread until then. It contains no password, user name or token, and on Unix only its
/// owner can read it. Keep it until all migrations are complete: without it, the next run starts
/// all of them again.
///
/// Clones share the journal.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    database: Database,
    path: Option<PathBuf>,
    in_use: AtomicBool,
}

/// The entry of one job.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// The name of the job.
    pub name: String,
    /// The state: `validating`, `starting`, `in doubt`, `claimed`, `started`, `cutting over`,
    /// `cut over`, `complete` or `failed`.
    pub state: &'static str,
    /// The migration, if it is known.
    pub migration: Option<ObjectId>,
}

impl Entry {
    /// Returns whether nothing remains to be done: the migration is complete or has failed.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, "complete" | "failed")
    }
}

impl Journal {
    /// Opens the journal at `path`, or creates it.
    ///
    /// # Errors
    ///
    /// [`Error::is_locked`] if it is already open, in this process or another;
    /// [`Error::is_format`] if the file is not a journal, is damaged, or was written by another
    /// version; otherwise the error of the file system.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let shown = path.display();
        let exists = path.try_exists().map_err(|error| {
            let message = format!("the journal {shown} cannot be opened: {error}");
            Error::new(Kind::Journal, message).caused_by(error)
        })?;
        if !exists {
            create(path).map_err(|error| {
                let message = format!("the journal {shown} cannot be created: {error}");
                Error::new(Kind::Journal, message).caused_by(error)
            })?;
        }
        let database = Database::open(path).map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => Error::new(
                Kind::Locked,
                format!(
                    "the journal {shown} is in use by another process; wait until it has ended"
                ),
            ),
            // A file that is too short or has unexpected bytes is damaged; other errors are those
            // of the file system.
            DatabaseError::Storage(StorageError::Io(error))
                if !matches!(
                    error.kind(),
                    ErrorKind::InvalidData | ErrorKind::UnexpectedEof
                ) =>
            {
                let message = format!("the journal {shown} cannot be opened: {error}");
                Error::new(Kind::Journal, message).caused_by(error)
            }
            error => {
                let message =
                    format!("{shown} is not the journal of a fleet, or is damaged: {error}");
                Error::new(Kind::Format, message).caused_by(error)
            }
        })?;
        let journal = Self::of(database, Some(path.to_path_buf()));
        journal.check_format()?;
        Ok(journal)
    }

    /// Creates a journal in memory, for tests of programs. It is lost when its last clone is
    /// dropped.
    ///
    /// # Errors
    ///
    /// No failure is known.
    pub fn in_memory() -> Result<Self> {
        let database = Database::builder()
            .create_with_backend(InMemoryBackend::new())
            .map_err(redb::Error::from)
            .and_then(|database| initialize(&database).map(|()| database))
            .map_err(|error| {
                let message = format!("a journal in memory cannot be created: {error}");
                Error::new(Kind::Journal, message).caused_by(error)
            })?;
        Ok(Self::of(database, None))
    }

    /// Returns all entries, by name.
    ///
    /// # Errors
    ///
    /// [`Error::is_format`] if a record cannot be read; otherwise the error of the file system.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        let records = self.records()?;
        let entries = records.into_iter().map(|(name, record)| Entry {
            name,
            state: record.state.name(),
            migration: record.state.migration().cloned(),
        });
        Ok(entries.collect())
    }

    /// Answers a doubt: the migration of the job `name` was started, and is `migration`. The next
    /// run asks the server for it before it follows it.
    ///
    /// # Errors
    ///
    /// [`Error::is_answer`] if the job is unknown or not in doubt, or if `migration` is not a valid
    /// id or that of another job; [`Error::is_locked`] during a run; otherwise as
    /// [`entries`](Self::entries).
    pub fn started(&self, name: &str, migration: ObjectId) -> Result<()> {
        let _claim = self.claim()?;
        let (mut record, at) = self.doubted(name)?;
        if !migration.is_valid() {
            let message = format!("{migration} is not the id of a migration");
            return Err(Error::new(Kind::Answer, message));
        }
        let records = self.records()?;
        let owner = records
            .iter()
            .find(|(other, record)| other != name && record.state.migration() == Some(&migration));
        if let Some((owner, _)) = owner {
            let message = format!(
                "{migration} is the migration of the job {owner:?} and cannot be that of {name:?}"
            );
            return Err(Error::new(Kind::Answer, message));
        }
        record.state = State::Claimed { at, migration };
        self.write(name, &record)
    }

    /// Answers a doubt: the migration of the job `name` was not started. The next run starts it.
    ///
    /// # Errors
    ///
    /// [`Error::is_answer`] if the job is unknown or not in doubt; [`Error::is_locked`] during a
    /// run; otherwise as [`entries`](Self::entries).
    pub fn not_started(&self, name: &str) -> Result<()> {
        let _claim = self.claim()?;
        let (mut record, _) = self.doubted(name)?;
        record.state = State::Validating { denied: true };
        self.write(name, &record)
    }

    fn doubted(&self, name: &str) -> Result<(Record, Moment)> {
        let Some(record) = self.read(name)? else {
            let message = format!("the journal has no job {name:?}");
            return Err(Error::new(Kind::Answer, message));
        };
        match record.state.doubted_since() {
            Some(at) => Ok((record, at)),
            None => Err(Error::new(
                Kind::Answer,
                format!(
                    "the job {name:?} is not in doubt: it is {}",
                    record.state.name()
                ),
            )),
        }
    }

    /// Claims the journal, for a run or to record an answer.
    pub(crate) fn claim(&self) -> Result<Claim> {
        if self.0.in_use.swap(true, Ordering::AcqRel) {
            let message = "the journal is in use by another run of this process; let it end first";
            return Err(Error::new(Kind::Locked, message));
        }
        Ok(Claim(self.clone()))
    }

    pub(crate) fn read(&self, name: &str) -> Result<Option<Record>> {
        let bytes = self.try_read(name).map_err(|error| self.failed(error))?;
        bytes.map(|bytes| self.parse(name, &bytes)).transpose()
    }

    pub(crate) fn records(&self) -> Result<Vec<(String, Record)>> {
        let all = self.try_read_all().map_err(|error| self.failed(error))?;
        all.into_iter()
            .map(|(name, bytes)| {
                let record = self.parse(&name, &bytes)?;
                Ok((name, record))
            })
            .collect()
    }

    /// Writes a record, and returns when it is on the disk.
    pub(crate) fn write(&self, name: &str, record: &Record) -> Result<()> {
        let bytes = serde_json::to_vec(record).map_err(|error| {
            let message = format!("the record of the job {name:?} cannot be written: {error}");
            Error::new(Kind::Journal, message).caused_by(error)
        })?;
        self.try_write(name, &bytes)
            .map_err(|error| self.failed(error))
    }

    fn of(database: Database, path: Option<PathBuf>) -> Self {
        Self(Arc::new(Inner {
            database,
            path,
            in_use: AtomicBool::new(false),
        }))
    }

    fn try_read(&self, name: &str) -> Result<Option<Vec<u8>>, redb::Error> {
        let table = self.0.database.begin_read()?.open_table(JOBS)?;
        Ok(table.get(name)?.map(|bytes| bytes.value().to_vec()))
    }

    fn try_read_all(&self) -> Result<Vec<(String, Vec<u8>)>, redb::Error> {
        let table = self.0.database.begin_read()?.open_table(JOBS)?;
        let mut all = Vec::new();
        for entry in table.iter()? {
            let (name, bytes) = entry?;
            all.push((name.value().to_owned(), bytes.value().to_vec()));
        }
        Ok(all)
    }

    fn try_write(&self, name: &str, bytes: &[u8]) -> Result<(), redb::Error> {
        // By default a commit returns after it was synchronized with the disk.
        let transaction = self.0.database.begin_write()?;
        transaction.open_table(JOBS)?.insert(name, bytes)?;
        transaction.commit()?;
        Ok(())
    }

    fn check_format(&self) -> Result<()> {
        let read = || -> Result<Option<u64>, redb::Error> {
            let table = match self.0.database.begin_read()?.open_table(META) {
                Err(TableError::TableDoesNotExist(_)) => return Ok(None),
                table => table?,
            };
            Ok(table.get("format")?.map(|format| format.value()))
        };
        let message = match read().map_err(|error| self.failed(error))? {
            Some(FORMAT) => return Ok(()),
            Some(format) => format!(
                "{self} has the format {format}, and this version of atlas-fleet reads only \
                 {FORMAT}; use the version that wrote it"
            ),
            None => format!("{self} is a database, but not the journal of a fleet"),
        };
        Err(Error::new(Kind::Format, message))
    }

    fn parse(&self, name: &str, bytes: &[u8]) -> Result<Record> {
        serde_json::from_slice(bytes).map_err(|error| {
            let message = format!("{self} has a record of {name:?} that cannot be read: {error}");
            Error::new(Kind::Format, message).caused_by(error)
        })
    }

    fn failed(&self, error: redb::Error) -> Error {
        let message = format!("{self} cannot be read or written: {error}");
        Error::new(Kind::Journal, message).caused_by(error)
    }

    #[cfg(test)]
    pub(crate) fn set_format(&self, format: u64) {
        let transaction = self.0.database.begin_write().unwrap();
        let mut table = transaction.open_table(META).unwrap();
        table.insert("format", format).unwrap();
        drop(table);
        transaction.commit().unwrap();
    }
}

impl fmt::Display for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.path {
            Some(path) => write!(f, "the journal {}", path.display()),
            None => f.write_str("the journal in memory"),
        }
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Journal").field(&self.0.path).finish()
    }
}

/// The exclusive use of a journal, by a run or to record an answer. It ends on drop.
pub(crate) struct Claim(Journal);

impl Drop for Claim {
    fn drop(&mut self) {
        self.0.0.in_use.store(false, Ordering::Release);
    }
}

/// Creates an empty journal at `path`, unless another process has created one in the meantime.
///
/// If the process is killed while redb creates the file, redb cannot open it again. So the file is
/// created under another name and then renamed.
fn create(path: &Path) -> std::io::Result<()> {
    let directory = match path.parent() {
        Some(directory) if directory != OsStr::new("") => directory,
        _ => Path::new("."),
    };
    let new = tempfile::Builder::new()
        .prefix(".atlas-fleet-")
        .tempfile_in(directory)?;
    FileBackend::new(new.reopen()?)
        .and_then(|file| Database::builder().create_with_backend(file))
        .map_err(redb::Error::from)
        .and_then(|database| initialize(&database))
        .map_err(|error| match error {
            redb::Error::Io(error) => error,
            error => std::io::Error::other(error),
        })?;
    match new.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(error.error),
    }
    // Otherwise a power failure could lose the directory entry, and with it the journal.
    #[cfg(unix)]
    std::fs::File::open(directory)?.sync_all()?;
    Ok(())
}

fn initialize(database: &Database) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(META)?.insert("format", FORMAT)?;
    transaction.open_table(JOBS)?;
    transaction.commit()?;
    Ok(())
}
