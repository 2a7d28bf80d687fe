//! The apps of many customers in one process, each at a port of its own: most take what they are sent, some refuse to be
//! connected, some take a request and never answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::load::{Socket, whole};
use crate::server::Server;

/// What came so far.
#[derive(Default)]
struct Came {
    /// Of each that takes what it is sent.
    taken: Vec<AtomicU64>,
    /// Of those that never answer.
    hung: AtomicU64,
}

/// Serves until the process is killed; prints where everybody is first.
pub async fn serve(healthy: usize, refusing: usize, hanging: usize) -> std::io::Result<()> {
    let came = Arc::new(Came { taken: (0..healthy).map(|_| AtomicU64::new(0)).collect(), ..Came::default() });
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let mut ports = [Vec::new(), Vec::new(), Vec::new()];
    for app in 0..healthy + hanging {
        let listener = TcpListener::bind(here).await?;
        ports[usize::from(app >= healthy) * 2].push(listener.local_addr()?.port());
        let came = Arc::clone(&came);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, Arc::clone(&came), app));
            }
        });
    }
    // A port that is bound and does not listen refuses, and nobody else gets it.
    let mut kept = Vec::new();
    for _ in 0..refusing {
        let socket = TcpSocket::new_v4()?;
        socket.bind(here)?;
        ports[1].push(socket.local_addr()?.port());
        kept.push(socket);
    }
    let control = TcpListener::bind(here).await?;
    let [healthy, refusing, hanging] = ports;
    let address = control.local_addr()?.to_string();
    crate::say(
        &json!({"address": address, "healthy": healthy, "refusing": refusing, "hanging": hanging})
            .to_string(),
    );
    loop {
        let (stream, _) = control.accept().await?;
        tokio::spawn(tell(stream, Arc::clone(&came)));
    }
}

/// One connection to an app.
async fn take(mut stream: TcpStream, came: Arc<Came>, app: usize) -> std::io::Result<()> {
    let mut buffer = Vec::with_capacity(8 * 1024);
    while request(&mut stream, &mut buffer).await? {
        match came.taken.get(app) {
            Some(count) => {
                count.fetch_add(1, Ordering::Relaxed);
                stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
            }
            None => {
                came.hung.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    Ok(())
}

/// One connection to those who want to know what came.
async fn tell(mut stream: TcpStream, came: Arc<Came>) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    while request(&mut stream, &mut buffer).await? {
        let taken: Vec<u64> = came.taken.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        let body = json!({"taken": taken, "hung": came.hung.load(Ordering::Relaxed)}).to_string();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).await?;
    }
    Ok(())
}

/// Reads a request and forgets it; false when there is none any more.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<bool> {
    loop {
        if let Some((head, body)) = whole(buffer)? {
            buffer.drain(..head + body);
            return Ok(true);
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(false);
        }
    }
}

/// The process, as the bench sees it.
pub struct Receivers {
    server: Server,
    /// Ports of those that take what they are sent.
    pub healthy: Vec<u16>,
    /// Ports of those that do not: they refuse and hang in turn.
    pub dead: Vec<u16>,
    /// What had been taken when it was last begun to count.
    before: Vec<u64>,
}

impl Receivers {
    /// Starts it. Of the dead, one half refuses and one half hangs.
    pub fn start(healthy: usize, dead: usize) -> std::io::Result<Self> {
        let (server, said) = Server::receivers([healthy, dead.div_ceil(2), dead / 2])?;
        let ports = |name: &str| -> Vec<u16> {
            let list = said[name].as_array().into_iter().flatten();
            list.filter_map(|port| port.as_u64().and_then(|port| port.try_into().ok())).collect()
        };
        let dead = ports("refusing").into_iter().chain(ports("hanging")).collect();
        Ok(Self { server, healthy: ports("healthy"), dead, before: vec![0; healthy] })
    }

    /// What each that is healthy has taken since it was begun to count.
    pub async fn taken(&self) -> std::io::Result<Vec<u64>> {
        let all = self.all().await?;
        Ok(all.iter().zip(&self.before).map(|(now, before)| now - before).collect())
    }

    /// Begins to count.
    pub async fn begin(&mut self) -> std::io::Result<()> {
        self.before = self.all().await?;
        Ok(())
    }

    async fn all(&self) -> std::io::Result<Vec<u64>> {
        let mut socket = Socket::open(self.server.address).await?;
        let answer = socket.exchange(b"GET / HTTP/1.1\r\ncontent-length: 0\r\n\r\n").await?;
        let value: serde_json::Value = serde_json::from_slice(answer.body).map_err(std::io::Error::other)?;
        Ok(value["taken"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_u64).collect())
    }

    /// Ends it.
    pub fn kill(self) -> std::io::Result<()> {
        self.server.kill()
    }
}
