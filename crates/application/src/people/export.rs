//! Everything about the caller as one JSON archive, told piece by piece: never more than a hundred
//! messages or uploads are held at once.

use std::{collections::VecDeque, sync::Arc};

use chinwag_domain::{
    AuditTarget, ConversationId, Limit, MediaId, Seq, UserId,
    ports::{PartTaken, Said},
};
use futures_util::{Stream, stream};
use serde::Serialize;
use serde_json::json;

use crate::{
    Actor, Error, MediaOptions, Ports,
    people::BlockView,
    view::{
        ArchiveHead, ArchivedEdit, ArchivedMessage, ArchivedPart, ArchivedReaction, DeviceView,
        MessageView, OwnProfile, SessionView,
    },
};

/// Uploads, conversations, messages or reactions read at once.
const PIECE: u16 = 100;

/// Hands a person all that is kept of them.
pub struct ExportOwnData {
    ports: Arc<Ports>,
    media: Arc<MediaOptions>,
}

/// Where an archive is.
enum Phase {
    /// At its beginning.
    Head,
    /// Among the uploads that no message shows, after that one.
    Uploads(Option<MediaId>),
    /// Before the next conversation.
    Between,
    /// Among the messages of one, above that seq.
    Messages(ConversationId, Seq),
    /// Told.
    Done,
}

struct Archive {
    ports: Arc<Ports>,
    media: Arc<MediaOptions>,
    actor: Actor,
    phase: Phase,
    waiting: VecDeque<PartTaken>,
    last: Option<ConversationId>,
}

impl ExportOwnData {
    pub(crate) fn new(ports: &Arc<Ports>, media: &Arc<MediaOptions>) -> Self {
        Self { ports: Arc::clone(ports), media: Arc::clone(media) }
    }

    /// The archive as pieces of text, once it is written down that it was asked for.
    ///
    /// # Errors
    /// When the store fails; later failures end the pieces.
    pub async fn execute(
        &self,
        actor: &Actor,
    ) -> Result<impl Stream<Item = Result<String, Error>> + use<>, Error> {
        let mut unit = self.ports.units.begin().await?;
        let target = AuditTarget::new("user", actor.id());
        unit.record(&self.ports.audit_entry(actor, "user.exported", target, json!({}))).await?;
        unit.commit().await?;
        let archive = Archive {
            ports: Arc::clone(&self.ports),
            media: Arc::clone(&self.media),
            actor: actor.clone(),
            phase: Phase::Head,
            waiting: VecDeque::new(),
            last: None,
        };
        Ok(stream::try_unfold(archive, |mut archive| async move {
            Ok(archive.piece().await?.map(|piece| (piece, archive)))
        }))
    }
}

impl Archive {
    async fn piece(&mut self) -> Result<Option<String>, Error> {
        match self.phase {
            Phase::Head => self.head().await.map(Some),
            Phase::Uploads(after) => self.uploads(after).await.map(Some),
            Phase::Between => self.next_part().await.map(Some),
            Phase::Messages(id, above) => self.messages(id, above).await.map(Some),
            Phase::Done => Ok(None),
        }
    }

    async fn head(&mut self) -> Result<String, Error> {
        let (ports, user, now) = (&self.ports, self.actor.id(), self.ports.clock.now());
        let profile = ports.users.find(user).await?.ok_or(Error::NotFound)?;
        let created_at = profile.created_at;
        let profile = OwnProfile::new(profile, self.actor.role);
        let sessions = ports.accounts.sessions(user, now).await?.into_iter();
        let sessions: Vec<_> =
            sessions.map(|one| SessionView::new(one, self.actor.session)).collect();
        let devices: Vec<_> =
            ports.devices.of(user).await?.into_iter().map(DeviceView::new).collect();
        let blocks = self.blocks().await?;
        self.phase = Phase::Uploads(None);
        let mut head = text(&ArchiveHead {
            format: "chinwag.export/1",
            exported_at: now,
            created_at,
            profile,
            sessions,
            devices,
            blocks,
        })?;
        head.pop();
        head.push_str(",\"uploads\":[");
        Ok(head)
    }

    async fn uploads(&mut self, after: Option<MediaId>) -> Result<String, Error> {
        let user = self.actor.id();
        let some = self.ports.personal.unshown_uploads_of(user, after, PIECE).await?;
        let Some(last) = some.last().map(|media| media.id) else {
            self.phase = Phase::Between;
            return Ok("],\"conversations\":[".to_owned());
        };
        let attachments = some.iter().map(|media| text(&media.attachment(&self.media.base)));
        let attachments: Vec<String> = attachments.collect::<Result<_, _>>()?;
        let separator = if after.is_some() { "," } else { "" };
        self.phase = Phase::Uploads(Some(last));
        Ok(format!("{separator}{}", attachments.join(",")))
    }

    /// Whom the person has blocked.
    async fn blocks(&self) -> Result<Vec<BlockView>, Error> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let user = self.actor.id();
            let page = self.ports.blocks.list(user, after.as_ref(), Limit::MAX).await?;
            let view = |(user, blocked_at)| BlockView { user, blocked_at };
            all.extend(page.items.into_iter().map(view));
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    async fn next_part(&mut self) -> Result<String, Error> {
        let user = self.actor.id().clone();
        let separator = if self.last.is_some() { "," } else { "" };
        if self.waiting.is_empty() {
            self.waiting = self.ports.personal.parts_of(&user, self.last, PIECE).await?.into();
        }
        let Some(taken) = self.waiting.pop_front() else {
            self.phase = Phase::Done;
            return Ok("]}".to_owned());
        };
        let id = taken.conversation.id;
        let mut part = ArchivedPart::from(&taken);
        part.reactions = self.reactions(id, &user).await?;
        let mut part = text(&part)?;
        part.pop();
        (self.last, self.phase) = (Some(id), Phase::Messages(id, Seq::ZERO));
        Ok(format!("{separator}{part},\"messages\":["))
    }

    async fn reactions(
        &self,
        id: ConversationId,
        user: &UserId,
    ) -> Result<Vec<ArchivedReaction>, Error> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let some = self.ports.personal.reactions_of(id, user, after, PIECE).await?;
            let Some((last, _)) = some.last() else { return Ok(all) };
            after = Some(*last);
            let told = |(message_id, emoji)| ArchivedReaction { message_id, emoji };
            all.extend(some.into_iter().map(told));
        }
    }

    async fn messages(&mut self, id: ConversationId, above: Seq) -> Result<String, Error> {
        let user = self.actor.id();
        let said = self.ports.personal.said_by(id, user, above, PIECE).await?;
        let Some(last) = said.last().map(|said| said.message.seq) else {
            self.phase = Phase::Between;
            return Ok("]}".to_owned());
        };
        let mut piece = String::new();
        for (at, Said { message, edits }) in said.into_iter().enumerate() {
            if at > 0 || above > Seq::ZERO {
                piece.push(',');
            }
            let edits = edits.into_iter().map(ArchivedEdit::from).collect();
            let message = MessageView::of(message, user, None);
            piece.push_str(&text(&ArchivedMessage { message, edits })?);
        }
        self.phase = Phase::Messages(id, last);
        Ok(piece)
    }
}

fn text<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.into()))
}
