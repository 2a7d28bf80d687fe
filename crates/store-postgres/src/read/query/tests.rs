//! The SQL of filters, and that PostgreSQL answers it from the indexes made for it.

use std::fmt::Write as _;
use std::time::Duration;

use base::Timestamp;
use scim::dialect::Dialect;
use scim::filter::{Limits, parse};
use scim::schema::Registry;
use store::{ConnectionId, Kind, Paging, Query, TenantId, Total, TypedFilter};

use super::{page, scan};
use crate::filter::Params;
use crate::link::Link;
use crate::target::Target;

const ID: &str = "01900000-0000-7000-8000-000000000007";

fn query(kind: Kind, text: &str) -> Query {
    let name = if kind == Kind::GROUP { "Group" } else { "User" };
    let resource_type = Registry::builtin().resource_type(name).unwrap().clone();
    let filter = parse(text, &Dialect::entra(), &Limits::default()).unwrap();
    let filter = filter.check(&resource_type, &Dialect::entra()).unwrap();
    Query {
        types: vec![TypedFilter { kind, resource_type, filter: Some(filter) }],
        sort: None,
        paging: Paging::Index { offset: 0, count: 10 },
        total: Total::IfCheap,
        connection: ConnectionId(3),
        deadline: Duration::from_secs(5),
    }
}

/// The statement that finds candidates, and what the evaluator is still asked.
fn statement(query: &Query) -> (String, Params, String) {
    if super::arm::answers_alone(query) {
        let (sql, params, _) = page::statement(TenantId(1), query);
        return (sql, params, "nothing".to_owned());
    }
    let mut params = Params::new(TenantId(1));
    let (sql, open) = scan::first_batch(query, &mut params);
    (sql, params, open)
}

/// `Kind`, filter, and the index that answers it.
fn cases() -> Vec<(Kind, String, &'static str)> {
    let of = |kind, filter: &str, index| (kind, filter.replace("ID", ID), index);
    vec![
        of(Kind::USER, "userName eq \"P7@x.example\"", "unique_key_pkey"),
        of(Kind::USER, "userName sw \"p77\"", "unique_key_pkey"),
        of(Kind::USER, "externalId eq \"e7\"", "lookup_key_pkey"),
        of(Kind::USER, "emails.value eq \"p7@x.example\"", "lookup_key_pkey"),
        of(Kind::USER, "emails[type eq \"work\" and value eq \"p7@x.example\"]", "lookup_key_pkey"),
        of(Kind::USER, "displayName eq \"Person 7\"", "lookup_key_pkey"),
        of(Kind::USER, "userName eq \"a\" or emails.value eq \"b\"", "unique_key_pkey"),
        of(Kind::USER, "userName eq \"a\" and active eq true", "unique_key_pkey"),
        of(Kind::USER, "userName eq \"a\" and title co \"x\"", "unique_key_pkey"),
        of(Kind::USER, "id eq \"ID\"", "resource_pkey"),
        of(Kind::USER, "active eq false", "resource_inactive"),
        of(Kind::USER, "meta.lastModified gt \"2026-08-19T00:00:00.0005Z\"", "resource_modified"),
        of(Kind::USER, "groups.value eq \"ID\"", "membership_pkey"),
        of(Kind::GROUP, "displayName eq \"Team 7\"", "lookup_key_pkey"),
        of(Kind::GROUP, "members.value eq \"ID\"", "membership_member"),
        of(Kind::GROUP, "id eq \"ID\" and members eq \"ID\"", "resource_other"),
        of(Kind::GROUP, "members pr", "membership_pkey"),
        of(Kind::USER, "title eq \"x\" or not (userName eq \"a\")", "resource_pkey"),
        of(Kind::USER, "not (active eq true) and nickName pr", "resource_inactive"),
        of(Kind::GROUP, "members.value eq \"ID\" or displayName co \"x\"", "resource_other"),
    ]
}

#[test]
fn filters_as_sql() {
    let mut shown = String::new();
    for (kind, filter, _) in cases() {
        let (sql, _, open) = statement(&query(kind, &filter));
        let sql = sql.replace(crate::row::record_columns!("r."), "…");
        writeln!(shown, "{filter}\n  {sql}\n  the evaluator decides: {open}\n").unwrap();
    }
    insta::assert_snapshot!("filters_as_sql", shown);
}

/// A directory of some size, so that the planner has something to choose between.
async fn filled() -> Link {
    let url = testkit::postgres::schema().await;
    let limit = Duration::from_secs(60);
    let db = Link::connect(&Target::read(&url, limit).unwrap(), limit, limit).await.unwrap();
    crate::migrate::migrate(&db, Timestamp::from_micros(1)).await.unwrap();
    let id = |n: &str| format!("('01900000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid");
    let (user, group) = (id("n"), id("n + 1000000"));
    db.batch(&format!(
        "INSERT INTO resource (tenant, id, kind, version, created, modified, state, source, label, body, keys)
            SELECT t, {user}, 1, 1, n, 1767225600000000 + n * 1000000000::bigint, 1 + (n % 50 = 0)::int, 1,
                'p' || n, '{{}}', '{{}}'
            FROM generate_series(1, 20000) n, generate_series(1, 2) t;
         INSERT INTO resource (tenant, id, kind, version, created, modified, state, source, label, body, keys)
            SELECT 1, {group}, 2, 1, n, n, 1, 1, 'Team ' || n, '{{}}', '{{}}' FROM generate_series(1, 500) n;
         INSERT INTO unique_key (tenant, kind, key, id)
            SELECT 1, 1, convert_to('up' || n || '@x.example', 'UTF8'), {user} FROM generate_series(1, 20000) n;
         INSERT INTO lookup_key (tenant, kind, key, id)
            SELECT 1, 1, convert_to(k || n || '@x.example', 'UTF8'), {user}
            FROM generate_series(1, 20000) n, unnest(ARRAY['ep', 'dperson ', 'x']) k;
         INSERT INTO lookup_key (tenant, kind, key, id)
            SELECT 1, 2, convert_to('dteam ' || n, 'UTF8'), {group} FROM generate_series(1, 500) n;
         INSERT INTO membership (tenant, grp, member, kind)
            SELECT 1, {group}, {member}, 1 FROM generate_series(1, 500) n, generate_series(1, 40) m;
         ANALYZE",
        member = id("(n * 37 + m * 211) % 20000 + 1"),
    ))
    .await
    .unwrap();
    db
}

#[tokio::test]
async fn indexed_filters_are_answered_from_their_indexes() {
    let db = filled().await;
    let mut wrong = Vec::new();
    for (kind, filter, index) in cases() {
        let (sql, params, _) = statement(&query(kind, &filter));
        let rows = db.query(&format!("EXPLAIN {sql}"), &params.values()).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let plan = plan.join("\n");
        // A few dozen groups are read through as fast as through any index.
        if !plan.contains(index)
            || plan.contains("Seq Scan on resource")
            || plan.contains("Seq Scan on unique_key")
        {
            wrong.push(format!("{filter}: {index} is not used\n{plan}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
