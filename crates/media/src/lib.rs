//! Where files are kept: a local folder, S3-compatible stores, GCS, behind the port `BlobStore`;
//! and what the bytes of a file say about it.
