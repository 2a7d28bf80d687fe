//! Each row of the table, measured in turn with its limit.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::load::{self, Requests, Run, Socket};
use crate::people;
use crate::prepare::{Prepared, prepare};
use crate::report::Row;
use crate::server::{self, Server};
use crate::{Options, console, crowd, cycle, delivery, note, postgres, raw, scale, starts, tenants, walk};

/// Connections of the read rows and of the write rows.
pub const CONNECTIONS: usize = 64;

/// Every row, in the order of the table.
pub async fn all(options: &Options) -> std::io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    if options.only == ["postgres"] {
        return postgres::rows(options).await;
    }
    if options.only == ["scale"] {
        return scale::rows(options).await;
    }
    if options.only == ["delivery"] {
        return delivery::rows(options).await;
    }
    let prepared = prepare(&options.binary, &options.folder, options.learners).await?;
    let (server, first_start) = Server::provost(&options.binary, &prepared.data).await?;
    note(&format!("server ready after {first_start:?}; warming the page cache"));
    warm(&prepared.data)?;
    if options.wants("reads") {
        rows.push(lookups(options, &prepared, &server).await?);
        rows.push(by_id(options, &prepared, &server).await?);
    }
    if options.wants("writes") || options.wants("cycle") {
        let raw_rate = raw_shape(options)?;
        if options.wants("writes") {
            rows.push(creates(options, &prepared, &server, &raw_rate).await?);
            rows.push(disables(options, &prepared, &server, &raw_rate).await?);
        }
        if options.wants("cycle") {
            rows.extend(cycle::rows(options, &raw_rate).await?);
        }
    }
    if options.wants("groups") {
        rows.push(members(&prepared, &server).await?);
        rows.push(groups(options, &prepared, &server).await?);
    }
    if options.wants("walk") {
        rows.push(walk::row(options, &prepared, &server).await?);
    }
    if options.wants("console") {
        rows.extend(console::rows(options, &server, &prepared.data).await?);
    }
    if options.wants("crowd") {
        rows.extend(crowd::rows(options, &prepared, &server, None).await?);
    }
    if options.wants("tenants") {
        rows.extend(tenants::rows(options, &server, &prepared.data, None).await?);
    }
    rows.push(memory("anonymous resident memory while serving the above", &server)?);
    if options.wants("starts") {
        rows.extend(starts::rows(options, &prepared, server).await?);
    } else {
        server.terminate()?;
    }
    if options.wants("postgres") {
        rows.extend(postgres::rows(options).await?);
    }
    // Two more directories of its own are much to make, so only who asks for it by name has it.
    if options.only.iter().any(|part| part == "scale") {
        rows.extend(scale::rows(options).await?);
    }
    if options.wants("delivery") {
        rows.extend(delivery::rows(options).await?);
    }
    Ok(rows)
}

/// What a server keeps in memory of its own, after all rows before this one.
pub fn memory(what: &str, server: &Server) -> std::io::Result<Row> {
    let anonymous = server.anonymous_kib()? as f64 / 1024.0;
    Ok(Row {
        what: what.into(),
        measured: format!("{anonymous:.0} MiB"),
        limit: String::new(),
        figure: anonymous,
        bound: 150.0,
        at_least: false,
        note: "RssAnon after all rows".into(),
    })
}

/// Reads every file of the directory once: a cold page cache measures the disk.
fn warm(data: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(data)? {
        let path = entry?.path();
        if path.is_file() {
            let mut file = std::fs::File::open(path)?;
            std::io::copy(&mut file, &mut std::io::sink())?;
        }
    }
    Ok(())
}

/// Rounds of both servers in turn; the medians' ratio, and the medians.
async fn beside(
    options: &Options,
    ours: SocketAddr,
    requests: &Requests,
    bare: SocketAddr,
) -> std::io::Result<(f64, Run, Run)> {
    let (mut mine, mut limit) = (Vec::new(), Vec::new());
    for round in 0..=options.rounds {
        let a = load::run(ours, CONNECTIONS, options.round, None, 200, Arc::clone(requests)).await?;
        let b = load::run(bare, CONNECTIONS, options.round, None, 200, Arc::clone(requests)).await?;
        // The first round only warms both.
        if round > 0 {
            mine.push(a);
            limit.push(b);
        }
    }
    let (a, b) = (median(mine), median(limit));
    if a.wrong > 0 {
        return Err(std::io::Error::other(format!("{} of {} answers were not 200", a.wrong, a.done)));
    }
    Ok((a.rate() / b.rate(), a, b))
}

/// The run in the middle.
pub fn median(mut runs: Vec<Run>) -> Run {
    runs.sort_by(|a, b| a.rate().total_cmp(&b.rate()));
    runs.swap_remove(runs.len() / 2)
}

async fn read_row(
    options: &Options,
    server: &Server,
    what: &str,
    sample: &str,
    token: &str,
    requests: Requests,
) -> std::io::Result<Row> {
    note(what);
    let mut out = Vec::new();
    load::get(&mut out, sample, token);
    let mut socket = Socket::open(server.address).await?;
    let answer = socket.exchange(&out).await?;
    if answer.status != 200 {
        return Err(std::io::Error::other(format!("{sample} answered {}", answer.status)));
    }
    let folder = tempfile::tempdir()?;
    let bare = Server::bare(folder.path(), answer.head, answer.body)?;
    let (ratio, mine, limit) = beside(options, server.address, &requests, bare.address).await?;
    bare.kill()?;
    Ok(Row {
        what: what.into(),
        measured: format!("{:.0} /s", mine.rate()),
        limit: format!("bare server {:.0} /s", limit.rate()),
        figure: ratio,
        bound: 0.5,
        at_least: true,
        note: format!("p50 {} µs, p99 {} µs", mine.at(0.5), mine.at(0.99)),
    })
}

/// The matching query for people who are there.
pub fn matching(token: &str, people: u64) -> Requests {
    let token = token.to_owned();
    Arc::new(move |connection, n, out| {
        let person = people::scatter(n ^ ((connection as u64) << 40)) % people;
        load::get(out, &people::match_path(person), &token);
    })
}

/// Reads of people who are there.
pub fn reading(prepared: &Prepared) -> Requests {
    let (token, ids) = (prepared.token.clone(), Arc::clone(&prepared.ids));
    Arc::new(move |connection, n, out| {
        let person = people::scatter(n ^ ((connection as u64) << 40)) as usize % ids.len();
        load::get(out, &format!("/scim_v2/Users/{}", ids[person]), &token);
    })
}

async fn lookups(options: &Options, prepared: &Prepared, server: &Server) -> std::io::Result<Row> {
    let requests = matching(&prepared.token, options.learners);
    let what = "`GET /Users?filter=userName eq \"…\"`";
    read_row(options, server, what, &people::match_path(0), &prepared.token, requests).await
}

async fn by_id(options: &Options, prepared: &Prepared, server: &Server) -> std::io::Result<Row> {
    let sample = format!("/scim_v2/Users/{}", prepared.ids[0]);
    let requests = reading(prepared);
    read_row(options, server, "`GET /Users/{id}`", &sample, &prepared.token, requests).await
}

/// The raw shape's rate in rounds, on a file with as many rows as there are learners.
pub struct Raw {
    rates: Vec<f64>,
    bytes: f64,
}

impl Raw {
    /// Operations a second.
    pub fn median(&self) -> f64 {
        let mut rates = self.rates.clone();
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    }
}

fn raw_shape(options: &Options) -> std::io::Result<Raw> {
    note("raw SQLite shape");
    let path = options.folder.join(format!("raw-{}.db", options.learners));
    if !path.exists() {
        raw::prepare(&path, options.learners).map_err(std::io::Error::other)?;
    }
    warm(&options.folder)?;
    let before = server::written(std::process::id())?;
    let (mut rates, mut done) = (Vec::new(), 0);
    for _ in 0..options.rounds.max(1) {
        let from = seconds_since_epoch()? * 1_000_000_000 + done;
        let (rate, written) = raw::measure(&path, from, options.round).map_err(std::io::Error::other)?;
        rates.push(rate);
        done += written;
    }
    let bytes = (server::written(std::process::id())? - before) as f64 / done.max(1) as f64;
    Ok(Raw { rates, bytes })
}

/// Names that no earlier run used.
#[expect(clippy::disallowed_methods, reason = "a benchmark needs fresh names, not a testable clock")]
pub fn seconds_since_epoch() -> std::io::Result<u64> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map(|d| d.as_secs()).map_err(std::io::Error::other)
}

async fn write_row(
    options: &Options,
    server: &Server,
    what: &str,
    status: u16,
    bound: f64,
    raw: &Raw,
    requests: Requests,
) -> std::io::Result<Row> {
    note(what);
    let before = server.written()?;
    let (mut runs, mut done, mut answered) = (Vec::new(), 0, 0);
    for _ in 0..options.rounds.max(1) {
        let run = load::run(server.address, CONNECTIONS, options.round, None, status, Arc::clone(&requests))
            .await?;
        if run.wrong > 0 {
            return Err(std::io::Error::other(format!(
                "{what}: {} of {} answers were not {status}",
                run.wrong, run.done
            )));
        }
        done += run.done;
        answered += run.received;
        runs.push(run);
    }
    let bytes = (server.written()? - before).saturating_sub(answered) as f64 / done.max(1) as f64;
    let run = median(runs);
    Ok(Row {
        what: what.into(),
        measured: format!("{:.0} /s", run.rate()),
        limit: format!("raw shape {:.0} /s", raw.median()),
        figure: run.rate() / raw.median(),
        bound,
        at_least: true,
        note: format!(
            "p50 {:.1} ms, p99 {:.1} ms; {:.1} KB written each (raw {:.1})",
            f64::from(run.at(0.5)) / 1000.0,
            f64::from(run.at(0.99)) / 1000.0,
            bytes / 1000.0,
            raw.bytes / 1000.0
        ),
    })
}

async fn creates(options: &Options, prepared: &Prepared, server: &Server, raw: &Raw) -> std::io::Result<Row> {
    let what = "`POST /Users`, durable, 64 connections";
    write_row(options, server, what, 201, 0.5, raw, new_people(&prepared.token)?).await
}

/// People whom nobody has seen, one a request.
pub fn new_people(token: &str) -> std::io::Result<Requests> {
    let token = token.to_owned();
    let next = Arc::new(AtomicU64::new(seconds_since_epoch()? * 1_000_000));
    Ok(Arc::new(move |_, _, out| {
        let person = next.fetch_add(1, Ordering::Relaxed);
        load::send(out, "POST", "/scim_v2/Users", &token, &people::create_body(person));
    }))
}

async fn disables(
    options: &Options,
    prepared: &Prepared,
    server: &Server,
    raw: &Raw,
) -> std::io::Result<Row> {
    let what = "`PATCH` Entra-style disable, durable, 64 connections";
    write_row(options, server, what, 200, 0.4, raw, disabled_people(prepared)?).await
}

/// Different people, in no order, one a request.
pub fn disabled_people(prepared: &Prepared) -> std::io::Result<Requests> {
    let token = prepared.token.clone();
    let ids = Arc::clone(&prepared.ids);
    let start = people::scatter(seconds_since_epoch()?) as usize;
    let next = Arc::new(AtomicU64::new(0));
    Ok(Arc::new(move |_, _, out| {
        // A stride that shares no factor with the count visits different people, in no order.
        let n = next.fetch_add(1, Ordering::Relaxed) as usize;
        let id = &ids[(start + n.wrapping_mul(7919)) % ids.len()];
        load::send(out, "PATCH", &format!("/scim_v2/Users/{id}"), &token, people::DISABLE);
    }))
}

/// Median time of adding one member, in microseconds, for a group of each size, in turn.
pub async fn members(prepared: &Prepared, server: &Server) -> std::io::Result<Row> {
    note("adding one member to a large and to a small group");
    let mut socket = Socket::open(server.address).await?;
    let mut times = [Vec::new(), Vec::new()];
    let offset = prepared.large as usize;
    for n in 0..400 {
        for (which, group) in [&prepared.large_group, &prepared.small_group].into_iter().enumerate() {
            let id = &prepared.ids[(offset + n) % prepared.ids.len()];
            let path = format!("/scim_v2/Groups/{group}");
            let mut out = Vec::new();
            load::send(&mut out, "PATCH", &path, &prepared.token, &people::add_member(id));
            let begin = Instant::now();
            let answer = socket.exchange(&out).await?;
            times[which].push(begin.elapsed().as_micros() as f64);
            if answer.status != 204 {
                return Err(std::io::Error::other(format!("adding a member answered {}", answer.status)));
            }
            // Taken out again at once, so that the small group stays small.
            out.clear();
            let remove = people::add_member(id).replace(r#""op":"Add""#, r#""op":"Remove""#);
            load::send(&mut out, "PATCH", &path, &prepared.token, &remove);
            socket.exchange(&out).await?;
        }
    }
    let [large, small] = times.map(middle);
    Ok(ratio_row("add one member: group of 100,000 to group of 10", large, small))
}

/// The median.
pub fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}

/// A time that must not be much longer than another.
pub fn ratio_row(what: &str, first: f64, second: f64) -> Row {
    Row {
        what: what.into(),
        measured: format!("{first:.0} µs"),
        limit: format!("{second:.0} µs"),
        figure: first / second,
        bound: 1.2,
        at_least: false,
        note: "medians, in turn".into(),
    }
}

pub async fn groups(options: &Options, prepared: &Prepared, server: &Server) -> std::io::Result<Row> {
    note("reading groups without members");
    let mut medians = [Vec::new(), Vec::new()];
    for _ in 0..options.rounds.max(1) {
        for (which, group) in [&prepared.large_group, &prepared.small_group].into_iter().enumerate() {
            let (token, path) =
                (prepared.token.clone(), format!("/scim_v2/Groups/{group}?excludedAttributes=members"));
            let requests: Requests = Arc::new(move |_, _, out| load::get(out, &path, &token));
            let run = load::run(server.address, 1, Duration::from_secs(1), None, 200, requests).await?;
            medians[which].push(f64::from(run.at(0.5)));
        }
    }
    let [large, small] = medians.map(middle);
    Ok(ratio_row("`GET /Groups/{id}?excludedAttributes=members`: 100,000 members to 10", large, small))
}
