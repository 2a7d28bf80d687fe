//! A proxy between client and server that does harm where a test asks for it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What becomes of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing bad.
    Pass,
    /// The connection is closed; the server sees nothing.
    Refuse,
    /// The server does it, and its answer never arrives.
    Swallow,
    /// An answer that is not the server's: status, headers besides, body. The server sees nothing.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Nobody answers, and the connection stays open.
    Hang,
}

type Rule = Box<dyn FnMut(&str, &str) -> Fault + Send>;

/// A proxy for HTTP/1.1, one request a connection.
pub struct FaultProxy {
    /// Where it listens.
    pub address: SocketAddr,
    rule: Arc<Mutex<Rule>>,
    requests: Arc<AtomicU64>,
    listening: JoinHandle<()>,
}

impl FaultProxy {
    /// Starts one in front of a server; it lets everything pass at first.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let rule: Arc<Mutex<Rule>> = Arc::new(Mutex::new(Box::new(|_, _| Fault::Pass)));
        let (rules, requests) = (Arc::clone(&rule), Arc::new(AtomicU64::new(0)));
        let counted = Arc::clone(&requests);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (rules, counted) = (Arc::clone(&rules), Arc::clone(&counted));
                tokio::spawn(async move {
                    // Whatever goes wrong with a connection closes it, which is what this is for.
                    let _ = serve(client, server, &rules, &counted).await;
                });
            }
        });
        Self { address, rule, requests, listening }
    }

    /// Says what becomes of each request from now on, by its method and its target (path and query).
    pub fn rule(&self, rule: impl FnMut(&str, &str) -> Fault + Send + 'static) {
        *self.rule.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(rule);
    }

    /// Lets everything pass.
    pub fn heal(&self) {
        self.rule(|_, _| Fault::Pass);
    }

    /// Requests seen.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn serve(
    mut client: TcpStream,
    server: SocketAddr,
    rules: &Mutex<Rule>,
    counted: &AtomicU64,
) -> std::io::Result<()> {
    let Some((head, body)) = request(&mut client).await? else { return Ok(()) };
    counted.fetch_add(1, Ordering::SeqCst);
    let mut words = head.lines().next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let fault = rules.lock().unwrap_or_else(PoisonError::into_inner)(method, target);
    match fault {
        Fault::Refuse => return Ok(()),
        Fault::Hang => {
            let mut byte = [0];
            // Until the client gives up.
            while client.read(&mut byte).await? > 0 {}
            return Ok(());
        }
        Fault::Answer(status, headers, text) => {
            let mut answer =
                format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n", text.len());
            for (name, value) in headers {
                answer.push_str(&format!("{name}: {value}\r\n"));
            }
            client.write_all(format!("{answer}\r\n{text}").as_bytes()).await?;
            return client.shutdown().await;
        }
        Fault::Pass | Fault::Swallow => {}
    }
    let mut server = TcpStream::connect(server).await?;
    let (first, rest) = head.split_once("\r\n").unwrap_or((&head, ""));
    server.write_all(format!("{first}\r\nconnection: close\r\n{rest}").as_bytes()).await?;
    server.write_all(&body).await?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await?;
    if fault == Fault::Pass {
        client.write_all(&answer).await?;
    }
    client.shutdown().await
}

/// Head and body of a request; `None` when the client says nothing.
async fn request(client: &mut TcpStream) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut read = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        if let Some(end) = read.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end + 4]).into_owned();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
            });
            let mut body = read.split_off(end + 4);
            while body.len() < length.unwrap_or(0) {
                let n = client.read(&mut buffer).await?;
                if n == 0 {
                    return Ok(None);
                }
                body.extend_from_slice(&buffer[..n]);
            }
            return Ok(Some((head, body)));
        }
        let n = client.read(&mut buffer).await?;
        if n == 0 {
            return Ok(None);
        }
        read.extend_from_slice(&buffer[..n]);
    }
}
