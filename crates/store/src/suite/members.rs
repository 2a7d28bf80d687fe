//! Memberships and groups (A-31, invariant 8).

use super::world::{Harness, World, add_member, conflict, insert, remove_member};
use crate::{Change, Conflict, GroupRef, Kind, MemberRef, Record, Store, WriteTx};

/// Joining and leaving, and what is refused.
pub async fn members_join_and_leave_once<H: Harness>(w: World<H>) {
    let (team, ada, bob) = (w.add_group("team").await, w.add_user("ada").await, w.add_user("bob").await);
    w.change(vec![add_member(&team, &ada)]).await;
    let twice = w.commit(WriteTx { changes: vec![add_member(&team, &ada)], ..w.tx() }).await;
    assert_eq!(conflict(twice), Conflict::Membership { group: team.id, member: ada.id });
    let not_in = w.commit(WriteTx { changes: vec![remove_member(&team, &bob)], ..w.tx() }).await;
    assert_eq!(conflict(not_in), Conflict::Membership { group: team.id, member: bob.id });
    let mut read = w.read().await;
    assert_eq!(
        read.are_members(team.id, &[bob.id, ada.id, team.id, ada.id]).await.unwrap(),
        [false, true, false, true]
    );
    drop(read);
    w.change(vec![remove_member(&team, &ada), add_member(&team, &bob), add_member(&team, &ada)]).await;
    assert_eq!(w.read().await.count_members(team.id).await.unwrap(), 2);
}

/// Both sides must live, and the member must be what it is said to be.
pub async fn only_the_living_are_members<H: Harness>(w: World<H>) {
    let (team, ada) = (w.add_group("team").await, w.add_user("ada").await);
    let nobody = w.user("nobody");
    let tries = [
        (add_member(&team, &nobody), nobody.id),
        (add_member(&nobody, &ada), nobody.id),
        (Change::AddMember { group: team.id, member: ada.id, kind: Kind::GROUP }, ada.id),
    ];
    for (change, missing) in tries {
        let refused = w.commit(WriteTx { changes: vec![change], ..w.tx() }).await;
        assert_eq!(conflict(refused), Conflict::Missing(missing));
    }
    w.change(vec![Change::Remove { id: ada.id, at: w.now() }]).await;
    let refused = w.commit(WriteTx { changes: vec![add_member(&team, &ada)], ..w.tx() }).await;
    assert_eq!(conflict(refused), Conflict::Missing(ada.id));
    // Made in the same write, both live.
    let (crew, eve) = (w.group("crew"), w.user("eve"));
    w.change(vec![insert(&crew), insert(&eve), add_member(&crew, &eve)]).await;
}

/// Paged by id, each with its present name: display name, else user name.
pub async fn members_page_by_id_with_present_names<H: Harness>(w: World<H>) {
    let team = w.add_group("team").await;
    let inner = w.add_group("inner").await;
    let mut all = vec![inner.clone()];
    for n in 0..7 {
        all.push(w.add_user(&format!("u{n}")).await);
    }
    w.change(all.iter().rev().map(|m| add_member(&team, m)).collect()).await;
    let mut named = all[3].clone();
    named.body = "{\"userName\":\"u2\",\"displayName\":\"Ünal\"}".to_owned();
    w.update(&named, 1).await.unwrap();
    let expected: Vec<_> = all
        .iter()
        .map(|m| MemberRef {
            id: m.id,
            kind: m.kind,
            // A learner without a display name has none to show; a group's label is its display name.
            display: match m.kind {
                Kind::USER if m.id == named.id => "Ünal".to_owned(),
                Kind::USER => String::new(),
                _ => m.label.clone(),
            },
        })
        .collect();
    let mut read = w.read().await;
    let mut walked = Vec::new();
    loop {
        let page = read.members(team.id, walked.last().map(|m: &MemberRef| m.id), 3).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 3);
        walked.extend(page);
    }
    assert_eq!(walked, expected);
    let ids: Vec<_> = [named.id, inner.id, w.id(), all[1].id].into();
    let told = read.describe(&ids).await.unwrap();
    let user = |name: &str| Some((Kind::USER, name.to_owned()));
    assert_eq!(told, [user("Ünal"), Some((Kind::GROUP, "inner".to_owned())), None, user("")]);
}

/// direct wins, each once, transitively, cycles end.
pub async fn groups_are_found_through_groups<H: Harness>(w: World<H>) {
    let mut groups = Vec::new();
    for name in ["a", "b", "c", "d", "lonely"] {
        groups.push(w.add_group(name).await);
    }
    let ada = w.add_user("ada").await;
    let [a, b, c, d, _] = &groups[..] else { unreachable!() };
    // ada in a; a in b, b in c, c in a (a circle); ada also in c directly, and c in d.
    let changes = [(a, &ada), (b, a), (c, b), (a, c), (c, &ada), (d, c)].map(|(g, m)| add_member(g, m));
    w.change(changes.into()).await;
    let is = |group: &Record, direct| GroupRef { id: group.id, display: group.label.clone(), direct };
    let mut read = w.read().await;
    assert_eq!(read.groups_of(ada.id, false).await.unwrap(), [is(a, true), is(c, true)]);
    let all = read.groups_of(ada.id, true).await.unwrap();
    assert_eq!(all, [is(a, true), is(b, false), is(c, true), is(d, false)]);
    // Of a group in the circle, itself is not among its groups.
    let of_a = read.groups_of(a.id, true).await.unwrap();
    assert_eq!(of_a, [is(b, true), is(c, false), is(d, false)]);
    drop(read);
    // Present names here too.
    let renamed = Record { label: "B!".to_owned(), ..b.clone() };
    w.update(&renamed, 1).await.unwrap();
    assert_eq!(w.read().await.groups_of(ada.id, true).await.unwrap()[1].display, "B!");
}

/// What is shown of one record is what a snapshot shows.
pub async fn a_glance_shows_what_a_read_shows<H: Harness>(w: World<H>) {
    let mut groups = Vec::new();
    for name in ["outer", "inner", "plain"] {
        groups.push(w.add_group(name).await);
    }
    let mut people = Vec::new();
    for name in ["alone", "plain", "deep", "both"] {
        people.push(w.add_user(name).await);
    }
    let [outer, inner, plain] = &groups[..] else { unreachable!() };
    let joins =
        [(outer, inner), (plain, &people[1]), (inner, &people[2]), (inner, &people[3]), (plain, &people[3])];
    w.change(joins.map(|(group, member)| add_member(group, member)).into()).await;
    for who in people.iter().chain(&groups) {
        for indirect in [true, false] {
            let mut read = w.read().await;
            let record = read.record(who.kind, who.id).await.unwrap();
            let groups = read.groups_of(who.id, indirect).await.unwrap();
            drop(read);
            let mut glance = w.store().glance(&w.a).await.unwrap();
            assert_eq!(glance.record(who.kind, who.id).await.unwrap(), record);
            assert_eq!(glance.groups_of(who.id, indirect).await.unwrap(), groups, "{} {indirect}", who.label);
            assert_eq!(glance.groups_of(who.id, indirect).await.unwrap(), groups, "asked again");
            // What follows is a snapshot like any other.
            assert_eq!(glance.record(who.kind, who.id).await.unwrap(), record);
            assert_eq!(glance.count(Kind::USER).await.unwrap(), 4);
            let mut named = w.store().glance(&w.a).await.unwrap();
            let key = super::world::user_name(&who.label);
            let of_name = named.by_key(Kind::USER, &key, 1).await.unwrap();
            if who.kind == Kind::USER {
                assert_eq!(of_name.first(), record.as_ref());
                assert_eq!(named.groups_of(who.id, indirect).await.unwrap(), groups);
                assert!(named.groups_of(w.id(), indirect).await.unwrap().is_empty());
            }
        }
    }
    // Of another kind, of nobody, and of another tenant there is nothing.
    let mut glance = w.store().glance(&w.a).await.unwrap();
    assert_eq!(glance.record(Kind::GROUP, people[0].id).await.unwrap(), None);
    assert_eq!(w.store().glance(&w.a).await.unwrap().record(Kind::USER, w.id()).await.unwrap(), None);
    let mut other = w.store().glance(&w.b).await.unwrap();
    assert_eq!(other.record(Kind::USER, people[1].id).await.unwrap(), None);
    let mut other = w.store().glance(&w.b).await.unwrap();
    assert!(other.by_key(Kind::USER, &super::world::user_name("plain"), 1).await.unwrap().is_empty());
}
