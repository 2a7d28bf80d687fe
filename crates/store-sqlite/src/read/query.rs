//! Pages of live records.
//!
//! Two steps: first the row numbers of the page, from indexes as far as possible, then the records themselves.

mod arm;
mod page;

use rusqlite::Connection;
use rusqlite::types::Value;
use store::{Kind, Query, QueryPage, TenantId, Total};

use super::records;
use crate::fault::{Done, damaged};
use crate::pool::Snapshot;
use arm::Arm;
use page::{Found, Page};

/// Parameters of a statement, numbered from 1. The first is the tenant.
#[derive(Debug)]
pub(crate) struct Params {
    values: Vec<Value>,
}

impl Params {
    pub(crate) fn new(tenant: TenantId) -> Self {
        Self { values: vec![Value::Integer(tenant.0)] }
    }

    /// Adds a value; the text that stands for it in SQL.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }
}

/// Runs a query, giving up after its deadline.
pub(crate) fn run(db: &Snapshot, tenant: TenantId, query: &Query) -> Done<QueryPage> {
    if let (Some((kind, name)), None) = (arm::user_name(query), &query.sort) {
        return one(db, tenant, query, kind, &name);
    }
    // Without a filter and an order, indexes answer.
    if query.sort.is_none() && query.types.iter().all(|t| t.filter.is_none()) && page::skipped(query) < 10_000
    {
        return page(db, tenant, query);
    }
    let work = || db.within(query.deadline, |db| page(db, tenant, query));
    // A query that may look at many records lets the runtime's other tasks go on elsewhere.
    match tokio::runtime::Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(tokio::runtime::RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// `userName eq "…"`: the query that identity providers send before everything else.
fn one(db: &Connection, tenant: TenantId, query: &Query, kind: Kind, name: &str) -> Done<QueryPage> {
    let found = records::by_user_name(db, tenant, kind, name)?;
    let total = Some(u64::from(found.is_some()));
    let records = found.into_iter().filter(|record| page::shows_only(query, record)).collect();
    Ok(QueryPage { total, records, next: None, previous: None })
}

fn page(db: &Connection, tenant: TenantId, query: &Query) -> Done<QueryPage> {
    let page = Page::new(db, tenant, query)?;
    let found = page.find()?;
    let total = total(db, tenant, query, &found)?;
    let mut records = Vec::with_capacity(found.rows.len());
    for row in &found.rows {
        let record = records::by_row(db, row.rid)?
            .ok_or_else(|| damaged("resource", "rid", format!("row {} is in an index only", row.rid)))?;
        records.push(record);
    }
    Ok(QueryPage { total, records, next: found.next, previous: found.previous })
}

fn total(db: &Connection, tenant: TenantId, query: &Query, found: &Found) -> Done<Option<u64>> {
    if let Some(known) = found.total {
        return Ok(Some(known));
    }
    let mut total = 0;
    for typed in &query.types {
        let mut params = Params::new(tenant);
        let arm = Arm::new(typed, query.connection, &mut params)?;
        if query.total == Total::IfCheap && !arm.is_cheap() {
            return Ok(None);
        }
        total += arm.count(db, &params)?;
    }
    Ok(Some(total))
}
