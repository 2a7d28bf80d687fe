//! The move itself, the same for every pair of backends.

use super::{Source, Standing, State, TABLES, Table, Tally, Target};
use crate::{StoreError, StoreResult};

/// What goes on, for whoever watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Rows are written.
    Copying,
    /// Rows are read back and compared.
    Checking,
}

/// How far a move has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// What goes on.
    pub step: Step,
    /// The table.
    pub table: &'static str,
    /// Rows done in this step.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
}

/// A move that came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Rows of each table.
    pub tables: Vec<(&'static str, u64)>,
    /// Whether an earlier run had done everything but the last step.
    pub was_done: bool,
}

/// Moves a directory: copies, compares, leaves the source, opens the target. `of` names this move.
///
/// # Errors
/// `Unavailable` when the source is written to for too long, `NotEmpty` when the target holds something, `Moved` when the
/// source was left before, `Internal` when what the target gives back is not what it was given. The source can then be used
/// as before; the target cannot, until a move into it comes to its end.
pub async fn run(
    source: &mut dyn Source,
    target: &mut dyn Target,
    of: &str,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> StoreResult<Moved> {
    let (from, to) = (source.name(), target.name());
    match source.standing().await? {
        Some(Standing { state: State::Moved, of, other }) => {
            let there = target.standing().await?;
            if there.is_some_and(|there| there.state == State::Whole && there.of == of) {
                target.open_up().await?;
                return Ok(Moved { tables: Vec::new(), was_done: true });
            }
            return Err(StoreError::Moved { to: other });
        }
        Some(_) => return Err(StoreError::Incomplete),
        None => {}
    }
    target.prepare(of, &from).await?;
    source.hold().await?;
    if let Some(Standing { other, .. }) = source.standing().await? {
        // Another move came to its end while this one waited.
        return Err(StoreError::Moved { to: other });
    }
    let mut counts = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        counts.push(source.count(table).await?);
    }
    let total = counts.iter().sum();
    let mut tallies = Vec::with_capacity(TABLES.len());
    let mut done = 0;
    for (table, count) in TABLES.iter().zip(counts) {
        let mut watch = |rows| {
            done += rows;
            progress(Progress { step: Step::Copying, table: table.name, done, total });
        };
        let tally = copy(source, target, table, &mut watch).await?;
        // Rows that refer to nothing are given out by no statement, so both sides would agree without them.
        if tally.rows != count {
            return Err(StoreError::Internal(format!(
                "{} has {count} rows, of which {} can be read: the others refer to what is not there",
                table.name, tally.rows
            )));
        }
        tallies.push(tally);
    }
    for (name, key) in source.shared_keys().await? {
        target.put_shared_key(&name, &key).await?;
    }
    done = 0;
    for (table, tally) in TABLES.iter().zip(&tallies) {
        let mut watch = |rows| {
            done += rows;
            progress(Progress { step: Step::Checking, table: table.name, done, total });
        };
        let there = look(target, table, &mut watch).await?;
        if there != *tally {
            return Err(StoreError::Internal(format!(
                "the copy of {} is not the original: {} rows of {}, or other content",
                table.name, there.rows, tally.rows
            )));
        }
    }
    target.keep(of, &from).await?;
    source.leave(of, &to).await?;
    target.open_up().await?;
    let rows = |tally: &Tally| tally.rows;
    Ok(Moved {
        tables: TABLES.iter().map(|t| t.name).zip(tallies.iter().map(rows)).collect(),
        was_done: false,
    })
}

async fn copy(
    source: &mut dyn Source,
    target: &mut dyn Target,
    table: &'static Table,
    progress: &mut (dyn FnMut(u64) + Send),
) -> StoreResult<Tally> {
    let mut tally = Tally::default();
    source.read(table).await?;
    target.begin(table).await?;
    while let Some(chunk) = source.next().await? {
        tally.add(&chunk);
        let rows = chunk.rows();
        target.put(chunk).await?;
        progress(rows);
    }
    target.end().await?;
    Ok(tally)
}

async fn look(
    target: &mut dyn Target,
    table: &'static Table,
    progress: &mut (dyn FnMut(u64) + Send),
) -> StoreResult<Tally> {
    let mut tally = Tally::default();
    target.read(table).await?;
    while let Some(chunk) = target.next().await? {
        tally.add(&chunk);
        progress(chunk.rows());
    }
    Ok(tally)
}
