//! The one thread that writes.
//!
//! Commits that wait together become one transaction of SQLite, so that the disk is asked once for all of them. Each of
//! them is checked against what the ones before it wrote, and a conflict of one touches no other.

mod access;
mod alarm;
mod api;
mod checkpoint;
mod console;
mod counters;
mod event;
mod guard;
mod held;
mod log;
mod membership;
mod record;
mod removal;
mod resource;
mod settings;
mod tenants;
mod webhook;

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;
use store::{Change, Committed, Conflict, Expect, StoreError, StoreResult, TenantId, WriteTx};
use tokio::sync::{mpsc, oneshot};

use crate::fault::{Done, Fault};
use crate::pool::Commits;
use crate::standing;
use checkpoint::Checkpoints;
use counters::Counters;
pub(crate) use webhook::anything_due;

/// Most commits in one transaction.
const GROUP: usize = 64;

/// Commits that wait before callers are held up.
const QUEUE: usize = 1024;

/// What the writer is asked to do.
enum Order {
    /// A commit.
    Commit(Box<WriteTx>, oneshot::Sender<StoreResult<Committed>>),
    /// A statement that belongs to no tenant, in a transaction of its own.
    Statement(Box<dyn FnOnce(&mut Writer) + Send>),
    /// Take no more orders, do those that wait, and end.
    Stop,
}

/// The way to the writer.
#[derive(Debug, Clone)]
pub(crate) struct Orders {
    queue: mpsc::Sender<Order>,
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Commit(..) => "Commit",
            Self::Statement(_) => "Statement",
            Self::Stop => "Stop",
        })
    }
}

/// The writer's connection and what it remembers of the database between transactions.
pub(crate) struct Writer {
    db: Connection,
    checkpoints: Checkpoints,
    commits: Commits,
    memory: Memory,
}

/// What need not be read again while nobody else writes to the file.
#[derive(Debug, Default)]
struct Memory {
    /// `PRAGMA data_version` when it was learnt: it changes when another connection commits.
    seen: Option<i64>,
    /// Position of the newest event.
    position: i64,
    /// Newest log sequence of each tenant.
    sequences: HashMap<TenantId, i64>,
    /// Kinds that have a counter row, so that ids can be looked up without their kind.
    kinds: HashSet<(TenantId, i16)>,
    /// Changes of counters that this transaction has not written yet.
    counters: Counters,
}

/// Starts the writer on its own thread. It ends when it is told to, or when the last [`Orders`] is gone.
pub(crate) fn start(
    mut db: Connection,
    checkpoint_pages: u32,
    commits: Commits,
) -> Done<(Orders, std::thread::JoinHandle<()>)> {
    let (sender, queue) = mpsc::channel(QUEUE);
    let checkpoints = Checkpoints::new(checkpoint_pages);
    checkpoints.watch(&mut db)?;
    let mut writer = Writer { db, checkpoints, commits, memory: Memory::default() };
    let thread = std::thread::Builder::new()
        .name("sqlite-writer".to_owned())
        .spawn(move || writer.run(queue))
        .map_err(|e| StoreError::Unavailable(format!("the writer thread does not start: {e}")))?;
    Ok((Orders { queue: sender }, thread))
}

impl Orders {
    /// Sends a commit and waits until it is durable.
    pub(crate) async fn commit(&self, tx: WriteTx) -> StoreResult<Committed> {
        let (answer, result) = oneshot::channel();
        self.queue.send(Order::Commit(Box::new(tx), answer)).await.map_err(|_| closed())?;
        result.await.map_err(|_| closed())?
    }

    /// Has the writer end after what it was asked before. Whoever still holds a way to it is refused from then on.
    pub(crate) async fn stop(&self) {
        // When the writer is gone already, that is as well.
        let _ = self.queue.send(Order::Stop).await;
    }

    /// Runs a statement in a transaction of its own.
    pub(crate) async fn statement<R: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Writer) -> Done<R> + Send + 'static,
    ) -> StoreResult<R> {
        let (answer, result) = oneshot::channel();
        let order = Order::Statement(Box::new(move |writer| {
            // Nobody may be waiting any more; the statement is done all the same.
            let _ = answer.send(writer.alone(run).map_err(StoreError::from));
        }));
        self.queue.send(order).await.map_err(|_| closed())?;
        result.await.map_err(|_| closed())?
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}

type Waiting = (Box<WriteTx>, oneshot::Sender<StoreResult<Committed>>);

impl Writer {
    fn run(&mut self, mut queue: mpsc::Receiver<Order>) {
        let mut group: Vec<Waiting> = Vec::with_capacity(GROUP);
        while let Some(first) = queue.blocking_recv() {
            let mut next = Some(first);
            while let Some(order) = next.take() {
                match order {
                    Order::Commit(tx, answer) => group.push((tx, answer)),
                    Order::Statement(run) => {
                        self.group(&mut group);
                        run(self);
                    }
                    Order::Stop => queue.close(),
                }
                if group.len() < GROUP {
                    next = queue.try_recv().ok();
                }
            }
            self.group(&mut group);
            self.checkpoints.after_commit(&self.db, &self.commits);
        }
        self.checkpoints.finish(&self.db);
    }

    /// Writes the commits as one transaction and answers them.
    fn group(&mut self, group: &mut Vec<Waiting>) {
        if group.is_empty() {
            return;
        }
        match self.together(group) {
            Ok(results) => {
                for ((_, answer), result) in group.drain(..).zip(results) {
                    let _ = answer.send(result);
                }
            }
            // One of them met what no check foresaw. It must not take the others with it.
            Err(_) => {
                for (tx, answer) in group.drain(..) {
                    let result = self.alone(|writer| writer.write(&tx));
                    let _ = answer.send(result.map_err(StoreError::from));
                }
            }
        }
    }

    fn together(&mut self, group: &[Waiting]) -> Done<Vec<StoreResult<Committed>>> {
        self.alone(|writer| {
            let mut results = Vec::with_capacity(group.len());
            for (tx, _) in group {
                results.push(match writer.write(tx) {
                    Ok(committed) => Ok(committed),
                    Err(Fault::Store(error @ StoreError::Conflict(_))) => Err(error),
                    Err(fault) => return Err(fault),
                });
            }
            Ok(results)
        })
    }

    /// One transaction: all or nothing.
    fn alone<R>(&mut self, run: impl FnOnce(&mut Self) -> Done<R>) -> Done<R> {
        self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let result = self.refresh().and_then(|()| run(self)).and_then(|result| {
            self.flush_counters()?;
            self.db.prepare_cached("COMMIT")?.execute([])?;
            self.commits.tell();
            Ok(result)
        });
        if result.is_err() {
            self.memory = Memory::default();
            if !self.db.is_autocommit()
                && let Err(error) = self.db.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "a transaction could not be rolled back");
            }
        }
        result
    }

    /// Learns again what another process may have changed.
    fn refresh(&mut self) -> Done<()> {
        let version: i64 = self.db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if self.memory.seen == Some(version) {
            return Ok(());
        }
        standing::check_open(&self.db)?;
        let position = self
            .db
            .prepare_cached("SELECT max(floor, coalesce((SELECT max(position) FROM event), 0)) FROM feed")?
            .query_row([], |row| row.get(0))?;
        self.memory = Memory { seen: Some(version), position, ..Memory::default() };
        Ok(())
    }

    /// One commit. After a conflict nothing of it is left; after any other error the transaction has to be rolled back.
    fn write(&mut self, tx: &WriteTx) -> Done<Committed> {
        // A conflict before the first change leaves nothing to undo; only a second change that may conflict needs a mark.
        let marked = tx.changes.iter().skip(1).any(may_conflict);
        if !marked {
            return self.apply(tx);
        }
        self.db.prepare_cached("SAVEPOINT one")?.execute([])?;
        let (position, counters) = (self.memory.position, self.memory.counters.clone());
        let sequence = self.memory.sequences.get(&tx.caller.tenant).copied();
        let result = self.apply(tx);
        if let Err(Fault::Store(StoreError::Conflict(_))) = &result {
            self.db.prepare_cached("ROLLBACK TO one")?.execute([])?;
            self.memory.position = position;
            self.memory.counters = counters;
            // What was learnt of kinds may have been undone with the rows.
            self.memory.kinds.clear();
            match sequence {
                Some(sequence) => self.memory.sequences.insert(tx.caller.tenant, sequence),
                None => self.memory.sequences.remove(&tx.caller.tenant),
            };
        }
        self.db.prepare_cached("RELEASE one")?.execute([])?;
        result
    }

    fn apply(&mut self, tx: &WriteTx) -> Done<Committed> {
        let tenant = tx.caller.tenant;
        let mut done = Committed::default();
        self.check(tx)?;
        let guard = tx.guard.as_ref().map(|guard| self.guard_base(tenant, guard)).transpose()?;
        for change in &tx.changes {
            self.change(tenant, change, &tx.expect, &mut done)?;
        }
        self.events(tx, guard, &mut done)?;
        for entry in &tx.log {
            self.log(tenant, entry)?;
        }
        Ok(done)
    }

    fn check(&mut self, tx: &WriteTx) -> Done<()> {
        let tenant = tx.caller.tenant;
        let Some(revision) = self.revision(tenant)? else {
            return Err(Conflict::Gone(format!("tenant {}", tenant.0)).into());
        };
        for expect in &tx.expect {
            match expect {
                Expect::Version(id, version) => {
                    if self.locate(tenant, *id)?.is_none_or(|row| row.version != *version) {
                        return Err(Conflict::Version(*id).into());
                    }
                }
                Expect::Exists(id) => {
                    self.locate(tenant, *id)?.ok_or(Conflict::Missing(*id))?;
                }
                Expect::Revision(expected) if *expected != revision => return Err(Conflict::Revision.into()),
                Expect::Revision(_) => {}
            }
        }
        Ok(())
    }

    fn change(
        &mut self,
        tenant: TenantId,
        change: &Change,
        expect: &[Expect],
        done: &mut Committed,
    ) -> Done<()> {
        match change {
            Change::Insert { record, keys } => {
                self.insert(tenant, record, keys)?;
                done.versions.push((record.id, 1));
            }
            Change::Update { record, drop_keys, add_keys } => {
                let versioned = |e: &Expect| matches!(e, Expect::Version(id, _) if *id == record.id);
                if !expect.iter().any(versioned) {
                    let id = record.id;
                    return Err(
                        StoreError::Internal(format!("an update of {id} expects no version of it")).into()
                    );
                }
                done.versions.push((record.id, self.update(tenant, record, drop_keys, add_keys)?));
            }
            Change::Touch { id, at } => done.versions.push((*id, self.touch(tenant, *id, *at)?)),
            Change::Remove { id, at } => self.remove(tenant, *id, *at)?,
            Change::Restore { record, keys } => {
                done.versions.push((record.id, self.restore(tenant, record, keys)?));
            }
            Change::Purge { id } => self.purge(tenant, *id)?,
            Change::RewriteEvent { subject, id, data } => self.rewrite_event(tenant, *subject, *id, data)?,
            Change::RewriteEntry { sequence, detail, raw } => {
                self.rewrite_entry(tenant, *sequence, detail.as_deref(), raw.as_deref())?;
            }
            Change::AddMember { group, member, kind } => self.add_member(tenant, *group, *member, *kind)?,
            Change::RemoveMember { group, member } => self.remove_member(tenant, *group, *member)?,
            Change::PutConnection(connection) => {
                done.connections.extend(self.put_connection(tenant, connection)?);
            }
            Change::PutToken(token) => self.put_token(tenant, token)?,
            Change::PutSetupLink(link) => self.put_setup_link(tenant, link)?,
            Change::PutSchema(doc) => self.put_schema(tenant, doc)?,
            Change::DropSchema(name) => self.drop_schema(tenant, name)?,
            Change::PutTenant { display_name, settings } => {
                self.put_tenant(tenant, display_name, settings)?
            }
            Change::PutJob(job) => self.put_job(tenant, job)?,
            Change::RaiseAlarm { alarm, quiet, forget } => {
                self.raise_alarm(tenant, alarm, *quiet, *forget)?;
            }
            Change::SettleAlarms(learner) => self.settle_alarms(tenant, *learner)?,
            Change::CountTraffic(minutes) => self.count_traffic(tenant, minutes)?,
            Change::CountRefusal(refusal) => self.count_refusal(tenant, refusal)?,
            Change::Trace(entry) => self.trace(tenant, entry)?,
            Change::ReleaseHeld { connection, through } => {
                done.position = self.release_held(tenant, *connection, *through)?.or(done.position);
            }
            Change::DropHeld { connection, through } => self.drop_held(tenant, *connection, *through)?,
        }
        Ok(())
    }
}

/// Whether a change can be refused by what is in the database.
fn may_conflict(change: &Change) -> bool {
    !matches!(
        change,
        Change::RewriteEvent { .. }
            | Change::RewriteEntry { .. }
            | Change::PutSchema(_)
            | Change::PutTenant { .. }
            | Change::PutJob(_)
            | Change::SettleAlarms(_)
            | Change::CountTraffic(_)
            | Change::CountRefusal(_)
            | Change::Trace(_)
            | Change::ReleaseHeld { .. }
            | Change::DropHeld { .. }
    )
}
