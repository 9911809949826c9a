//! A team's own store of files behind the port [`BlobStore`]: one flat folder, a file to a blob. The suite
//! that holds chinwag's own stores to their promises holds this one to them, see `tests/conformance.rs`.

use std::{
    fs, io,
    ops::Range,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use bytes::Bytes;
use chinwag_domain::ports::{BlobReader, BlobStore, BlobWriter, StorageError};
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _},
};

/// How much a reader gives at once.
const PIECE: u64 = 64 * 1024;

/// Blobs in a folder of their own.
#[derive(Debug, Clone)]
pub struct FlatFolder(PathBuf);

impl FlatFolder {
    /// Makes the folder if it is not there.
    ///
    /// # Errors
    /// When that fails.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    /// Where a finished blob is. Keys hold letters, digits and slashes, so no two share a name.
    fn whole(&self, key: &str) -> PathBuf {
        self.0.join(key.replace('/', "-"))
    }

    /// Where it grows: under a name that no key has.
    fn growing(&self, key: &str) -> PathBuf {
        self.0.join(format!("{}.part", key.replace('/', "-")))
    }
}

#[async_trait]
impl BlobStore for FlatFolder {
    async fn begin(&self, key: &str) -> Result<Box<dyn BlobWriter>, StorageError> {
        let (growing, whole) = (self.growing(key), self.whole(key));
        let file = File::create(&growing).await.map_err(failed)?;
        Ok(Box::new(Growing { file, left: Leftover(growing), whole }))
    }

    async fn read(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<Option<Box<dyn BlobReader>>, StorageError> {
        let mut file = match File::open(self.whole(key)).await {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        file.seek(io::SeekFrom::Start(range.start)).await.map_err(failed)?;
        Ok(Some(Box::new(Reading { file, left: range.end.saturating_sub(range.start) })))
    }

    async fn delete(&self, key: &str) -> Result<(), StorageError> {
        for path in [self.whole(key), self.growing(key)] {
            gone(tokio::fs::remove_file(path).await).map_err(failed)?;
        }
        Ok(())
    }
}

/// A blob that is being written.
struct Growing {
    file: File,
    left: Leftover,
    whole: PathBuf,
}

#[async_trait]
impl BlobWriter for Growing {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StorageError> {
        self.file.write_all(&bytes).await.map_err(failed)
    }

    async fn finish(mut self: Box<Self>) -> Result<(), StorageError> {
        self.file.flush().await.map_err(failed)?;
        // Durable before it has its name, and the name before anybody is told.
        self.file.sync_all().await.map_err(failed)?;
        tokio::fs::rename(&self.left.0, &self.whole).await.map_err(failed)?;
        let folder = self.whole.parent().unwrap_or(Path::new("."));
        File::open(folder).await.map_err(failed)?.sync_all().await.map_err(failed)
    }

    async fn abort(self: Box<Self>) {}
}

/// Takes away what was given up, however that came about; what is finished has another name.
struct Leftover(PathBuf);

impl Drop for Leftover {
    fn drop(&mut self) {
        // A file that stays is found again by its key, when the upload is swept.
        let _ = fs::remove_file(&self.0);
    }
}

/// A blob that is being read.
struct Reading {
    file: File,
    left: u64,
}

#[async_trait]
impl BlobReader for Reading {
    async fn next(&mut self) -> Result<Option<Bytes>, StorageError> {
        let mut piece = Vec::new();
        let most = self.left.min(PIECE);
        let read = (&mut self.file).take(most).read_to_end(&mut piece).await.map_err(failed)?;
        self.left = self.left.saturating_sub(read as u64);
        Ok(Some(Bytes::from(piece)).filter(|piece| !piece.is_empty()))
    }
}

/// What is not there need not be removed.
fn gone(outcome: io::Result<()>) -> io::Result<()> {
    outcome.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}

fn failed(error: io::Error) -> StorageError {
    StorageError::internal(error)
}
