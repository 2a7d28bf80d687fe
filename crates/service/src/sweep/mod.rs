//! Background work over all tenants: what was counted in memory is written down, batches that have gone quiet are
//! closed, tombstones past their retention are purged, and what is about to go wrong is announced.
//!
//! Every step may be repeated, by this process or another, without doing anything twice: what has been said already
//! stands in a [`note::Note`] per connection, written in the transaction of the event.

mod beat;
mod note;
mod patrol;
mod purge;

pub(crate) use note::Note;

use std::sync::atomic::{AtomicI64, Ordering};

use base::Timestamp;
use serde_json::Value;
use store::{Actor, Cause, Connection, EventKind, NewEvent, Purpose};
use uuid::Uuid;

use crate::{Service, ServiceResult};

/// Microseconds between two rounds over everything that changes by the day.
const PATROL: i64 = 3_600_000_000;

/// What the sweep itself remembers.
#[derive(Debug, Default)]
pub(crate) struct Sweeper {
    /// When the latest patrol began (µs).
    patrolled: AtomicI64,
}

/// What one sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Batches closed: `connection.synced`.
    pub synced: u32,
    /// Tombstones purged.
    pub purged: u32,
    /// `token.expiring`.
    pub expiring: u32,
    /// `connection.silent`.
    pub silent: u32,
    /// `connection.failing`.
    pub failing: u32,
    /// `connection.quarantined`.
    pub quarantined: u32,
}

impl Service {
    /// One round. The server calls it every half minute and once more before it stops; nothing depends on when.
    ///
    /// # Errors
    /// The first failure, after every step has been tried.
    pub async fn sweep(&self) -> ServiceResult<Swept> {
        let now = self.clock.now();
        let mut swept = Swept::default();
        let mut results = Vec::with_capacity(9);
        results.push(self.note_token_uses().await);
        results.push(self.beat(now, &mut swept).await);
        results.push(self.purge(now, &mut swept).await);
        results.push(self.finish_deletions().await);
        results.push(self.note_key_uses().await);
        results.push(self.trim_feed(now).await);
        results.push(self.drop_replays(now).await);
        results.push(self.drop_console_access(now).await);
        let last = self.sweeper.patrolled.load(Ordering::Relaxed);
        if now.as_micros().abs_diff(last) >= PATROL.unsigned_abs() {
            let result = self.patrol(now, &mut swept).await;
            if result.is_ok() {
                self.sweeper.patrolled.store(now.as_micros(), Ordering::Relaxed);
            }
            results.push(result);
        }
        self.refusals.forget_old();
        self.pace.forget_old();
        self.setup.forget_old();
        self.trials.forget_old();
        results.into_iter().collect::<ServiceResult<()>>()?;
        Ok(swept)
    }

    /// Writes down when tokens were last used, to the minute.
    async fn note_token_uses(&self) -> ServiceResult<()> {
        let uses = self.sessions.uses();
        if uses.is_empty() {
            return Ok(());
        }
        let result = match self.store.system(Purpose::Sweep).await {
            Ok(mut system) => system.note_token_use(&uses).await,
            Err(error) => Err(error),
        };
        if result.is_err() {
            self.sessions.unnote();
        }
        Ok(result?)
    }

    /// Writes down when API keys were last used, to the minute.
    async fn note_key_uses(&self) -> ServiceResult<()> {
        let uses = self.key_uses.take();
        if uses.is_empty() {
            return Ok(());
        }
        Ok(self.store.system(Purpose::Sweep).await?.note_api_key_use(&uses).await?)
    }

    /// An event about a connection that nobody but Provost itself is the cause of.
    fn own_event(
        &self,
        kind: EventKind,
        connection: &Connection,
        batch: Option<Uuid>,
        at: Timestamp,
        data: &Value,
    ) -> NewEvent {
        NewEvent {
            id: self.ids.uuid_v7(),
            kind,
            subject: None,
            object: None,
            cause: Cause::Changed,
            batch,
            connection: Some(connection.id),
            request: self.ids.request_id(),
            actor: Actor::System,
            at,
            data: data.to_string(),
        }
    }
}
