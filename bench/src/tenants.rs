//! Many tenants of a hundred learners each, made through the REST API and SCIM.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use serde_json::Value;

use crate::load::{self, Requests, Socket};
use crate::measure::{CONNECTIONS, median, seconds_since_epoch};
use crate::report::Row;
use crate::server::Server;
use crate::{Options, note, people};

/// Learners of each tenant.
const LEARNERS: u64 = 100;

/// The matching query over all of them, as a share of its rate over as many people in one tenant: nothing may depend on how
/// many tenants there are.
pub async fn rows(
    options: &Options,
    server: &Server,
    data: &Path,
    url: Option<&str>,
) -> std::io::Result<Vec<Row>> {
    let prefix = if url.is_some() { "PostgreSQL: " } else { "" };
    note(&format!("{prefix}making {} tenants of {LEARNERS}", options.tenants));
    let key = key(options, data, url)?;
    let stamp = seconds_since_epoch()?;
    let mut tasks = Vec::new();
    for worker in 0..CONNECTIONS as u64 {
        let (key, address, tenants) = (key.clone(), server.address, options.tenants);
        tasks.push(tokio::spawn(async move {
            let mut socket = Socket::open(address).await?;
            let mut tokens = Vec::new();
            for n in (worker..tenants).step_by(CONNECTIONS) {
                tokens.push(tenant(&mut socket, &key, &format!("t{stamp}-{n}"), LEARNERS).await?);
            }
            std::io::Result::Ok(tokens)
        }));
    }
    let mut tokens = Vec::new();
    for task in tasks {
        tokens.extend(task.await.map_err(std::io::Error::other)??);
    }
    let tokens = Arc::new(tokens);
    let mut runs = Vec::new();
    for round in 0..=options.rounds {
        let run = load::run(server.address, CONNECTIONS, options.round, None, 200, matching(&tokens)).await?;
        if run.wrong > 0 {
            return Err(std::io::Error::other(format!("{} of {} queries failed", run.wrong, run.done)));
        }
        if round > 0 || options.rounds == 0 {
            runs.push(run);
        }
    }
    let many = median(runs);
    let one = Arc::new(tokens[..1].to_vec());
    let few = load::run(server.address, CONNECTIONS, options.round, None, 200, matching(&one)).await?;
    Ok(vec![Row {
        what: format!(
            "{prefix}matching query over {} tenants of {LEARNERS}, to one of them",
            options.tenants
        ),
        measured: format!("{:.0} /s", many.rate()),
        limit: format!("one tenant {:.0} /s", few.rate()),
        figure: many.rate() / few.rate(),
        bound: 0.5,
        at_least: true,
        note: format!("p50 {} µs, p99 {} µs", many.at(0.5), many.at(0.99)),
    }])
}

fn matching(tokens: &Arc<Vec<String>>) -> Requests {
    let tokens = Arc::clone(tokens);
    Arc::new(move |connection, n, out| {
        let draw = people::scatter(n ^ ((connection as u64) << 40));
        let token = &tokens[draw as usize % tokens.len()];
        load::get(out, &people::match_path((draw >> 32) % LEARNERS), token);
    })
}

/// A key for all tenants.
pub fn key(options: &Options, data: &Path, url: Option<&str>) -> std::io::Result<String> {
    // The directory may be kept from an earlier run, with its keys.
    let name = format!("bench-{}", seconds_since_epoch()?);
    let output = Command::new(&options.binary)
        .args(["api-key", "create", "--name", &name, "--scope", "admin", "--data-dir"])
        .arg(data)
        .envs(url.map(|url| ("PROVOST_DATABASE_URL", url)))
        .output()?;
    if !output.status.success() {
        return Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A tenant with so many people; its token.
pub async fn tenant(socket: &mut Socket, key: &str, name: &str, learners: u64) -> std::io::Result<String> {
    let mut out = Vec::new();
    load::json(&mut out, "/api/v1/tenants", key, &format!(r#"{{"name":"{name}"}}"#));
    made(socket, &out, 201).await?;
    out.clear();
    let path = format!("/api/v1/tenants/{name}/connections/default/tokens");
    load::json(&mut out, &path, key, "{}");
    let token = made(socket, &out, 201).await?;
    let token = token["secret"].as_str().unwrap_or_default().to_owned();
    for n in 0..learners {
        out.clear();
        load::send(&mut out, "POST", "/scim_v2/Users", &token, &people::create_body(n));
        made(socket, &out, 201).await?;
    }
    Ok(token)
}

async fn made(socket: &mut Socket, request: &[u8], status: u16) -> std::io::Result<Value> {
    let answer = socket.exchange(request).await?;
    if answer.status != status {
        let text = String::from_utf8_lossy(answer.body).into_owned();
        return Err(std::io::Error::other(format!("answered {}: {text}", answer.status)));
    }
    serde_json::from_slice(answer.body).map_err(std::io::Error::other)
}
