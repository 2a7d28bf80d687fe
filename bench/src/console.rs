//! Every page of the console: each has to answer within 100 ms, whatever the number of learners.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::Options;
use crate::load::Socket;
use crate::report::Row;
use crate::server::Server;

/// Requests of each page that are measured, after one that is not.
const TIMES: usize = 20;
/// What a page may take, in milliseconds.
const BOUND: f64 = 100.0;

/// The slowest page, with each page's own time in the note.
pub async fn rows(options: &Options, server: &Server, data: &Path) -> std::io::Result<Vec<Row>> {
    let mut socket = Socket::open(server.address).await?;
    let cookie = sign_in(options, server, data, &mut socket).await?;
    let tenant = "/console/tenants/default";
    let mut pages: Vec<(String, String)> = [
        ("overview", "/console".to_owned()),
        ("health", tenant.to_owned()),
        ("learners", format!("{tenant}/learners")),
        ("search", format!("{tenant}/learners?q=a1b2")),
        ("a letter", format!("{tenant}/learners?q=a")),
        ("inactive", format!("{tenant}/learners?state=inactive")),
        ("by source", format!("{tenant}/learners?source=csv")),
        ("removed", format!("{tenant}/learners/removed")),
        ("groups", format!("{tenant}/groups")),
        ("log", format!("{tenant}/log")),
        ("failures", format!("{tenant}/log?failures=on")),
        ("imports", format!("{tenant}/imports")),
        ("schemas", format!("{tenant}/schemas")),
        ("held", format!("{tenant}/connections/default/held")),
        ("tokens", format!("{tenant}/connections/default/tokens")),
        ("settings", format!("{tenant}/connections/default/settings")),
        ("setup links", format!("{tenant}/connections/default/setup-links")),
        ("left over", format!("{tenant}/connections/default/leftovers")),
        ("webhooks", format!("{tenant}/webhooks")),
        ("webhooks of all", "/console/webhooks".to_owned()),
    ]
    .into_iter()
    .map(|(name, path)| (name.to_owned(), path))
    .collect();
    for (name, list) in [("learner", "learners"), ("group", "groups"), ("entry", "log")] {
        let list = format!("{tenant}/{list}");
        let page = get(&mut socket, &list, &cookie).await?;
        let found = page
            .split(&format!("class=\"main\" href=\"{list}/"))
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        pages.extend(found.map(|id| (name.to_owned(), format!("{list}/{id}"))));
    }
    let mut times: BTreeMap<u128, String> = BTreeMap::new();
    for (name, path) in &pages {
        get(&mut socket, path, &cookie).await?;
        let mut taken = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let start = Instant::now();
            get(&mut socket, path, &cookie).await?;
            taken.push(start.elapsed().as_micros());
        }
        taken.sort_unstable();
        // The slowest but one: what a person meets, without what the machine does beside it.
        times.insert(taken[TIMES - 2], name.clone());
    }
    let millis = |micros: u128| micros as f64 / 1000.0;
    let slowest = times.last_key_value().map_or(0.0, |(micros, _)| millis(*micros));
    let note: Vec<String> =
        times.iter().rev().take(6).map(|(t, name)| format!("{name} {:.1} ms", millis(*t))).collect();
    Ok(vec![Row {
        what: format!("the slowest of {} pages of the console", pages.len()),
        measured: format!("{slowest:.1} ms"),
        limit: String::new(),
        figure: slowest,
        bound: BOUND,
        at_least: false,
        note: note.join(", "),
    }])
}

/// Signs in with a one-time link; gives the cookie.
async fn sign_in(
    options: &Options,
    server: &Server,
    data: &Path,
    socket: &mut Socket,
) -> std::io::Result<String> {
    let url = format!("http://{}", server.address);
    let made = Command::new(&options.binary)
        .args(["admin", "login-link", "--public-url", &url, "--data-dir"])
        .arg(data)
        .output()?;
    let link = String::from_utf8_lossy(&made.stdout).trim().rsplit('/').next().unwrap_or_default().to_owned();
    let body = format!("link={link}");
    let request = format!(
        "POST /console/sign-in HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        server.address,
        body.len()
    );
    let answer = socket.exchange(request.as_bytes()).await?;
    let head = String::from_utf8_lossy(answer.head).into_owned();
    let set = head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
    set.and_then(|set| set.split(';').next())
        .map(str::to_owned)
        .ok_or_else(|| std::io::Error::other(format!("the console did not let us in: {head}")))
}

async fn get(socket: &mut Socket, path: &str, cookie: &str) -> std::io::Result<String> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\ncookie: {cookie}\r\n\r\n");
    let answer = socket.exchange(request.as_bytes()).await?;
    if answer.status != 200 {
        return Err(std::io::Error::other(format!("{path} was answered with {}", answer.status)));
    }
    Ok(String::from_utf8_lossy(answer.body).into_owned())
}
