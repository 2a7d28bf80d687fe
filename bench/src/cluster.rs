//! A PostgreSQL of the bench's own: durable, with settings that an operator would choose, on a socket.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use crate::server;

/// A running cluster; stopped when dropped, and kept for further runs.
pub struct Cluster {
    folder: PathBuf,
}

/// What the bench's cluster is told, beyond PostgreSQL's defaults; all else, `fsync` above all, is as it comes.
const SETTINGS: &[&str] =
    &["shared_buffers=512MB", "max_connections=200", "max_wal_size=4GB", "wal_compression=on"];

impl Cluster {
    /// Starts the cluster in a folder, and makes it where there is none.
    pub fn start(folder: &Path) -> std::io::Result<Self> {
        let cluster = Self { folder: std::path::absolute(folder)? };
        let data = cluster.folder.join("data");
        if !data.join("PG_VERSION").exists() {
            std::fs::create_dir_all(&cluster.folder)?;
            std::fs::set_permissions(&cluster.folder, std::fs::Permissions::from_mode(0o777))?;
            let made = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-U", "provost"];
            told(program("initdb").args(made).arg("-D").arg(&data).output()?)?;
        }
        let mut options = format!("-k {} -c listen_addresses=", cluster.folder.display());
        for setting in SETTINGS {
            options.push_str(&format!(" -c {setting}"));
        }
        let log = data.join("log");
        told(
            program("pg_ctl")
                .args(["-s", "-w", "-D"])
                .arg(&data)
                .arg("-l")
                .arg(log)
                .args(["-o", &options, "start"])
                .output()?,
        )?;
        Ok(cluster)
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The address of one of its databases.
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://provost@{}/{database}", self.folder.display().to_string().replace('/', "%2F"))
    }

    /// Processor time of all its processes until now, with those that have ended.
    pub fn processor_time(&self) -> std::io::Result<Duration> {
        let pid = std::fs::read_to_string(self.folder.join("data/postmaster.pid"))?;
        let pid: u32 = pid.lines().next().and_then(|line| line.trim().parse().ok()).unwrap_or(0);
        let mut all = server::processor_time(pid)? + ended(pid)?;
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
        for child in children.split_whitespace().filter_map(|child| child.parse().ok()) {
            // One that ends now is counted with those that have ended.
            all += server::processor_time(child).unwrap_or_default();
        }
        Ok(all)
    }

    /// Runs statements; what they print.
    pub fn sql(&self, sql: &str) -> std::io::Result<String> {
        self.sql_in("postgres", sql)
    }

    /// The same in one of its databases.
    pub fn sql_in(&self, database: &str, sql: &str) -> std::io::Result<String> {
        let run = Command::new("psql")
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "provost",
                "-d",
                database,
                "-c",
                sql,
            ])
            .arg("-h")
            .arg(&self.folder)
            .output()?;
        told(run)
    }

    /// Transactions a second, and their mean latency in milliseconds, of one script in PostgreSQL's own load generator.
    pub fn pgbench(
        &self,
        script: &str,
        clients: usize,
        seconds: u64,
        people: u64,
    ) -> std::io::Result<(f64, f64)> {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), script)?;
        let said = told(
            Command::new("pgbench")
                .args(["-n", "-M", "prepared", "-j", "2", "-U", "provost", "-c", &clients.to_string()])
                .args(["-T", &seconds.to_string(), "-D", &format!("people={people}")])
                .arg("-h")
                .arg(&self.folder)
                .arg("-f")
                .arg(file.path())
                .arg("postgres")
                .output()?,
        )?;
        let number = |name: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()).and_then(|n| n.parse().ok())
        };
        let found = number("tps = ").zip(number("latency average = "));
        found.ok_or_else(|| std::io::Error::other(format!("pgbench said {said}")))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        // What does not stop now stops with the machine.
        let _ = program("pg_ctl").args(["-s", "-w", "-m", "fast", "stop", "-D"]).arg(data).output();
    }
}

/// Processor time of a process's children that have ended.
fn ended(pid: u32) -> std::io::Result<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<_> = text.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    // Linux counts in hundredths of a second, whatever the machine.
    Ok(Duration::from_millis((ticks(13) + ticks(14)) * 10))
}

/// A program of PostgreSQL, as a user that it agrees to run as.
fn program(name: &str) -> Command {
    let path = newest(name).unwrap_or_else(|| PathBuf::from(name));
    let is_root = std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.lines().any(|l| l.starts_with("Uid:\t0\t")));
    if !is_root {
        return Command::new(path);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(path);
    command
}

/// Debian keeps the programs of each version in a folder of its own.
fn newest(name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<_> = versions
        .flatten()
        .map(|version| version.path().join("bin").join(name))
        .filter(|p| p.exists())
        .collect();
    found.sort();
    found.pop()
}

fn told(output: Output) -> std::io::Result<String> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
}
