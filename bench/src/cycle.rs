//! An initial cycle of our engine into our server: match and create each, references after.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::measure::Raw;
use crate::report::Row;
use crate::server::{self, Server};
use crate::{Options, note, people};

/// People of the cycle, unless there are fewer learners.
const PEOPLE: u64 = 100_000;

/// People a second beside the raw shape, and the engine's processor time beside the server's.
pub async fn rows(options: &Options, raw: &Raw) -> std::io::Result<Vec<Row>> {
    let people = PEOPLE.min(options.learners);
    note(&format!("initial cycle of {people} people"));
    let folder = tempfile::tempdir_in(&options.folder)?;
    let (data, source) = (folder.path().join("data"), folder.path().join("source"));
    let token = token(&options.binary, &data)?;
    directory(&source, people)?;
    let (server, _) = Server::provost(&options.binary, &data).await?;
    let before = server.processor_time()?;
    let engine = Command::new(&options.binary)
        .args(["entra", "provision", "--json", "--concurrency", "64", "--source"])
        .arg(&source)
        .arg("--state-dir")
        .arg(folder.path().join("state"))
        .env("PROVOST_TENANT_URL", format!("http://{}/scim_v2", server.address))
        .env("PROVOST_SECRET_TOKEN", &token)
        .stdout(Stdio::piped())
        .spawn()?;
    let (report, engine) = ended(engine).await?;
    let served = server.processor_time()? - before;
    server.terminate()?;
    let figure = |name: &str| report[name].as_f64().unwrap_or(0.0);
    let (created, managers) = (figure("created"), figure("managers_set"));
    if created != people as f64 || managers != people as f64 {
        return Err(std::io::Error::other(format!("the cycle did not go well: {report}")));
    }
    let rate = created / figure("seconds");
    let each = |time: Duration| time.as_secs_f64() * 1e6 / created;
    Ok(vec![
        Row {
            what: format!("initial cycle of {people} people by our engine into our server"),
            measured: format!("{rate:.0} people/s"),
            limit: format!("raw shape {:.0} /s", raw.median()),
            figure: rate / raw.median(),
            bound: 0.3,
            at_least: true,
            note: format!("{:.0} requests/s in {:.1} s", figure("requests_per_second"), figure("seconds")),
        },
        Row {
            what: "the engine's processor time a person to the server's".into(),
            measured: format!("{:.0} µs", each(engine)),
            limit: format!("server {:.0} µs", each(served)),
            figure: engine.as_secs_f64() / served.as_secs_f64(),
            bound: 1.0,
            at_least: false,
            note: "user and system time, from /proc".into(),
        },
    ])
}

fn token(binary: &Path, data: &Path) -> std::io::Result<String> {
    let made = Command::new(binary).args(["token", "create", "--data-dir"]).arg(data).output()?;
    if !made.status.success() {
        return Err(std::io::Error::other(String::from_utf8_lossy(&made.stderr).into_owned()));
    }
    String::from_utf8(made.stdout).map(|text| text.trim().to_owned()).map_err(std::io::Error::other)
}

/// Line-delimited people with about twenty attributes, each with a manager.
fn directory(folder: &Path, people: u64) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut out = std::io::BufWriter::new(std::fs::File::create(folder.join("users.jsonl"))?);
    for n in 0..people {
        let name = people::user_name(n);
        let person = json!({
            "id": id(n), "accountEnabled": true, "userPrincipalName": name, "mail": name,
            "mailNickname": format!("person{n}"), "displayName": format!("Person Number {n}"), "givenName": "Person",
            "surname": format!("Number{n}"), "jobTitle": format!("Specialist {}", n % 9), "department": "Research",
            "employeeId": format!("{n:07}"), "officeLocation": format!("Building {}", n % 400),
            "streetAddress": format!("{} Market Street", n % 400), "city": "Leeds", "state": "West Yorkshire",
            "postalCode": "LS1 4AP", "country": "GB", "preferredLanguage": "en-GB",
            "businessPhones": [format!("+44 20 7946 {:04}", n % 10_000)],
            "mobilePhone": format!("+44 7700 90{:04}", n % 10_000), "manager": {"id": id(n / 12)},
        });
        writeln!(out, "{person}")?;
    }
    out.flush()
}

fn id(n: u64) -> String {
    format!("{:08x}-0000-4000-8000-{n:012x}", n.wrapping_mul(0x9E37_79B9) & 0xffff_ffff)
}

/// What the engine said, and the processor time it took, which is read between its end and its burial.
async fn ended(mut engine: Child) -> std::io::Result<(Value, Duration)> {
    let mut out = engine.stdout.take().ok_or_else(|| std::io::Error::other("no stdout"))?;
    let mut text = String::new();
    std::io::Read::read_to_string(&mut out, &mut text)?;
    while !server::is_zombie(engine.id())? {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let time = server::processor_time(engine.id())?;
    let status = engine.wait()?;
    let report = serde_json::from_str(text.lines().last().unwrap_or_default());
    let report = report.map_err(|e| std::io::Error::other(format!("{status}, {e}: {text}")))?;
    Ok((report, time))
}
