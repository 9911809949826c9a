//! One constructor and one line: a named test for every promise of the port.
#![allow(clippy::unwrap_used)] // a test fails loudly

use std::sync::Arc;

use chinwag_example_swap_adapter::FlatFolder;
use chinwag_testkit::conformance::BlobsUnderTest;

async fn fresh() -> BlobsUnderTest {
    let folder = tempfile::tempdir().unwrap();
    let counted = folder.path().to_owned();
    BlobsUnderTest {
        blobs: Arc::new(FlatFolder::open(folder.path()).unwrap()),
        count: Box::new(move || counted.read_dir().unwrap().count()),
        keep: Box::new(folder),
    }
}

chinwag_testkit::blob_conformance!(fresh);
