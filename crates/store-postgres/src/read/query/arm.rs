//! One resource type of a query: where its rows come from, and what SQL asks of them.

use scim::filter::Expr;
use store::code::Counted;
use store::{ConnectionId, Kind, Query, TenantId, TypedFilter};

use super::Watch;
use crate::fault::Done;
use crate::filter::{Answers, Compiler, Condition, Drivers, Params};
use crate::pool::Lease;
use crate::read::count;
use crate::write::counters;

/// The part of a statement for one resource type. `r` is the resource.
pub(super) struct Arm {
    /// `name AS MATERIALIZED (…)` for `WITH`, when an index leads: it is asked first, and then each of its ids looked up.
    pub(super) with: Option<String>,
    pub(super) from: String,
    pub(super) condition: String,
    kind: Kind,
    count: Count,
}

enum Count {
    /// A kept counter.
    Kept,
    /// Keys alone tell.
    Keys(String),
    /// Every candidate has to be looked at.
    Scan,
}

impl Arm {
    pub(super) fn new(typed: &TypedFilter, connection: ConnectionId, params: &mut Params) -> Self {
        let kind = typed.kind;
        let of_kind = format!("r.tenant = $1 AND r.kind = {}", kind.0);
        let arm = |condition| Self {
            with: None,
            from: "resource r".to_owned(),
            condition,
            kind,
            count: Count::Scan,
        };
        let Some(filter) = &typed.filter else { return Self { count: Count::Kept, ..arm(of_kind) } };
        let compiler = Compiler { typed, connection };
        let driver = Drivers(&compiler).find(&filter.expr, params);
        let answers = driver.as_ref().map_or(Answers::Nothing, |driver| driver.answers);
        let asked = match (answers, &filter.expr) {
            (Answers::All, _) => Condition::Unknown,
            (Answers::Term(answered), Expr::And(terms)) => {
                let others = terms.iter().enumerate().filter(|(at, _)| *at != answered);
                let others = Expr::And(others.map(|(_, term)| term.clone()).collect());
                compiler.compile(&others, params)
            }
            (_, whole) => compiler.compile(whole, params),
        };
        let condition = match asked {
            Condition::Exact(sql) | Condition::Within(sql) => format!("{of_kind} AND {sql}"),
            Condition::Unknown => of_kind,
        };
        let Some(driver) = driver else { return arm(condition) };
        let name = format!("k{}", params.mark());
        Self {
            from: format!(
                "{name} CROSS JOIN LATERAL (SELECT * FROM resource WHERE tenant = $1 AND id = {name}.id OFFSET 0) r"
            ),
            with: Some(format!("{name} (id) AS MATERIALIZED ({})", driver.sql)),
            count: if answers == Answers::All && driver.is_countable {
                Count::Keys(driver.sql)
            } else {
                Count::Scan
            },
            ..arm(condition)
        }
    }

    /// `WITH …`, or nothing.
    pub(super) fn prefix(&self) -> String {
        self.with.as_ref().map_or_else(String::new, |with| format!("WITH {with} "))
    }

    /// Whether counting costs next to nothing.
    pub(super) fn is_cheap(&self) -> bool {
        !matches!(self.count, Count::Scan)
    }

    /// How many match, as far as SQL asks.
    pub(super) async fn count(
        &self,
        db: &Lease,
        tenant: TenantId,
        params: &Params,
        watch: Watch,
    ) -> Done<u64> {
        let sql = match &self.count {
            Count::Kept => return count(db, tenant, Counted::Live, counters::kind(self.kind)).await,
            Count::Keys(keys) => format!("SELECT count(*) FROM ({keys}) k"),
            Count::Scan => {
                format!("{}SELECT count(*) FROM {} WHERE {}", self.prefix(), self.from, self.condition)
            }
        };
        watch.check(db)?;
        let rows = db.query_within(watch.limit, &sql, &params.values()).await?;
        let n: i64 = rows.first().map(|row| row.try_get(0)).transpose()?.unwrap_or(0);
        Ok(n.unsigned_abs())
    }
}

/// Whether SQL says all of every type's filter.
pub(super) fn answers_alone(query: &Query) -> bool {
    query.types.iter().all(|typed| {
        let Some(filter) = &typed.filter else { return true };
        let compiler = Compiler { typed, connection: query.connection };
        let condition = compiler.compile(&filter.expr, &mut Params::new(TenantId(0)));
        matches!(condition, Condition::Exact(_))
    })
}
