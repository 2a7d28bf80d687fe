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

use store::{Query, QueryPage, StoreError, TenantId, Total};

use super::records;
use crate::fault::Done;
use crate::filter::Params;
use crate::pool::Lease;
use arm::Arm;

/// Runs a query, giving up after its deadline.
pub(super) async fn run(db: &Lease, tenant: TenantId, query: &Query) -> Done<QueryPage> {
    if let Some((kind, name)) = query.user_name() {
        return Ok(query.only(records::by_user_name(db, tenant, kind, &name).await?));
    }
    if query.is_plain() {
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

    /// Whether there is time for more. Each of the statements that follow has what is left.
    fn check(self, db: &Lease) -> Done<()> {
        let left = self.limit.checked_sub(self.start.elapsed()).ok_or(StoreError::TooMany)?;
        db.send(&format!("SET LOCAL statement_timeout = {}", left.as_millis().max(1)));
        Ok(())
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

fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
