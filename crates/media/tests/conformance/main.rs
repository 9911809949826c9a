//! The suite that every store of blobs passes: in a folder, and in a bucket of
//! a server that speaks S3 (`s3s-fs`), over real HTTP on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a panic is how a test fails

mod bucket;

use std::sync::Arc;

use chinwag_media::ObjectBlobs;
use chinwag_testkit::conformance::BlobsUnderTest;

mod folder {
    use super::*;

    async fn fresh() -> BlobsUnderTest {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made/when/missing");
        let blobs = ObjectBlobs::open(&format!("file://{}", path.display())).unwrap();
        let count = Box::new(move || bucket::files(&path, |_| true));
        BlobsUnderTest { blobs: Arc::new(blobs), count, keep: Box::new(folder) }
    }

    chinwag_testkit::blob_conformance!(fresh);
}

mod s3 {
    use super::*;

    async fn fresh() -> BlobsUnderTest {
        let bucket = bucket::Bucket::start().await;
        let blobs = ObjectBlobs::open(&bucket.url()).unwrap();
        let folder = bucket.folder().to_owned();
        let count = Box::new(move || bucket::objects(&folder));
        BlobsUnderTest { blobs: Arc::new(blobs), count, keep: Box::new(bucket) }
    }

    chinwag_testkit::blob_conformance!(fresh);

    #[tokio::test]
    async fn a_bucket_that_is_away_is_unavailable() {
        let bucket = bucket::Bucket::start().await;
        let wrong = bucket.url().replace(bucket::SECRET, "another");
        let blobs: Arc<dyn chinwag_domain::ports::BlobStore> =
            Arc::new(ObjectBlobs::open(&wrong).unwrap());
        let writer = blobs.begin("ab/cd").await.unwrap();
        writer.finish().await.unwrap_err();
        assert!(blobs.read("ab/cd", 0..1).await.is_err(), "refused is not absent");
    }
}
