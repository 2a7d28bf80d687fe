//! The load generator: keep-alive HTTP/1.1 over plain sockets, with as little work per request as possible, since it
//! shares the cores with what it measures.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Writes the next request's bytes into the buffer; gets the connection's number and the request's number on it.
pub type Requests = Arc<dyn Fn(usize, u64, &mut Vec<u8>) + Send + Sync>;

/// Stands for every status that means success.
pub const SUCCESS: u16 = 2;

/// What a run showed.
#[derive(Debug, Clone)]
pub struct Run {
    /// Requests answered.
    pub done: u64,
    /// Time from first to last.
    pub took: Duration,
    /// Answers whose status was not the expected one.
    pub wrong: u64,
    /// Ascending latencies in microseconds.
    pub micros: Vec<u32>,
    /// Bytes of the answers.
    pub received: u64,
}

impl Run {
    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.took.as_secs_f64()
    }

    /// Latency at a share of the requests, in microseconds.
    pub fn at(&self, share: f64) -> u32 {
        let last = self.micros.len().saturating_sub(1);
        self.micros.get((last as f64 * share) as usize).copied().unwrap_or(0)
    }
}

/// Sends requests on so many connections for so long, or until `most` are answered.
pub async fn run(
    address: SocketAddr,
    connections: usize,
    duration: Duration,
    most: Option<u64>,
    status: u16,
    requests: Requests,
) -> std::io::Result<Run> {
    let stop = Arc::new(AtomicBool::new(false));
    let started_total = Arc::new(AtomicU64::new(0));
    let begin = Instant::now();
    let mut tasks = Vec::with_capacity(connections);
    for connection in 0..connections {
        let stop = Arc::clone(&stop);
        let total = Arc::clone(&started_total);
        let requests = Arc::clone(&requests);
        tasks.push(tokio::spawn(async move {
            let mut socket = Socket::open(address).await?;
            let mut out = Vec::with_capacity(4096);
            let mut micros = Vec::with_capacity(1 << 16);
            let (mut wrong, mut received) = (0, 0);
            let mut number = 0;
            while !stop.load(Ordering::Relaxed) {
                if most.is_some_and(|most| total.fetch_add(1, Ordering::Relaxed) >= most) {
                    break;
                }
                out.clear();
                requests(connection, number, &mut out);
                number += 1;
                let sent = Instant::now();
                let answer = socket.exchange(&out).await?;
                micros.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
                received += (answer.head.len() + answer.body.len()) as u64;
                if if status == SUCCESS { answer.status / 100 != 2 } else { answer.status != status } {
                    wrong += 1;
                }
            }
            std::io::Result::Ok((micros, wrong, received))
        }));
    }
    let timer = {
        let stop = Arc::clone(&stop);
        tokio::spawn(async move {
            tokio::time::sleep(duration).await;
            stop.store(true, Ordering::Relaxed);
        })
    };
    let mut micros = Vec::new();
    let (mut wrong, mut received) = (0, 0);
    for task in tasks {
        let (some, bad, bytes) = task.await.map_err(std::io::Error::other)??;
        micros.extend(some);
        wrong += bad;
        received += bytes;
    }
    let took = begin.elapsed();
    timer.abort();
    micros.sort_unstable();
    Ok(Run { done: micros.len() as u64, took, wrong, micros, received })
}

/// One keep-alive connection.
pub struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// One answer.
pub struct Answer<'a> {
    /// Status code.
    pub status: u16,
    /// Head, with its last empty line.
    pub head: &'a [u8],
    /// Body.
    pub body: &'a [u8],
}

impl Socket {
    /// Connects.
    pub async fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and waits for the whole answer.
    pub async fn exchange(&mut self, request: &[u8]) -> std::io::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(std::io::Error::other("the server closed the connection"));
            }
            if let Some((head, length)) = whole(&self.buffer)? {
                let status =
                    std::str::from_utf8(&self.buffer[9..12]).ok().and_then(|s| s.parse().ok()).unwrap_or(0);
                return Ok(Answer {
                    status,
                    head: &self.buffer[..head],
                    body: &self.buffer[head..head + length],
                });
            }
        }
    }
}

/// Length of head and body of an answer or a request once both are there.
pub fn whole(buffer: &[u8]) -> std::io::Result<Option<(usize, usize)>> {
    let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n").map(|at| at + 4) else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&buffer[..end]).map_err(std::io::Error::other)?;
    if head.starts_with("HTTP/1.1 204") || head.starts_with("HTTP/1.1 304") {
        return Ok(Some((end, 0)));
    }
    let length = head
        .split("\r\n")
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        })
        .ok_or_else(|| std::io::Error::other("an answer without content-length"))?;
    Ok((buffer.len() >= end + length).then_some((end, length)))
}

/// A GET request.
pub fn get(out: &mut Vec<u8>, path: &str, token: &str) {
    out.extend_from_slice(b"GET ");
    out.extend_from_slice(path.as_bytes());
    out.extend_from_slice(b" HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ");
    out.extend_from_slice(token.as_bytes());
    out.extend_from_slice(b"\r\n\r\n");
}

/// A request with a body, to SCIM.
pub fn send(out: &mut Vec<u8>, method: &str, path: &str, token: &str, body: &str) {
    with_body(out, method, path, "application/scim+json", token, body);
}

/// A POST to the REST API.
pub fn json(out: &mut Vec<u8>, path: &str, token: &str, body: &str) {
    with_body(out, "POST", path, "application/json", token, body);
}

fn with_body(out: &mut Vec<u8>, method: &str, path: &str, media: &str, token: &str, body: &str) {
    out.extend_from_slice(method.as_bytes());
    out.push(b' ');
    out.extend_from_slice(path.as_bytes());
    out.extend_from_slice(b" HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ");
    out.extend_from_slice(media.as_bytes());
    out.extend_from_slice(b"\r\nauthorization: Bearer ");
    out.extend_from_slice(token.as_bytes());
    out.extend_from_slice(b"\r\ncontent-length: ");
    out.extend_from_slice(body.len().to_string().as_bytes());
    out.extend_from_slice(b"\r\n\r\n");
    out.extend_from_slice(body.as_bytes());
}
