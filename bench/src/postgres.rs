//! The same operations on PostgreSQL, beside `pgbench` with the equivalent single statement.

use std::sync::Arc;

use crate::cluster::Cluster;
use crate::load::{self, Requests};
use crate::measure::{
    CONNECTIONS, disabled_people, groups, matching, median, members, memory, new_people, reading,
};
use crate::prepare::{Prepared, prepare_on};
use crate::report::Row;
use crate::server::Server;
use crate::{Options, crowd, note, tenants};

/// Connections of `pgbench`: as many as the server has for one sort of work.
const CLIENTS: usize = 16;

/// One statement does what one request does to the tables, without anything around it: no checks, no answers, no HTTP.
const MATCH: &str = "\\set n random(1, :people)
SELECT r.* FROM unique_key k JOIN resource r ON r.tenant = k.tenant AND r.id = k.id
 WHERE k.tenant = 1 AND k.kind = 1 AND k.key = (SELECT key FROM raw.person WHERE n = :n);";
const READ: &str = "\\set n random(1, :people)
SELECT * FROM resource WHERE tenant = 1 AND id = (SELECT id FROM raw.person WHERE n = :n);";
const CREATE: &str = "WITH made AS (
    INSERT INTO raw.resource SELECT 1, gen_random_uuid(), kind, 1, created, modified, state, source, managed_by, managed_since,
        external_ids, label, display, body, keys FROM raw.sample RETURNING id
), claimed AS (
    INSERT INTO raw.unique_key SELECT 1, 1, convert_to('u' || id || '@contoso-learning.example', 'UTF8'), id FROM made
), listed AS (
    INSERT INTO raw.lookup_key SELECT 1, 1, convert_to(k || id || '@contoso-learning.example', 'UTF8'), id
    FROM made, unnest(ARRAY['d', 'e', 'x']) k
), told AS (
    INSERT INTO raw.event SELECT 1, nextval('raw.ticket'), 0, e.id, e.kind, e.subject_kind, made.id, e.object_kind, e.object,
        e.cause, e.batch, e.connection, e.request, e.actor, e.at, e.data FROM made, raw.sample_event e
)
INSERT INTO raw.log_entry SELECT 1, nextval('raw.ticket'), l.at, l.connection, l.request, l.action, l.outcome, l.status,
    l.scim_type, l.subject_kind, made.id, l.label, l.paths, l.code, l.detail, l.raw, l.times FROM made, raw.sample_log l;";
const DISABLE: &str = "\\set n random(1, :people)
WITH made AS (
    UPDATE raw.resource SET version = version + 1, state = 2, modified = modified + 1, body = body
    WHERE tenant = 1 AND id = (SELECT id FROM raw.person WHERE n = :n) RETURNING id
), told AS (
    INSERT INTO raw.event SELECT 1, nextval('raw.ticket'), 0, e.id, e.kind, e.subject_kind, made.id, e.object_kind, e.object,
        e.cause, e.batch, e.connection, e.request, e.actor, e.at, e.data FROM made, raw.sample_event e
)
INSERT INTO raw.log_entry SELECT 1, nextval('raw.ticket'), l.at, l.connection, l.request, l.action, l.outcome, l.status,
    l.scim_type, l.subject_kind, made.id, l.label, l.paths, l.code, l.detail, l.raw, l.times FROM made, raw.sample_log l;";

/// Tables of the same form, filled alike, for the statements that write.
const RAW: &str = "DROP SCHEMA IF EXISTS raw CASCADE; CREATE SCHEMA raw; CREATE SEQUENCE raw.ticket;
CREATE TABLE raw.resource (LIKE resource INCLUDING ALL); CREATE TABLE raw.unique_key (LIKE unique_key INCLUDING ALL);
CREATE TABLE raw.lookup_key (LIKE lookup_key INCLUDING ALL); CREATE TABLE raw.event (LIKE event INCLUDING ALL);
CREATE TABLE raw.log_entry (LIKE log_entry INCLUDING ALL);
INSERT INTO raw.resource SELECT * FROM resource WHERE tenant = 1;
INSERT INTO raw.unique_key SELECT * FROM unique_key WHERE tenant = 1;
INSERT INTO raw.lookup_key SELECT * FROM lookup_key WHERE tenant = 1;
CREATE TABLE raw.person AS SELECT row_number() OVER () AS n, k.id, k.key FROM unique_key k WHERE tenant = 1 AND kind = 1;
CREATE UNIQUE INDEX person_n ON raw.person (n) INCLUDE (id, key);
CREATE TABLE raw.sample AS SELECT * FROM resource WHERE tenant = 1 AND kind = 1 LIMIT 1;
CREATE TABLE raw.sample_event AS SELECT * FROM event WHERE tenant = 1 AND kind = 1 LIMIT 1;
CREATE TABLE raw.sample_log AS SELECT * FROM log_entry WHERE tenant = 1 AND subject IS NOT NULL LIMIT 1;
ANALYZE; CHECKPOINT";

/// All rows.
pub async fn rows(options: &Options) -> std::io::Result<Vec<Row>> {
    let cluster = Cluster::start(&options.folder.join("postgres"))?;
    let url = cluster.url();
    let folder = options.folder.join("on-postgres");
    std::fs::create_dir_all(&folder)?;
    let prepared = prepare_on(&options.binary, &folder, options.learners, Some(&url)).await?;
    note("filling the tables of the limit");
    cluster.sql(RAW)?;
    let (server, _) = Server::on(&options.binary, &prepared.data, Some(&url)).await?;
    let mut rows = Vec::new();
    let token = &prepared.token;
    let reads: [(&str, &str, Requests); 2] = [
        ("`GET /Users?filter=userName eq \"…\"`", MATCH, matching(token, options.learners)),
        ("`GET /Users/{id}`", READ, reading(&prepared)),
    ];
    for (what, statement, requests) in reads {
        rows.push(beside(options, &cluster, &server, what, statement, 200, requests).await?);
    }
    let what = "`POST /Users`, durable, 64 connections";
    rows.push(beside(options, &cluster, &server, what, CREATE, 201, new_people(&prepared.token)?).await?);
    let what = "`PATCH` Entra-style disable, durable, 64 connections";
    rows.push(beside(options, &cluster, &server, what, DISABLE, 200, disabled_people(&prepared)?).await?);
    rows.push(on_postgres(members(&prepared, &server).await?));
    rows.push(on_postgres(groups(options, &prepared, &server).await?));
    rows.extend(crowd::rows(options, &prepared, &server, Some(&url)).await?);
    rows.extend(tenants::rows(options, &server, &prepared.data, Some(&url)).await?);
    rows.push(memory("PostgreSQL: anonymous resident memory of the node", &server)?);
    statements(&cluster, &prepared, &server).await?;
    server.terminate()?;
    Ok(rows)
}

fn on_postgres(row: Row) -> Row {
    Row { what: format!("PostgreSQL: {}", row.what), ..row }
}

/// Rounds of the server and of `pgbench` in turn; the medians' ratio. The design sets no bound here: 0 is always kept.
async fn beside(
    options: &Options,
    cluster: &Cluster,
    server: &Server,
    what: &str,
    statement: &str,
    status: u16,
    requests: Requests,
) -> std::io::Result<Row> {
    note(&format!("PostgreSQL: {what}"));
    let (mut mine, mut limits) = (Vec::new(), Vec::new());
    for round in 0..=options.rounds {
        let run = load::run(server.address, CONNECTIONS, options.round, None, status, Arc::clone(&requests))
            .await?;
        if run.wrong > 0 {
            let detail = format!("{what}: {} of {} answers were not {status}", run.wrong, run.done);
            return Err(std::io::Error::other(detail));
        }
        let limit = cluster.pgbench(statement, CLIENTS, options.round.as_secs(), options.learners)?;
        // The first round only warms both.
        if round > 0 || options.rounds == 0 {
            mine.push(run);
            limits.push(limit);
        }
    }
    limits.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (run, (tps, latency)) = (median(mine), limits[limits.len() / 2]);
    Ok(Row {
        what: format!("PostgreSQL: {what}"),
        measured: format!("{:.0} /s", run.rate()),
        limit: format!("pgbench {tps:.0} /s"),
        figure: run.rate() / tps,
        bound: 0.0,
        at_least: true,
        note: format!(
            "p50 {:.1} ms, p99 {:.1} ms; pgbench's mean {latency:.1} ms",
            f64::from(run.at(0.5)) / 1000.0,
            f64::from(run.at(0.99)) / 1000.0
        ),
    })
}

/// Where a create's time goes: what the database's log sequence moves by, and the node's processor time, for each.
async fn statements(cluster: &Cluster, prepared: &Prepared, server: &Server) -> std::io::Result<()> {
    let wal = || cluster.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint");
    let number = |text: String| text.parse::<f64>().map_err(std::io::Error::other);
    let (before, used) = (number(wal()?)?, server.processor_time()?);
    let run = load::run(
        server.address,
        CONNECTIONS,
        std::time::Duration::from_secs(3),
        None,
        201,
        new_people(&prepared.token)?,
    )
    .await?;
    let (after, now) = (number(wal()?)?, server.processor_time()?);
    let each = |n: f64| n / run.done.max(1) as f64;
    note(&format!(
        "PostgreSQL: a create writes {:.1} KB of WAL and takes the node {:.0} µs of processor time",
        each(after - before) / 1000.0,
        each((now - used).as_secs_f64() * 1e6)
    ));
    Ok(())
}
