//! What the REST API keeps: its keys, setup links, requests that named themselves.

use std::sync::Arc;

use base::Timestamp;

use super::world::{Harness, World, conflict};
use crate::{ApiKey, ApiScope, Change, Conflict, Purpose, Replay, SetupLink, Store, WriteTx};

fn api_key<H: Harness>(w: &World<H>, id: &str, digest: u8) -> ApiKey {
    ApiKey {
        id: id.to_owned(),
        tenant: Some(w.a.tenant),
        name: "app \"1\"".to_owned(),
        scope: ApiScope::Write,
        digest: [digest; 32],
        created: w.now(),
        expires: Some(w.now()),
        revoked: None,
        last_used: None,
    }
}

fn link<H: Harness>(w: &World<H>, id: &str, digest: u8) -> SetupLink {
    SetupLink {
        id: id.to_owned(),
        tenant: w.a.tenant,
        connection: w.a.connection,
        name: "Acme's admin".to_owned(),
        digest: [digest; 32],
        created: w.now(),
        expires: w.now(),
        revoked: None,
        opened: None,
    }
}

/// API keys by digest; changed by id; the last use never goes back; a digest belongs to one.
pub async fn api_keys_are_found_by_digest<H: Harness>(w: World<H>) {
    let mut system = w.store().system(Purpose::ApiKeys).await.unwrap();
    let one = api_key(&w, "k1", 7);
    let all = ApiKey { tenant: None, scope: ApiScope::Admin, expires: None, ..api_key(&w, "a-later-one", 8) };
    for key in [&one, &all] {
        system.put_api_key(key).await.unwrap();
    }
    assert_eq!(system.api_key(&[7; 32]).await.unwrap(), Some(one.clone()));
    assert_eq!(system.api_key(&[9; 32]).await.unwrap(), None);
    assert_eq!(system.api_keys().await.unwrap(), [one.clone(), all.clone()]);

    let (early, late) = (w.now(), w.now());
    for at in [late, early] {
        let uses = [("k1".to_owned(), at), ("nobody".to_owned(), at)];
        system.note_api_key_use(&uses).await.unwrap();
    }
    let revoked = ApiKey { revoked: Some(w.now()), scope: ApiScope::Read, name: "old".to_owned(), ..one };
    system.put_api_key(&revoked).await.unwrap();
    let expected = ApiKey { last_used: Some(late), ..revoked };
    assert_eq!(system.api_key(&[7; 32]).await.unwrap(), Some(expected), "a revoked key is still known");

    let twin = api_key(&w, "k3", 8);
    assert_eq!(conflict(system.put_api_key(&twin).await), Conflict::NameTaken("k3".to_owned()));
    let lost = ApiKey { tenant: Some(crate::TenantId(9_999)), ..api_key(&w, "k4", 10) };
    assert!(matches!(conflict(system.put_api_key(&lost).await), Conflict::Gone(_)));
    assert_eq!(system.api_keys().await.unwrap().len(), 2);
}

/// A deleted tenant takes with it the keys that open only it, and its links.
pub async fn keys_and_links_go_with_their_tenant<H: Harness>(w: World<H>) {
    w.change(vec![Change::PutSetupLink(Box::new(link(&w, "l1", 1)))]).await;
    let mut system = w.store().system(Purpose::Tenants).await.unwrap();
    let theirs = ApiKey { tenant: Some(w.b.tenant), ..api_key(&w, "k2", 8) };
    let all = ApiKey { tenant: None, ..api_key(&w, "k3", 9) };
    for key in [&api_key(&w, "k1", 7), &theirs, &all] {
        system.put_api_key(key).await.unwrap();
    }
    system.delete_tenant(w.a.tenant).await.unwrap();
    assert_eq!(system.api_key(&[7; 32]).await.unwrap(), None);
    assert_eq!(system.api_keys().await.unwrap(), [theirs, all]);
    assert_eq!(system.setup_link(&[1; 32]).await.unwrap(), None);
    drop(system);
    assert!(w.read().await.setup_links().await.unwrap().is_empty());
}

/// Setup links by digest, with their connection and tenant; changed by id; first opened once; not another tenant's.
pub async fn setup_links_are_found_by_digest<H: Harness>(w: World<H>) {
    let first = link(&w, "l2", 7);
    let next = link(&w, "l1", 8);
    for link in [&first, &next] {
        w.change(vec![Change::PutSetupLink(Box::new(link.clone()))]).await;
    }
    let find = async |digest: [u8; 32]| {
        let mut system = w.store().system(Purpose::Authenticate).await.unwrap();
        system.setup_link(&digest).await.unwrap()
    };
    let (found, connection, tenant) = find([7; 32]).await.unwrap();
    assert_eq!((found, connection.id, tenant.id), (first.clone(), w.a.connection, w.a.tenant));
    assert!(find([9; 32]).await.is_none());

    let (opened, later) = (w.now(), w.now());
    for at in [opened, later] {
        let link = SetupLink { opened: Some(at), ..first.clone() };
        w.change(vec![Change::PutSetupLink(Box::new(link))]).await;
    }
    let revoked = SetupLink { revoked: Some(w.now()), name: "old".to_owned(), ..first };
    w.change(vec![Change::PutSetupLink(Box::new(revoked.clone()))]).await;
    let expected = SetupLink { opened: Some(opened), ..revoked };
    assert_eq!(w.read().await.setup_links().await.unwrap(), [expected, next.clone()]);
    assert!(w.store().read(&w.b).await.unwrap().setup_links().await.unwrap().is_empty());

    let put = async |caller: &crate::Caller, link: SetupLink| {
        let changes = vec![Change::PutSetupLink(Box::new(link))];
        conflict(w.commit(WriteTx { changes, ..WriteTx::new(caller.clone()) }).await)
    };
    let twin = SetupLink { id: "l3".to_owned(), ..next.clone() };
    assert_eq!(put(&w.a, twin).await, Conflict::NameTaken("l3".to_owned()));
    let lost = SetupLink { connection: w.b.connection, ..link(&w, "l4", 10) };
    assert!(matches!(put(&w.a, lost).await, Conflict::Gone(_)));
    let stolen = SetupLink { tenant: w.b.tenant, connection: w.b.connection, ..next };
    assert!(matches!(put(&w.b, stolen).await, Conflict::NameTaken(_)), "a digest belongs to one tenant");
}

fn request<H: Harness>(w: &World<H>, owner: &str, name: &str) -> Replay {
    Replay { owner: owner.to_owned(), name: name.to_owned(), fingerprint: [3; 32], at: w.now(), answer: None }
}

/// Of many repetitions at once one does the request; names belong to their owner; an old one makes way.
pub async fn a_named_request_is_claimed_once<H: Harness>(w: World<H>) {
    let w = Arc::new(w);
    let since = w.now();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let w = w.clone();
            tokio::spawn(async move {
                let new = request(&w, "k1", "n");
                let mut system = w.store().system(Purpose::Replays).await.unwrap();
                (new.at, system.claim_replay(&new, since).await.unwrap())
            })
        })
        .collect();
    let (mut done, mut others) = (Vec::new(), Vec::new());
    for task in tasks {
        let (at, found) = task.await.unwrap();
        match found {
            None => done.push(at),
            Some(known) => others.push(known),
        }
    }
    let [begun] = done[..] else { panic!("one request is done: {done:?}") };
    assert!(others.iter().all(|r| r.at == begun && r.fingerprint == [3; 32] && r.answer.is_none()));

    let mut system = w.store().system(Purpose::Replays).await.unwrap();
    assert_eq!(system.claim_replay(&request(&w, "k2", "n"), since).await.unwrap(), None);
    assert_eq!(system.claim_replay(&request(&w, "k1", "m"), since).await.unwrap(), None);
    let after = Timestamp::from_micros(begun.as_micros() + 1);
    assert!(system.claim_replay(&request(&w, "k1", "n"), begun).await.unwrap().is_some());
    let again = Replay { fingerprint: [4; 32], ..request(&w, "k1", "n") };
    assert_eq!(system.claim_replay(&again, after).await.unwrap(), None, "an old one makes way");
    assert_eq!(system.claim_replay(&again, after).await.unwrap(), Some(again));
}

/// An answer is kept over a restart; one that comes too late is not; old ones are dropped.
pub async fn a_named_request_is_settled_by_whoever_began_it<H: Harness>(w: World<H>) {
    let since = w.now();
    let (one, two) = (request(&w, "k1", "one"), request(&w, "k1", "two"));
    let mut system = w.store().system(Purpose::Replays).await.unwrap();
    for new in [&one, &two] {
        assert_eq!(system.claim_replay(new, since).await.unwrap(), None);
    }
    system.settle_replay("k1", "one", w.now(), Some("somebody else's")).await.unwrap();
    system.settle_replay("k1", "one", one.at, Some("é")).await.unwrap();
    system.settle_replay("k1", "two", two.at, None).await.unwrap();
    system.settle_replay("k1", "three", two.at, Some("x")).await.unwrap();
    drop(system);
    let w = w.reopen().await;
    let mut system = w.store().system(Purpose::Replays).await.unwrap();
    let known = system.claim_replay(&request(&w, "k1", "one"), since).await.unwrap();
    assert_eq!(known, Some(Replay { answer: Some("é".to_owned()), ..one.clone() }));
    assert_eq!(
        system.claim_replay(&request(&w, "k1", "two"), since).await.unwrap(),
        None,
        "it was forgotten"
    );
    assert_eq!(system.drop_replays(one.at, 9).await.unwrap(), 0);
    assert_eq!(system.drop_replays(w.now(), 1).await.unwrap(), 1);
    assert_eq!(system.drop_replays(w.now(), 9).await.unwrap(), 1);
    assert_eq!(system.claim_replay(&request(&w, "k1", "one"), since).await.unwrap(), None);
}
