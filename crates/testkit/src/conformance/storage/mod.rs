//! The cases for storage, by subject.

pub mod numbering;
