//! Pages of live records, by looking at each record of the type.

use rusqlite::Connection;
use scim::filter::{Operand, eval};
use serde_json::{Map, Value, json};
use store::{Keyset, Paging, Query, QueryPage, Record, TenantId, TypedFilter};

use crate::fault::{Done, damaged};
use crate::row::{self, record_columns};
use crate::system::all;

type Found = (Option<Operand>, Record);

/// Runs a query.
pub(super) fn run(db: &Connection, tenant: TenantId, query: &Query) -> Done<QueryPage> {
    let mut found: Vec<Found> = Vec::new();
    for typed in &query.types {
        let sql = concat!(
            "SELECT ",
            record_columns!(),
            " FROM resource WHERE tenant = ?1 AND kind = ?2 ORDER BY id"
        );
        let records: Vec<Record> = all(db, sql, (tenant.0, typed.kind.0), row::record)?;
        for record in records {
            let seen = as_seen(&record, typed, query)?;
            if typed.filter.as_ref().is_none_or(|f| eval::matches(f, &seen)) {
                let key = query.sort.as_ref().and_then(|s| scim::sort::key(&s.by, &seen));
                found.push((key, record));
            }
        }
    }
    found.sort_by(|a, b| {
        let by_key = match &query.sort {
            Some(sort) => scim::sort::compare(a.0.as_ref(), b.0.as_ref(), sort.descending),
            None => std::cmp::Ordering::Equal,
        };
        by_key.then(a.1.id.cmp(&b.1.id))
    });
    Ok(page(found, query))
}

/// The record as a filter sees it.
fn as_seen(record: &Record, typed: &TypedFilter, query: &Query) -> Done<Map<String, Value>> {
    let mut seen: Map<String, Value> =
        serde_json::from_str(&record.body).map_err(|e| damaged("resource", "body", e))?;
    seen.insert("id".into(), json!(record.id.to_string()));
    if let Some(external_id) = record.external_id(query.connection) {
        seen.insert("externalId".into(), json!(external_id));
    }
    let meta = json!({"resourceType": typed.resource_type.name, "created": record.created.to_string(),
        "lastModified": record.modified.to_string()});
    seen.insert("meta".into(), meta);
    Ok(seen)
}

fn page(found: Vec<Found>, query: &Query) -> QueryPage {
    let total = Some(found.len() as u64);
    let position = |f: &Found| Keyset { sort: f.0.clone(), id: f.1.id };
    let (from, to) = match &query.paging {
        Paging::Index { offset, count } => {
            let from = usize::try_from(*offset).unwrap_or(usize::MAX).min(found.len());
            (from, from.saturating_add(*count as usize).min(found.len()))
        }
        Paging::Keyset { from, backwards, count } => {
            let after = |f: &Found, seen: &Keyset| {
                let by_key = match &query.sort {
                    Some(sort) => scim::sort::compare(f.0.as_ref(), seen.sort.as_ref(), sort.descending),
                    None => std::cmp::Ordering::Equal,
                };
                by_key.then(f.1.id.cmp(&seen.id))
            };
            match (from, backwards) {
                (None, _) => (0, (*count as usize).min(found.len())),
                (Some(seen), false) => {
                    let from = found.partition_point(|f| after(f, seen).is_le());
                    (from, (from + *count as usize).min(found.len()))
                }
                (Some(seen), true) => {
                    let to = found.partition_point(|f| after(f, seen).is_lt());
                    (to.saturating_sub(*count as usize), to)
                }
            }
        }
    };
    let walks = matches!(query.paging, Paging::Keyset { .. });
    let next = (walks && to < found.len() && to > from).then(|| position(&found[to - 1]));
    let previous = (walks && from > 0 && to > from).then(|| position(&found[from]));
    let records = found.into_iter().skip(from).take(to - from).map(|f| f.1).collect();
    QueryPage { total, records, next, previous }
}
