//! Uploads: promised, arrived, shown by messages, swept when nothing shows them.

use std::sync::Arc;

use chinwag_domain::{
    Attachment, AttachmentKind, ConversationId, Draft, FileName, FileType, Media, MediaId,
    MediaState, Message, Slot, Timestamp, User,
    ports::{IdGenerator, Unused},
};

use crate::conformance::{Stage, stage::looks::at_once};

const HOUR_MS: i64 = 3_600_000;

pub(super) fn beginning(stage: &Stage, owner: &User) -> Media {
    let id = stage.ids.media();
    let name = FileName::tidied("Über \"uns\" 'x' 📷.png");
    Media::beginning(id, owner.summary.id.clone(), name, format!("ab/{id}"), stage.tick())
}

fn slot(stage: &Stage, owner: &User, expires_at: Timestamp) -> Media {
    let slot = Slot { token_hash: [7; 32], expires_at };
    let file_type = FileType { mime_type: "image/png".into(), ..FileType::unknown() };
    let begun = beginning(stage, owner);
    Media { state: MediaState::Slot, size: 10, slot: Some(slot), file_type, ..begun }
}

fn picture() -> FileType {
    FileType {
        kind: AttachmentKind::Image,
        mime_type: "image/png".into(),
        pixels: Some((u32::MAX, 7)),
    }
}

/// An upload that is whole.
pub(super) async fn ready(stage: &Stage, owner: &User) -> Media {
    let mut media = beginning(stage, owner);
    stage.store.media.insert(&media).await.unwrap();
    media.arrived(picture(), u64::from(u32::MAX) + 9, [9; 32], stage.tick());
    assert!(stage.store.media.arrived(&media).await.unwrap());
    media
}

fn showing(media: &[&Media]) -> Draft {
    let attachments = media.iter().map(|media| media.attachment("/api/v1")).collect();
    Draft { attachments, ..Draft::text("look") }
}

pub(super) async fn show(stage: &Stage, to: ConversationId, by: &User, media: &Media) -> Message {
    stage.send(stage.draft(to, by, showing(&[media]))).await
}

async fn is_shown(stage: &Stage, media: &Media, to: &User) -> bool {
    stage.store.media.is_shown_to(media.id, &to.summary.id).await.unwrap()
}

/// As of an hour after now.
fn in_an_hour(stage: &Stage) -> Unused {
    let now = stage.clock.advance(HOUR_MS);
    Unused { now, ready_before: now.plus_millis(-1_000), begun_before: now.plus_millis(-1_000) }
}

async fn sweep(stage: &Stage, unused: Unused) -> Vec<MediaId> {
    stage.store.media.doom_unused(unused, 100).await.unwrap();
    let doomed = stage.store.media.doomed(None, 100).await.unwrap();
    assert!(doomed.iter().all(|media| media.state == MediaState::Doomed));
    let mut ids: Vec<_> = doomed.into_iter().map(|media| media.id).collect();
    ids.sort();
    ids
}

/// In each of its states, with all that it carries.
pub async fn an_upload_comes_back_as_it_was(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let store = &stage.store.media;
    let promised = slot(&stage, &ann, stage.tick().plus_millis(HOUR_MS));
    store.insert(&promised).await.unwrap();
    assert_eq!(store.find(promised.id).await.unwrap(), Some(promised));
    let mut media = beginning(&stage, &ann);
    store.insert(&media).await.unwrap();
    assert_eq!(store.find(media.id).await.unwrap().as_ref(), Some(&media));
    media.arrived(picture(), u64::from(u32::MAX) + 9, [9; 32], stage.tick());
    assert!(store.arrived(&media).await.unwrap());
    assert_eq!(store.find(media.id).await.unwrap().as_ref(), Some(&media));
    assert!(!store.arrived(&media).await.unwrap(), "it arrives once");
    assert_eq!(store.find(stage.ids.media()).await.unwrap(), None);
}

/// Not with another token, not late, not twice.
pub async fn a_slot_is_entered_once_and_in_time(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let store = &stage.store.media;
    let end = stage.tick().plus_millis(HOUR_MS);
    let promised = slot(&stage, &ann, end);
    store.insert(&promised).await.unwrap();
    let now = stage.tick();
    assert_eq!(store.enter_slot(promised.id, &[8; 32], now).await.unwrap(), None);
    assert_eq!(store.enter_slot(stage.ids.media(), &[7; 32], now).await.unwrap(), None);
    assert_eq!(store.enter_slot(promised.id, &[7; 32], end).await.unwrap(), None);
    let just_in_time = end.plus_millis(-1);
    let mut entered = store.enter_slot(promised.id, &[7; 32], just_in_time).await.unwrap().unwrap();
    assert_eq!(entered, Media { state: MediaState::Uploading, ..promised.clone() });
    assert_eq!(store.enter_slot(promised.id, &[7; 32], now).await.unwrap(), None);
    entered.arrived(picture(), 10, [1; 32], stage.tick());
    assert!(store.arrived(&entered).await.unwrap());
    assert_eq!(store.enter_slot(promised.id, &[7; 32], now).await.unwrap(), None);
    assert_eq!(store.find(promised.id).await.unwrap().unwrap().state, MediaState::Ready);
}

/// Who comes second, comes too late.
pub async fn of_many_who_enter_a_slot_one_does(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let now = stage.tick();
    let promised = slot(&stage, &ann, now.plus_millis(HOUR_MS));
    stage.store.media.insert(&promised).await.unwrap();
    let entered = at_once((0..8).map(|_| {
        let (store, id) = (Arc::clone(&stage.store.media), promised.id);
        async move { store.enter_slot(id, &[7; 32], now).await.unwrap() }
    }));
    assert_eq!(entered.await.iter().flatten().count(), 1);
}

/// Neither somebody else's nor what is not whole.
pub async fn only_ones_own_that_is_ready_is_claimed(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (one, other, foreign) =
        (ready(&stage, &ann).await, ready(&stage, &ann).await, ready(&stage, &bob).await);
    let unfinished = beginning(&stage, &ann);
    stage.store.media.insert(&unfinished).await.unwrap();
    let ids = [one.id, foreign.id, unfinished.id, stage.ids.media(), other.id];
    let now = stage.tick();
    let mut claimed = stage.store.media.claim(&ann.summary.id, &ids, now).await.unwrap();
    claimed.sort_by_key(|media| media.id);
    let claim = |media: Media| Media { unused_since: Some(now), ..media };
    assert_eq!(claimed, [claim(one), claim(other)]);
    assert_eq!(stage.store.media.claim(&ann.summary.id, &[], now).await.unwrap(), []);
    let after = stage.store.media.find(foreign.id).await.unwrap();
    assert_eq!(after, Some(foreign), "it is left alone");
}

/// To people in the conversation, and to nobody else; each of several.
pub async fn a_message_shows_it_to_who_sees_the_message(stage: Stage) {
    let [ann, bob, eve] = stage.people(["ann", "bob", "eve"]).await;
    let (room, elsewhere) = (stage.direct(&ann, &bob).await, stage.direct(&ann, &eve).await);
    let (one, two, unsent) =
        (ready(&stage, &ann).await, ready(&stage, &ann).await, ready(&stage, &ann).await);
    let mut draft = showing(&[&one, &two]);
    let url = "https://example.org/x".to_owned();
    draft.attachments.push(Attachment::elsewhere(url, "x".into(), AttachmentKind::Other));
    let sent = stage.send(stage.draft(room, &ann, draft.clone())).await;
    stage.say(elsewhere, &ann, "nothing to see").await;
    assert_eq!(stage.look(&sent, &bob).await.body, draft);
    for (media, who, shown) in [
        (&one, &bob, true),
        (&two, &bob, true),
        (&one, &ann, true),
        (&one, &eve, false),
        (&unsent, &bob, false),
        (&unsent, &ann, false),
    ] {
        assert_eq!(is_shown(&stage, media, who).await, shown, "{} {}", media.id, who.summary.id);
    }
    show(&stage, elsewhere, &ann, &one).await;
    assert!(is_shown(&stage, &one, &eve).await);
    assert!(!is_shown(&stage, &two, &eve).await);
}

/// Messages that a unit numbers itself show theirs as well.
pub async fn a_message_of_a_unit_shows_it_too(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let room = stage.direct(&ann, &bob).await;
    let (kept, dropped) = (ready(&stage, &ann).await, ready(&stage, &ann).await);
    for (media, commit) in [(&dropped, false), (&kept, true)] {
        let (mut unit, mut conversation) = stage.begin_in(room).await;
        let new = stage.draft(room, &ann, showing(&[media]));
        let place = conversation.next_message(new.created_at);
        let message = Message::placed(new, ann.summary.clone(), place);
        unit.insert_message(&message).await.unwrap();
        unit.save_conversation(&conversation).await.unwrap();
        if commit {
            unit.commit().await.unwrap();
        }
    }
    assert!(is_shown(&stage, &kept, &bob).await);
    assert!(!is_shown(&stage, &dropped, &bob).await);
}

/// Access ends with membership, and comes back with it.
pub async fn who_left_is_shown_nothing(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let media = ready(&stage, &ann).await;
    show(&stage, group, &ann, &media).await;
    assert!(is_shown(&stage, &media, &bob).await);
    stage.leave(group, &bob).await;
    assert!(!is_shown(&stage, &media, &bob).await);
    stage.join(group, &bob).await;
    assert!(is_shown(&stage, &media, &bob).await);
}

/// What somebody cleared, or what came before them, is not shown.
pub async fn below_the_floor_nothing_is_shown(stage: Stage) {
    let [ann, bob, eve] = stage.people(["ann", "bob", "eve"]).await;
    let mut settings = chinwag_domain::GroupSettings::named("Team");
    settings.history = chinwag_domain::HistoryPolicy::SinceJoin;
    let group = stage.group_with(&[&ann, &bob], settings).await;
    let (early, late) = (ready(&stage, &ann).await, ready(&stage, &ann).await);
    show(&stage, group, &ann, &early).await;
    stage.join(group, &eve).await;
    show(&stage, group, &ann, &late).await;
    assert!(!is_shown(&stage, &early, &eve).await);
    assert!(is_shown(&stage, &late, &eve).await);
    stage.clear(group, &bob, 1).await;
    assert!(!is_shown(&stage, &early, &bob).await);
    assert!(is_shown(&stage, &late, &bob).await);
}

/// For nobody; and its files are swept a while later.
pub async fn a_deleted_conversation_shows_nothing(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let media = ready(&stage, &ann).await;
    show(&stage, group, &ann, &media).await;
    assert_eq!(sweep(&stage, in_an_hour(&stage)).await, [], "it is in use");
    stage.end(group).await;
    assert!(!is_shown(&stage, &media, &bob).await);
    let now = stage.tick();
    let at_once = Unused { now, ready_before: now.plus_millis(-1_000), begun_before: now };
    assert_eq!(sweep(&stage, at_once).await, [], "it was in use a moment ago");
    assert_eq!(sweep(&stage, in_an_hour(&stage)).await, [media.id]);
}

/// A deleted message shows nothing, and what only it showed is swept a while later.
pub async fn of_a_tombstone_nothing_is_shown(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let room = stage.direct(&ann, &bob).await;
    let (once, twice) = (ready(&stage, &ann).await, ready(&stage, &ann).await);
    let gone = stage.send(stage.draft(room, &ann, showing(&[&once, &twice]))).await;
    show(&stage, room, &ann, &twice).await;
    // A sweep sees that both are in use.
    assert_eq!(sweep(&stage, in_an_hour(&stage)).await, []);
    stage.delete(&gone, &ann).await;
    assert!(!is_shown(&stage, &once, &bob).await);
    assert!(is_shown(&stage, &twice, &bob).await);
    let now = stage.tick();
    let at_once = Unused { now, ready_before: now.plus_millis(-1_000), begun_before: now };
    assert_eq!(sweep(&stage, at_once).await, [], "it was in use a moment ago");
    assert_eq!(sweep(&stage, in_an_hour(&stage)).await, [once.id]);
}

/// Nor does one that was sent before.
pub async fn a_refused_message_shows_nothing(stage: Stage) {
    let [ann, bob, eve] = stage.people(["ann", "bob", "eve"]).await;
    let room = stage.direct(&ann, &bob).await;
    let media = ready(&stage, &eve).await;
    stage.store.messages.append(stage.draft(room, &eve, showing(&[&media]))).await.unwrap_err();
    assert!(!is_shown(&stage, &media, &bob).await);
    let mut new = stage.draft(room, &ann, Draft::text("words"));
    new.client_id = Some("c1".parse().unwrap());
    stage.send(new.clone()).await;
    // The same request under the same name, as a multipart send is: other files hang on it.
    new.id = stage.ids.message();
    new.body = showing(&[&media]);
    assert!(stage.store.messages.append(new).await.unwrap().duplicate);
    assert!(!is_shown(&stage, &media, &bob).await);
    assert_eq!(sweep(&stage, in_an_hour(&stage)).await, [media.id]);
}

/// Whole, unfinished or only promised: each after its time, and no earlier.
pub async fn what_nobody_uses_is_doomed(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let whole = ready(&stage, &ann).await;
    let unfinished = beginning(&stage, &ann);
    stage.store.media.insert(&unfinished).await.unwrap();
    let promised = slot(&stage, &ann, stage.tick());
    stage.store.media.insert(&promised).await.unwrap();
    let early = Unused {
        now: promised.slot.as_ref().unwrap().expires_at.plus_millis(-1),
        ready_before: whole.unused_since.unwrap(),
        begun_before: unfinished.created_at,
    };
    assert_eq!(sweep(&stage, early).await, []);
    let late = in_an_hour(&stage);
    let mut some = 0;
    while let count @ 1.. = stage.store.media.doom_unused(late, 1).await.unwrap() {
        some += count;
    }
    assert_eq!(some, 3, "none is left once there are none");
    let mut all = vec![whole.id, unfinished.id, promised.id];
    all.sort();
    assert_eq!(sweep(&stage, in_an_hour(&stage)).await, all, "with those doomed before");
    for id in all {
        stage.store.media.forget(id).await.unwrap();
        assert_eq!(stage.store.media.find(id).await.unwrap(), None);
    }
    assert_eq!(sweep(&stage, in_an_hour(&stage)).await, []);
}

/// However many there are and whatever becomes of those before: by time of creation, and by id
/// where that is the same.
pub async fn what_is_doomed_comes_page_by_page(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let store = &stage.store.media;
    let now = stage.tick();
    let mut all = Vec::new();
    for created_at in [now, now.plus_millis(7), now, now.plus_millis(-7), now] {
        let media = Media { created_at, ..beginning(&stage, &ann) };
        store.insert(&media).await.unwrap();
        all.push(Media { state: MediaState::Doomed, ..media });
    }
    all.sort_by_key(|media| (media.created_at, media.id));
    // One that is whole, and stays.
    ready(&stage, &ann).await;
    let ids: Vec<_> = all.iter().map(|media| media.id).collect();
    assert_eq!(store.doomed(None, 2).await.unwrap(), []);
    assert_eq!(store.doom(&ids).await.unwrap().len(), 5);
    assert_eq!(store.doomed(None, 2).await.unwrap(), all[..2]);
    store.forget(all[1].id).await.unwrap();
    assert_eq!(store.doomed(Some(&all[1]), 2).await.unwrap(), all[2..4], "it need not be there");
    assert_eq!(store.doomed(Some(&all[3]), 2).await.unwrap(), all[4..]);
    assert_eq!(store.doomed(Some(&all[4]), 2).await.unwrap(), []);
}

/// However often it is looked at.
pub async fn what_a_message_shows_is_never_doomed(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let room = stage.direct(&ann, &bob).await;
    let media = ready(&stage, &ann).await;
    show(&stage, room, &ann, &media).await;
    for _ in 0..2 {
        assert_eq!(sweep(&stage, in_an_hour(&stage)).await, []);
    }
    assert!(is_shown(&stage, &media, &bob).await);
    // Nor once it was claimed for another message, which never came.
    stage.store.media.claim(&ann.summary.id, &[media.id], stage.tick()).await.unwrap();
    assert_eq!(sweep(&stage, in_an_hour(&stage)).await, []);
    stage.store.media.forget(media.id).await.unwrap();
    assert!(stage.store.media.find(media.id).await.unwrap().is_some(), "only doomed ones go");
}

/// Between the claim and the message no sweep comes.
pub async fn a_claim_keeps_it_from_the_sweep(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let media = ready(&stage, &ann).await;
    let late = in_an_hour(&stage);
    stage.store.media.claim(&ann.summary.id, &[media.id], late.now).await.unwrap();
    assert_eq!(sweep(&stage, late).await, []);
    assert_eq!(sweep(&stage, in_an_hour(&stage)).await, [media.id]);
}

/// It is neither claimed, nor entered, nor does it arrive.
pub async fn what_is_doomed_is_of_no_use(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let store = &stage.store.media;
    let whole = ready(&stage, &ann).await;
    let mut unfinished = beginning(&stage, &ann);
    store.insert(&unfinished).await.unwrap();
    let promised = slot(&stage, &ann, stage.tick().plus_millis(2 * HOUR_MS));
    store.insert(&promised).await.unwrap();
    assert_eq!(store.doom(&[whole.id, unfinished.id, promised.id]).await.unwrap().len(), 3);
    let now = stage.tick();
    assert_eq!(store.claim(&ann.summary.id, &[whole.id], now).await.unwrap(), []);
    assert_eq!(store.enter_slot(promised.id, &[7; 32], now).await.unwrap(), None);
    unfinished.arrived(picture(), 1, [1; 32], now);
    assert!(!store.arrived(&unfinished).await.unwrap());
    let kept = store.find(unfinished.id).await.unwrap().unwrap();
    assert_eq!(kept.state, MediaState::Doomed);
}

/// A send that failed takes its files back, but never what a message shows.
pub async fn what_was_given_up_is_doomed_unless_shown(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let room = stage.direct(&ann, &bob).await;
    let (shown, unused) = (ready(&stage, &ann).await, ready(&stage, &ann).await);
    show(&stage, room, &ann, &shown).await;
    let doomed = stage.store.media.doom(&[shown.id, unused.id, stage.ids.media()]).await.unwrap();
    assert_eq!(doomed, [Media { state: MediaState::Doomed, ..unused }]);
    assert_eq!(stage.store.media.doom(&[]).await.unwrap(), []);
    assert!(is_shown(&stage, &shown, &bob).await);
}

/// Shown or not, and of nobody else.
pub async fn everything_of_a_person_is_doomed(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let room = stage.direct(&ann, &bob).await;
    let (shown, unused, other) =
        (ready(&stage, &ann).await, ready(&stage, &ann).await, ready(&stage, &bob).await);
    show(&stage, room, &ann, &shown).await;
    assert_eq!(stage.store.media.doom_all_of(&ann.summary.id).await.unwrap(), 2);
    assert_eq!(stage.store.media.doom_all_of(&ann.summary.id).await.unwrap(), 0);
    let now = stage.tick();
    let nothing_else = Unused { now, ready_before: now, begun_before: now };
    let nothing_else =
        Unused { ready_before: nothing_else.now.plus_millis(-HOUR_MS), ..nothing_else };
    assert_eq!(sweep(&stage, nothing_else).await, [shown.id, unused.id]);
    assert_eq!(stage.store.media.find(other.id).await.unwrap(), Some(other));
}

/// Of many nodes that come at once, all have the same.
pub async fn the_key_for_links_is_made_once(stage: Stage) {
    let keys = at_once((1..=8).map(|number| {
        let store = Arc::clone(&stage.store.media);
        async move { store.signing_key([number; 32]).await.unwrap() }
    }));
    let keys = keys.await;
    assert!(keys.iter().all(|key| *key == keys[0] && key[0] > 0), "{keys:?}");
    assert_eq!(stage.store.media.signing_key([99; 32]).await.unwrap(), keys[0]);
}

/// By its `client_id`, as it is now; another request under it is refused.
pub async fn what_was_sent_before_is_found(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let room = stage.direct(&ann, &bob).await;
    let log = &stage.store.messages;
    let mut new = stage.text(room, &ann, "words");
    assert_eq!(log.sent_before(&new).await.unwrap(), None);
    new.client_id = Some("c1".parse().unwrap());
    assert_eq!(log.sent_before(&new).await.unwrap(), None);
    let sent = stage.send(new.clone()).await;
    assert_eq!(log.sent_before(&new).await.unwrap().as_ref(), Some(&sent));
    let gone = stage.delete(&sent, &ann).await;
    assert_eq!(log.sent_before(&new).await.unwrap(), Some(gone));
    let mut other = stage.text(room, &ann, "other words");
    other.client_id = Some("c1".parse().unwrap());
    log.sent_before(&other).await.unwrap_err();
    other.sender_id = bob.summary.id.clone();
    assert_eq!(log.sent_before(&other).await.unwrap(), None);
}
