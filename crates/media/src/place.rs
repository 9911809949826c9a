//! From a URL to a store: `file://<folder>`, `s3://<bucket>/<prefix>`,
//! `gs://<bucket>/<prefix>`.

use std::{fs, io, path::PathBuf, sync::Arc, time::Duration};

use object_store::{
    ClientConfigKey, ClientOptions, ObjectStore,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    gcp::{GoogleCloudStorageBuilder, GoogleConfigKey},
    local::LocalFileSystem,
    path::Path,
    prefix::PrefixStore,
};
use url::Url;

use crate::ObjectBlobs;

/// What is written to a folder at once.
const FOLDER_PART: usize = 256 * 1024;
/// The smallest part that S3 and GCS take of an upload in parts, but for the last.
const BUCKET_PART: usize = 5 * 1024 * 1024;
/// A bucket that says nothing for that long is given up; how long a whole answer takes is not bounded,
/// since a file may be large.
const SILENCE: Duration = Duration::from_secs(30);

/// Why a place for files cannot be used. Never holds the URL, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Not one of the three.
    #[error("the place for files must begin with file://, s3:// or gs://")]
    UnknownScheme,
    /// The rest of the URL makes no sense.
    #[error("the place for files has no {0}")]
    Missing(&'static str),
    /// Nobody knows this parameter.
    #[error(
        "the place for files has a parameter that is not known here; there are endpoint, region"
    )]
    UnknownParameter,
    /// The folder cannot be made.
    #[error("the folder for files cannot be made")]
    Folder(#[source] std::io::Error),
    /// The store does not take it.
    #[error("the place for files cannot be used")]
    Store(#[source] object_store::Error),
}

impl From<object_store::Error> for PlaceError {
    fn from(error: object_store::Error) -> Self {
        Self::Store(error)
    }
}

impl ObjectBlobs {
    /// Opens the place that the URL names; a folder is made where it is missing, a bucket is not.
    ///
    /// Credentials for S3 are those of the URL (`s3://key:secret@bucket/prefix`) or of the environment
    /// (`AWS_ACCESS_KEY_ID` …); `?endpoint=http://host:port` names another server than Amazon's,
    /// `?region=` its region. Those for GCS come from the environment (`GOOGLE_APPLICATION_CREDENTIALS`).
    ///
    /// # Errors
    /// See [`PlaceError`].
    pub fn open(url: &str) -> Result<Self, PlaceError> {
        if let Some(folder) = url.strip_prefix("file://") {
            return Self::folder(PathBuf::from(folder));
        }
        let url = Url::parse(url).map_err(|_| PlaceError::UnknownScheme)?;
        let bucket = url.host_str().filter(|host| !host.is_empty());
        let bucket = bucket.ok_or(PlaceError::Missing("bucket"))?.to_owned();
        let store: Arc<dyn ObjectStore> = match url.scheme() {
            "s3" => Arc::new(s3(&url, bucket)?),
            "gs" => {
                let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket);
                let way = way(|key| builder.get_config_value(&GoogleConfigKey::Client(key)));
                Arc::new(builder.with_client_options(way).build()?)
            }
            _ => return Err(PlaceError::UnknownScheme),
        };
        let prefix =
            Path::parse(url.path().trim_matches('/')).map_err(object_store::Error::from)?;
        let store = PrefixStore::new(store, prefix);
        Ok(Self::new(Arc::new(store), BUCKET_PART, None))
    }

    /// What [`ObjectBlobs::open`] would say, as far as it can be told without making a folder or asking a
    /// bucket.
    ///
    /// # Errors
    /// See [`PlaceError`].
    pub fn check(url: &str) -> Result<(), PlaceError> {
        let Some(folder) = url.strip_prefix("file://") else { return Self::open(url).map(drop) };
        if folder.is_empty() {
            return Err(PlaceError::Missing("folder"));
        }
        let above = std::path::Path::new(folder).ancestors().find(|above| above.exists());
        if above.is_none_or(std::path::Path::is_dir) {
            Ok(())
        } else {
            Err(PlaceError::Folder(io::ErrorKind::NotADirectory.into()))
        }
    }

    fn folder(folder: PathBuf) -> Result<Self, PlaceError> {
        if folder.as_os_str().is_empty() {
            return Err(PlaceError::Missing("folder"));
        }
        make(&folder).map_err(PlaceError::Folder)?;
        let store = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
        Ok(Self::new(Arc::new(store), FOLDER_PART, Some(folder)))
    }
}

/// For its owner alone: what people send each other is in it. A folder that is there stays as it is.
fn make(folder: &std::path::Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

fn s3(url: &Url, bucket: String) -> Result<object_store::aws::AmazonS3, PlaceError> {
    let builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
    let way = way(|key| builder.get_config_value(&AmazonS3ConfigKey::Client(key)));
    let mut builder = builder.with_client_options(way);
    if let (name, Some(secret)) = (url.username(), url.password()) {
        builder = builder.with_access_key_id(decoded(name)).with_secret_access_key(decoded(secret));
    }
    for (name, value) in url.query_pairs() {
        builder = match name.as_ref() {
            "endpoint" => {
                builder.with_allow_http(value.starts_with("http://")).with_endpoint(value)
            }
            "region" => builder.with_region(value),
            _ => return Err(PlaceError::UnknownParameter),
        };
    }
    Ok(builder.build()?)
}

/// Text of a URL's first part, where keys may be escaped.
fn decoded(text: &str) -> String {
    // A query decodes percent signs; a plus that is none of its spaces is escaped before.
    let escaped = text.replace('+', "%2B");
    let mut pairs = url::form_urlencoded::parse(escaped.as_bytes());
    pairs.next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

/// How to reach a bucket: as patiently as we are, and otherwise as the environment `said`
/// (`AWS_ALLOW_HTTP`, `GOOGLE_PROXY_URL` …).
fn way(said: impl Fn(ClientConfigKey) -> Option<String>) -> ClientOptions {
    let of_the_environment = [
        ClientConfigKey::AllowHttp,
        ClientConfigKey::ProxyUrl,
        ClientConfigKey::ProxyCaCertificate,
        ClientConfigKey::ProxyExcludes,
    ];
    let patient = ClientOptions::new().with_timeout_disabled().with_read_timeout(SILENCE);
    of_the_environment.into_iter().fold(patient, |options, key| match said(key) {
        Some(value) => options.with_config(key, value),
        None => options,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_make_no_sense_are_told() {
        for (url, told) in [
            ("/srv/media", "must begin with"),
            ("ftp://host/x", "must begin with"),
            ("file://", "has no folder"),
            ("s3:///prefix", "has no bucket"),
            ("s3://k:s@bucket/p?endpint=x", "a parameter that is not known"),
        ] {
            let error = ObjectBlobs::open(url).err().map(|error| error.to_string());
            assert!(error.as_ref().is_some_and(|it| it.contains(told)), "{url}: {error:?}");
            let checked = ObjectBlobs::check(url).err().map(|error| error.to_string());
            assert_eq!(checked, error, "{url}");
        }
    }

    #[test]
    fn a_folder_is_checked_without_being_made() {
        let folder = tempfile::tempdir().unwrap();
        let url = |name: &str| format!("file://{}/{name}", folder.path().display());
        ObjectBlobs::check(&url("some/where")).unwrap();
        assert!(!folder.path().join("some").exists());
        fs::write(folder.path().join("file"), "").unwrap();
        let outcome = ObjectBlobs::check(&url("file/below"));
        assert!(matches!(outcome, Err(PlaceError::Folder(_))));
    }

    #[test]
    fn keys_may_be_escaped() {
        assert_eq!(decoded("a%2Fb+c%3D"), "a/b+c=");
    }

    #[test]
    fn buckets_open_without_asking_them() {
        let url = "s3://key:a%2Fb@bucket/some/prefix?endpoint=http://127.0.0.1:9&region=eu-1";
        ObjectBlobs::open(url).unwrap();
    }
}
