//! The provisioning log, coalesced refusals, the ring of reads, traffic (ruling 9).

use std::sync::Arc;
use std::time::Duration;

use super::world::{Harness, World};
use crate::{
    Action, Change, ConnectionId, LogEntry, LogFilter, NewLogEntry, Outcome, Refusal, TraceEntry,
    TrafficMinute, WriteTx,
};

async fn entries<H: Harness>(w: &World<H>, filter: LogFilter, limit: u32) -> Vec<LogEntry> {
    w.read().await.log(&filter, limit).await.unwrap()
}

/// Every field comes back, newest first, with ascending sequences.
pub async fn log_entries_read_back_whole<H: Harness>(w: World<H>) {
    let ada = w.user("ada");
    let full = NewLogEntry {
        action: Action::Create,
        outcome: Outcome::Refused,
        status: 409,
        scim_type: Some("uniqueness".to_owned()),
        code: Some("user_name_taken".to_owned()),
        detail: Some("The name `é` is taken.".to_owned()),
        raw: Some("{\"a\":\"\\u0000\"}".repeat(500)),
        ..w.entry(&ada)
    };
    let bare = NewLogEntry { subject: None, paths: vec![], label: String::new(), ..w.entry(&ada) };
    let done = w.commit(WriteTx { log: vec![full.clone(), bare.clone()], ..w.tx() }).await.unwrap();
    assert_eq!(done.position, None);
    let found = entries(&w, LogFilter::default(), 9).await;
    assert_eq!(found.iter().map(|e| e.entry.clone()).collect::<Vec<_>>(), [bare, full]);
    assert!(found[0].sequence > found[1].sequence);
    assert!(found.iter().all(|e| e.times == 1));
}

/// By connection, subject, failure, and below a sequence, in any combination.
pub async fn the_log_is_filtered_and_paged<H: Harness>(w: World<H>) {
    let (ada, bob) = (w.user("ada"), w.user("bob"));
    let other = ConnectionId(9_999);
    for n in 0..12 {
        let mut entry = w.entry(if n % 2 == 0 { &ada } else { &bob });
        entry.label = n.to_string();
        entry.outcome = [Outcome::Done, Outcome::Unchanged, Outcome::Refused, Outcome::Failed][n % 4];
        if n % 3 == 0 {
            entry.connection = other;
        }
        w.commit(WriteTx { log: vec![entry], ..w.tx() }).await.unwrap();
    }
    let labels =
        |found: Vec<LogEntry>| found.into_iter().map(|e| e.entry.label).collect::<Vec<_>>().join(" ");
    let all = LogFilter::default();
    assert_eq!(labels(entries(&w, all.clone(), 3).await), "11 10 9");
    let before = entries(&w, all.clone(), 3).await[2].sequence;
    assert_eq!(labels(entries(&w, LogFilter { before: Some(before), ..all.clone() }, 2).await), "8 7");
    let failures = LogFilter { failures: true, ..all.clone() };
    assert_eq!(labels(entries(&w, failures.clone(), 99).await), "11 10 7 6 3 2");
    let about = LogFilter { subject: Some(ada.id), ..all.clone() };
    assert_eq!(labels(entries(&w, about.clone(), 99).await), "10 8 6 4 2 0");
    let through = LogFilter { connection: Some(other), ..all };
    assert_eq!(labels(entries(&w, through.clone(), 99).await), "9 6 3 0");
    let every = LogFilter { connection: Some(other), failures: true, before: Some(before), ..about };
    assert_eq!(labels(entries(&w, every, 99).await), "6");
}

/// Refusals of one connection, cause and minute are one entry.
pub async fn refusals_are_counted_by_minute<H: Harness>(w: World<H>) {
    let start = base::Timestamp::from_micros(1_795_428_000_000_000);
    let refusal = |seconds: u64, connection, code: &str| {
        Change::CountRefusal(Refusal {
            at: start.plus(Duration::from_secs(seconds)),
            connection,
            status: if code == "token_expired" { 403 } else { 401 },
            code: code.to_owned(),
            detail: format!("Refused: {code}."),
        })
    };
    let own = w.a.connection;
    for (seconds, connection, code) in [
        (0, own, "token_revoked"),
        (30, own, "token_revoked"),
        (59, own, "token_revoked"),
        (60, own, "token_revoked"),
        (10, own, "token_expired"),
        (10, ConnectionId(9_999), "token_revoked"),
        (59, own, "token_revoked"),
    ] {
        w.change(vec![refusal(seconds, connection, code)]).await;
    }
    let found = entries(&w, LogFilter::default(), 99).await;
    let told: Vec<_> = found.iter().rev().map(|e| (e.entry.code.clone().unwrap(), e.times)).collect();
    let told: Vec<_> = told.iter().map(|(code, times)| (code.as_str(), *times)).collect();
    assert_eq!(
        told,
        [("token_revoked", 4), ("token_revoked", 1), ("token_expired", 1), ("token_revoked", 1)]
    );
    let statuses: Vec<_> = found.iter().rev().map(|e| e.entry.status).collect();
    assert_eq!(statuses, [401, 401, 403, 401]);
    let first = &found.last().unwrap().entry;
    assert_eq!((first.at, first.outcome, first.action), (start, Outcome::Refused, Action::Authenticate));
    assert_eq!(first.detail.as_deref(), Some("Refused: token_revoked."));
    // A flood from many sides at once is still one entry.
    let w = Arc::new(w);
    let tasks: Vec<_> = (0..30)
        .map(|_| {
            let (w, flood) = (w.clone(), refusal(600, own, "token_mistyped"));
            tokio::spawn(async move { w.change(vec![flood]).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let found = entries(&w, LogFilter::default(), 99).await;
    assert_eq!((found.len(), found[0].times), (5, 30));
}

/// The latest 200 reads of each connection.
pub async fn the_ring_keeps_the_latest_reads<H: Harness>(w: World<H>) {
    let read = |connection, n: i64| {
        Change::Trace(TraceEntry { at: base::Timestamp::from_micros(n), connection, body: n.to_string() })
    };
    let other = ConnectionId(9_999);
    w.change(vec![read(other, 7)]).await;
    for n in 0..25 {
        w.change((0..10).map(|m| read(w.a.connection, n * 10 + m)).collect()).await;
    }
    let ring = w.read().await.trace(w.a.connection).await.unwrap();
    let bodies: Vec<_> = ring.iter().map(|e| e.body.parse::<i64>().unwrap()).collect();
    assert_eq!(bodies, (50..250).rev().collect::<Vec<_>>());
    assert_eq!(ring[0].at.as_micros(), 249);
    assert_eq!(w.read().await.trace(other).await.unwrap().len(), 1);
}

/// Minutes add up, whoever counts them.
pub async fn traffic_adds_up<H: Harness>(w: World<H>) {
    let minute = |minute, reads, writes, failures| TrafficMinute {
        connection: w.a.connection,
        minute,
        reads,
        writes,
        failures,
    };
    let other = TrafficMinute { connection: ConnectionId(9_999), ..minute(5, 9, 9, 9) };
    w.change(vec![Change::CountTraffic(vec![minute(5, 1, 2, 3), minute(6, 1, 0, 0), other])]).await;
    w.change(vec![Change::CountTraffic(vec![minute(5, 10, 20, 30), minute(4, 0, 0, 1)])]).await;
    let mut read = w.read().await;
    let from_five = read.traffic(w.a.connection, 5).await.unwrap();
    assert_eq!(from_five, [minute(5, 11, 22, 33), minute(6, 1, 0, 0)]);
    assert_eq!(read.traffic(w.a.connection, 0).await.unwrap().len(), 3);
}
