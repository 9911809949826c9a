//! Passwords without hashing: fast, and of no use to anybody else.

use async_trait::async_trait;
use chinwag_domain::ports::{PasswordError, PasswordHasher};

/// "Hashes" a password by naming it.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainPasswords;

#[async_trait]
impl PasswordHasher for PlainPasswords {
    async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        Ok(format!("$plain${password}"))
    }

    async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, PasswordError> {
        Ok(hash.is_some_and(|hash| hash == format!("$plain${password}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_same_password_is_right() {
        let hash = PlainPasswords.hash("secret").await.unwrap();
        assert!(PlainPasswords.verify("secret", Some(hash.clone())).await.unwrap());
        assert!(!PlainPasswords.verify("other", Some(hash)).await.unwrap());
        assert!(!PlainPasswords.verify("secret", None).await.unwrap());
    }
}
