//! The macros that make a test of each case, and the test that none is forgotten.

/// Named tests for a storage adapter: one `async fn() -> StorageUnderTest`, which
/// answers an empty store each time it is called.
#[macro_export]
macro_rules! storage_conformance {
    ($constructor:path) => {
        $crate::storage_cases! { @tests storage $constructor }
    };
}

/// Named tests for a bus: one `async fn() -> BusUnderTest`, which answers a new bus
/// each time it is called.
#[macro_export]
macro_rules! bus_conformance {
    ($constructor:path) => {
        $crate::bus_cases! { @tests bus $constructor }
    };
}

/// Named tests for a board of presence: one `async fn() -> Arc<dyn PresenceBoard>`,
/// which answers an empty board each time it is called.
#[macro_export]
macro_rules! presence_conformance {
    ($constructor:path) => {
        $crate::presence_cases! { @tests presence $constructor }
    };
}

/// Named tests for a store of blobs: one `async fn() -> BlobsUnderTest`, which answers
/// an empty store each time it is called.
#[macro_export]
macro_rules! blob_conformance {
    ($constructor:path) => {
        $crate::blob_cases! { @tests blobs $constructor }
    };
}

/// Named tests for a rate limiter: one `async fn() -> LimiterUnderTest`, which answers
/// one with whole accounts each time it is called.
#[macro_export]
macro_rules! limiter_conformance {
    ($constructor:path) => {
        $crate::limiter_cases! { @tests limiter $constructor }
    };
}

/// Turns a list of cases into tests, or into names.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_cases {
    ({ @tests $suite:ident $constructor:path } $($subject:ident { $($case:ident,)* })*) => {
        $(
            mod $subject {
                #[allow(unused_imports)] // not needed by a constructor named from the root
                use super::*;

                $(
                    #[$crate::tokio::test(flavor = "multi_thread", worker_threads = 4)]
                    async fn $case() {
                        let subject = $crate::conformance::$suite::on($constructor().await);
                        $crate::conformance::$suite::$subject::$case(subject).await;
                    }
                )*
            }
        )*
    };
    ({ @names } $($subject:ident { $($case:ident,)* })*) => {
        &[$($((stringify!($subject), stringify!($case)),)*)*]
    };
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// Every `pub async fn` in the files of a suite, as (subject, case).
    fn written(suite: &str) -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conformance").join(suite);
        let mut found = Vec::new();
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let subject = path.file_stem().unwrap().to_str().unwrap().to_owned();
            for line in fs::read_to_string(&path).unwrap().lines() {
                let Some(rest) = line.strip_prefix("pub async fn ") else { continue };
                found.push((subject.clone(), rest.split('(').next().unwrap().to_owned()));
            }
        }
        found.sort();
        found
    }

    fn listed(names: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut names: Vec<_> =
            names.iter().map(|(subject, case)| ((*subject).into(), (*case).into())).collect();
        names.sort();
        names
    }

    #[test]
    fn no_case_for_storage_is_forgotten() {
        assert_eq!(written("storage"), listed(crate::storage_cases! { @names }));
    }

    #[test]
    fn no_case_for_buses_is_forgotten() {
        assert_eq!(written("bus"), listed(crate::bus_cases! { @names }));
    }

    #[test]
    fn no_case_for_blobs_is_forgotten() {
        assert_eq!(written("blobs"), listed(crate::blob_cases! { @names }));
    }

    #[test]
    fn no_case_for_limiters_is_forgotten() {
        assert_eq!(written("limiter"), listed(crate::limiter_cases! { @names }));
    }

    #[test]
    fn no_case_for_presence_is_forgotten() {
        assert_eq!(written("presence"), listed(crate::presence_cases! { @names }));
    }
}
