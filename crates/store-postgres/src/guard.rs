//! The mass-change guard's count, ahead of the commits that are counted.
//!
//! The count must not miss an earlier write, and the row that holds it must not be locked until a commit is on the disk,
//! or the disables of one connection would wait for each other's disk. So a commit has its share counted in a short
//! transaction of its own, on a connection of the guard's own, while it holds its locks and before it decides whether its
//! events are held. All commits of this node that wait share the next such transaction. It does not wait for the disk:
//! what is counted stands in the log before the commit that it is counted for, so that no crash can keep the commit and
//! lose the count.
//!
//! **Which way it errs**: a commit that fails after it was counted, or whose node dies, has been counted all the same.
//! Then events are held earlier than they need be, never later. Preconditions and changes are behind a commit when it is
//! counted, so what can fail it then is a lost connection or a deadlock.
//!
//! A release of held events, which may let the count start afresh, takes the lock on the tenant alone that every commit
//! shares while it is counted: so no commit is counted before a fresh start and written after it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use store::{Guard, TenantId};
use tokio::sync::{mpsc, oneshot};

use crate::fault::{Done, unavailable};
use crate::link::Link;
use crate::pool::Pool;
use crate::write::{Locks, counters};

/// Learners deactivated or removed in an hour, and how many the connection managed when its first one came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hour {
    hour: i64,
    weight: i64,
    base: i64,
}

/// A commit that waits to be counted.
#[derive(Debug)]
struct Asking {
    tenant: i64,
    connection: i64,
    /// The hours that count for it; the last is its own.
    first: i64,
    hour: i64,
    weight: i64,
    answer: oneshot::Sender<Vec<(i64, i64)>>,
}

impl Asking {
    fn whose(&self) -> (i64, i64) {
        (self.tenant, self.connection)
    }
}

/// The way to the guard's count.
#[derive(Debug, Clone)]
pub(crate) struct Counts {
    queue: mpsc::UnboundedSender<Asking>,
}

impl Counts {
    /// Starts this node's counting. It ends when the last [`Counts`] is gone.
    pub(crate) fn start(pool: Arc<Pool>, locks: Locks) -> Self {
        let (queue, asked) = mpsc::unbounded_channel();
        tokio::spawn(run(pool, locks, asked));
        Self { queue }
    }

    /// Counts a commit's share, and says whether the day's count with it exceeds what the policy allows.
    pub(crate) async fn exceeds(&self, tenant: TenantId, guard: &Guard) -> Done<bool> {
        let (first, hour) = guard.window().into_inner();
        let (answer, counted) = oneshot::channel();
        let (connection, weight) = (guard.connection.0, i64::from(guard.weight));
        let asking = Asking { tenant: tenant.0, connection, first, hour, weight, answer };
        let uncounted = || unavailable("the mass-change guard cannot count now");
        self.queue.send(asking).map_err(|_| uncounted())?;
        Ok(guard.is_exceeded(&counted.await.map_err(|_| uncounted())?))
    }
}

async fn run(pool: Arc<Pool>, locks: Locks, mut queue: mpsc::UnboundedReceiver<Asking>) {
    let mut link = None;
    while let Some(first) = queue.recv().await {
        let mut batch = vec![first];
        while let Ok(next) = queue.try_recv() {
            batch.push(next);
        }
        // Whoever gave up is not counted.
        batch.retain(|asking| !asking.answer.is_closed());
        if batch.is_empty() {
            continue;
        }
        let mut tries = 0;
        let counted = loop {
            tries += 1;
            let before = link.is_some();
            match count(&pool, locks, &mut link, &batch).await {
                Ok(hours) => break Some(hours),
                // The connection may have been lost while it lay idle. Should it have counted before it was lost, it has
                // counted twice.
                Err(fault) if tries == 1 && (fault.is_transient() || before && fault.is_loss()) => {}
                Err(fault) => {
                    tracing::warn!(
                        ?fault,
                        "the mass-change guard cannot count; commits that need it are refused"
                    );
                    break None;
                }
            }
        };
        // Without an answer they are refused.
        if let Some(hours) = counted {
            answer(batch, hours);
        }
    }
}

type Hours = BTreeMap<(i64, i64), Vec<Hour>>;

/// Counts all of them in one transaction; what is counted then, of each connection by the hour.
async fn count(pool: &Pool, locks: Locks, link: &mut Option<Link>, batch: &[Asking]) -> Done<Hours> {
    let db = match link.take().filter(Link::is_usable) {
        Some(db) => db,
        None => pool.extra().await?,
    };
    let mut firsts: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    let mut weights: BTreeMap<(i64, i64, i64), i64> = BTreeMap::new();
    for asking in batch {
        let first = firsts.entry(asking.whose()).or_insert(asking.first);
        *first = asking.first.min(*first);
        *weights.entry((asking.tenant, asking.connection, asking.hour)).or_default() += asking.weight;
    }
    let tenants: Vec<i64> = firsts.keys().map(|(tenant, _)| *tenant).collect();
    let connections: Vec<i64> = firsts.keys().map(|(_, connection)| *connection).collect();
    let oldest: Vec<i64> = firsts.values().copied().collect();
    // In one order, so that two nodes never wait for each other.
    let keys: BTreeSet<i64> = connections.iter().map(|connection| locks.guard(*connection)).collect();
    let keys: Vec<i64> = keys.into_iter().collect();
    let column = |f: fn(&(i64, i64, i64)) -> i64| weights.keys().map(f).collect::<Vec<_>>();
    let (of, by, hours) = (column(|k| k.0), column(|k| k.1), column(|k| k.2));
    let added: Vec<i64> = weights.values().copied().collect();
    let managed: Vec<uuid::Uuid> = by.iter().map(|id| counters::number(*id)).collect();
    db.send("BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off");
    let (answers, failure) = db
        .pipeline(&[
            ("SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS k (key)", vec![&keys]),
            (
                "DELETE FROM guard_hour g USING unnest($1::bigint[], $2::bigint[], $3::bigint[])
                    AS a (tenant, connection, first)
                 WHERE g.tenant = a.tenant AND g.connection = a.connection AND g.hour < a.first",
                vec![&tenants, &connections, &oldest],
            ),
            (
                "INSERT INTO guard_hour (tenant, connection, hour, weight, base)
                 SELECT a.tenant, a.connection, a.hour, a.weight, (SELECT coalesce(sum(n), 0)::bigint FROM counter c
                    WHERE c.tenant = a.tenant AND c.what = 3 AND c.key = a.managed)
                 FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::uuid[])
                    AS a (tenant, connection, hour, weight, managed)
                 WHERE EXISTS (SELECT FROM tenant t WHERE t.id = a.tenant)
                 ON CONFLICT (tenant, connection, hour) DO UPDATE SET weight = guard_hour.weight + excluded.weight",
                vec![&of, &by, &hours, &added, &managed],
            ),
            (
                "SELECT g.* FROM unnest($1::bigint[], $2::bigint[]) AS a (tenant, connection) CROSS JOIN LATERAL (
                    SELECT tenant, connection, hour, weight, base FROM guard_hour
                    WHERE tenant = a.tenant AND connection = a.connection OFFSET 0) g",
                vec![&tenants, &connections],
            ),
            ("COMMIT", vec![]),
        ])
        .await;
    if let Some(failure) = failure {
        db.send("ROLLBACK");
        *link = Some(db);
        return Err(failure);
    }
    let mut found = Hours::new();
    for row in answers.get(3).into_iter().flatten() {
        let hour = Hour { hour: row.try_get(2)?, weight: row.try_get(3)?, base: row.try_get(4)? };
        found.entry((row.try_get(0)?, row.try_get(1)?)).or_default().push(hour);
    }
    *link = Some(db);
    Ok(found)
}

/// Tells each what was counted when its share came, in the order in which they came.
fn answer(batch: Vec<Asking>, mut hours: Hours) {
    for asking in &batch {
        let of = hours.entry(asking.whose()).or_default();
        of.sort_by_key(|hour| hour.hour);
        if let Some(own) = of.iter_mut().find(|hour| hour.hour == asking.hour) {
            own.weight -= asking.weight;
        }
    }
    for asking in batch {
        let of = hours.entry(asking.whose()).or_default();
        if let Some(own) = of.iter_mut().find(|hour| hour.hour == asking.hour) {
            own.weight += asking.weight;
        }
        let counted = of.iter().filter(|hour| hour.hour >= asking.first && hour.weight > 0);
        // Nobody may be waiting any more; it is counted all the same.
        let _ = asking.answer.send(counted.map(|hour| (hour.weight, hour.base)).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::{Asking, Hour, Hours, answer};
    use tokio::sync::oneshot;

    fn asking(connection: i64, hour: i64, weight: i64) -> (Asking, oneshot::Receiver<Vec<(i64, i64)>>) {
        let (answer, told) = oneshot::channel();
        (Asking { tenant: 1, connection, first: hour - 23, hour, weight, answer }, told)
    }

    /// Counted together, each is told what it would have been told alone.
    #[test]
    fn what_is_counted_together_is_told_in_order() {
        let hour = |hour, weight, base| Hour { hour, weight, base };
        let after = Hours::from([
            ((1, 7), vec![hour(101, 2, 90), hour(77, 4, 99), hour(100, 8, 95)]),
            ((1, 8), vec![hour(100, 1, 5)]),
        ]);
        let (batch, told): (Vec<_>, Vec<_>) =
            [asking(7, 100, 1), asking(8, 100, 1), asking(7, 101, 2), asking(7, 100, 3)].into_iter().unzip();
        answer(batch, after);
        let told: Vec<_> = told.into_iter().map(|mut told| told.try_recv().unwrap()).collect();
        assert_eq!(
            told,
            [
                vec![(4, 99), (5, 95)],
                vec![(1, 5)],
                // A clock that is an hour further sees one hour less.
                vec![(5, 95), (2, 90)],
                vec![(4, 99), (8, 95), (2, 90)],
            ]
        );
    }
}
