//! A backlog of webhooks, as after a day in which nothing was sent: every customer has an endpoint of his own, and a tenth of
//! them is dead. The healthy must be current as soon as if they were alone, and requests must not wait for them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::load::{self, Run, Socket};
use crate::measure::{CONNECTIONS, matching, median, new_people};
use crate::receivers::Receivers;
use crate::report::Row;
use crate::server::Server;
use crate::{Options, note, tenants};

/// One of so many endpoints is dead.
const DEAD: u64 = 10;
/// For so long nothing may come before it is said that nothing will.
const PATIENCE: Duration = Duration::from_secs(60);
/// For so long the backlog is told before requests come: connections are open and rounds under way.
const LEAD: Duration = Duration::from_millis(500);

/// A directory of as many tenants as there are endpoints, and one beside them for the requests.
struct Place {
    data: PathBuf,
    token: String,
}

/// Who is to be told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nobody,
    Healthy,
    All,
}

/// The time with dead receivers to the time without, and the rates of requests beside the backlog to those without it.
pub async fn rows(options: &Options) -> std::io::Result<Vec<Row>> {
    let place = prepare(options).await?;
    let dead = options.endpoints / DEAD;
    let mut receivers = Receivers::start((options.endpoints - dead) as usize, dead as usize)?;
    add_endpoints(options, &place, &receivers)?;
    note("the backlog of the healthy alone");
    let alone = tell(options, &place, &mut receivers, Told::Healthy).await?;
    note("the backlog of all, with those that are dead");
    let beside = tell(options, &place, &mut receivers, Told::All).await?;
    let volume = receivers.healthy.len() as u64 * options.events;
    let rate = volume as f64 / beside.took.as_secs_f64();
    let mut rows = vec![Row {
        what: format!(
            "backlog of {} webhooks, {dead} of {} receivers dead: until the others are current",
            options.endpoints * options.events,
            options.endpoints
        ),
        measured: format!("{:.1} s", beside.took.as_secs_f64()),
        limit: format!("none dead {:.1} s", alone.took.as_secs_f64()),
        figure: beside.took.as_secs_f64() / alone.took.as_secs_f64(),
        bound: 1.2,
        at_least: false,
        note: format!(
            "{rate:.0} /s; {} of {volume} more than once; {:.0} µs of the server's processor each",
            beside.repeated,
            beside.processor.as_micros() as f64 / volume as f64
        ),
    }];
    rows.extend(requests(options, &place, &mut receivers, rate).await?);
    receivers.kill()?;
    Ok(rows)
}

/// Uses what an earlier run left, or makes it.
async fn prepare(options: &Options) -> std::io::Result<Place> {
    let name = format!("delivery-{}x{}", options.endpoints, options.events);
    let (data, notes) = (options.folder.join(&name), options.folder.join(format!("{name}.json")));
    if let Ok(text) = std::fs::read_to_string(&notes) {
        note("using the tenants of an earlier run");
        let value: Value = serde_json::from_str(&text).map_err(std::io::Error::other)?;
        let token = value["token"].as_str().unwrap_or_default().to_owned();
        return Ok(Place { data, token });
    }
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    note(&format!("making {} tenants of {}", options.endpoints, options.events));
    let key = tenants::key(options, &data, None)?;
    let (server, _) = Server::provost(&options.binary, &data).await?;
    let mut tasks = Vec::new();
    for worker in 0..CONNECTIONS as u64 {
        let (key, address, count, events) = (key.clone(), server.address, options.endpoints, options.events);
        tasks.push(tokio::spawn(async move {
            let mut socket = Socket::open(address).await?;
            for n in (worker..count).step_by(CONNECTIONS) {
                tenants::tenant(&mut socket, &key, &format!("customer-{n}"), events).await?;
            }
            std::io::Result::Ok(())
        }));
    }
    for task in tasks {
        task.await.map_err(std::io::Error::other)??;
    }
    let mut socket = Socket::open(server.address).await?;
    let token = tenants::tenant(&mut socket, &key, "requests", options.events).await?;
    server.terminate()?;
    std::fs::write(&notes, json!({"token": token}).to_string())?;
    Ok(Place { data, token })
}

/// An endpoint for each tenant, from the beginning of the feed. No server runs meanwhile.
fn add_endpoints(options: &Options, place: &Place, receivers: &Receivers) -> std::io::Result<()> {
    note(&format!("making {} webhooks", options.endpoints));
    database(&place.data, |db| db.execute("DELETE FROM webhook", []))?;
    let (mut healthy, mut dead) = (receivers.healthy.iter(), receivers.dead.iter());
    for n in 0..options.endpoints {
        let is_dead = n % DEAD == DEAD - 1;
        let (port, kind) = if is_dead { (dead.next(), "dead") } else { (healthy.next(), "healthy") };
        let port = port.ok_or_else(|| std::io::Error::other("there are too few receivers"))?;
        let output = Command::new(&options.binary)
            .args(["webhook", "add", &format!("http://127.0.0.1:{port}/hooks"), "--allow-private"])
            .args(["--after", "0", "--types", "learner.*", "--description", kind])
            .args(["--tenant", &format!("customer-{n}"), "--data-dir"])
            .arg(&place.data)
            .output()?;
        if !output.status.success() {
            return Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
    }
    Ok(())
}

/// Sets every endpoint back to the beginning of the feed, as if it had just been made.
fn set_back(place: &Place, told: Told) -> std::io::Result<()> {
    let enabled = match told {
        Told::Nobody => "0",
        Told::Healthy => r#"body LIKE '%"description":"healthy"%'"#,
        Told::All => "1",
    };
    let sql = format!(
        "UPDATE webhook SET enabled = {enabled}, cursor = 0, not_before = 0, wake = NULL, troubled = 0, progress = '',
            owner = NULL, lease = 0"
    );
    database(&place.data, |db| db.execute(&sql, []))
}

/// Works on the file itself, while no server runs.
fn database(
    data: &Path,
    work: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<usize>,
) -> std::io::Result<()> {
    let db = rusqlite::Connection::open(data.join("provost.db")).map_err(std::io::Error::other)?;
    work(&db).map(drop).map_err(std::io::Error::other)
}

/// What came of a backlog.
struct Telling {
    /// Until the healthy were current.
    took: Duration,
    /// What they were told more than once.
    repeated: u64,
    /// What it took of the server's processors.
    processor: Duration,
}

/// Tells a backlog, on a server that has nothing else to do.
async fn tell(
    options: &Options,
    place: &Place,
    receivers: &mut Receivers,
    told: Told,
) -> std::io::Result<Telling> {
    set_back(place, told)?;
    receivers.begin().await?;
    let begin = Instant::now();
    let (server, _) = Server::provost(&options.binary, &place.data).await?;
    let (mut all, mut latest) = (0, Instant::now());
    loop {
        let taken = receivers.taken().await?;
        let sum = taken.iter().sum();
        if sum > all {
            (all, latest) = (sum, Instant::now());
        }
        if taken.iter().all(|taken| *taken >= options.events) {
            break;
        }
        if latest.elapsed() > PATIENCE {
            let behind = taken.iter().filter(|taken| **taken < options.events).count();
            return Err(std::io::Error::other(format!("{behind} receivers are told nothing any more")));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = begin.elapsed();
    let processor = server.processor_time()?;
    server.kill()?;
    Ok(Telling { took, repeated: all - receivers.healthy.len() as u64 * options.events, processor })
}

/// Requests a second while the backlog is told, as a share of those while there is none; both in turn.
async fn requests(
    options: &Options,
    place: &Place,
    receivers: &mut Receivers,
    rate: f64,
) -> std::io::Result<Vec<Row>> {
    let volume = receivers.healthy.len() as u64 * options.events;
    let kinds = [
        ("`GET /Users?filter=userName eq \"…\"`", 200, matching(&place.token, options.events)),
        ("`POST /Users`", 201, new_people(&place.token)?),
    ];
    let mut rows = Vec::new();
    for (what, status, requests) in kinds {
        note(&format!("{what} beside the backlog"));
        let mut runs = [Vec::new(), Vec::new()];
        let (mut told, mut left) = (0.0_f64, u64::MAX);
        for round in 0..=options.rounds {
            for (side, who) in [Told::Nobody, Told::All].into_iter().enumerate() {
                set_back(place, who)?;
                receivers.begin().await?;
                let (server, _) = Server::provost(&options.binary, &place.data).await?;
                tokio::time::sleep(LEAD).await;
                let before: u64 = receivers.taken().await?.iter().sum();
                let requests = Arc::clone(&requests);
                let run =
                    load::run(server.address, CONNECTIONS, options.round, None, status, requests).await?;
                let after: u64 = receivers.taken().await?.iter().sum();
                server.kill()?;
                if run.wrong > 0 {
                    return Err(std::io::Error::other(format!("{what}: {} failed", run.wrong)));
                }
                if who == Told::All {
                    told = (after - before) as f64 / run.took.as_secs_f64();
                    left = left.min(volume.saturating_sub(after));
                }
                // The first round only warms both.
                if round > 0 || options.rounds == 0 {
                    runs[side].push(run);
                }
            }
        }
        rows.push(row(what, runs.map(median), told, rate, left));
    }
    Ok(rows)
}

fn row(what: &str, [without, with]: [Run; 2], told: f64, rate: f64, left: u64) -> Row {
    let share = with.rate() / without.rate();
    let millis = |run: &Run| f64::from(run.at(0.99)) / 1000.0;
    let told = format!("{told:.0} webhooks /s meanwhile, {rate:.0} when nobody asks");
    let (figure, note) = match left {
        0 => (0.0, format!("the backlog was over too soon to say anything: take more --events; {told}")),
        _ => (share, format!("p99 {:.1} ms, {:.1} without; {told}", millis(&with), millis(&without))),
    };
    Row {
        what: format!("{what} while a backlog of webhooks is told"),
        measured: format!("{:.0} /s", with.rate()),
        limit: format!("none waits {:.0} /s", without.rate()),
        figure,
        bound: 0.8,
        at_least: true,
        note,
    }
}
