//! A page that SQL gives by itself, in the order of ids.

use store::{Keyset, Paging, Query, QueryPage, TenantId};
use uuid::Uuid;

use super::arm::Arm;
use super::{Watch, records, to_i64, total};
use crate::fault::Done;
use crate::filter::Params;
use crate::pool::Lease;
use crate::row::{self, record_columns};

pub(super) async fn run(db: &Lease, tenant: TenantId, query: &Query, watch: Watch) -> Done<QueryPage> {
    let (Paging::Index { count, .. } | Paging::Keyset { count, .. }) = query.paging;
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
    let edges = query.cut(&mut found, |record| Keyset { sort: None, id: record.id });
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
