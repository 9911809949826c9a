//! The development secret: made on the first run, kept beside the data, readable by its owner only.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use chinwag_storage::make_folder;
use rand::RngExt as _;
use secrecy::SecretString;

/// Where the first run keeps its secret, relative to the working directory.
pub const SECRET_FILE: &str = "data/secret";

/// Why there is no development secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Others could have read it.
    #[error(
        "{path} can be read by others, so it is no secret; run `chmod 600 {path}`, or remove it \
         and all tokens with it"
    )]
    Exposed {
        /// The file.
        path: String,
    },
    /// Cut off, or made by hand.
    #[error("{path} holds less than 32 bytes; remove it and a new one is made")]
    Short {
        /// The file.
        path: String,
    },
    /// Nothing has been served from this folder.
    #[error("no secret in {path}: run it where the server runs, or set auth.secret")]
    Missing {
        /// The file.
        path: String,
    },
    /// The file system refused.
    #[error(
        "{path}: the secret cannot be kept there: {source}; make the folder writable or set \
         CHINWAG_AUTH__SECRET"
    )]
    Io {
        /// The file.
        path: String,
        /// What it said.
        source: io::Error,
    },
}

/// 256 random bits as text.
pub fn random_secret() -> String {
    let mut random = rand::rng();
    format!("{:032x}{:032x}", random.random::<u128>(), random.random::<u128>())
}

/// The secret of this folder, made now if there is none. Two servers that start at once get the same.
///
/// # Errors
/// See [`SecretError`].
pub fn development_secret(path: &Path) -> Result<SecretString, SecretError> {
    if !path.exists() {
        create(path).map_err(|source| SecretError::Io { path: shown(path), source })?;
    }
    kept_secret(path)
}

/// The secret of this folder, which has to be there.
///
/// # Errors
/// See [`SecretError`].
pub fn kept_secret(path: &Path) -> Result<SecretString, SecretError> {
    let shown = || shown(path);
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => SecretError::Missing { path: shown() },
        _ => SecretError::Io { path: shown(), source },
    };
    if exposed(path).map_err(failed)? {
        return Err(SecretError::Exposed { path: shown() });
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    match text.trim() {
        secret if secret.len() >= 32 => Ok(secret.to_owned().into()),
        _ => Err(SecretError::Short { path: shown() }),
    }
}

/// From the root: who reads it may be in another folder.
fn shown(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

/// Written in full under another name first, then linked: nobody sees half a secret, and the one who
/// comes second keeps the first one's.
fn create(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let draft = PathBuf::from(format!("{}.{}", path.display(), random_secret()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let written = writeln!(file, "{}", random_secret())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(unix)]
fn exposed(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn exposed(_: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn it_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/secret");
        let made = development_secret(&path).unwrap();
        assert_eq!(made.expose_secret().len(), 64);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(development_secret(&path).unwrap().expose_secret(), made.expose_secret());
        let left: Vec<_> = fs::read_dir(folder.path().join("data")).unwrap().collect();
        assert_eq!(left.len(), 1, "no draft is left behind");
    }

    #[test]
    fn servers_that_start_at_once_share_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let all: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| development_secret(&path).unwrap().expose_secret().into()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{all:?}");
    }

    #[test]
    fn one_that_others_can_read_is_refused_with_the_cure() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "x".repeat(40)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = development_secret(&path).unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
    }

    #[test]
    fn who_only_needs_it_makes_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/secret");
        let error = kept_secret(&path).unwrap_err().to_string();
        assert!(error.starts_with(&format!("no secret in {}: run it", path.display())), "{error}");
        assert!(!folder.path().join("data").exists());
        let made = development_secret(&path).unwrap();
        assert_eq!(kept_secret(&path).unwrap().expose_secret(), made.expose_secret());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told_with_the_cure() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("data"), "a file").unwrap();
        let error = development_secret(&folder.path().join("data/secret")).unwrap_err().to_string();
        assert!(error.starts_with(&folder.path().display().to_string()), "{error}");
        assert!(error.ends_with("or set CHINWAG_AUTH__SECRET"), "{error}");
    }

    #[test]
    fn half_a_secret_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "short").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(development_secret(&path), Err(SecretError::Short { .. })));
    }
}
