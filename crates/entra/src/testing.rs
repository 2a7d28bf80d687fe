//! A listener of raw TCP for tests: it keeps what came, to the byte, and answers what it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What to do instead of a good answer.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// These bytes, whatever they are; the connection is then closed.
    Raw(Vec<u8>),
    /// Nothing for this long, then the end.
    Silence(Duration),
    /// The connection is reset.
    Reset,
}

impl Reply {
    /// A status, some header lines and a body.
    pub(crate) fn new(status: u16, headers: &[&str], body: &str) -> Self {
        let mut text = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
        for header in headers {
            text.push_str(header);
            text.push_str("\r\n");
        }
        if ![204, 304].contains(&status) {
            text.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        Self::Raw(format!("{text}\r\n{body}").into_bytes())
    }

    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::new(status, &["content-type: application/scim+json"], &body.to_string())
    }
}

type Handler = Box<dyn FnMut(&str) -> Reply + Send>;

/// A server that answers by a closure over the raw request.
pub(crate) struct Listener {
    pub(crate) port: u16,
    came: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Listener {
    pub(crate) async fn start(handler: impl FnMut(&str) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let came = Arc::new(Mutex::new(Vec::new()));
        let (log, handler) = (Arc::clone(&came), Arc::new(Mutex::new(Box::new(handler) as Handler)));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, handler) = (Arc::clone(&log), Arc::clone(&handler));
                tokio::spawn(answer(stream, log, handler));
            }
        });
        Self { port, came, task }
    }

    /// The same answer to everything.
    pub(crate) async fn always(reply: Reply) -> Self {
        Self::start(move |_| reply.clone()).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What came, each request to the byte, with the port written out so that it does not vary.
    pub(crate) fn take(&self) -> Vec<String> {
        let port = format!("127.0.0.1:{}", self.port);
        std::mem::take(&mut *self.came.lock().unwrap())
            .iter()
            .map(|r| r.replace(&port, "127.0.0.1:PORT"))
            .collect()
    }
}

async fn answer(mut stream: TcpStream, log: Arc<Mutex<Vec<String>>>, handler: Arc<Mutex<Handler>>) {
    let Some(request) = read(&mut stream).await else { return };
    let reply = handler.lock().unwrap()(&request);
    log.lock().unwrap().push(request);
    match reply {
        Reply::Raw(bytes) => {
            stream.write_all(&bytes).await.ok();
            stream.shutdown().await.ok();
        }
        Reply::Silence(time) => tokio::time::sleep(time).await,
        Reply::Reset => {
            #[expect(deprecated, reason = "a reset is what is wanted, and a linger of nought never blocks")]
            stream.set_linger(Some(Duration::ZERO)).ok();
        }
    }
}

/// One whole request as text.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let n = stream.read(&mut chunk).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&chunk[..n]);
        // A TLS greeting has no blank line to wait for.
        if bytes[0] == 0x16 {
            return Some("TLS".to_owned());
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        if body.len() >= length.unwrap_or(0) {
            return Some(text.into_owned());
        }
    }
}
