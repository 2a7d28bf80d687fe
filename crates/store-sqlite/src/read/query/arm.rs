//! One resource type of a query: where its rows come from, and which of them match.

use rusqlite::{Connection, params_from_iter};
use store::{ConnectionId, TypedFilter};

use super::Params;
use crate::fault::Done;
use crate::filter::{self, Drivers};

/// The part of a statement for one resource type. `r` is the resource.
pub(super) struct Arm {
    pub(super) from: String,
    pub(super) condition: String,
    count: Count,
}

enum Count {
    /// A kept counter.
    Kept(String),
    /// Keys alone tell.
    Keys(String),
    /// Every candidate has to be looked at.
    Scan,
}

impl Arm {
    pub(super) fn new(typed: &TypedFilter, connection: ConnectionId, params: &mut Params) -> Done<Self> {
        let kind = params.bind(i64::from(typed.kind.0));
        let of_kind = format!("r.tenant = ?1 AND r.kind = {kind}");
        let Some(filter) = &typed.filter else {
            return Ok(Self { from: "resource r".to_owned(), condition: of_kind, count: Count::Kept(kind) });
        };
        let driver = Drivers { typed, connection, kind: &kind }.find(&filter.expr, params);
        let exact = driver.as_ref().is_some_and(|driver| driver.is_exact);
        let condition = if exact {
            of_kind
        } else {
            format!("{of_kind} AND {}", filter::compile(&filter.expr, typed, connection, params))
        };
        let Some(driver) = driver else {
            return Ok(Self { from: "resource r".to_owned(), condition, count: Count::Scan });
        };
        // The order of a cross join is kept: keys first.
        let from = format!("({}) k CROSS JOIN resource r ON r.rid = k.rid", driver.sql);
        let count = if exact { Count::Keys(driver.sql) } else { Count::Scan };
        Ok(Self { from, condition, count })
    }

    /// Whether counting costs next to nothing.
    pub(super) fn is_cheap(&self) -> bool {
        !matches!(self.count, Count::Scan)
    }

    /// How many match.
    pub(super) fn count(&self, db: &Connection, params: &Params) -> Done<u64> {
        let sql = match &self.count {
            Count::Kept(kind) => {
                format!(
                    "SELECT coalesce((SELECT n FROM counter WHERE tenant = ?1 AND what = 1 AND key = {kind}), 0)"
                )
            }
            Count::Keys(keys) => format!("SELECT count(*) FROM ({keys})"),
            Count::Scan => format!("SELECT count(*) FROM {} WHERE {}", self.from, self.condition),
        };
        Ok(db
            .prepare_cached(&sql)?
            .query_row(params_from_iter(params.values()), |row| row.get::<_, i64>(0))?
            .unsigned_abs())
    }
}
