//! Where files are kept, what they are, and who may have them by a URL alone.
//!
//! [`ObjectBlobs`] keeps bytes in a folder, in S3 or what speaks like it, or in
//! Google Cloud Storage; [`SniffedTypes`] tells from a file's beginning what it
//! is, and never decodes one; [`SignedTokens`] makes the tokens of slots and
//! links. What is known of a file, and who may see it, is decided elsewhere.

mod objects;
mod place;
mod tokens;
mod types;

pub use objects::ObjectBlobs;
pub use place::PlaceError;
pub use tokens::SignedTokens;
pub use types::SniffedTypes;
