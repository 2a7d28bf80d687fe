//! Pages of live records.
//!
//! Two steps: first the row numbers of the page, from indexes as far as possible, then the records themselves.

mod arm;
mod page;

use rusqlite::Connection;
use rusqlite::types::Value;
use store::{Query, QueryPage, TenantId, Total};

use super::records;
use crate::fault::{Done, damaged};
use crate::pool::Snapshot;
use arm::Arm;
use page::Page;

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
    if let Some((kind, name)) = query.user_name() {
        return Ok(query.only(records::by_user_name(db, tenant, kind, &name)?));
    }
    if query.is_plain() {
        return page(db, tenant, query);
    }
    let work = || db.within(query.deadline, |db| page(db, tenant, query));
    // A query that may look at many records lets the runtime's other tasks go on elsewhere.
    match tokio::runtime::Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(tokio::runtime::RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

fn page(db: &Connection, tenant: TenantId, query: &Query) -> Done<QueryPage> {
    let (rows, edges) = Page::new(db, tenant, query)?.find()?;
    let total = total(db, tenant, query, edges.total)?;
    let mut records = Vec::with_capacity(rows.len());
    for row in &rows {
        let record = records::by_row(db, row.rid)?
            .ok_or_else(|| damaged("resource", "rid", format!("row {} is in an index only", row.rid)))?;
        records.push(record);
    }
    Ok(QueryPage { total, records, next: edges.next, previous: edges.previous })
}

fn total(db: &Connection, tenant: TenantId, query: &Query, shown: Option<u64>) -> Done<Option<u64>> {
    if shown.is_some() {
        return Ok(shown);
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
