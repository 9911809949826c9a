//! Folders for what people say and who they are: whoever else has an account on the machine is not to
//! look into them.

use std::{fs, io, path::Path};

/// Makes a folder, and those above it, for its owner alone. One that is there stays as its operator made it.
///
/// # Errors
/// When it cannot be made.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a panic is how a test fails
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_made_is_its_owners_and_what_is_there_stays() {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("there");
        fs::create_dir(&there).unwrap();
        fs::set_permissions(&there, fs::Permissions::from_mode(0o755)).unwrap();
        make_folder(&there.join("data/media")).unwrap();
        make_folder(&there).unwrap();
        assert_eq!((mode(&there.join("data/media")), mode(&there.join("data"))), (0o700, 0o700));
        assert_eq!(mode(&there), 0o755);
    }
}
