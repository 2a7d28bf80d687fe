//! Which rows a page holds.

use rusqlite::{Connection, params_from_iter};
use scim::filter::Operand;
use store::{Keyset, Paging, Query, Record, ResourceId, TenantId};

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

/// The rows of a page and its neighbours.
pub(super) struct Found {
    pub(super) rows: Vec<Row>,
    pub(super) next: Option<Keyset>,
    pub(super) previous: Option<Keyset>,
    /// Matches in all, when the page itself shows it.
    pub(super) total: Option<u64>,
}

/// How many matches a page leaves out at the beginning, each of which must be stepped over.
pub(super) fn skipped(query: &Query) -> u64 {
    match query.paging {
        Paging::Index { offset, .. } => offset,
        Paging::Keyset { .. } => 0,
    }
}

/// Whether the only match is on the page.
pub(super) fn shows_only(query: &Query, record: &Record) -> bool {
    match &query.paging {
        Paging::Index { offset, count } => *offset == 0 && *count > 0,
        Paging::Keyset { count: 0, .. } => false,
        Paging::Keyset { from: None, .. } => true,
        // Sorted or not: with one match, only its own id tells which side of the position it is on. A position of equal
        // sort value is the match itself.
        Paging::Keyset { from: Some(from), backwards, .. } => {
            if *backwards {
                record.id < from.id
            } else {
                record.id > from.id
            }
        }
    }
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

    pub(super) fn find(self) -> Done<Found> {
        let (count, offset) = match &self.query.paging {
            Paging::Index { offset, count } => (*count, Some(*offset)),
            Paging::Keyset { count, .. } => (*count, None),
        };
        let mut rows = if count == 0 || self.query.types.is_empty() { Vec::new() } else { self.rows()? };
        if let Some(offset) = offset {
            // A page that is not full is the last one, and says how many there are.
            let short = !self.query.types.is_empty() && count > 0 && rows.len() < count as usize;
            let total = (short && (offset == 0 || !rows.is_empty())).then(|| offset + rows.len() as u64);
            let total = if self.query.types.is_empty() { Some(0) } else { total };
            return Ok(Found { rows, next: None, previous: None, total });
        }
        let more = rows.len() > count as usize;
        rows.truncate(count as usize);
        let Paging::Keyset { from, backwards, .. } = &self.query.paging else {
            return Ok(Found { rows, next: None, previous: None, total: None });
        };
        if *backwards {
            rows.reverse();
        }
        // Where the walk came from there is something, or was when it came by.
        let (before, after) = if *backwards { (more, from.is_some()) } else { (from.is_some(), more) };
        let total = (from.is_none() && !more && count > 0).then_some(rows.len() as u64);
        Ok(Found {
            next: rows.last().filter(|_| after).map(Row::position),
            previous: rows.first().filter(|_| before).map(Row::position),
            rows,
            total,
        })
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
