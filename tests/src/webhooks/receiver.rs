//! An app's side: takes webhooks, and answers as it is told to.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Got {
    /// Its path.
    pub(crate) path: String,
    /// Its headers, with small letters.
    pub(crate) headers: HashMap<String, String>,
    /// Its body as it came.
    pub(crate) body: String,
}

impl Got {
    /// The body.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The event's type.
    pub(crate) fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// The event's position.
    pub(crate) fn position(&self) -> i64 {
        self.json()["data"]["position"].as_i64().unwrap()
    }

    /// The event's subject, or nothing.
    pub(crate) fn subject(&self) -> String {
        self.json()["subject"].as_str().unwrap_or_default().to_owned()
    }

    /// The learner's user name.
    pub(crate) fn user_name(&self) -> String {
        self.json()["data"]["data"]["profile"]["userName"].as_str().unwrap_or_default().to_owned()
    }
}

/// How to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A status.
    Status(u16),
    /// A status with a header.
    With(u16, &'static str, String),
    /// Never.
    Hang,
    /// By closing the connection.
    Close,
    /// This status, and a body without an end.
    Endless(u16),
}

/// What decides about answers.
type Rule = Box<dyn FnMut(&Got) -> Answer + Send>;

/// A receiver.
pub(crate) struct Receiver {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    rule: Arc<Mutex<Rule>>,
}

impl Receiver {
    /// One that says 204 to everything.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let got = Arc::new(Mutex::new(Vec::new()));
        let rule: Arc<Mutex<Rule>> = Arc::new(Mutex::new(Box::new(|_| Answer::Status(204))));
        let (kept, ruling) = (Arc::clone(&got), Arc::clone(&rule));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&kept), Arc::clone(&ruling)));
            }
        });
        Self { address, got, rule }
    }

    /// Answers by this rule from now on.
    pub(crate) fn rule(&self, rule: impl FnMut(&Got) -> Answer + Send + 'static) {
        *self.rule.lock().unwrap() = Box::new(rule);
    }

    /// A URL of it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hooks", self.address)
    }

    /// What has come so far, in order.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// Waits until so many have come, and gives them.
    #[track_caller]
    pub(crate) fn wait(&self, count: usize) -> impl Future<Output = Vec<Got>> + '_ {
        let place = std::panic::Location::caller();
        async move {
            for _ in 0..600 {
                if self.got.lock().unwrap().len() >= count {
                    return self.got();
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            panic!("{place}: of {count} there came {:?}", self.got());
        }
    }
}

async fn serve(mut stream: TcpStream, got: Arc<Mutex<Vec<Got>>>, rule: Arc<Mutex<Rule>>) {
    let mut bytes = Vec::new();
    while let Some(one) = read(&mut stream, &mut bytes).await {
        let answer = (rule.lock().unwrap())(&one);
        got.lock().unwrap().push(one);
        let head = match &answer {
            Answer::Status(status) => format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n"),
            Answer::With(status, name, value) => {
                format!("HTTP/1.1 {status} X\r\n{name}: {value}\r\ncontent-length: 0\r\n\r\n")
            }
            Answer::Endless(status) => format!("HTTP/1.1 {status} X\r\nconnection: close\r\n\r\n"),
            Answer::Hang => {
                tokio::time::sleep(Duration::from_secs(3600)).await;
                return;
            }
            Answer::Close => return,
        };
        if stream.write_all(head.as_bytes()).await.is_err() {
            return;
        }
        if matches!(answer, Answer::Endless(_)) {
            while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
            return;
        }
    }
}

/// The next request of a connection; nothing when there is none any more.
pub(super) async fn read(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<Got> {
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: HashMap<_, _> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    while bytes.len() < end + 4 + length {
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8_lossy(&bytes[end + 4..end + 4 + length]).into_owned();
    bytes.drain(..end + 4 + length);
    Some(Got { path, headers, body })
}
