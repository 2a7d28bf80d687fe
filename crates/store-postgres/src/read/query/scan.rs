//! Candidates are looked at one by one, as far as the page and the total ask, within the deadline.

use std::cmp::Ordering;

use scim::filter::Operand;
use store::{Edges, Keyset, Paging, Query, QueryPage, TenantId, Total, TypedFilter};
use uuid::Uuid;

use super::arm::Arm;
use super::{Watch, records, total};
use crate::fault::Done;
use crate::filter::{Compiler, Condition, Needs, Params, Test, shown};
use crate::pool::Lease;
use crate::row::{self, RECORD_COLUMNS, record_columns};

/// Candidates fetched at once.
const BATCH: usize = 500;

/// The same when their memberships are looked at too.
const SMALL_BATCH: usize = 64;

/// A resource that matches.
#[derive(Debug, Clone)]
struct Hit {
    sort: Option<Operand>,
    id: Uuid,
}

/// What has been found.
struct Found<'q> {
    query: &'q Query,
    hits: Vec<Hit>,
    /// Matches in all, so far.
    seen: u64,
    /// Matches beyond the page's beginning that are worth keeping.
    wanted: usize,
    backwards: bool,
}

pub(super) async fn run(db: &Lease, tenant: TenantId, query: &Query, watch: Watch) -> Done<QueryPage> {
    let (wanted, backwards) = match query.paging {
        Paging::Index { offset, count } => {
            (usize::try_from(offset).unwrap_or(usize::MAX).saturating_add(count as usize), false)
        }
        // One more, to see whether there is more.
        Paging::Keyset { count, backwards, .. } => (count as usize + 1, backwards),
    };
    let mut found = Found { query, hits: Vec::new(), seen: 0, wanted, backwards };
    // Who is asked for the total looks at everybody, and has it then.
    let counts = query.total == Total::Exact;
    for typed in &query.types {
        arm(db, tenant, typed, &mut found, !counts, watch).await?;
    }
    let seen = found.seen;
    let (ids, edges) = found.page();
    let known = if counts { Some(seen) } else { edges.total };
    let records = records::all(db, tenant, &ids).await?;
    let total = total(db, tenant, query, known, watch).await?;
    Ok(QueryPage { total, records, next: edges.next, previous: edges.previous })
}

/// Looks at one type's candidates in the order of their ids.
async fn arm(
    db: &Lease,
    tenant: TenantId,
    typed: &TypedFilter,
    found: &mut Found<'_>,
    may_stop: bool,
    watch: Watch,
) -> Done<()> {
    let query = found.query;
    let sort = query.sort.as_ref();
    // In the order of ids, the page ends the search and its beginning begins it.
    let by_id = may_stop && sort.is_none();
    let mut last = match &query.paging {
        Paging::Keyset { from: Some(from), .. } if by_id => Some(from.id.0),
        _ => None,
    };
    let compiler = Compiler { typed, connection: query.connection };
    let mut kept = 0;
    loop {
        let mut params = Params::new(tenant);
        let Batch { sql, test, size } = batch(&compiler, found, last, &mut params);
        let rows = db.query_within(watch.limit, &sql, &params.values()).await?;
        let records = row::records(&rows)?;
        let needs = Needs::of(test.as_ref(), sort.map(|sort| &sort.by), &compiler);
        let shown = shown(db, tenant, typed, query.connection, &needs, &records).await?;
        for ((record, shown), row) in records.iter().zip(&shown).zip(&rows) {
            let columns: Vec<bool> =
                (RECORD_COLUMNS..row.len()).map(|at| row.try_get(at)).collect::<Result<_, _>>()?;
            if test.as_ref().is_some_and(|test| !test.holds(shown, &columns)) {
                continue;
            }
            let sort = sort.and_then(|sort| scim::sort::key(&sort.by, shown));
            kept += usize::from(found.add(Hit { sort, id: record.id.0 }));
        }
        last = records.last().map(|record| record.id.0).or(last);
        if rows.len() < size || (by_id && kept >= found.wanted) {
            return Ok(());
        }
        watch.check(db)?;
    }
}

/// The first statement of a scan, and what the evaluator is asked after it.
#[cfg(test)]
pub(super) fn first_batch(query: &Query, params: &mut Params) -> (String, String) {
    let found = Found { query, hits: Vec::new(), seen: 0, wanted: 1, backwards: false };
    let compiler = Compiler { typed: &query.types[0], connection: query.connection };
    let batch = batch(&compiler, &found, None, params);
    (batch.sql, batch.test.map_or_else(|| "nothing".to_owned(), |test| test.told()))
}

struct Batch {
    sql: String,
    test: Option<Test>,
    size: usize,
}

/// The statement for the next candidates, and what is left to ask of them.
fn batch(compiler: &Compiler<'_>, found: &Found<'_>, last: Option<Uuid>, params: &mut Params) -> Batch {
    let arm = Arm::new(compiler.typed, compiler.connection, params);
    let tests = compiler.typed.filter.as_ref().and_then(|filter| {
        let mark = params.mark();
        let condition = compiler.compile(&filter.expr, params);
        params.back_to(mark);
        let is_open = !matches!(condition, Condition::Exact(_));
        is_open.then(|| Test::of(&filter.expr, compiler, params))
    });
    let (test, asked) = tests.map_or((None, Vec::new()), |tests| (Some(tests.test), tests.columns));
    let sort = found.query.sort.as_ref().map(|sort| &sort.by);
    let needs = Needs::of(test.as_ref(), sort, compiler);
    let size = if needs.members || needs.groups { SMALL_BATCH } else { BATCH };
    let columns: String = asked.iter().map(|column| format!(", {column}")).collect();
    let (way, beyond) = if found.backwards { ("DESC", "<") } else { ("ASC", ">") };
    let beyond = last.map(|last| format!(" AND r.id {beyond} {}", params.bind(last))).unwrap_or_default();
    let sql = format!(
        "{}SELECT {}{columns} FROM {} WHERE {}{beyond} ORDER BY r.id {way} LIMIT {size}",
        arm.prefix(),
        record_columns!("r."),
        arm.from,
        arm.condition
    );
    Batch { sql, test, size }
}

impl Found<'_> {
    /// Takes a match; whether it lies on the page or behind it.
    fn add(&mut self, hit: Hit) -> bool {
        self.seen += 1;
        if let Paging::Keyset { from: Some(from), .. } = &self.query.paging {
            let from = Hit { sort: from.sort.clone(), id: from.id.0 };
            if self.order(&hit, &from) != Ordering::Greater {
                return false;
            }
        }
        self.hits.push(hit);
        // Now and then what cannot be on the page any more is let go.
        if self.hits.len() / 2 > self.wanted.max(1_000) {
            self.cut();
        }
        true
    }

    /// The order in which the page is read: its own, or from its end.
    fn order(&self, a: &Hit, b: &Hit) -> Ordering {
        let order = match &self.query.sort {
            None => Ordering::Equal,
            Some(sort) => scim::sort::compare(a.sort.as_ref(), b.sort.as_ref(), sort.descending),
        };
        let order = order.then(a.id.cmp(&b.id));
        if self.backwards { order.reverse() } else { order }
    }

    /// Keeps the first matches that are wanted, in order.
    fn cut(&mut self) {
        let mut hits = std::mem::take(&mut self.hits);
        hits.sort_unstable_by(|a, b| self.order(a, b));
        hits.truncate(self.wanted);
        self.hits = hits;
    }

    /// The page's ids, and its neighbours.
    fn page(mut self) -> (Vec<Uuid>, Edges) {
        self.cut();
        if let Paging::Index { offset, .. } = self.query.paging {
            let skipped = usize::try_from(offset).unwrap_or(usize::MAX).min(self.hits.len());
            self.hits.drain(..skipped);
        }
        let at = |hit: &Hit| Keyset { sort: hit.sort.clone(), id: store::ResourceId(hit.id) };
        let edges = self.query.cut(&mut self.hits, at);
        (self.hits.iter().map(|hit| hit.id).collect(), edges)
    }
}
