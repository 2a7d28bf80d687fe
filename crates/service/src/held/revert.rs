//! Undoing held lock-outs.

use store::{Action, Cause, Change, HeldEvent, Kind, ReadTx, ResourceId, State, StoreError, WriteTx};

use super::case::Cases;
use super::{Standing, TRIES, is_overtaken, overtaken};
use crate::learners::{Prepared, Steward, holder, set_active};
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Learners in one transaction.
const CHUNK: usize = 256;
/// What a revert did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeldReverted {
    /// Learners let in again or restored.
    pub reverted: usize,
    /// Learners whose lock-out stays, with the reason: their events are told now.
    pub stayed: Vec<(ResourceId, String)>,
    /// Held events that the app will never hear of.
    pub dropped: usize,
}

/// What became of one learner.
enum Undone {
    Write(Box<Prepared>),
    /// It is not locked out any more.
    Already,
    Stays(String),
}

/// Why an attempt did not come to its end.
enum Halt {
    /// Somebody else decided about held events meanwhile.
    Overtaken,
    Failed(ServiceError),
}

impl From<ServiceError> for Halt {
    fn from(error: ServiceError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl Service {
    /// Undoes the held lock-outs of the operator's connection: reactivates who was deactivated, restores who was
    /// removed, drops the events. What else was held (a group renamed meanwhile) is told to the app. May be repeated
    /// when it was interrupted.
    ///
    /// The provider will lock the same people out again unless its side is put right first; pause the connection
    /// until then.
    ///
    /// # Errors
    /// When the database does not answer, or others keep changing the same learners.
    pub async fn held_revert(&self, op: &Operator) -> ServiceResult<HeldReverted> {
        let mut done = HeldReverted::default();
        for _ in 0..TRIES {
            match self.revert(op, &mut done).await {
                Err(Halt::Overtaken) => done.stayed.clear(),
                Err(Halt::Failed(error)) => return Err(error),
                Ok(()) => return Ok(done),
            }
        }
        Err(overtaken())
    }

    /// One attempt. What an attempt before has undone stays undone.
    async fn revert(&self, op: &Operator, done: &mut HeldReverted) -> Result<(), Halt> {
        let standing = self.standing(op).await?;
        let mut cases = Cases::default();
        let mut all: Vec<HeldEvent> = Vec::new();
        loop {
            // Another round, because lock-outs may be held meanwhile; the last one sees only our own events.
            let after = all.last().map_or(0, |e| e.sequence);
            let events = self.held_after(op, after).await?;
            let fresh = cases.note(&events, &op.request);
            all.extend(events);
            if fresh.is_empty() {
                break;
            }
            for chunk in fresh.chunks(CHUNK) {
                self.revert_chunk(op, &standing, chunk, &mut cases, done).await?;
            }
        }
        let Some(through) = all.last().map(|e| e.sequence) else { return Ok(()) };
        self.settle_held(op, &standing, &cases, all, through, done).await
    }

    async fn revert_chunk(
        &self,
        op: &Operator,
        standing: &Standing,
        ids: &[ResourceId],
        cases: &mut Cases,
        done: &mut HeldReverted,
    ) -> Result<(), Halt> {
        let steward = self.steward(op, Cause::Restored, Action::Restore, None)?;
        for _ in 0..TRIES {
            let mut read = self.store.read(&op.caller).await?;
            let mut tx = WriteTx::new(op.caller.clone());
            let mut stayed = Vec::new();
            for id in ids {
                match undo(&steward, &mut *read, op, *id, cases).await? {
                    Undone::Write(prepared) => prepared.into_tx(&mut tx),
                    Undone::Already => {}
                    Undone::Stays(reason) => stayed.push((*id, reason)),
                }
            }
            drop(read);
            standing.guard(&mut tx);
            let reverted = tx.changes.len();
            let result = if reverted == 0 { Ok(()) } else { self.store.commit(tx).await.map(|_| ()) };
            match result {
                Ok(()) => {
                    done.reverted += reverted;
                    for (id, reason) in stayed {
                        cases.stay(id);
                        done.stayed.push((id, reason));
                    }
                    return Ok(());
                }
                Err(error) if is_overtaken(&error) => return Err(Halt::Overtaken),
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let error =
            ServiceError::new(Code::Conflict, "others keep changing the learners that are to be reverted");
        Err(error.hint("pause the connection, then revert again").into())
    }

    /// Drops what was held, and tells what must be told all the same.
    async fn settle_held(
        &self,
        op: &Operator,
        standing: &Standing,
        cases: &Cases,
        all: Vec<HeldEvent>,
        through: i64,
        done: &mut HeldReverted,
    ) -> Result<(), Halt> {
        let steward = self.steward(op, Cause::Changed, Action::Administer, None)?;
        let mut tx = WriteTx::new(op.caller.clone());
        let held = all.len();
        standing.decide(&mut tx);
        tx.events = cases.survivors(all);
        done.dropped = held - tx.events.len();
        let mut read = self.store.read(&op.caller).await?;
        for id in cases.to_refresh() {
            if let Some(record) = read.record(Kind::USER, id).await? {
                tx.events.push(steward.refresh(&mut *read, &record).await?);
            }
        }
        drop(read);
        tx.changes.push(Change::DropHeld { connection: op.connection.id, through });
        let mut entry = op.entry(Action::Administer, self.clock.now(), &op.connection.name, "held_reverted");
        entry.detail = Some(format!(
            "{} learners were let in again; {} held events were dropped.",
            done.reverted, done.dropped
        ));
        tx.log.push(entry);
        match self.store.commit(tx).await {
            Ok(_) => Ok(()),
            Err(error) if is_overtaken(&error) => Err(Halt::Overtaken),
            Err(error) => Err(error.into()),
        }
    }
}

async fn undo(
    steward: &Steward<'_>,
    read: &mut dyn ReadTx,
    op: &Operator,
    id: ResourceId,
    cases: &Cases,
) -> ServiceResult<Undone> {
    let case = cases.get(id);
    if let Some(record) = read.record(Kind::USER, id).await? {
        if !case.deactivated || record.state == State::Active {
            return Ok(Undone::Already);
        }
        let prepared = set_active(steward, read, op, &record, true).await?;
        return Ok(prepared.map_or(Undone::Already, |p| Undone::Write(Box::new(p))));
    }
    let Some(record) = read.tombstone(id).await?.and_then(|t| t.record) else {
        return Ok(Undone::Stays("it was purged".to_owned()));
    };
    let prepared = steward.restore(read, &record, case.deactivated).await?;
    match holder(read, &prepared.claims, id).await? {
        None => Ok(Undone::Write(Box::new(prepared))),
        Some((_, other)) => Ok(Undone::Stays(format!("learner {} has its name now", other.id))),
    }
}
