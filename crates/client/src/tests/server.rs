//! A web server of one page of code: it answers what a closure says, and remembers what was asked, to the byte.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A request as it came over the wire.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) target: String,
    /// Names as written.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The value of a query parameter, as written.
    pub(super) fn param(&self, name: &str) -> Option<String> {
        let query = self.target.split_once('?')?.1;
        query.split('&').find_map(|pair| Some(pair.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
    }
}

/// What to answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    delay: Duration,
    hang_up: bool,
}

impl Reply {
    pub(super) fn new(status: u16, body: impl ToString) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string(), delay: Duration::ZERO, hang_up: false }
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(super) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The connection ends instead of an answer.
    pub(super) fn hang_up() -> Self {
        Self { hang_up: true, ..Self::new(0, "") }
    }
}

type Handler = Box<dyn FnMut(&Asked) -> Reply + Send>;

pub(super) struct Server {
    origin: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(super) async fn start(handler: impl FnMut(&Asked) -> Reply + Send + 'static) -> Self {
        Self::listen(handler, None).await
    }

    /// The answers in turn; the last for ever.
    pub(super) async fn script(replies: Vec<Reply>) -> Self {
        let mut at = 0;
        Self::start(move |_| {
            at += 1;
            replies[(at - 1).min(replies.len() - 1)].clone()
        })
        .await
    }

    pub(super) async fn start_tls(cert: &Path, key: &Path, reply: Reply) -> Self {
        let acceptor = tokio_rustls::TlsAcceptor::from(base::load_server_config(cert, key).unwrap());
        Self::listen(move |_| reply.clone(), Some(acceptor)).await
    }

    async fn listen(
        handler: impl FnMut(&Asked) -> Reply + Send + 'static,
        tls: Option<tokio_rustls::TlsAcceptor>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let origin = if tls.is_some() {
            format!("https://localhost:{port}")
        } else {
            format!("http://127.0.0.1:{port}")
        };
        let asked = Arc::new(Mutex::new(Vec::new()));
        let handler: Arc<Mutex<Handler>> = Arc::new(Mutex::new(Box::new(handler)));
        let log = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (handler, log, tls) = (Arc::clone(&handler), Arc::clone(&log), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => converse(stream, &handler, &log).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => converse(stream, &handler, &log).await,
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        Self { origin, asked, task }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) fn last(&self) -> Asked {
        self.asked().pop().unwrap()
    }

    /// Method and target of everything asked.
    pub(super) fn lines(&self) -> Vec<String> {
        self.asked().iter().map(|a| format!("{} {}", a.method, a.target)).collect()
    }
}

async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    handler: &Mutex<Handler>,
    log: &Mutex<Vec<Asked>>,
) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            read(&mut stream, &mut buffer).await?;
        };
        let head = String::from_utf8(buffer.drain(..end).collect()).unwrap();
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
        let headers: Vec<_> =
            lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        let mut asked = Asked { method, target, headers, body: String::new() };
        let length = asked.header("content-length").map_or(0, |n| n.parse().unwrap());
        while buffer.len() < length {
            read(&mut stream, &mut buffer).await?;
        }
        asked.body = String::from_utf8(buffer.drain(..length).collect()).unwrap();
        let reply = handler.lock().unwrap()(&asked);
        log.lock().unwrap().push(asked);
        tokio::time::sleep(reply.delay).await;
        if reply.hang_up {
            return None;
        }
        let mut answer = format!("HTTP/1.1 {} X\r\n", reply.status);
        for (name, value) in &reply.headers {
            answer += &format!("{name}: {value}\r\n");
        }
        if ![204, 304].contains(&reply.status) {
            answer += &format!("content-length: {}\r\n", reply.body.len());
        }
        answer += &format!("\r\n{}", reply.body);
        stream.write_all(answer.as_bytes()).await.ok()?;
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 4096];
    let n = stream.read(&mut chunk).await.ok()?;
    buffer.extend_from_slice(&chunk[..n]);
    (n > 0).then_some(())
}
