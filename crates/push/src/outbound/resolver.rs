//! Looking names up, and leaving out the addresses that are not for us.

use std::{error::Error, io, net::SocketAddr, pin::Pin, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::is_public;

/// The name leads to private addresses alone.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
pub(crate) struct Private;

type Found = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// A resolver without private addresses. A connection goes to what is answered here, so a name that
/// answers otherwise the second time gains nothing.
#[derive(Clone)]
pub(crate) struct Guarded {
    lookup: Arc<dyn Fn(String) -> Found + Send + Sync>,
}

impl Guarded {
    /// In front of the system's resolver.
    pub fn system() -> Self {
        Self::before(|name| {
            Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
        })
    }

    /// In front of that one.
    pub fn before(lookup: impl Fn(String) -> Found + Send + Sync + 'static) -> Self {
        Self { lookup: Arc::new(lookup) }
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.lookup)(name.as_str().to_owned());
        Box::pin(async move { Ok(Box::new(public(found.await?)?.into_iter()) as Addrs) })
    }
}

/// Those that are public.
///
/// # Errors
/// When none is.
fn public(mut found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Private> {
    found.retain(|address| is_public(address.ip()));
    if found.is_empty() { Err(Private) } else { Ok(found) }
}

/// Whether a request failed because of [`Private`].
pub(crate) fn private_behind(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<Private>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_left_out() {
        let [inside, outside]: [SocketAddr; 2] =
            ["10.0.0.1:0", "1.1.1.1:0"].map(|it| it.parse().unwrap());
        assert_eq!(public(vec![inside, outside]).unwrap(), [outside]);
        assert!(public(vec![inside]).is_err());
        assert!(public(Vec::new()).is_err());
    }

    #[tokio::test]
    async fn the_systems_names_of_this_machine_are_private() {
        let found = Guarded::system().resolve("localhost".parse().unwrap()).await;
        assert!(found.err().is_some_and(|error| private_behind(&*error)));
    }
}
