//! Keys: found by value, unique under concurrency (S-CREATE-09, A-03, A-04).

use std::sync::Arc;

use super::world::{Harness, World, conflict, insert, key, keys, user_name};
use crate::{Change, Conflict, ConnectionId, Expect, Key, KeyName, Kind, Record, Store, WriteTx, key_text};

/// The second to ask for a name learns who has it.
pub async fn a_unique_key_has_one_holder<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let twin = w.user("ada");
    let taken = w.commit(WriteTx { changes: vec![insert(&twin)], ..w.tx() }).await;
    assert_eq!(conflict(taken), Conflict::Unique { name: KeyName::UserName, holder: ada.id });
    assert_eq!(w.get(&twin).await, None);
    let bob = w.add_user("bob").await;
    let change = Change::Update {
        record: Box::new(bob.clone()),
        drop_keys: keys(&bob),
        add_keys: vec![user_name("ada")],
    };
    let tx = WriteTx { expect: vec![Expect::Version(bob.id, 1)], changes: vec![change], ..w.tx() };
    assert_eq!(conflict(w.commit(tx).await), Conflict::Unique { name: KeyName::UserName, holder: ada.id });
    assert_eq!(w.version(&bob).await, 1);
}

/// S-CREATE-09: 50 parallel creations, one learner.
pub async fn of_many_creations_of_one_name_one_wins<H: Harness>(w: World<H>) {
    let w = Arc::new(w);
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let w = w.clone();
            tokio::spawn(async move {
                let record = w.user("ada");
                let others = vec![insert(&w.user(&format!("u{n}")))];
                w.commit(WriteTx { changes: others, ..w.tx() }).await.unwrap();
                (record.id, w.commit(WriteTx { changes: vec![insert(&record)], ..w.tx() }).await)
            })
        })
        .collect();
    let (mut winner, mut holders) = (None, Vec::new());
    for task in tasks {
        match task.await.unwrap() {
            (id, Ok(_)) => assert_eq!(winner.replace(id), None, "two winners"),
            (_, refused) => holders.push(conflict(refused)),
        }
    }
    let holder = winner.unwrap();
    assert_eq!(holders.len(), 49);
    assert!(holders.iter().all(|c| *c == Conflict::Unique { name: KeyName::UserName, holder }));
    assert_eq!(w.read().await.count(Kind::USER).await.unwrap(), 51);
}

/// A changed name frees the old one at once, and another may take it.
pub async fn a_name_is_free_again_when_it_changes<H: Harness>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let change = Change::Update {
        record: Box::new(ada.clone()),
        drop_keys: vec![user_name("ada")],
        add_keys: vec![user_name("ada.king")],
    };
    w.commit(WriteTx { expect: vec![Expect::Version(ada.id, 1)], changes: vec![change], ..w.tx() })
        .await
        .unwrap();
    let other = w.add_user("ada").await;
    let mut read = w.read().await;
    assert_eq!(read.by_key(Kind::USER, &user_name("ada"), 9).await.unwrap()[0].id, other.id);
    assert_eq!(read.by_key(Kind::USER, &user_name("ada.king"), 9).await.unwrap()[0].id, ada.id);
    // A write that drops and adds the same key keeps it.
    drop(read);
    let same = Change::Update {
        record: Box::new(other.clone()),
        drop_keys: vec![user_name("ada")],
        add_keys: vec![user_name("ada")],
    };
    w.commit(WriteTx { expect: vec![Expect::Version(other.id, 1)], changes: vec![same], ..w.tx() })
        .await
        .unwrap();
    assert_eq!(w.read().await.by_key(Kind::USER, &user_name("ada"), 9).await.unwrap().len(), 1);
}

/// Several may share an address; the oldest comes first, and a limit is kept.
pub async fn keys_find_records_oldest_first<H: Harness>(w: World<H>) {
    let mut made = Vec::new();
    for name in ["zoe", "ada", "max"] {
        let record = w.user(name);
        let mut all = keys(&record);
        all.push(key(KeyName::Email, "team@example.com"));
        w.change(vec![Change::Insert { record: Box::new(record.clone()), keys: all }]).await;
        made.push(record);
    }
    let shared = key(KeyName::Email, "team@example.com");
    let mut read = w.read().await;
    assert_eq!(read.by_key(Kind::USER, &shared, 10).await.unwrap(), made);
    assert_eq!(read.by_key(Kind::USER, &shared, 2).await.unwrap(), made[..2]);
    assert!(read.by_key(Kind::USER, &shared, 0).await.unwrap().is_empty());
    assert!(
        read.by_key(Kind::USER, &key(KeyName::DisplayName, "team@example.com"), 9).await.unwrap().is_empty()
    );
}

/// Uniqueness ends at the kind and at the tenant.
pub async fn other_kinds_and_tenants_have_their_own_names<H: Harness>(w: World<H>) {
    let unique = |value: &str| Key { unique: true, ..key(KeyName::DisplayName, value) };
    let (team, room) = (w.group("x"), Record { kind: Kind(16), ..w.group("x") });
    for record in [&team, &room] {
        w.change(vec![Change::Insert { record: Box::new(record.clone()), keys: vec![unique("x")] }]).await;
    }
    let theirs = w.group("x");
    let tx = WriteTx {
        changes: vec![Change::Insert { record: Box::new(theirs.clone()), keys: vec![unique("x")] }],
        ..WriteTx::new(w.b.clone())
    };
    w.commit(tx).await.unwrap();
    let mut read = w.read().await;
    assert_eq!(read.by_key(Kind::GROUP, &unique("x"), 9).await.unwrap(), vec![team.clone()]);
    assert_eq!(read.by_key(Kind(16), &unique("x"), 9).await.unwrap(), vec![room]);
    drop(read);
    let mut read = w.store().read(&w.b).await.unwrap();
    assert_eq!(read.by_key(Kind::GROUP, &unique("x"), 9).await.unwrap(), vec![theirs]);
    drop(read);
    let again = w.group("x");
    let change = Change::Insert { record: Box::new(again), keys: vec![unique("x")] };
    let taken = conflict(w.commit(WriteTx { changes: vec![change], ..w.tx() }).await);
    assert_eq!(taken, Conflict::Unique { name: KeyName::DisplayName, holder: team.id });
}

/// Two of one name in one write are refused like two in two.
pub async fn names_of_one_commit_collide_too<H: Harness>(w: World<H>) {
    let (one, two) = (w.user("ada"), w.user("ada"));
    let both = w.commit(WriteTx { changes: vec![insert(&one), insert(&two)], ..w.tx() }).await;
    assert_eq!(conflict(both), Conflict::Unique { name: KeyName::UserName, holder: one.id });
    assert_eq!((w.get(&one).await, w.get(&two).await), (None, None));
    assert!(w.read().await.by_key(Kind::USER, &user_name("ada"), 9).await.unwrap().is_empty());
}

/// A key is dropped by name and value; a switch of uniqueness in between leaves nothing behind.
pub async fn a_key_goes_whatever_it_was_made_as<H: Harness>(w: World<H>) {
    let plain = key(KeyName::DisplayName, "team");
    let unique = Key { unique: true, ..plain.clone() };
    for (made, dropped) in [(&plain, &unique), (&unique, &plain)] {
        let team = w.group("team");
        w.change(vec![Change::Insert { record: Box::new(team.clone()), keys: vec![made.clone()] }]).await;
        let change = Change::Update {
            record: Box::new(team.clone()),
            drop_keys: vec![dropped.clone()],
            add_keys: vec![],
        };
        w.commit(WriteTx { expect: vec![Expect::Version(team.id, 1)], changes: vec![change], ..w.tx() })
            .await
            .unwrap();
        assert!(w.read().await.by_key(Kind::GROUP, &plain, 9).await.unwrap().is_empty());
    }
    let team = w.group("team");
    w.change(vec![Change::Insert { record: Box::new(team), keys: vec![unique] }]).await;
}

/// not unique, and each connection has its own.
pub async fn external_ids_belong_to_their_connection<H: Harness>(w: World<H>) {
    let of = |connection, value: &str| key(KeyName::ExternalId(connection), value);
    let (ada, bob) = (w.user("ada"), w.user("bob"));
    for record in [&ada, &bob] {
        let mut all = keys(record);
        all.push(of(w.a.connection, "E1"));
        w.change(vec![Change::Insert { record: Box::new(record.clone()), keys: all }]).await;
    }
    let mut read = w.read().await;
    assert_eq!(read.by_key(Kind::USER, &of(w.a.connection, "E1"), 9).await.unwrap(), vec![ada, bob]);
    assert!(read.by_key(Kind::USER, &of(ConnectionId(999), "E1"), 9).await.unwrap().is_empty());
    assert!(read.by_key(Kind::USER, &of(w.a.connection, "e1"), 9).await.unwrap().is_empty());
}

/// Values longer than a key still differ where their keys are cut.
pub async fn long_keys_are_told_apart<H: Harness>(w: World<H>) {
    let stem = "x".repeat(5_000);
    let (one, two) = (format!("{stem}1"), format!("{stem}2"));
    for name in [&one, &two] {
        let record = w.user(name);
        let name = user_name(&key_text(name));
        w.change(vec![Change::Insert { record: Box::new(record), keys: vec![name] }]).await;
    }
    let found = w.read().await.by_key(Kind::USER, &user_name(&key_text(&two)), 9).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].label, two);
}
