//! Child processes: the real server, and the bare one; started on loopback, ended by process id.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::load::Socket;

/// A server process under measurement.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts `provost serve` on a data directory and waits until it is ready. Also gives the time that took.
    pub async fn provost(binary: &Path, data: &Path) -> std::io::Result<(Self, Duration)> {
        Self::on(binary, data, None).await
    }

    /// The same, on the database at an address where one is given.
    pub async fn on(binary: &Path, data: &Path, url: Option<&str>) -> std::io::Result<(Self, Duration)> {
        let begin = Instant::now();
        let mut child = Command::new(binary)
            .envs(url.map(|url| ("PROVOST_DATABASE_URL", url)))
            .args(["serve", "--json", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .env("PROVOST_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()?;
        let line = first_line(&mut child)?;
        let value: serde_json::Value = serde_json::from_str(&line).map_err(std::io::Error::other)?;
        let address = value["address"].as_str().and_then(|a| a.parse().ok());
        let address = address.ok_or_else(|| std::io::Error::other(format!("no address in {line}")))?;
        let server = Self { child, address };
        loop {
            let mut out = Vec::new();
            crate::load::get(&mut out, "/readyz", "none");
            if let Ok(mut socket) = Socket::open(address).await
                && socket.exchange(&out).await.is_ok_and(|a| a.status == 200)
            {
                return Ok((server, begin.elapsed()));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Starts this program's bare server with the head and body of a real answer.
    pub fn bare(folder: &Path, head: &[u8], body: &[u8]) -> std::io::Result<Self> {
        let (head_file, body_file): (PathBuf, PathBuf) = (folder.join("head"), folder.join("body"));
        std::fs::write(&head_file, head)?;
        std::fs::write(&body_file, body)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("bare")
            .args([head_file, body_file])
            .stdout(Stdio::piped())
            .spawn()?;
        let line = first_line(&mut child)?;
        let address = line.rsplit(' ').next().and_then(|a| a.trim().parse().ok());
        let address = address.ok_or_else(|| std::io::Error::other(format!("no address in {line}")))?;
        Ok(Self { child, address })
    }

    /// Starts this program's receivers: so many that are healthy, that refuse, that hang. Also gives where they are.
    pub fn receivers(counts: [usize; 3]) -> std::io::Result<(Self, serde_json::Value)> {
        // Real ones have machines of their own: here they give way to what is measured.
        let mut child = Command::new("nice")
            .args(["-n", "10"])
            .arg(std::env::current_exe()?)
            .arg("receivers")
            .args(counts.map(|count| count.to_string()))
            .stdout(Stdio::piped())
            .spawn()?;
        let line = first_line(&mut child)?;
        let said: serde_json::Value = serde_json::from_str(&line).map_err(std::io::Error::other)?;
        let address = said["address"].as_str().and_then(|a| a.parse().ok());
        let address = address.ok_or_else(|| std::io::Error::other(format!("no address in {line}")))?;
        Ok((Self { child, address }, said))
    }

    /// Anonymous resident memory in KiB.
    pub fn anonymous_kib(&self) -> std::io::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        Ok(field(&status, "RssAnon:"))
    }

    /// Processor time until now.
    pub fn processor_time(&self) -> std::io::Result<Duration> {
        processor_time(self.child.id())
    }

    /// Bytes that the process has written, to files and to sockets.
    pub fn written(&self) -> std::io::Result<u64> {
        written(self.child.id())
    }

    /// Ends it at once, as a crash would.
    pub fn kill(mut self) -> std::io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Asks it to end, and waits for a clean stop.
    pub fn terminate(mut self) -> std::io::Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        self.child.wait().map(drop)
    }
}

/// User and system time of a process until now; of one that has ended, until it is waited for.
pub fn processor_time(pid: u32) -> std::io::Result<Duration> {
    let fields = stat(pid)?;
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    // Linux counts in hundredths of a second, whatever the machine.
    Ok(Duration::from_millis((ticks(11) + ticks(12)) * 10))
}

/// Whether a process has ended and waits to be waited for.
pub fn is_zombie(pid: u32) -> std::io::Result<bool> {
    Ok(stat(pid)?.first().is_some_and(|state| state == "Z"))
}

/// The fields of `/proc/PID/stat` after the name, which may hold spaces.
fn stat(pid: u32) -> std::io::Result<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    Ok(rest.split_whitespace().map(str::to_owned).collect())
}

/// Bytes that a process has handed over to be written, to files and to sockets. (`write_bytes` would be storage alone, but
/// where the page cache holds large folios it counts a whole one for every page that is touched.)
pub fn written(pid: u32) -> std::io::Result<u64> {
    Ok(field(&std::fs::read_to_string(format!("/proc/{pid}/io"))?, "wchar:"))
}

fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|l| l.strip_prefix(name)).unwrap_or("0");
    line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn first_line(child: &mut Child) -> std::io::Result<String> {
    let stdout = child.stdout.take().ok_or_else(|| std::io::Error::other("no stdout"))?;
    let mut reader = BufReader::new(stdout);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    // Whatever it prints later is read and thrown away, so that it never blocks on a full pipe.
    std::thread::spawn(move || {
        let mut rest = [0_u8; 4096];
        while reader.read(&mut rest).is_ok_and(|n| n > 0) {}
    });
    Ok(line)
}
