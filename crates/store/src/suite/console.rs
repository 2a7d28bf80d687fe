//! One-time links into the console, and its sessions.

use std::sync::Arc;

use super::world::{Harness, World};
use crate::{ConsoleSession, LoginLink, Purpose, Store, SystemTx};

fn link<H: Harness>(w: &World<H>, digest: u8) -> LoginLink {
    LoginLink { digest: [digest; 32], name: "Ann \"ops\"".to_owned(), created: w.now(), expires: w.now() }
}

fn session<H: Harness>(w: &World<H>, id: &str, digest: u8) -> ConsoleSession {
    ConsoleSession {
        id: id.to_owned(),
        name: "Ann".to_owned(),
        digest: [digest; 32],
        previous: None,
        rotated: w.now(),
        proof: [digest + 100; 32],
        created: w.now(),
        seen: w.now(),
        expires: w.now(),
    }
}

async fn system<H: Harness>(w: &World<H>) -> Box<dyn SystemTx + '_> {
    w.store().system(Purpose::Console).await.unwrap()
}

/// Of many who use a link at once, one gets it; nobody gets an unknown one or one whose time is over.
pub async fn a_login_link_opens_once<H: Harness>(w: World<H>) {
    let w = Arc::new(w);
    let now = w.now();
    let (good, late) = (link(&w, 1), link(&w, 2));
    for one in [&good, &late] {
        system(&w).await.put_login_link(one).await.unwrap();
    }
    assert_eq!(system(&w).await.take_login_link(&[3; 32], now).await.unwrap(), None);
    assert_eq!(
        system(&w).await.take_login_link(&[2; 32], late.expires).await.unwrap(),
        None,
        "its time is over"
    );
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let w = Arc::clone(&w);
            tokio::spawn(async move { system(&w).await.take_login_link(&[1; 32], now).await.unwrap() })
        })
        .collect();
    let mut taken = Vec::new();
    for task in tasks {
        taken.extend(task.await.unwrap());
    }
    assert_eq!(taken, [good]);
}

/// A session is found by its digest, and by the one before; of two who change it, one does.
pub async fn a_console_session_changes_its_digest_once<H: Harness>(w: World<H>) {
    let one = session(&w, "s1", 1);
    system(&w).await.put_console_session(&one).await.unwrap();
    system(&w).await.put_console_session(&session(&w, "s2", 2)).await.unwrap();
    let find = async |digest: u8| system(&w).await.console_session(&[digest; 32]).await.unwrap();
    assert_eq!(find(1).await, Some(one.clone()));
    assert_eq!(find(9).await, None);

    let at = w.now();
    assert!(system(&w).await.rotate_console_session("s1", &[1; 32], &[5; 32], at).await.unwrap());
    assert!(!system(&w).await.rotate_console_session("s1", &[1; 32], &[6; 32], w.now()).await.unwrap());
    let turned = ConsoleSession { digest: [5; 32], previous: Some([1; 32]), rotated: at, ..one };
    assert_eq!(find(5).await, Some(turned.clone()));
    assert_eq!(find(1).await, Some(turned.clone()), "by the digest before");
    assert_eq!(find(6).await, None);

    let (early, late) = (w.now(), w.now());
    for seen in [late, early] {
        system(&w).await.touch_console_session("s1", seen).await.unwrap();
    }
    assert_eq!(
        find(5).await,
        Some(ConsoleSession { seen: late, ..turned.clone() }),
        "the clock is not turned back"
    );

    assert!(system(&w).await.rotate_console_session("s1", &[5; 32], &[7; 32], w.now()).await.unwrap());
    assert_eq!(find(1).await, None, "only the last digest before");
    system(&w).await.end_console_session("s1").await.unwrap();
    system(&w).await.end_console_session("s1").await.unwrap();
    assert_eq!(find(7).await, None);
    assert!(find(2).await.is_some());
}

/// Links and sessions whose time is over are dropped, in portions; what is idle too long as well.
pub async fn what_opened_the_console_is_dropped_in_time<H: Harness>(w: World<H>) {
    let (old, idle, fresh) = (session(&w, "s1", 1), session(&w, "s2", 2), session(&w, "s3", 3));
    for one in [&old, &idle, &fresh] {
        system(&w).await.put_console_session(one).await.unwrap();
    }
    let late = link(&w, 1);
    system(&w).await.put_login_link(&late).await.unwrap();
    let after = w.now();
    system(&w).await.put_login_link(&LoginLink { expires: w.now(), ..link(&w, 2) }).await.unwrap();
    let end = w.now();
    for id in ["s2", "s3"] {
        let longer = ConsoleSession { expires: end, ..if id == "s2" { idle.clone() } else { fresh.clone() } };
        system(&w).await.put_console_session(&longer).await.unwrap();
    }
    system(&w).await.touch_console_session("s3", after).await.unwrap();

    assert_eq!(system(&w).await.drop_console_access(old.created, old.created, 9).await.unwrap(), 0);
    assert_eq!(
        system(&w).await.drop_console_access(after, fresh.seen, 1).await.unwrap(),
        2,
        "a link and a session"
    );
    assert_eq!(system(&w).await.drop_console_access(after, fresh.seen, 9).await.unwrap(), 1);
    let mut system = system(&w).await;
    assert_eq!(system.console_session(&[1; 32]).await.unwrap(), None);
    assert_eq!(system.console_session(&[2; 32]).await.unwrap(), None);
    assert!(system.console_session(&[3; 32]).await.unwrap().is_some());
    assert_eq!(system.take_login_link(&[1; 32], late.created).await.unwrap(), None);
    assert!(system.take_login_link(&[2; 32], after).await.unwrap().is_some());
}
