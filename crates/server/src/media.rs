//! Files: the adapters behind their ports, and the loop that sweeps what nobody uses.

use std::{sync::Arc, time::Duration};

use chinwag_application::{Chat, MediaOptions, MediaPorts};
use chinwag_domain::ports::{BlobStore, MediaCatalogue};
use chinwag_media::{ObjectBlobs, PlaceError, SignedTokens, SniffedTypes};
use chinwag_storage::{Database, SeaMedia};
use secrecy::ExposeSecret as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{MediaConfig, without_password},
    failure::Failure,
};

/// How often what nobody uses is looked for.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// Where the bytes of files are: where a host program keeps them, or as configured. To be opened before
/// the database: a place that cannot be used then leaves none behind.
pub fn blobs(
    config: &MediaConfig,
    elsewhere: Option<Arc<dyn BlobStore>>,
) -> Result<Arc<dyn BlobStore>, Failure> {
    match elsewhere {
        Some(blobs) => Ok(blobs),
        None => match ObjectBlobs::open(config.url.expose_secret()) {
            Ok(blobs) => Ok(Arc::new(blobs)),
            Err(error) => Err(unusable(config, &error)),
        },
    }
}

/// What [`blobs`] would say of the address; makes no folder and asks no bucket.
pub fn check(config: &MediaConfig) -> Result<(), Failure> {
    ObjectBlobs::check(config.url.expose_secret()).map_err(|error| unusable(config, &error))
}

fn unusable(config: &MediaConfig, error: &PlaceError) -> Failure {
    let url = without_password(config.url.expose_secret());
    let cure = match error {
        PlaceError::Folder(_) => "make the folder writable or set media.url",
        _ => {
            "write it like file:///srv/media, s3://bucket/prefix?region=eu-1 or gs://bucket/prefix"
        }
    };
    let failed = format!("media.url cannot be used: {url}");
    Failure::refused_because(&failed, error).with_cure(cure)
}

/// The adapters. Links are signed by a key in the database, so that all servers on it take each other's,
/// whoever signs the tokens.
pub async fn ports(blobs: Arc<dyn BlobStore>, database: &Database) -> Result<MediaPorts, Failure> {
    let catalogue: Arc<dyn MediaCatalogue> = Arc::new(SeaMedia::new(database.clone()));
    let key = catalogue
        .signing_key(SignedTokens::random())
        .await
        .map_err(|error| Failure::because("there is no key for links to files", &error))?;
    Ok(MediaPorts {
        catalogue,
        blobs,
        types: Arc::new(SniffedTypes),
        tokens: Arc::new(SignedTokens::new(&key)),
    })
}

/// What the operator decided, and the path that files are below.
pub fn options(config: &MediaConfig, base: String) -> MediaOptions {
    MediaOptions {
        base,
        max_bytes: config.max_bytes,
        unused_ms: i64::from(config.unused_hours) * 3_600_000,
    }
}

/// Sweeps until `draining`, which ends a sweep where it is: the next one goes on. Of several servers
/// each does; none is in the other's way.
pub fn start(chat: Arc<Chat>, draining: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        let sweeping = async {
            loop {
                match chat.sweep_media.execute().await {
                    Ok(0) => {}
                    Ok(gone) => tracing::info!(gone, "files that nobody used are removed"),
                    Err(error) => tracing::warn!(?error, "files that nobody uses cannot be swept"),
                }
                tokio::time::sleep(SWEEP_EVERY).await;
            }
        };
        draining.run_until_cancelled(sweeping).await;
    })
}

/// What runs out, on the adapters that serve people and by a clock that is turned by hand.
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)] // a test fails loudly
mod tests {
    use chinwag_application::{Actor, Error};
    use chinwag_domain::{AppRole, Media, ports::Clock};
    use chinwag_testkit::{ManualClock, user};
    use tempfile::TempDir;

    use super::*;
    use crate::{
        compose::Core,
        config::{Config, Sources},
        embed::Host,
        identity::{FirstRun, Identity},
    };

    const DAY_MS: i64 = 24 * 3_600_000;

    struct World {
        core: Core,
        ann: Actor,
        clock: ManualClock,
        folder: TempDir,
    }

    impl World {
        async fn open() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let at = folder.path().display();
            let mut sources = Sources::default();
            for (key, value) in [
                ("database.url", format!("sqlite://{at}/chat.db?mode=rwc")),
                ("media.url", format!("file://{at}/media")),
                ("auth.mode", "external".to_owned()),
                ("auth.secret", "of no use to anybody else but this test".to_owned()),
            ] {
                sources.flags.push((key, "a test", value));
            }
            let (config, _) = Config::load(&sources).unwrap_or_else(|it| panic!("{it:?}"));
            let clock = ManualClock::default();
            let shared: Arc<dyn Clock> = Arc::new(clock.clone());
            let identity = Identity::new(&config, FirstRun::NeedsSecret, Arc::clone(&shared));
            let core = Core::join(&config, identity.unwrap(), Host::default(), shared);
            let core = core.await.unwrap();
            let ann = core.chat.ports.users.provision(user("ann")).await.unwrap();
            let ann =
                Actor { user: ann.summary, role: AppRole::Member, session: None, address: None };
            Self { core, ann, clock, folder }
        }

        fn chat(&self) -> &Chat {
            &self.core.chat
        }

        async fn upload(&self) -> Media {
            let begun = self.chat().store_media.begin(&self.ann, "a.txt", String::new()).await;
            let mut upload = begun.unwrap();
            upload.write(b"words".as_slice().into()).await.unwrap();
            upload.finish().await.unwrap()
        }

        /// Whether it is known of, and whether its bytes are there.
        async fn kept(&self, media: &Media) -> (bool, bool) {
            let known = self.chat().ports.media.catalogue.find(media.id).await.unwrap();
            let file = self.folder.path().join("media").join(&media.storage_key);
            (known.is_some(), file.exists())
        }
    }

    fn token(url: &str) -> &str {
        url.split_once("token=").unwrap().1
    }

    #[tokio::test]
    async fn a_slot_runs_out() {
        let world = World::open().await;
        let (chat, clock) = (world.chat(), &world.clock);
        let ask = br#"{"name": "a.txt", "mime_type": "text/plain", "size": 5}"#;
        let late = chat.request_upload.execute(&world.ann, ask).await.unwrap();
        clock.advance(1);
        let in_time = chat.request_upload.execute(&world.ann, ask).await.unwrap();
        clock.set(late.expires_at);
        let refused = chat.fill_slot.enter(late.media_id, token(&late.url), None).await;
        assert!(matches!(refused.err(), Some(Error::NotFound)));
        let entered = chat.fill_slot.enter(in_time.media_id, token(&in_time.url), None).await;
        let mut filling = entered.unwrap();
        filling.write(b"words".as_slice().into()).await.unwrap();
        assert_eq!(chat.sweep_media.execute().await.unwrap(), 1, "nobody can fill it any more");
        let filled = filling.finish().await.unwrap();
        assert_eq!(world.kept(&filled).await, (true, true));
        world.core.close().await;
    }

    #[tokio::test]
    async fn a_link_runs_out() {
        let world = World::open().await;
        let (media, get) = (world.upload().await, &world.chat().get_media);
        let link = get.link(&world.ann, media.id).await.unwrap();
        world.clock.set(link.expires_at.plus_millis(-1));
        assert_eq!(get.by_link(media.id, token(&link.url)).await.unwrap().id, media.id);
        world.clock.advance(1);
        let late = get.by_link(media.id, token(&link.url)).await;
        assert!(matches!(late, Err(Error::NotFound)));
        world.core.close().await;
    }

    #[tokio::test]
    async fn an_upload_that_no_message_shows_runs_out() {
        let world = World::open().await;
        let media = world.upload().await;
        world.clock.advance(DAY_MS);
        assert_eq!(world.chat().sweep_media.execute().await.unwrap(), 0);
        assert_eq!(world.kept(&media).await, (true, true));
        world.clock.advance(1);
        assert_eq!(world.chat().sweep_media.execute().await.unwrap(), 1);
        assert_eq!(world.kept(&media).await, (false, false));
        world.core.close().await;
    }
}
