//! How long a start takes until the server is ready, after a clean stop and after a kill.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::load::{self, Requests};
use crate::measure::{CONNECTIONS, middle, seconds_since_epoch};
use crate::prepare::Prepared;
use crate::report::Row;
use crate::server::Server;
use crate::{Options, note, people};

/// Starts and stops in turn; the medians.
pub async fn rows(options: &Options, prepared: &Prepared, server: Server) -> std::io::Result<Vec<Row>> {
    note("starting after a clean stop and after SIGKILL");
    server.terminate()?;
    let (mut clean, mut killed) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds.max(1) {
        let (server, took) = Server::provost(&options.binary, &prepared.data).await?;
        clean.push(took.as_secs_f64() * 1000.0);
        // Some writes first, so that there is a log to recover.
        let token = prepared.token.clone();
        let next = Arc::new(AtomicU64::new(seconds_since_epoch()? * 1_000_000 + 500_000));
        let requests: Requests = Arc::new(move |_, _, out| {
            let person = next.fetch_add(1, Ordering::Relaxed);
            load::send(out, "POST", "/scim_v2/Users", &token, &people::create_body(person));
        });
        load::run(server.address, CONNECTIONS, Duration::from_secs(1), None, 201, requests).await?;
        server.kill()?;
        let (server, took) = Server::provost(&options.binary, &prepared.data).await?;
        killed.push(took.as_secs_f64() * 1000.0);
        server.terminate()?;
    }
    let row = |what: &str, times: Vec<f64>, bound: f64| {
        let time = middle(times);
        Row {
            what: what.into(),
            measured: format!("{time:.0} ms"),
            limit: String::new(),
            figure: time,
            bound,
            at_least: false,
            note: "process start to first /readyz 200".into(),
        }
    };
    Ok(vec![
        row("start to ready after a clean stop", clean, 200.0),
        row("start to ready after SIGKILL", killed, 2000.0),
    ])
}
