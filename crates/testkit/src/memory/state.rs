//! What is stored, and how it is looked at. The rules of the ports that need
//! nothing else than one conversation are here; paging and filters are not.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use chinwag_domain::{
    ClientId, Conversation, ConversationId, Device, DeviceId, DirectKey, Edit, Emoji, Job, JobId,
    Media, MediaId, Message, MessageId, Participant, Pointers, ReactionTally, ReceiptKind,
    RequestHash, Seq, Session, SessionId, Timestamp, User, UserId, UserSummary, Webhook, WebhookId,
    fold, ports::StorageError,
};

use super::audit::Audit;

/// Counts the messages of all stores.
static POSITIONS: AtomicI64 = AtomicI64::new(1);

/// Everything. Cheap to copy, for units of work: conversations are shared until written.
#[derive(Clone, Default)]
pub(super) struct State {
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) rooms: BTreeMap<ConversationId, Arc<Room>>,
    pub(super) direct: HashMap<String, ConversationId>,
    /// By login: whose, and the hash.
    pub(super) credentials: HashMap<String, (UserId, String)>,
    pub(super) devices: BTreeMap<(UserId, DeviceId), Device>,
    pub(super) jobs: BTreeMap<JobId, Job>,
    pub(super) media: BTreeMap<MediaId, Media>,
    pub(super) link_key: Option<[u8; 32]>,
    pub(super) webhooks: BTreeMap<WebhookId, Webhook>,
    /// Who blocked whom, and when.
    pub(super) blocks: BTreeMap<(UserId, UserId), Timestamp>,
    pub(super) audit: Audit,
    pub(super) sessions: BTreeMap<SessionId, Session>,
    /// By hash.
    pub(super) refresh_tokens: HashMap<Vec<u8>, RefreshToken>,
}

/// A refresh token of a sign-in.
#[derive(Clone)]
pub(super) struct RefreshToken {
    pub(super) session: SessionId,
    /// Exchanged.
    pub(super) used_at: Option<Timestamp>,
}

/// A conversation and all that is in it.
#[derive(Clone)]
pub(super) struct Room {
    pub(super) row: Conversation,
    /// Present or gone.
    pub(super) people: BTreeMap<UserId, Participant>,
    /// The message of seq 1 comes first, and none is missing.
    pub(super) messages: Vec<Stored>,
    /// Index into `messages`.
    pub(super) by_client_id: HashMap<(UserId, ClientId), usize>,
    pub(super) receipts: Vec<ReceiptMark>,
}

/// A message without what is loaded beside it (the sender's name, the tallies).
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) message: Message,
    /// Larger than that of all that were stored before.
    pub(super) position: i64,
    pub(super) request_hash: RequestHash,
    /// In the order in which they came.
    pub(super) reactions: Vec<(UserId, Emoji)>,
    pub(super) edits: Vec<Edit>,
}

/// A pointer's step.
#[derive(Clone)]
pub(super) struct ReceiptMark {
    pub(super) user_id: UserId,
    pub(super) kind: ReceiptKind,
    pub(super) up_to: Seq,
    pub(super) at: Timestamp,
}

/// A fault of the caller that a database would have refused too.
pub(super) fn fault(what: impl Into<String>) -> StorageError {
    StorageError::internal(what.into())
}

/// Whether `text` contains `part`, as letters are compared.
pub(super) fn contains(text: &str, part: &str) -> bool {
    fold(text).contains(&fold(part))
}

impl State {
    /// A conversation that is not deleted.
    pub(super) fn room(&self, id: ConversationId) -> Option<&Room> {
        self.rooms.get(&id).map(Arc::as_ref).filter(|room| room.row.deleted_at.is_none())
    }

    /// Conversations that the person is in.
    pub(super) fn rooms_of<'a>(&'a self, user: &'a UserId) -> impl Iterator<Item = &'a Room> {
        let rooms = self.rooms.values().map(Arc::as_ref);
        rooms.filter(|room| room.row.deleted_at.is_none() && room.present(user).is_some())
    }

    /// Whether both are in one conversation now.
    pub(super) fn share(&self, user: &UserId, other: &UserId) -> bool {
        self.rooms_of(user).any(|room| room.present(other).is_some())
    }

    /// What others see of a person, as it is now.
    pub(super) fn summary(&self, id: &UserId) -> UserSummary {
        let known = self.users.get(id).map(|user| user.summary.clone());
        known.unwrap_or_else(|| UserSummary::bare(id.clone()))
    }

    /// A row with the person's present name beside it.
    pub(super) fn participant(&self, row: &Participant) -> Participant {
        Participant { user: self.summary(&row.user.id), ..row.clone() }
    }

    /// Everybody present, in order of joining (then by id).
    pub(super) fn present(&self, room: &Room) -> Vec<Participant> {
        let mut present: Vec<_> =
            room.everybody_present().map(|row| self.participant(row)).collect();
        // Stable, and they come by id.
        present.sort_by_key(|participant| participant.joined_at);
        present
    }

    /// A message whole.
    pub(super) fn message(&self, stored: &Stored, viewer: &UserId) -> Message {
        Message {
            sender: self.summary(&stored.message.sender.id),
            reactions: stored.tallies(viewer),
            ..stored.message.clone()
        }
    }

    /// The conversation and the message of that id.
    pub(super) fn find(&self, id: MessageId) -> Option<(&Room, &Stored)> {
        self.rooms.values().find_map(|room| {
            let found = room.messages.iter().find(|stored| stored.message.id == id)?;
            Some((room.as_ref(), found))
        })
    }
}

impl Room {
    pub(super) fn new(row: Conversation) -> Self {
        Self {
            row,
            people: BTreeMap::new(),
            messages: Vec::new(),
            by_client_id: HashMap::new(),
            receipts: Vec::new(),
        }
    }

    /// Somebody's row, if they are in the conversation now.
    pub(super) fn present(&self, user: &UserId) -> Option<&Participant> {
        self.people.get(user).filter(|row| row.left_at.is_none())
    }

    pub(super) fn everybody_present(&self) -> impl Iterator<Item = &Participant> {
        self.people.values().filter(|row| row.left_at.is_none())
    }

    /// Puts a message at the end, where its number must lead it.
    pub(super) fn push(
        &mut self,
        message: Message,
        request_hash: RequestHash,
    ) -> Result<(), StorageError> {
        let at = self.messages.len();
        if message.seq != Seq::new(i64::try_from(at).unwrap()).next() {
            return Err(fault(format!("message {} after {at} messages", message.seq)));
        }
        if let Some(client_id) = message.client_id.clone() {
            self.by_client_id.insert((message.sender.id.clone(), client_id), at);
        }
        self.messages.push(Stored {
            message,
            position: POSITIONS.fetch_add(1, Ordering::Relaxed),
            request_hash,
            reactions: Vec::new(),
            edits: Vec::new(),
        });
        Ok(())
    }

    /// The message of that number.
    pub(super) fn at(&mut self, seq: Seq) -> Option<&mut Stored> {
        let at = usize::try_from(seq.previous().get()).ok()?;
        self.messages.get_mut(at)
    }

    /// What the participant has not read: counted one by one, so that it is right.
    pub(super) fn unread(&self, participant: &Participant) -> u64 {
        let floor = participant.read_floor();
        let others = self.messages.iter().map(|stored| &stored.message).filter(|message| {
            message.seq > floor && message.counts() && message.sender.id != participant.user.id
        });
        others.count() as u64
    }

    /// How far the slowest of the others present has come.
    pub(super) fn others(&self, user: &UserId) -> Option<Pointers> {
        let others = || self.everybody_present().filter(|row| row.user.id != *user);
        Some(Pointers {
            read: others().map(|row| row.read_seq).min()?,
            delivered: others().map(|row| row.delivered_seq).min()?,
        })
    }
}

impl Stored {
    fn tallies(&self, viewer: &UserId) -> Vec<ReactionTally> {
        let mut tallies: Vec<ReactionTally> = Vec::new();
        for (user, emoji) in &self.reactions {
            let known = tallies.iter().position(|tally| tally.emoji == *emoji);
            let at = known.unwrap_or_else(|| {
                tallies.push(ReactionTally { emoji: emoji.clone(), count: 0, me: false });
                tallies.len() - 1
            });
            tallies[at].count += 1;
            tallies[at].me |= user == viewer;
        }
        tallies
    }
}

/// The key under which the conversation of a pair is found.
pub(super) fn direct_key(key: &DirectKey) -> String {
    key.as_str().to_owned()
}
