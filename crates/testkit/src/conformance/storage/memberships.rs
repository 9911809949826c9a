//! One person's part in conversations: rows as they were saved, and who has none.

use chinwag_domain::{
    ConversationId, GroupSettings, HistoryPolicy, Mute, Participant, ParticipantRole, Permission,
    Permissions, Seq, Timestamp, User,
    ports::{IdGenerator, MemberView, MembershipHead},
};

use crate::conformance::Stage;

/// Who is not in it has no part in it: strangers, those who left, all once it ended.
pub async fn only_people_present_have_a_part(stage: Stage) {
    let [ann, bob, eve] = stage.people(["ann", "bob", "eve"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let part = async |id: ConversationId, who: &User| {
        stage.store.conversations.membership(id, &who.summary.id).await.unwrap()
    };
    assert!(part(group, &ann).await.is_some());
    assert_eq!(part(group, &eve).await, None);
    assert_eq!(part(stage.ids.conversation(), &ann).await, None);
    stage.leave(group, &bob).await;
    assert_eq!(part(group, &bob).await, None);
    stage.join(group, &bob).await;
    assert!(part(group, &bob).await.is_some());
    stage.end(group).await;
    assert_eq!(part(group, &ann).await, None);
}

/// All that people decide about a group, when it is made and when it is changed.
pub async fn settings_come_back(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let settings = GroupSettings {
        name: Some("Team 'Ü' 😀 %".into()),
        description: Some("x".repeat(1000)),
        avatar_url: Some("https://example.org/a?b=c".into()),
        category: Some("department".into()),
        permissions: Permissions {
            add_members: Permission::Member,
            remove_members: Permission::Admin,
            edit: Permission::Member,
            delete_messages: Permission::Member,
        },
        history: HistoryPolicy::SinceJoin,
    };
    let group = stage.group_with(&[&ann], settings.clone()).await;
    assert_eq!(stage.membership(group, &ann).await.conversation.settings, settings);

    let (mut unit, mut conversation) = stage.begin_in(group).await;
    let history = HistoryPolicy::SinceJoin;
    conversation.settings = GroupSettings { history, ..GroupSettings::default() };
    conversation.settings.permissions.remove_members = Permission::Member;
    conversation.next_revision(stage.tick());
    unit.save_conversation(&conversation).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(stage.membership(group, &ann).await.conversation, conversation);
}

/// A person's own row, field by field.
pub async fn rows_come_back(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    for _ in 0..5 {
        stage.say(group, &ann, "words").await;
    }
    for mute in [Mute::Forever, Mute::Until(Timestamp::from_millis(1_800_000_000_001)), Mute::Off] {
        let now = stage.tick();
        let change = |row: &mut Participant| {
            row.mute = mute;
            row.role = ParticipantRole::Admin;
            row.hidden_at = Some(now);
            row.history_from_seq = Seq::new(2);
            row.cleared_seq = Seq::new(3);
        };
        let saved = stage.settle(group, &bob, change).await;
        assert_eq!((saved.mute, saved.hidden_at), (mute, Some(now)));
        assert_eq!(stage.membership(group, &bob).await.participant, saved);
    }
    assert_eq!(stage.pointers(group, &ann).await, (5, 5), "the neighbour's row is as it was");
}

/// Coming back keeps the pointers and tells of a new beginning.
pub async fn coming_back_keeps_the_pointers(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.say(group, &ann, "one").await;
    stage.read(group, &bob, 1).await;
    let gone = stage.leave(group, &bob).await;
    stage.say(group, &ann, "two").await;
    let back = stage.join(group, &bob).await;
    let membership = stage.membership(group, &bob).await;
    assert_eq!(membership.participant, back);
    assert_eq!((back.read_seq, back.left_at), (Seq::new(1), None));
    assert!(back.joined_revision > gone.revision && back.joined_at > gone.joined_at);
    assert_eq!(membership.conversation.participant_count, 2);
    assert_eq!(membership.conversation.members_revision, back.joined_revision);
}

/// All conversations that a person is in, by id, with what a connection must know.
pub async fn memberships_are_for_connections(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let one = stage.group(&[&ann, &bob]).await;
    let two = stage.direct(&bob, &ann).await;
    let three = stage.group(&[&ann]).await;
    let (left, ended) = (stage.group(&[&ann, &bob]).await, stage.group(&[&ann, &bob]).await);
    stage.say(one, &ann, "words").await;
    stage.say(one, &ann, "words").await;
    stage.hide(two, &bob).await;
    stage.settle(two, &bob, |row| row.mute = Mute::Forever).await;
    stage.clear(one, &bob, 1).await;
    let joined = stage.join(three, &bob).await;
    stage.leave(left, &bob).await;
    stage.end(ended).await;

    let heads = stage.store.conversations.memberships(&bob.summary.id).await.unwrap();
    let ids: Vec<_> = heads.iter().map(|membership| membership.head.conversation_id).collect();
    assert_eq!(ids, [one, two, three], "by id, hidden ones too");
    for MembershipHead { head, joined_revision, member } in &heads {
        let membership = stage.membership(head.conversation_id, &bob).await;
        let (conversation, row) = (membership.conversation, membership.participant);
        assert_eq!(head.revision, conversation.revision);
        assert_eq!(head.members_revision, conversation.members_revision);
        assert_eq!(*joined_revision, row.joined_revision);
        let expected =
            MemberView { user_id: row.user.id.clone(), floor: row.floor(), mute: row.mute };
        assert_eq!(*member, expected);
    }
    assert_eq!((heads[0].member.floor, heads[1].member.mute), (Seq::new(2), Mute::Forever));
    assert_eq!(heads[2].joined_revision, joined.revision);
}
