//! Slopes: what a thousand requests take of a node and of the database, what a million learners take of its disk, and what
//! more nodes give on one primary.

use std::sync::Arc;
use std::time::Duration;

use crate::cluster::Cluster;
use crate::load::{self, Requests};
use crate::measure::{CONNECTIONS, disabled_people, matching, new_people, reading};
use crate::prepare::{Prepared, prepare_on};
use crate::report::Row;
use crate::server::Server;
use crate::{Options, note};

/// Most nodes.
const NODES: usize = 3;

/// All rows. The larger of the two directories has as many learners as were asked for.
pub async fn rows(options: &Options) -> std::io::Result<Vec<Row>> {
    let cluster = Cluster::start(&options.folder.join("postgres"))?;
    let large = options.learners.max(10);
    let (few, _) = filled(options, &cluster, large / 5).await?;
    let (many, prepared) = filled(options, &cluster, large).await?;
    let mut rows = sizes(&few, &many);
    let url = cluster.url_of(&database(large));
    let mut nodes = Vec::new();
    for number in 0..NODES {
        let data = options.folder.join(format!("scale-node-{number}"));
        std::fs::create_dir_all(&data)?;
        nodes.push(Server::on(&options.binary, &data, Some(&url)).await?.0);
    }
    rows.extend(costs(options, &cluster, &prepared, &nodes[0]).await?);
    rows.extend(together(options, &prepared, &nodes).await?);
    for node in nodes {
        node.terminate()?;
    }
    Ok(rows)
}

fn database(learners: u64) -> String {
    format!("scale_{learners}")
}

/// What a directory takes of the database.
struct Size {
    learners: u64,
    /// Bytes of each sort, with their names.
    bytes: Vec<(&'static str, f64)>,
}

/// What stands where, in bytes. The log counts what making the directory wrote, on the first run only.
const SORTS: [(&str, &str); 4] = [
    ("learners, keys and memberships", "resource,unique_key,lookup_key,membership,counter"),
    ("events", "event,feed,pending"),
    ("provisioning log", "log_entry"),
    ("write-ahead log", ""),
];

/// A directory of so many learners in a database of its own, each created once, and all in one group.
async fn filled(options: &Options, cluster: &Cluster, learners: u64) -> std::io::Result<(Size, Prepared)> {
    let name = database(learners);
    let is_there = cluster.sql(&format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'"))?;
    if is_there == "0" {
        cluster.sql(&format!("CREATE DATABASE {name}"))?;
    }
    let folder = options.folder.join(&name);
    std::fs::create_dir_all(&folder)?;
    let before = wal(cluster)?;
    let prepared = prepare_on(&options.binary, &folder, learners, Some(&cluster.url_of(&name))).await?;
    let written = wal(cluster)? - before;
    cluster.sql_in(&name, "VACUUM ANALYZE")?;
    let mut bytes = Vec::new();
    for (sort, tables) in SORTS {
        let size = match tables {
            "" => written,
            tables => number(&cluster.sql_in(
                &name,
                &format!(
                    "SELECT sum(pg_total_relation_size(t::regclass))::bigint FROM unnest(string_to_array('{tables}', ',')) t"
                ),
            )?)?,
        };
        bytes.push((sort, size));
    }
    Ok((Size { learners, bytes }, prepared))
}

fn wal(cluster: &Cluster) -> std::io::Result<f64> {
    number(&cluster.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")?)
}

fn number(text: &str) -> std::io::Result<f64> {
    text.parse().map_err(std::io::Error::other)
}

/// A row without a bound.
fn plain(what: String, measured: String, figure: f64, note: String) -> Row {
    Row { what, measured, limit: String::new(), figure, bound: 0.0, at_least: true, note }
}

/// Bytes for each learner more: the difference of the two directories, so that what an empty one takes does not count.
fn sizes(few: &Size, many: &Size) -> Vec<Row> {
    let more = many.learners.saturating_sub(few.learners).max(1) as f64;
    let mut rows = Vec::new();
    for ((sort, less), (_, all)) in few.bytes.iter().zip(&many.bytes) {
        let slope = (all - less) / more;
        let sizes =
            format!("{:.1} MB at {}, {:.1} MB at {}", less / 1e6, few.learners, all / 1e6, many.learners);
        rows.push(plain(
            format!("PostgreSQL, a million learners: {sort}"),
            format!("{:.2} GB", slope * 1e6 / 1e9),
            slope,
            format!("{slope:.0} bytes each; {sizes}"),
        ));
    }
    rows
}

/// Processor seconds of the node and of the database for a thousand requests of each kind, at full load.
async fn costs(
    options: &Options,
    cluster: &Cluster,
    prepared: &Prepared,
    node: &Server,
) -> std::io::Result<Vec<Row>> {
    let token = &prepared.token;
    let kinds: [(&str, u16, Requests); 4] = [
        ("`GET /Users?filter=userName eq \"…\"`", 200, matching(token, prepared.ids.len() as u64)),
        ("`GET /Users/{id}`", 200, reading(prepared)),
        ("`POST /Users`", 201, new_people(token)?),
        ("`PATCH` Entra-style disable", 200, disabled_people(prepared)?),
    ];
    let mut rows = Vec::new();
    for (what, status, requests) in kinds {
        note(&format!("PostgreSQL: processor time of {what}"));
        load::run(node.address, CONNECTIONS, Duration::from_secs(1), None, status, Arc::clone(&requests))
            .await?;
        let before = (node.processor_time()?, cluster.processor_time()?);
        let run = load::run(node.address, CONNECTIONS, options.round, None, status, requests).await?;
        if run.wrong > 0 {
            return Err(std::io::Error::other(format!("{what}: {} of {} failed", run.wrong, run.done)));
        }
        let thousands = run.done.max(1) as f64 / 1000.0;
        let own = node.processor_time()?.saturating_sub(before.0).as_secs_f64() / thousands;
        let database = cluster.processor_time()?.saturating_sub(before.1).as_secs_f64() / thousands;
        rows.push(plain(
            format!("PostgreSQL, a thousand requests of {what}"),
            format!("{own:.3} s of a node's processors"),
            own,
            format!("and {database:.3} s of the database's; at {:.0} /s", run.rate()),
        ));
    }
    Ok(rows)
}

/// What one, two and three nodes do on one primary, with as many connections between them.
async fn together(options: &Options, prepared: &Prepared, nodes: &[Server]) -> std::io::Result<Vec<Row>> {
    let token = &prepared.token;
    let kinds: [(&str, u16, Requests); 2] = [
        ("`GET /Users?filter=userName eq \"…\"`", 200, matching(token, prepared.ids.len() as u64)),
        ("`POST /Users`", 201, new_people(token)?),
    ];
    let mut rows = Vec::new();
    for (what, status, requests) in kinds {
        let mut rates = Vec::new();
        for count in 1..=nodes.len() {
            note(&format!("PostgreSQL: {what} on {count} nodes"));
            let runs: Vec<_> = nodes[..count]
                .iter()
                .map(|node| {
                    let each = CONNECTIONS / count;
                    tokio::spawn(load::run(
                        node.address,
                        each,
                        options.round,
                        None,
                        status,
                        Arc::clone(&requests),
                    ))
                })
                .collect();
            let mut rate = 0.0;
            for run in runs {
                let run = run.await.map_err(std::io::Error::other)??;
                if run.wrong > 0 {
                    return Err(std::io::Error::other(format!(
                        "{what}: {} of {} failed",
                        run.wrong, run.done
                    )));
                }
                rate += run.rate();
            }
            rates.push(rate);
        }
        let told: Vec<_> = rates.iter().map(|rate| format!("{rate:.0}")).collect();
        let (one, all) = (rates.first().copied().unwrap_or(0.0), rates.last().copied().unwrap_or(0.0));
        rows.push(plain(
            format!("PostgreSQL, {what} on 1, 2 and 3 nodes"),
            format!("{} /s", told.join(", ")),
            all / one.max(1.0),
            "64 connections in all; nodes, database and load share the processors".into(),
        ));
    }
    Ok(rows)
}
