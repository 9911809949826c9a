//! Uploaded files.

use chinwag_domain::{
    AttachmentKind, FileName, FileType, Media, MediaId, MediaState, Slot, Timestamp,
    ports::StorageError,
};

use super::{millis, time, user_id};
use crate::{entity::media::Model, error::corrupt};

pub(crate) fn media(row: Model) -> Result<Media, StorageError> {
    let hash = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).map_err(|_| corrupt("media hash"));
    let pixels = |number: Option<i64>| {
        number.map(u32::try_from).transpose().map_err(|_| corrupt("media pixels"))
    };
    let slot = row.token_hash.zip(row.expires_at);
    Ok(Media {
        id: MediaId::new(row.id),
        owner_id: user_id(&row.owner_id)?,
        state: MediaState::from_name(&row.state).ok_or_else(|| corrupt("media state"))?,
        file_type: FileType {
            kind: AttachmentKind::from_name(&row.kind).ok_or_else(|| corrupt("media kind"))?,
            mime_type: row.mime_type,
            pixels: pixels(row.width)?.zip(pixels(row.height)?),
        },
        name: FileName::tidied(&row.name),
        size: u64::try_from(row.size).map_err(|_| corrupt("media size"))?,
        sha256: row.sha256.map(hash).transpose()?,
        storage_key: row.storage_key,
        created_at: Timestamp::from_millis(row.created_at),
        uploaded_at: time(row.uploaded_at),
        unused_since: time(row.unused_since),
        slot: slot
            .map(|(token_hash, expires_at)| {
                let expires_at = Timestamp::from_millis(expires_at);
                Ok::<_, StorageError>(Slot { token_hash: hash(token_hash)?, expires_at })
            })
            .transpose()?,
    })
}

pub(crate) fn media_row(media: &Media) -> Model {
    let (width, height) = media.file_type.pixels.unzip();
    Model {
        id: media.id.uuid(),
        owner_id: media.owner_id.to_string(),
        state: media.state.as_str().to_owned(),
        kind: media.file_type.kind.as_str().to_owned(),
        mime_type: media.file_type.mime_type.clone(),
        name: media.name.to_string(),
        size: i64::try_from(media.size).unwrap_or(i64::MAX),
        sha256: media.sha256.map(Vec::from),
        storage_key: media.storage_key.clone(),
        width: width.map(i64::from),
        height: height.map(i64::from),
        created_at: media.created_at.millis(),
        uploaded_at: millis(media.uploaded_at),
        unused_since: millis(media.unused_since),
        token_hash: media.slot.as_ref().map(|slot| slot.token_hash.to_vec()),
        expires_at: media.slot.as_ref().map(|slot| slot.expires_at.millis()),
    }
}
