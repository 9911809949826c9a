//! Tokens in URLs. That of a slot is 256 random bits, kept as its hash. That of
//! a link holds whose eyes it lends and until when, signed with HMAC-SHA-256.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_domain::{
    MediaId, Timestamp, UserId,
    ports::{MediaTokens, SlotToken},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::RngExt as _;
use sha2::{Digest as _, Sha256};

/// Bytes of a signature.
const SIGNATURE: usize = 32;

/// [`MediaTokens`] of one installation.
#[derive(Clone)]
pub struct SignedTokens {
    signer: Hmac<Sha256>,
}

impl SignedTokens {
    /// Signs links with that key, which all nodes share.
    pub fn new(key: &[u8; 32]) -> Self {
        // As HMAC itself fills a key that is shorter than a block.
        let mut block = [0; 64];
        block[..key.len()].copy_from_slice(key);
        Self { signer: Hmac::new(&block.into()) }
    }

    /// 256 random bits, such as a key.
    pub fn random() -> [u8; 32] {
        rand::rng().random()
    }

    /// Over the file too, though the link says it beside: a token is good for one.
    fn signed(&self, id: MediaId, statement: &[u8]) -> Hmac<Sha256> {
        let mut signer = self.signer.clone();
        signer.update(b"link\0");
        signer.update(id.uuid().as_bytes());
        signer.update(statement);
        signer
    }
}

impl MediaTokens for SignedTokens {
    fn slot(&self) -> SlotToken {
        let text = URL_SAFE_NO_PAD.encode(Self::random());
        SlotToken { hash: self.slot_hash(&text), text }
    }

    fn slot_hash(&self, text: &str) -> [u8; 32] {
        Sha256::digest(text).into()
    }

    fn storage_key(&self) -> String {
        let name = format!("{:032x}", rand::rng().random::<u128>());
        // Folders of a size that every file system likes.
        format!("{}/{}", &name[..2], &name[2..])
    }

    fn link(&self, id: MediaId, viewer: &UserId, until: Timestamp) -> String {
        let mut token = until.millis().to_be_bytes().to_vec();
        token.extend_from_slice(viewer.as_str().as_bytes());
        let signature = self.signed(id, &token).finalize().into_bytes();
        token.extend_from_slice(&signature);
        URL_SAFE_NO_PAD.encode(token)
    }

    fn viewer(&self, id: MediaId, token: &str, now: Timestamp) -> Option<UserId> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let statement = token.get(..token.len().checked_sub(SIGNATURE)?)?;
        // Compared in constant time.
        self.signed(id, statement).verify_slice(&token[statement.len()..]).ok()?;
        let (until, viewer) = statement.split_first_chunk::<8>()?;
        let until = Timestamp::from_millis(i64::from_be_bytes(*until));
        let viewer = std::str::from_utf8(viewer).ok()?.parse().ok()?;
        (now < until).then_some(viewer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: MediaId = MediaId::from_u128(7);

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_link_lends_ones_eyes_until_it_ends() {
        let (tokens, ann) = (SignedTokens::new(&[1; 32]), "ann@x|y".parse::<UserId>().unwrap());
        let token = tokens.link(FILE, &ann, at(1_000));
        assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{token}");
        assert_eq!(tokens.viewer(FILE, &token, at(999)), Some(ann));
        assert_eq!(tokens.viewer(FILE, &token, at(1_000)), None);
    }

    #[test]
    fn nothing_that_was_not_signed_is_taken() {
        let (tokens, ann) = (SignedTokens::new(&[1; 32]), "ann".parse::<UserId>().unwrap());
        let token = tokens.link(FILE, &ann, at(1_000));
        assert_eq!(tokens.viewer(MediaId::from_u128(8), &token, at(1)), None, "another file");
        assert_eq!(SignedTokens::new(&[2; 32]).viewer(FILE, &token, at(1)), None, "another key");
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(tokens.viewer(FILE, &changed, at(1)), None, "byte {place}");
        }
        for short in ["", "AAAA", "%%%", &token[..token.len() - 1], &format!("{token}A")] {
            assert_eq!(tokens.viewer(FILE, short, at(1)), None, "{short}");
        }
    }

    #[test]
    fn slots_and_keys_are_never_the_same() {
        let tokens = SignedTokens::new(&[1; 32]);
        let (one, other) = (tokens.slot(), tokens.slot());
        assert_ne!(one.text, other.text);
        assert_eq!(tokens.slot_hash(&one.text), one.hash);
        assert_eq!(one.text.len(), 43);
        let (one, other) = (tokens.storage_key(), tokens.storage_key());
        assert_ne!(one, other);
        assert_eq!(one.find('/'), Some(2));
    }
}
