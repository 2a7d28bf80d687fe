//! Which rows a page holds.

use rusqlite::{Connection, params_from_iter};
use scim::filter::Operand;
use store::{Edges, Keyset, Paging, Query, ResourceId, TenantId};

use super::Params;
use super::arm::Arm;
use crate::fault::Done;
use crate::filter::{operand_value, read_operand, sort_value};
use crate::row;

/// One query for the rows of one page.
pub(super) struct Page<'q> {
    db: &'q Connection,
    query: &'q Query,
    sql: String,
    params: Params,
}

/// A row of a page.
pub(super) struct Row {
    pub(super) rid: i64,
    id: ResourceId,
    sort: Option<Operand>,
}

impl<'q> Page<'q> {
    pub(super) fn new(db: &'q Connection, tenant: TenantId, query: &'q Query) -> Done<Self> {
        let mut params = Params::new(tenant);
        let backwards = matches!(query.paging, Paging::Keyset { backwards: true, .. });
        let order = order(query, backwards);
        let mut arms = Vec::with_capacity(query.types.len());
        for typed in &query.types {
            let arm = Arm::new(typed, query.connection, &mut params)?;
            let sort = match &query.sort {
                None => "NULL".to_owned(),
                Some(sort) => sort_value(&sort.by, typed, query.connection, &mut params),
            };
            let mut sql = format!(
                "SELECT r.rid AS rid, r.id AS id, {sort} AS s FROM {} WHERE {}",
                arm.from, arm.condition
            );
            if let Paging::Keyset { from: Some(from), .. } = &query.paging {
                let beyond = beyond(from, query, backwards, &mut params);
                sql = format!("SELECT rid, id, s FROM ({sql}) WHERE {beyond}");
            }
            arms.push(sql);
        }
        let (limit, end) = match &query.paging {
            Paging::Index { offset, count } => {
                let end = to_i64(offset.saturating_add(u64::from(*count)));
                let (count, offset) = (params.bind(i64::from(*count)), params.bind(to_i64(*offset)));
                (format!("LIMIT {count} OFFSET {offset}"), end)
            }
            // One more, to see whether there is more.
            Paging::Keyset { count, .. } => {
                let count = i64::from(*count) + 1;
                (format!("LIMIT {}", params.bind(count)), count)
            }
        };
        let sql = match arms.as_slice() {
            [only] => format!("{only} {order} {limit}"),
            // Each arm in its own order and no longer than the page's end; then all together.
            _ => {
                let end = params.bind(end);
                let arms: Vec<_> =
                    arms.iter().map(|arm| format!("SELECT * FROM ({arm} {order} LIMIT {end})")).collect();
                format!("SELECT rid, id, s FROM ({}) {order} {limit}", arms.join(" UNION ALL "))
            }
        };
        Ok(Self { db, query, sql, params })
    }

    /// The rows of the page, and its neighbours.
    pub(super) fn find(self) -> Done<(Vec<Row>, Edges)> {
        let (Paging::Index { count, .. } | Paging::Keyset { count, .. }) = self.query.paging;
        let mut rows = if count == 0 || self.query.types.is_empty() { Vec::new() } else { self.rows()? };
        let edges = self.query.cut(&mut rows, Row::position);
        Ok((rows, edges))
    }

    fn rows(&self) -> Done<Vec<Row>> {
        let mut statement = self.db.prepare_cached(&self.sql)?;
        let mut rows = statement.query(params_from_iter(self.params.values()))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let sort = match &self.query.sort {
                None => None,
                Some(sort) => read_operand(sort.by.leaf(), row.get_ref(2)?),
            };
            found.push(Row { rid: row.get(0)?, id: ResourceId(row::uuid(row, 1, "resource", "id")?), sort });
        }
        Ok(found)
    }
}

impl Row {
    fn position(&self) -> Keyset {
        Keyset { sort: self.sort.clone(), id: self.id }
    }
}

/// Ties go by id, ascending in either order; a page towards the beginning is read from its end.
fn order(query: &Query, backwards: bool) -> String {
    let way = |descending: bool| if descending { "DESC" } else { "ASC" };
    match &query.sort {
        None => format!("ORDER BY id {}", way(backwards)),
        Some(sort) => {
            // Missing values are the greatest (S-SORT-03).
            let down = way(sort.descending != backwards);
            format!("ORDER BY s IS NULL {down}, s {down}, id {}", way(backwards))
        }
    }
}

/// The condition for what lies beyond a position.
fn beyond(from: &Keyset, query: &Query, backwards: bool, params: &mut Params) -> String {
    let id = params.bind(from.id.0.as_bytes().to_vec());
    let id = format!("id {} {id}", if backwards { "<" } else { ">" });
    let Some(sort) = &query.sort else { return id };
    let rising = sort.descending == backwards;
    match (&from.sort, rising) {
        (None, true) => format!("s IS NULL AND {id}"),
        (None, false) => format!("s IS NOT NULL OR {id}"),
        (Some(value), rising) => {
            let value = params.bind(operand_value(value));
            if rising {
                format!("s IS NULL OR s > {value} OR s = {value} AND {id}")
            } else {
                format!("s < {value} OR s = {value} AND {id}")
            }
        }
    }
}

fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
