//! Searching one's conversations: by a group's name, or by who the other is.

use chinwag_domain::{
    ConversationFilter, ConversationId, GroupSettings, Limit, PageNumber, Position, ProfileChange,
    User,
};

use crate::conformance::{Stage, stage::looks::shown};

async fn found(stage: &Stage, who: &User, search: &str) -> Vec<ConversationId> {
    let filter = ConversationFilter { search: Some(search.to_owned()), ..shown() };
    let mut found = stage.list(who, &filter).await;
    found.sort();
    found
}

async fn named(stage: &Stage, people: &[&User], name: &str) -> ConversationId {
    stage.group_with(people, GroupSettings::named(name)).await
}

async fn rename(stage: &Stage, who: &User, name: &str) {
    let change = ProfileChange { name: Some(name.into()), avatar_url: None };
    let at = stage.tick();
    stage.store.users.update_profile(&who.summary.id, change, at).await.unwrap().unwrap();
}

/// A group is found by any part of its name, in any case and script.
pub async fn a_group_is_found_by_its_name(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let sales = named(&stage, &[&ann], "Sales Übersee 世界").await;
    let other = named(&stage, &[&ann], "sales local").await;
    for search in ["übersee", "ÜBERSEE", "s Ü", "世", "Sales Übersee 世界"] {
        assert_eq!(found(&stage, &ann, search).await, [sales], "{search}");
    }
    assert_eq!(found(&stage, &ann, "SALES").await, [sales, other]);
    assert_eq!(found(&stage, &ann, "marketing").await, []);
}

/// A group is not found by who is in it, nor by its description.
pub async fn a_group_is_not_found_by_its_people(stage: Stage) {
    let [ann, zoe] = stage.people(["ann", "zoe"]).await;
    let mut settings = GroupSettings::named("Team");
    settings.description = Some("about zoe".into());
    stage.group_with(&[&ann, &zoe], settings.clone()).await;
    settings.name = None;
    stage.group_with(&[&ann, &zoe], settings).await;
    assert_eq!(found(&stage, &ann, "zoe").await, []);
}

/// A direct conversation is found by the other's name, username or id, never by one's own.
pub async fn a_direct_one_is_found_by_the_other(stage: Stage) {
    let [ann, bob] = stage.people(["ann.1", "bob.2"]).await;
    let direct = stage.direct(&ann, &bob).await;
    rename(&stage, &bob, "Robert Größe").await;
    for search in ["robert", "GRÖSSE", "größe", "ert gr", "bob.2", "BOB", ".2"] {
        assert_eq!(found(&stage, &ann, search).await, [direct], "{search}");
    }
    assert_eq!(found(&stage, &bob, "ann").await, [direct]);
    for own in ["robert", "bob.2"] {
        assert_eq!(found(&stage, &bob, own).await, [], "{own}");
    }
}

/// A new name is found at once, the old one no more.
pub async fn a_new_name_is_found_at_once(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "u2"]).await;
    let direct = stage.direct(&ann, &bob).await;
    let group = named(&stage, &[&ann], "Before").await;
    rename(&stage, &bob, "Before").await;
    assert_eq!(found(&stage, &ann, "before").await, [direct, group]);
    rename(&stage, &bob, "After").await;
    let (mut unit, mut conversation) = stage.begin_in(group).await;
    conversation.settings.name = Some("After".into());
    unit.save_conversation(&conversation).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(found(&stage, &ann, "before").await, []);
    assert_eq!(found(&stage, &ann, "after").await, [direct, group]);
}

/// Wildcards are text here too.
pub async fn wildcards_are_text(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let percent = named(&stage, &[&ann], "100%").await;
    let line = named(&stage, &[&ann], "a_b").await;
    let slash = named(&stage, &[&ann], r"c\d").await;
    let quote = named(&stage, &[&ann], "it's").await;
    named(&stage, &[&ann], "100 a b cd its").await;
    let cases = [("%", percent), ("_", line), (r"\", slash), ("'", quote), ("0%", percent)];
    for (search, expected) in cases {
        assert_eq!(found(&stage, &ann, search).await, [expected], "{search}");
    }
    assert_eq!(found(&stage, &ann, "%%").await, []);
}

/// Search goes together with the other filters, with cursors and with pages.
pub async fn a_search_comes_in_pieces_too(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let mut wanted = Vec::new();
    for at in 0..5 {
        wanted.insert(0, named(&stage, &[&ann, &bob], &format!("wanted {at}")).await);
        named(&stage, &[&ann, &bob], "other").await;
    }
    stage.hide(wanted.remove(2), &ann).await;
    let mut filter = ConversationFilter {
        search: Some("WANTED".into()),
        limit: Limit::new(3).unwrap(),
        ..shown()
    };
    let first = stage.store.conversations.list(&ann.summary.id, &filter).await.unwrap();
    filter.position = Position::After(first.next.unwrap());
    let rest = stage.list(&ann, &filter).await;
    let ids = first.items.iter().map(|item| item.membership.conversation.id);
    assert_eq!(ids.chain(rest).collect::<Vec<_>>(), wanted);
    filter.position = Position::Page(PageNumber::new(2).unwrap());
    let page = stage.store.conversations.list(&ann.summary.id, &filter).await.unwrap();
    assert_eq!((page.items.len(), page.total), (1, Some(4)));
}
