//! Successful reads of connections that are being set up, until they are written down (ruling 9).

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use base::Timestamp;
use parking_lot::Mutex;
use serde_json::json;
use store::{ConnectionId, TraceEntry};
use tokio::sync::{Semaphore, SemaphorePermit};

/// As many as storage keeps of one connection.
const KEPT: usize = 200;

/// A read as it is kept until then. It becomes JSON only when it is written down: under load most give way before.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) at: Timestamp,
    pub(crate) connection: ConnectionId,
    /// `GET /Users/{id}`.
    pub(crate) line: String,
    pub(crate) status: u16,
    /// Its name, or what was looked for; may be empty.
    pub(crate) label: String,
    /// How many were found, of a query.
    pub(crate) found: Option<u64>,
}

impl Seen {
    fn into_entry(self) -> TraceEntry {
        let mut body = json!({"request": self.line, "status": self.status});
        if !self.label.is_empty() {
            body["label"] = self.label.into();
        }
        if let Some(found) = self.found {
            body["found"] = found.into();
        }
        TraceEntry { at: self.at, connection: self.connection, body: body.to_string() }
    }
}

/// Connections whose reads wait to be written down, at most; under such load nobody watches single requests of more.
const WAITING: usize = 1_024;

/// Writes of reads that are under way at once. Whoever waits gathers more meanwhile: however many connections are being set
/// up, looking over their shoulder takes no more of the database than this.
const TURNS: usize = 2;

/// Reads not yet written down.
#[derive(Debug)]
pub(crate) struct Traces {
    turns: Semaphore,
    pending: Mutex<HashMap<ConnectionId, VecDeque<Seen>>>,
    /// When a body was last kept.
    bodies: Mutex<HashMap<ConnectionId, Timestamp>>,
}

impl Default for Traces {
    fn default() -> Self {
        Self { turns: Semaphore::new(TURNS), pending: Mutex::default(), bodies: Mutex::default() }
    }
}

impl Traces {
    /// How long reads are gathered before they are written down together.
    const PAUSE: Duration = Duration::from_millis(250);

    /// Keeps a read; the oldest gives way. Says whether it is the first one, so that somebody must come for them.
    pub(crate) fn keep(&self, entry: Seen) -> bool {
        let mut pending = self.pending.lock();
        if pending.len() >= WAITING && !pending.contains_key(&entry.connection) {
            return false;
        }
        let (first, list) = match pending.entry(entry.connection) {
            std::collections::hash_map::Entry::Occupied(slot) => (false, slot.into_mut()),
            std::collections::hash_map::Entry::Vacant(slot) => (true, slot.insert(VecDeque::new())),
        };
        if list.len() == KEPT {
            list.pop_front();
        }
        list.push_back(entry);
        first
    }

    /// Waits until reads may be written down; they are to be taken then.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        tokio::time::sleep(Self::PAUSE).await;
        // It is never closed.
        self.turns.acquire().await.ok()
    }

    /// Whether the body of a write may be kept now: one a second, so that a bulk of writes is not written twice.
    pub(crate) fn may_keep_body(&self, connection: ConnectionId, now: Timestamp) -> bool {
        let mut bodies = self.bodies.lock();
        match bodies.get_mut(&connection) {
            Some(last) if now.since(*last) < Duration::from_secs(1) => false,
            Some(last) => {
                *last = now;
                true
            }
            None => bodies.insert(connection, now).is_none(),
        }
    }

    /// Takes the reads of a connection out, oldest first.
    pub(crate) fn take(&self, connection: ConnectionId) -> Vec<TraceEntry> {
        let seen = self.pending.lock().remove(&connection).unwrap_or_default();
        seen.into_iter().map(Seen::into_entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(connection: i64, number: usize) -> Seen {
        let (connection, line) = (ConnectionId(connection), number.to_string());
        Seen { at: Timestamp::EPOCH, connection, line, status: 200, label: String::new(), found: None }
    }

    #[test]
    fn one_body_a_second_is_kept() {
        let traces = Traces::default();
        let at = |millis: i64| Timestamp::from_micros(millis * 1000);
        assert!(traces.may_keep_body(ConnectionId(1), at(0)));
        assert!(!traces.may_keep_body(ConnectionId(1), at(999)));
        assert!(traces.may_keep_body(ConnectionId(2), at(999)));
        assert!(traces.may_keep_body(ConnectionId(1), at(1000)));
    }

    #[test]
    fn so_many_connections_wait_at_most() {
        let traces = Traces::default();
        let all = i64::try_from(WAITING).unwrap();
        assert!((0..all).all(|connection| traces.keep(read(connection, 0))));
        assert!(!traces.keep(read(all, 0)));
        assert!(traces.take(ConnectionId(all)).is_empty());
        assert!(!traces.keep(read(7, 1)));
        assert_eq!(traces.take(ConnectionId(7)).len(), 2);
        assert!(traces.keep(read(all, 0)), "there is room again");
    }

    #[test]
    fn only_the_first_read_calls_for_a_write_and_the_latest_200_stay() {
        let traces = Traces::default();
        assert!(traces.keep(read(1, 0)));
        assert!(traces.keep(read(2, 0)));
        for number in 1..=KEPT {
            assert!(!traces.keep(read(1, number)));
        }
        let kept = traces.take(ConnectionId(1));
        assert_eq!((kept.len(), kept[0].body.as_str()), (KEPT, r#"{"request":"1","status":200}"#));
        assert!(traces.keep(read(1, 0)), "after they were taken, a write is called for again");
        assert_eq!(traces.take(ConnectionId(2)).len(), 1);
    }
}
