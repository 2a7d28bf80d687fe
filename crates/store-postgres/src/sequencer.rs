//! Places in the feed: dense, in order, the same for every reader on every node.
//!
//! A sequence alone does not give that. Its numbers are drawn before the commit: a commit that is rolled back leaves a
//! gap that looks like an event to come, and of two commits the one with the smaller number may become visible later,
//! when a reader has already gone past it and will never look back.
//!
//! So a commit writes its events under a *ticket* (a number from a sequence, drawn when it holds all its locks) and puts
//! the ticket in the table `pending`. What is pending and committed is then given positions by whoever holds the row
//! `feed_head`: one node at a time, for the commits of all nodes, in the order of the tickets. Readers see only what has a
//! position. The row is locked until that transaction is durable, so positions become visible in ascending order and
//! without gaps; and a node that dies leaves either nothing or a whole batch, never half of one.
//!
//! That order is the order of cause: a commit that builds on another one draws its ticket after it got the row that the
//! other one had locked, which is after the other one was committed. Either both are in one batch, and the tickets order
//! them, or the earlier one is in an earlier batch.
//!
//! A commit is acknowledged when its events have their positions. Batches run back to back, and all commits that wait
//! share the next one, so the cost is one more wait for the disk, not one transaction per commit. A node that dies between
//! commit and position has acknowledged nothing; its tickets are placed by the next batch of any node, at the latest
//! after [`BEAT`].

use std::sync::Arc;
use std::time::Duration;

use store::TenantId;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::fault::Done;
use crate::link::Link;
use crate::pool::Pool;

/// How often a quiet node looks for tickets that others left.
const BEAT: Duration = Duration::from_secs(1);

/// How long a commit waits for its positions when the database went away after it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Gives positions to everything that is pending. For whoever holds the row `feed_head`.
pub(crate) const PLACE: &str = "WITH taken AS (
        DELETE FROM pending RETURNING tenant, ticket, n
     ), placed AS (
        INSERT INTO feed (tenant, ticket, last, n)
        SELECT tenant, ticket, (SELECT last FROM feed_head) + sum(n) OVER (ORDER BY ticket), n FROM taken
     )
     UPDATE feed_head SET last = last + (SELECT sum(n) FROM taken) WHERE EXISTS (SELECT FROM taken)";

/// A commit that waits.
struct Waiting {
    tenant: i64,
    ticket: i64,
    answer: oneshot::Sender<i64>,
}

/// The way to the sequencer.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    queue: mpsc::UnboundedSender<Waiting>,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Waiting").field(&self.ticket).finish()
    }
}

impl Places {
    /// The position of a ticket's last event. `None` when the database cannot be reached: another node, or this one later,
    /// will place it.
    pub(crate) async fn place(&self, tenant: TenantId, ticket: i64) -> Option<i64> {
        let (answer, position) = oneshot::channel();
        self.queue.send(Waiting { tenant: tenant.0, ticket, answer }).ok()?;
        match tokio::time::timeout(PATIENCE, position).await {
            Ok(Ok(position)) => Some(position),
            _ => {
                tracing::warn!(ticket, "a commit is durable, but its events have no position yet");
                None
            }
        }
    }
}

/// Starts this node's sequencer. It ends when the last [`Places`] is gone and everybody has an answer.
pub(crate) fn start(pool: Arc<Pool>) -> (Places, JoinHandle<()>) {
    let (queue, waiting) = mpsc::unbounded_channel();
    (Places { queue }, tokio::spawn(run(pool, waiting)))
}

async fn run(pool: Arc<Pool>, mut queue: mpsc::UnboundedReceiver<Waiting>) {
    let mut link = None;
    let mut batch = Vec::new();
    let mut is_last = false;
    while !is_last {
        match tokio::time::timeout(BEAT, queue.recv()).await {
            Ok(Some(waiting)) => batch.push(waiting),
            Ok(None) => is_last = true,
            // Nobody here waits: look for what a node left that is no more.
            Err(_) => {}
        }
        loop {
            while let Ok(waiting) = queue.try_recv() {
                batch.push(waiting);
            }
            match place(&pool, &mut link, &mut batch).await {
                Ok(()) => break,
                Err(fault) => {
                    tracing::debug!(?fault, "positions cannot be given now");
                    link = None;
                    // Who gave up waiting needs no answer any more.
                    batch.retain(|waiting| !waiting.answer.is_closed());
                    if batch.is_empty() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

/// Gives positions to everything that is pending, and answers those whose ticket has one.
async fn place(pool: &Pool, link: &mut Option<Link>, batch: &mut Vec<Waiting>) -> Done<()> {
    let db = match link.take().filter(Link::is_usable) {
        Some(db) => link.insert(db),
        None => link.insert(pool.extra().await?),
    };
    if batch.is_empty() && db.first("SELECT 1 FROM pending LIMIT 1", &[]).await?.is_none() {
        return Ok(());
    }
    let tenants: Vec<i64> = batch.iter().map(|waiting| waiting.tenant).collect();
    let tickets: Vec<i64> = batch.iter().map(|waiting| waiting.ticket).collect();
    db.send("BEGIN ISOLATION LEVEL READ COMMITTED");
    let (answers, failure) = db
        .pipeline(&[
            // Alone from here on; each statement after it sees what was committed before the row was free.
            ("SELECT last FROM feed_head FOR UPDATE", vec![]),
            (PLACE, vec![]),
            (
                "SELECT ticket, (SELECT last FROM feed f WHERE f.tenant = w.tenant AND f.ticket = w.ticket)
                 FROM unnest($1::bigint[], $2::bigint[]) AS w (tenant, ticket)",
                vec![&tenants, &tickets],
            ),
            ("COMMIT", vec![]),
        ])
        .await;
    if let Some(failure) = failure {
        db.send("ROLLBACK");
        return Err(failure);
    }
    for row in answers.get(2).into_iter().flatten() {
        let (ticket, last): (i64, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        let Some(last) = last else { continue };
        if let Some(at) = batch.iter().position(|waiting| waiting.ticket == ticket) {
            // Nobody may be waiting any more; the events are in the feed all the same.
            let _ = batch.swap_remove(at).answer.send(last);
        }
    }
    // A tenant that was deleted meanwhile took its tickets with it.
    batch.clear();
    Ok(())
}
