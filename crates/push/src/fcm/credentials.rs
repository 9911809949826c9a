//! The service account: the file that the Firebase console gives out, read and checked once, at the
//! start, so that what is wrong with it shows there and not with the first message.

use std::{fmt, path::Path};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Url;
use serde::Deserialize;

use super::http::trusted;

/// Bytes of the largest file that is read.
const MAX_BYTES: u64 = 64 * 1024;

/// A service account of a Firebase project.
#[derive(Clone)]
pub struct ServiceAccount {
    /// Of the project that messages are sent in.
    pub(super) project_id: String,
    /// Whose the key is.
    pub(super) client_email: String,
    /// Where tokens are given out.
    pub(super) token_uri: Url,
    pub(super) header: Header,
    pub(super) key: EncodingKey,
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("project_id", &self.project_id)
            .field("client_email", &self.client_email)
            .finish_non_exhaustive()
    }
}

/// Why a file is no service account; never with what is in it.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Read(std::io::Error),
    /// It is far too large.
    #[error("it is larger than {MAX_BYTES} bytes, and no service account is")]
    TooLarge,
    /// It is something else.
    #[error("it is not the JSON of a service account (line {line}, column {column})")]
    Json {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// A field that is not there.
    #[error(
        "it has no {0}; make a new key in the Firebase console: project settings, service accounts"
    )]
    Missing(&'static str),
    /// Credentials of another kind.
    #[error(
        "its type is {0:?}, not \"service_account\"; make a key in the Firebase console: project \
         settings, service accounts"
    )]
    Type(String),
    /// A field that does not fit.
    #[error("its {field} {problem}")]
    Field {
        /// Which.
        field: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
}

/// As it is given out; other fields are of no use here.
#[derive(Deserialize)]
struct File {
    #[serde(rename = "type")]
    kind: Option<String>,
    project_id: Option<String>,
    private_key_id: Option<String>,
    private_key: Option<String>,
    client_email: Option<String>,
    token_uri: Option<String>,
}

impl ServiceAccount {
    /// Reads and checks the file.
    ///
    /// # Errors
    /// See [`CredentialsError`].
    pub fn read(path: &Path) -> Result<Self, CredentialsError> {
        let size = std::fs::metadata(path).map_err(CredentialsError::Read)?.len();
        if size > MAX_BYTES {
            return Err(CredentialsError::TooLarge);
        }
        Self::parse(&std::fs::read(path).map_err(CredentialsError::Read)?)
    }

    /// Checks what is in such a file.
    ///
    /// # Errors
    /// See [`CredentialsError`].
    pub fn parse(json: &[u8]) -> Result<Self, CredentialsError> {
        let file: File = serde_json::from_slice(json).map_err(|error| {
            // Its text could quote the key.
            CredentialsError::Json { line: error.line(), column: error.column() }
        })?;
        let there = |field, value: Option<String>| {
            value.filter(|text| !text.trim().is_empty()).ok_or(CredentialsError::Missing(field))
        };
        let kind = there("type", file.kind)?;
        if kind != "service_account" {
            return Err(CredentialsError::Type(kind.chars().take(40).collect()));
        }
        let project_id = there("project_id", file.project_id)?;
        if !project_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:_".contains(&byte)) {
            let problem = "must be the id of a project, such as my-app-1234";
            return Err(CredentialsError::Field { field: "project_id", problem });
        }
        let token_uri = trusted(&there("token_uri", file.token_uri)?)
            .map_err(|problem| CredentialsError::Field { field: "token_uri", problem })?;
        let mut header = Header::new(Algorithm::RS256);
        header.kid = file.private_key_id;
        Ok(Self {
            key: key(&header, &there("private_key", file.private_key)?)?,
            client_email: there("client_email", file.client_email)?,
            project_id,
            token_uri,
            header,
        })
    }
}

/// A key that signs: tried out, since what merely looks like one is told only then.
fn key(header: &Header, pem: &str) -> Result<EncodingKey, CredentialsError> {
    let problem = "is not an RSA key in PEM, beginning with -----BEGIN PRIVATE KEY-----";
    let unusable = |_| CredentialsError::Field { field: "private_key", problem };
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(unusable)?;
    jsonwebtoken::encode(header, &serde_json::json!({}), &key).map_err(unusable)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(json: &str) -> String {
        ServiceAccount::parse(json.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(error("{").starts_with("it is not the JSON of a service account (line 1"));
        assert!(error("[]").contains("not the JSON of a service account"));
        assert!(error("{}").starts_with("it has no type;"));
        assert!(error(r#"{"type":"authorized_user"}"#).contains("\"authorized_user\""));
        let account = r#"{"type":"service_account","#;
        assert!(error(&format!("{account}\"x\":1}}")).starts_with("it has no project_id;"));
        assert!(
            error(&format!("{account}\"project_id\":\"a/b\"}}")).starts_with("its project_id must")
        );
        let account = format!("{account}\"project_id\":\"my-app\",");
        for uri in ["http://oauth2.example/token", "ftp://x/", "token", "https://a:b@x.example/"] {
            let told = error(&format!("{account}\"token_uri\":{uri:?}}}"));
            assert!(told.starts_with("its token_uri must be"), "{uri}: {told}");
        }
        let account = format!("{account}\"token_uri\":\"https://oauth2.googleapis.com/token\",");
        assert!(error(&format!("{account}\"x\":1}}")).starts_with("it has no private_key;"));
    }

    #[test]
    fn a_bad_key_is_told_without_showing_it() {
        for key in ["c4n4ry", "-----BEGIN PRIVATE KEY-----\nYzRuNHJ5\n-----END PRIVATE KEY-----\n"]
        {
            let json = serde_json::json!({
                "type": "service_account", "project_id": "my-app", "private_key": key,
                "client_email": "x@my-app.iam.gserviceaccount.com",
                "token_uri": "https://oauth2.googleapis.com/token",
            });
            let told = error(&json.to_string());
            assert!(told.starts_with("its private_key is not an RSA key"), "{told}");
            assert!(!told.contains("c4n4ry") && !told.contains("YzRu"), "{told}");
        }
    }
}
