//! Pages of live records.
//!
//! Where SQL can say all of the filter and the order is that of ids, it gives the page ([`page`]). Otherwise the records
//! that may match are looked at one by one ([`scan`]).

mod arm;
mod page;
mod scan;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use store::{Kind, Paging, Query, QueryPage, Record, StoreError, TenantId, Total};

use super::records;
use crate::fault::Done;
use crate::filter::Params;
use crate::pool::Lease;
use arm::Arm;

/// Runs a query, giving up after its deadline.
pub(super) async fn run(db: &Lease, tenant: TenantId, query: &Query) -> Done<QueryPage> {
    if let (Some((kind, name)), None) = (arm::user_name(query), &query.sort) {
        return one(db, tenant, query, kind, &name).await;
    }
    // Without a filter and an order, indexes answer.
    if query.sort.is_none() && query.types.iter().all(|t| t.filter.is_none()) && skipped(query) < 10_000 {
        return page::run(db, tenant, query, Watch::new(query.deadline)).await;
    }
    // A statement that takes too long ends the transaction with it, so it gets a part of its own.
    let limit = query.deadline.as_millis().clamp(1, 3_600_000);
    db.send(&format!("SAVEPOINT scan; SET LOCAL statement_timeout = {limit}"));
    let watch = Watch::new(query.deadline);
    let result = match query.sort.is_none() && arm::answers_alone(query) {
        true => page::run(db, tenant, query, watch).await,
        false => scan::run(db, tenant, query, watch).await,
    };
    db.send("ROLLBACK TO SAVEPOINT scan; RELEASE SAVEPOINT scan");
    result
}

/// `userName eq "…"`: the query that identity providers send before everything else.
async fn one(db: &Lease, tenant: TenantId, query: &Query, kind: Kind, name: &str) -> Done<QueryPage> {
    let found = records::by_user_name(db, tenant, kind, name).await?;
    let total = Some(u64::from(found.is_some()));
    let records = found.into_iter().filter(|record| shows_only(query, record)).collect();
    Ok(QueryPage { total, records, next: None, previous: None })
}

/// When a query has to end.
#[derive(Debug, Clone, Copy)]
struct Watch {
    start: Instant,
    limit: Duration,
}

impl Watch {
    fn new(limit: Duration) -> Self {
        Self { start: Instant::now(), limit }
    }

    /// Whether there is time for more.
    fn check(self) -> Done<()> {
        if self.start.elapsed() > self.limit { Err(StoreError::TooMany.into()) } else { Ok(()) }
    }
}

/// The total, from what a page shows or what is counted elsewhere.
async fn total(
    db: &Lease,
    tenant: TenantId,
    query: &Query,
    shown: Option<u64>,
    watch: Watch,
) -> Done<Option<u64>> {
    if shown.is_some() {
        return Ok(shown);
    }
    let mut total = 0;
    for typed in &query.types {
        let mut params = Params::new(tenant);
        let arm = Arm::new(typed, query.connection, &mut params);
        if query.total == Total::IfCheap && !arm.is_cheap() {
            return Ok(None);
        }
        total += arm.count(db, tenant, &params, watch).await?;
    }
    Ok(Some(total))
}

/// How many matches a page leaves out at the beginning, each of which must be stepped over.
fn skipped(query: &Query) -> u64 {
    match query.paging {
        Paging::Index { offset, .. } => offset,
        Paging::Keyset { .. } => 0,
    }
}

/// Whether the only match is on the page.
fn shows_only(query: &Query, record: &Record) -> bool {
    match &query.paging {
        Paging::Index { offset, count } => *offset == 0 && *count > 0,
        Paging::Keyset { count: 0, .. } => false,
        Paging::Keyset { from: None, .. } => true,
        Paging::Keyset { from: Some(from), backwards: true, .. } => record.id < from.id,
        Paging::Keyset { from: Some(from), backwards: false, .. } => record.id > from.id,
    }
}

fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
