//! Many at once, and a quiet one beside a loud one.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::load::{self, Requests, Run, SUCCESS};
use crate::measure::{CONNECTIONS, new_people, seconds_since_epoch};
use crate::prepare::Prepared;
use crate::report::Row;
use crate::server::Server;
use crate::{Options, note, people};

/// How many begin a cycle at once.
const CROWD: usize = 1_000;

/// Longest p99 of a request when a thousand connections begin at once, in milliseconds: what a provider waits for without
/// trying again is far more.
const CROWD_BOUND: f64 = 2_000.0;

/// The quiet tenant's p99 beside a neighbour at full load, as a multiple of what it is alone: it shares two cores.
const NEIGHBOUR_BOUND: f64 = 100.0;

/// Both rows.
pub async fn rows(
    options: &Options,
    prepared: &Prepared,
    server: &Server,
    url: Option<&str>,
) -> std::io::Result<Vec<Row>> {
    let prefix = if url.is_some() { "PostgreSQL: " } else { "" };
    Ok(vec![crowd(prepared, server, prefix).await?, neighbour(options, prepared, server, url, prefix).await?])
}

fn millis(run: &Run, share: f64) -> f64 {
    f64::from(run.at(share)) / 1000.0
}

/// Each connection matches a person who is not there and creates him, as the first requests of an initial cycle do.
async fn crowd(prepared: &Prepared, server: &Server, prefix: &str) -> std::io::Result<Row> {
    note(&format!("{prefix}{CROWD} connections begin a cycle at once"));
    let run = load::run(
        server.address,
        CROWD,
        Duration::from_secs(30),
        Some(10 * CROWD as u64),
        SUCCESS,
        match_and_create(&prepared.token)?,
    )
    .await?;
    let p99 = millis(&run, 0.99);
    Ok(Row {
        what: format!("{prefix}p99 when 1,000 connections begin a cycle at once"),
        measured: format!("{p99:.0} ms"),
        limit: String::new(),
        figure: p99,
        bound: CROWD_BOUND,
        at_least: false,
        note: format!(
            "{} requests, {:.0} /s, p50 {:.0} ms, {} refused",
            run.done,
            run.rate(),
            millis(&run, 0.5),
            run.wrong
        ),
    })
}

fn match_and_create(token: &str) -> std::io::Result<Requests> {
    let token = token.to_owned();
    let start = seconds_since_epoch()? * 1_000_000 + 700_000_000;
    let next = AtomicU64::new(start);
    Ok(Arc::new(move |connection, n, out| {
        if n % 2 == 0 {
            load::get(out, &people::match_path(start + (connection as u64) * 7_919 + n), &token);
        } else {
            let person = next.fetch_add(1, Ordering::Relaxed);
            load::send(out, "POST", "/scim_v2/Users", &token, &people::create_body(person));
        }
    }))
}

/// A tenant that asks on one connection, alone and then beside one that creates people on 64.
async fn neighbour(
    options: &Options,
    prepared: &Prepared,
    server: &Server,
    url: Option<&str>,
    prefix: &str,
) -> std::io::Result<Row> {
    note(&format!("{prefix}a quiet tenant beside a neighbour at full load"));
    let name = format!("quiet-{}", seconds_since_epoch()?);
    let provost = |args: &[&str]| -> std::io::Result<String> {
        let output = Command::new(&options.binary)
            .args(args)
            .arg("--data-dir")
            .arg(&prepared.data)
            .envs(url.map(|url| ("PROVOST_DATABASE_URL", url)))
            .output()?;
        if !output.status.success() {
            return Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    provost(&["tenant", "create", &name])?;
    let token = provost(&["token", "create", "--tenant", &name])?;
    let alone = load::run(server.address, 1, options.round, None, SUCCESS, match_and_create(&token)?).await?;
    let loud = tokio::spawn(load::run(
        server.address,
        CONNECTIONS,
        options.round + Duration::from_secs(1),
        None,
        201,
        new_people(&prepared.token)?,
    ));
    tokio::time::sleep(Duration::from_millis(500)).await;
    let beside =
        load::run(server.address, 1, options.round, None, SUCCESS, match_and_create(&token)?).await?;
    let loud = loud.await.map_err(std::io::Error::other)??;
    let (quiet, noisy) = (millis(&alone, 0.99), millis(&beside, 0.99));
    Ok(Row {
        what: format!(
            "{prefix}a quiet tenant's p99 beside a neighbour who creates on 64 connections, to alone"
        ),
        measured: format!("{noisy:.1} ms"),
        limit: format!("alone {quiet:.1} ms"),
        figure: noisy / quiet.max(0.001),
        bound: NEIGHBOUR_BOUND,
        at_least: false,
        note: format!("p50 {:.1} ms; the neighbour creates {:.0} /s", millis(&beside, 0.5), loud.rate()),
    })
}
