//! One connection's counters and its open batch.

use std::time::Duration;

use base::Timestamp;
use parking_lot::Mutex;
use store::{ConnectionId, TenantId, TrafficMinute};
use uuid::Uuid;

use crate::faults::{Contact, Signs};

const MINUTE: i64 = 60_000_000;

/// A run of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    /// On its events.
    pub(crate) id: Uuid,
    /// First change.
    pub(crate) started: Timestamp,
    /// Latest change.
    pub(crate) last: Timestamp,
    /// Committed writes that changed something.
    pub(crate) changes: u64,
}

/// What is kept in memory about one connection.
#[derive(Debug)]
pub(crate) struct Link {
    /// Whose.
    pub(crate) tenant: TenantId,
    /// Which.
    pub(crate) connection: ConnectionId,
    /// What its requests have shown.
    pub(crate) signs: Signs,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The minute being counted.
    current: TrafficMinute,
    /// Minutes that are over and not yet written.
    over: Vec<TrafficMinute>,
    /// When it was heard from.
    contact: Contact,
    open: Option<Batch>,
    /// Batches that a new one has ended before the sweep came by.
    ended: Vec<Batch>,
}

impl Link {
    pub(crate) fn new(tenant: TenantId, connection: ConnectionId) -> Self {
        let current = TrafficMinute { connection, minute: 0, reads: 0, writes: 0, failures: 0 };
        let state =
            State { current, over: Vec::new(), contact: Contact::default(), open: None, ended: Vec::new() };
        Self { tenant, connection, signs: Signs::default(), state: Mutex::new(state) }
    }

    pub(crate) fn read(&self, now: Timestamp) {
        self.count(now, true, |m| &mut m.reads);
    }

    pub(crate) fn failed(&self, now: Timestamp) {
        self.count(now, false, |m| &mut m.failures);
    }

    pub(crate) fn wrote(&self, now: Timestamp) {
        self.count(now, true, |m| &mut m.writes);
        if let Some(batch) = &mut self.state.lock().open {
            batch.changes += 1;
            batch.last = batch.last.max(now);
        }
    }

    fn count(&self, now: Timestamp, well: bool, which: impl FnOnce(&mut TrafficMinute) -> &mut u32) {
        let minute = now.as_micros().div_euclid(MINUTE);
        let mut state = self.state.lock();
        state.contact.heard = Some(now);
        if well {
            state.contact.well = Some(now);
            state.contact.first_well.get_or_insert(now);
        }
        if state.current.minute != minute {
            state.turn(minute);
        }
        let slot = which(&mut state.current);
        *slot = slot.saturating_add(1);
    }

    /// The batch that a change at this time belongs to; begins one after a pause of `quiet`.
    pub(crate) fn batch(&self, now: Timestamp, quiet: Duration, id: impl FnOnce() -> Uuid) -> Uuid {
        let mut state = self.state.lock();
        if let Some(batch) = &mut state.open
            && now.since(batch.last) < quiet
        {
            batch.last = batch.last.max(now);
            return batch.id;
        }
        let ended = state.open.replace(Batch { id: id(), started: now, last: now, changes: 0 });
        state.ended.extend(ended);
        state.open.as_ref().map_or(Uuid::nil(), |b| b.id)
    }

    /// Goes on with a batch that an earlier process left open, unless one was begun here meanwhile.
    pub(crate) fn resume(&self, batch: Batch) {
        let mut state = self.state.lock();
        if state.ended.iter().any(|b| b.id == batch.id) {
            return;
        }
        match &state.open {
            Some(open) if open.id == batch.id => {}
            Some(_) => state.ended.push(batch),
            None => state.open = Some(batch),
        }
    }

    /// Takes out the batches that are over at this time.
    pub(crate) fn over(&self, now: Timestamp, quiet: Duration) -> Vec<Batch> {
        let mut state = self.state.lock();
        let mut over = std::mem::take(&mut state.ended);
        if state.open.as_ref().is_some_and(|b| now.since(b.last) >= quiet) {
            over.extend(state.open.take());
        }
        over
    }

    /// The batch under way.
    pub(crate) fn open(&self) -> Option<Batch> {
        self.state.lock().open.clone()
    }

    /// Puts batches back whose end could not be written.
    pub(crate) fn put_back(&self, batches: Vec<Batch>) {
        self.state.lock().ended.extend(batches);
    }

    /// When the latest request came, if one came to this process.
    pub(crate) fn heard(&self) -> Option<Timestamp> {
        self.state.lock().contact.heard
    }

    /// Groups were asked for.
    pub(crate) fn asked_for_groups(&self, now: Timestamp) {
        self.state.lock().contact.groups_asked.get_or_insert(now);
    }

    /// When it was heard from, as far as this process knows.
    pub(crate) fn contact(&self) -> Contact {
        self.state.lock().contact
    }

    /// What was counted since it was last taken out.
    pub(crate) fn unwritten(&self) -> Vec<TrafficMinute> {
        let state = self.state.lock();
        let counted = |m: &&TrafficMinute| m.reads > 0 || m.writes > 0 || m.failures > 0;
        state.over.iter().chain([&state.current]).filter(counted).copied().collect()
    }

    /// Takes out what was counted since the last time.
    pub(crate) fn take_traffic(&self) -> Vec<TrafficMinute> {
        let mut state = self.state.lock();
        let minute = state.current.minute;
        state.turn(minute);
        std::mem::take(&mut state.over)
    }

    /// Puts back what could not be written.
    pub(crate) fn put_back_traffic(&self, minutes: Vec<TrafficMinute>) {
        self.state.lock().over.extend(minutes);
    }
}

impl State {
    fn turn(&mut self, minute: i64) {
        let next = TrafficMinute { minute, reads: 0, writes: 0, failures: 0, ..self.current };
        let done = std::mem::replace(&mut self.current, next);
        if done.reads > 0 || done.writes > 0 || done.failures > 0 {
            self.over.push(done);
        }
    }
}

#[cfg(test)]
mod tests;
