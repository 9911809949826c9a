//! Blobs in an object store. A small one is written with one request, a larger
//! one in parts, of which one at a time is in memory.

use std::{ops::Range, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use chinwag_domain::ports::{BlobReader, BlobStore, BlobWriter, StorageError};
use futures_util::{StreamExt as _, stream::BoxStream};
use object_store::{
    Error, GetOptions, GetRange, GetResultPayload, MultipartUpload, ObjectStore,
    ObjectStoreExt as _, path::Path,
};
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _, Take},
};

/// What is read from a file at once.
const PIECE: usize = 64 * 1024;

/// [`BlobStore`] in a folder or a bucket; see [`ObjectBlobs::open`].
pub struct ObjectBlobs {
    store: Arc<dyn ObjectStore>,
    part: usize,
    /// Where it is a folder: what a crash leaves there has another name than the blob.
    folder: Option<PathBuf>,
}

impl ObjectBlobs {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, part: usize, folder: Option<PathBuf>) -> Self {
        Self { store, part, folder }
    }
}

fn failed(error: Error) -> StorageError {
    match error {
        Error::InvalidPath { .. } | Error::NotSupported { .. } | Error::NotImplemented { .. } => {
            StorageError::internal(error)
        }
        other => StorageError::unavailable(other),
    }
}

#[async_trait]
impl BlobStore for ObjectBlobs {
    async fn begin(&self, key: &str) -> Result<Box<dyn BlobWriter>, StorageError> {
        Ok(Box::new(ObjectWriter {
            store: Arc::clone(&self.store),
            path: Path::from(key),
            part: self.part,
            waiting: BytesMut::new(),
            upload: None,
        }))
    }

    async fn read(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<Option<Box<dyn BlobReader>>, StorageError> {
        // Of nothing there is no range, but whether it is there can be asked.
        let options = if range.is_empty() {
            GetOptions { head: true, ..GetOptions::default() }
        } else {
            GetOptions { range: Some(GetRange::Bounded(range.clone())), ..GetOptions::default() }
        };
        let found = match self.store.get_opts(&Path::from(key), options).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        if range.is_empty() {
            return Ok(Some(Box::new(Nothing)));
        }
        Ok(Some(match found.payload {
            GetResultPayload::File(file, _) => {
                let mut file = File::from_std(file);
                file.set_max_buf_size(PIECE);
                let start = std::io::SeekFrom::Start(range.start);
                file.seek(start).await.map_err(StorageError::unavailable)?;
                Box::new(FileReader(file.take(range.end - range.start)))
            }
            GetResultPayload::Stream(stream) => Box::new(StreamReader(stream)),
        }))
    }

    async fn delete(&self, key: &str) -> Result<(), StorageError> {
        if let Some(folder) = &self.folder {
            // Under this name the store writes until the blob is finished.
            match tokio::fs::remove_file(folder.join(format!("{key}#1"))).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StorageError::unavailable(error));
                }
                _ => {}
            }
        }
        match self.store.delete(&Path::from(key)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }
}

struct ObjectWriter {
    store: Arc<dyn ObjectStore>,
    path: Path,
    part: usize,
    /// Less than a part.
    waiting: BytesMut,
    /// Begun with the first whole part.
    upload: Option<Box<dyn MultipartUpload>>,
}

impl ObjectWriter {
    async fn put_part(&mut self, part: Bytes) -> Result<(), StorageError> {
        let upload = match &mut self.upload {
            Some(upload) => upload,
            none => none.insert(self.store.put_multipart(&self.path).await.map_err(failed)?),
        };
        upload.put_part(part.into()).await.map_err(failed)
    }
}

#[async_trait]
impl BlobWriter for ObjectWriter {
    async fn write(&mut self, mut bytes: Bytes) -> Result<(), StorageError> {
        while self.waiting.len() + bytes.len() >= self.part {
            let rest = self.part - self.waiting.len();
            self.waiting.extend_from_slice(&bytes.split_to(rest));
            let part = self.waiting.split().freeze();
            self.put_part(part).await?;
        }
        self.waiting.extend_from_slice(&bytes);
        Ok(())
    }

    async fn finish(mut self: Box<Self>) -> Result<(), StorageError> {
        let last = self.waiting.split().freeze();
        if self.upload.is_none() {
            return self.store.put(&self.path, last.into()).await.map(drop).map_err(failed);
        }
        if !last.is_empty() {
            self.put_part(last).await?;
        }
        if let Some(upload) = &mut self.upload {
            upload.complete().await.map_err(failed)?;
        }
        self.upload = None;
        Ok(())
    }

    async fn abort(mut self: Box<Self>) {
        if let Some(upload) = self.upload.take() {
            give_up(upload).await;
        }
    }
}

impl Drop for ObjectWriter {
    fn drop(&mut self) {
        if let (Some(upload), Ok(runtime)) =
            (self.upload.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(give_up(upload));
        }
    }
}

async fn give_up(mut upload: Box<dyn MultipartUpload>) {
    if let Err(error) = upload.abort().await {
        tracing::warn!(%error, "the parts of a file that was given up may be left");
    }
}

struct Nothing;

#[async_trait]
impl BlobReader for Nothing {
    async fn next(&mut self) -> Result<Option<Bytes>, StorageError> {
        Ok(None)
    }
}

struct FileReader(Take<File>);

#[async_trait]
impl BlobReader for FileReader {
    async fn next(&mut self) -> Result<Option<Bytes>, StorageError> {
        let mut piece = BytesMut::with_capacity(PIECE);
        self.0.read_buf(&mut piece).await.map_err(StorageError::unavailable)?;
        Ok(Some(piece.freeze()).filter(|piece| !piece.is_empty()))
    }
}

struct StreamReader(BoxStream<'static, object_store::Result<Bytes>>);

#[async_trait]
impl BlobReader for StreamReader {
    async fn next(&mut self) -> Result<Option<Bytes>, StorageError> {
        loop {
            match self.0.next().await.transpose().map_err(failed)? {
                Some(piece) if piece.is_empty() => {}
                piece => return Ok(piece),
            }
        }
    }
}
