//! One serving process for each file of SQLite: a second one beside it would not hear of the first
//! one's events. The system lets go of the lock when the process ends, however it ends; the lock file
//! stays, since removing it would let two processes lock two files of the same name.

use std::{
    ffi::OsString,
    fs::{self, File, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use chinwag_storage::make_folder;

use super::Place;
use crate::failure::Failure;

/// Held as long as it lives.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "an open file is what holds the lock")] File);

impl Lock {
    /// Takes the lock of that database; `None` where several servers may share it, or where the file
    /// system knows no locks.
    ///
    /// # Errors
    /// When another process holds it, or there is no place for it.
    pub fn take(place: &Place) -> Result<Option<Self>, Failure> {
        let Place::File { path, made_if_missing } = place else { return Ok(None) };
        if !made_if_missing && !path.exists() {
            // Opening it will tell.
            return Ok(None);
        }
        let failed = format!("the lock beside the database {place} cannot be taken");
        let mut file = open(&beside(path)).map_err(|error| {
            Failure::Refused(format!(
                "{failed}: {error}; make the folder writable or set database.url"
            ))
        })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(path, &mut file)),
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "no lock: see to it that one server only uses {place}");
                return Ok(None);
            }
        }
        let told = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        told.map_err(|error| Failure::because(&failed, &error))?;
        Ok(Some(Self(file)))
    }
}

/// Of the file itself, whatever names lead to it.
fn beside(path: &Path) -> PathBuf {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name: OsString = path.into_os_string();
    name.push(".lock");
    name.into()
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    File::options().read(true).write(true).create(true).truncate(false).open(path)
}

fn held(path: &Path, file: &mut File) -> Failure {
    let mut text = String::new();
    // The other one may be about to write it.
    let pid = match file.read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => format!(" (pid {})", text.trim()),
        _ => String::new(),
    };
    Failure::Refused(format!(
        "{} is already served by another process{pid}; stop it, or use PostgreSQL for several servers",
        path.strip_prefix(".").unwrap_or(path).display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: PathBuf) -> Place {
        Place::File { path, made_if_missing: true }
    }

    #[test]
    fn one_at_a_time_by_whatever_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/chat.db");
        let first = Lock::take(&place(path.clone())).unwrap();
        assert!(first.is_some());
        fs::write(&path, "").unwrap();
        let other_name = folder.path().join("link.db");
        std::os::unix::fs::symlink(&path, &other_name).unwrap();
        for path in [&path, &other_name] {
            let refused = Lock::take(&place(path.clone())).unwrap_err().to_string();
            let pid = std::process::id();
            assert!(refused.contains(&format!("another process (pid {pid});")), "{refused}");
        }
        drop(first);
        assert!(Lock::take(&place(other_name)).unwrap().is_some());
    }

    #[test]
    fn what_several_may_share_has_none() {
        let server = Place::Server { host: "db".to_owned(), port: 5432 };
        for place in [server, Place::Memory, Place::Elsewhere] {
            assert!(Lock::take(&place).unwrap().is_none());
        }
    }
}
