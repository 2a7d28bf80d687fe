//! Checked filters, answered by SQL and the evaluator together.
//!
//! What a filter means is said by `scim::filter::eval`, and PostgreSQL has none of its functions: it cannot fold a text
//! or read a date as that does. So SQL decides only what keys, columns and memberships answer *exactly* ([`sql`]): user
//! name, e-mail, display name and externalId (folded when they were written), id, `active`, times, who is in which group.
//! Of a filter with other terms, SQL picks a superset from the terms it knows, by an index where one of them has one
//! ([`driver`]), and the evaluator itself decides on each document ([`test`]), within the query's deadline.
//!
//! So both backends agree by construction, no write pays for a second copy of the document's values, and what an index
//! answers is answered by SQL alone. A scan costs the way of the documents over the network; it has five seconds
//! (ruling 13).

mod driver;
mod shown;
mod sql;
mod test;

pub(crate) use driver::{Answers, Drivers};
pub(crate) use shown::{Needs, shown};
pub(crate) use sql::{Compiler, Condition};
pub(crate) use test::Test;

use store::TenantId;
use tokio_postgres::types::ToSql;

use crate::link::Param;

/// Parameters of a statement, numbered from 1. The first is the tenant. PostgreSQL wants every one of them to be used.
pub(crate) struct Params {
    values: Vec<Box<dyn ToSql + Sync + Send>>,
}

impl Params {
    pub(crate) fn new(tenant: TenantId) -> Self {
        Self { values: vec![Box::new(tenant.0)] }
    }

    /// Adds a value; the text that stands for it in SQL.
    pub(crate) fn bind(&mut self, value: impl ToSql + Sync + Send + 'static) -> String {
        self.values.push(Box::new(value));
        format!("${}", self.values.len())
    }

    pub(crate) fn values(&self) -> Vec<Param<'_>> {
        self.values.iter().map(|value| &**value as Param<'_>).collect()
    }

    /// How many there are, to come back to.
    pub(crate) fn mark(&self) -> usize {
        self.values.len()
    }

    /// Forgets what was added since the mark, with the text that used it.
    pub(crate) fn back_to(&mut self, mark: usize) {
        self.values.truncate(mark);
    }
}
