//! A page that SQL gives by itself, in the order of ids.

use store::{Keyset, Paging, Query, QueryPage, Record, TenantId};
use uuid::Uuid;

use super::arm::Arm;
use super::{Watch, records, to_i64, total};
use crate::fault::Done;
use crate::filter::Params;
use crate::pool::Lease;
use crate::row::{self, record_columns};

pub(super) async fn run(db: &Lease, tenant: TenantId, query: &Query, watch: Watch) -> Done<QueryPage> {
    let count = match query.paging {
        Paging::Index { count, .. } | Paging::Keyset { count, .. } => count,
    };
    let mut found = if count == 0 || query.types.is_empty() {
        Vec::new()
    } else {
        let (sql, params, is_whole) = statement(tenant, query);
        let rows = db.query_within(watch.limit, &sql, &params.values()).await?;
        if is_whole {
            row::records(&rows)?
        } else {
            let ids: Vec<Uuid> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
            records::all(db, tenant, &ids).await?
        }
    };
    let edges = Edges::of(query, &mut found);
    let total = total(db, tenant, query, edges.total, watch).await?;
    Ok(QueryPage { total, records: found, next: edges.next, previous: edges.previous })
}

/// The statement, and whether it gives whole records or ids only.
pub(super) fn statement(tenant: TenantId, query: &Query) -> (String, Params, bool) {
    let mut params = Params::new(tenant);
    let (from, backwards) = match &query.paging {
        Paging::Keyset { from, backwards, .. } => (from.as_ref().map(|from| from.id.0), *backwards),
        Paging::Index { .. } => (None, false),
    };
    let way = if backwards { "DESC" } else { "ASC" };
    let arms: Vec<Arm> =
        query.types.iter().map(|typed| Arm::new(typed, query.connection, &mut params)).collect();
    let beyond =
        from.map(|id| format!(" AND r.id {} {}", if backwards { "<" } else { ">" }, params.bind(id)));
    let beyond = beyond.unwrap_or_default();
    let (limit, end) = match &query.paging {
        Paging::Index { offset, count } => {
            let (n, skip) = (params.bind(i64::from(*count)), params.bind(to_i64(*offset)));
            (format!("LIMIT {n} OFFSET {skip}"), to_i64(offset.saturating_add(u64::from(*count))))
        }
        // One more, to see whether there is more.
        Paging::Keyset { count, .. } => {
            let n = i64::from(*count) + 1;
            (format!("LIMIT {}", params.bind(n)), n)
        }
    };
    if let [only] = arms.as_slice() {
        let columns = record_columns!("r.");
        let sql = format!(
            "{}SELECT {columns} FROM {} WHERE {}{beyond} ORDER BY r.id {way} {limit}",
            only.prefix(),
            only.from,
            only.condition
        );
        return (sql, params, true);
    }
    // Each type in its own order and no longer than the page's end; then all together.
    let end = params.bind(end);
    let with: Vec<_> = arms.iter().filter_map(|arm| arm.with.clone()).collect();
    let with = if with.is_empty() { String::new() } else { format!("WITH {} ", with.join(", ")) };
    let parts: Vec<_> = arms
        .iter()
        .map(|arm| {
            let (from, condition) = (&arm.from, &arm.condition);
            format!("(SELECT r.id FROM {from} WHERE {condition}{beyond} ORDER BY r.id {way} LIMIT {end})")
        })
        .collect();
    let sql = format!("{with}SELECT id FROM ({}) u ORDER BY id {way} {limit}", parts.join(" UNION ALL "));
    (sql, params, false)
}

/// A page's neighbours.
#[derive(Debug, Default)]
struct Edges {
    next: Option<Keyset>,
    previous: Option<Keyset>,
    /// Matches in all, when the page itself shows it.
    total: Option<u64>,
}

impl Edges {
    /// Cuts what was read to the page, in the order of the query.
    fn of(query: &Query, found: &mut Vec<Record>) -> Self {
        let at = |record: &Record| Keyset { sort: None, id: record.id };
        match &query.paging {
            Paging::Index { .. } if query.types.is_empty() => Self { total: Some(0), ..Self::default() },
            Paging::Index { offset, count } => {
                // A page that is not full is the last one, and says how many there are.
                let is_short = *count > 0 && found.len() < *count as usize;
                let total =
                    (is_short && (*offset == 0 || !found.is_empty())).then(|| offset + found.len() as u64);
                Self { total, ..Self::default() }
            }
            Paging::Keyset { from, backwards, count } => {
                let more = found.len() > *count as usize;
                found.truncate(*count as usize);
                if *backwards {
                    found.reverse();
                }
                // Where the walk came from there is something, or was when it came by.
                let (before, after) =
                    if *backwards { (more, from.is_some()) } else { (from.is_some(), more) };
                Self {
                    next: found.last().filter(|_| after).map(at),
                    previous: found.first().filter(|_| before).map(at),
                    total: (from.is_none() && !more && *count > 0).then_some(found.len() as u64),
                }
            }
        }
    }
}
