//! A mail server: takes mail by SMTP as its session says, over TLS or not, and answers as it is told to.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A mail that was taken, or refused at its end.
#[derive(Debug, Clone)]
pub(super) struct Mail {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) subject: String,
    pub(super) id: String,
    /// The headers as they came.
    pub(super) head: String,
    pub(super) body: String,
    /// Who signed in, as `AUTH PLAIN` says it.
    pub(super) login: Option<String>,
    /// Whether it came over TLS.
    pub(super) secure: bool,
    pub(super) taken: bool,
}

/// How it answers to a whole mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Code(u16),
    /// Never.
    Hang,
}

/// How it speaks TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    Plain,
    Tls,
    StartTls,
}

#[derive(Clone)]
struct Shared {
    mails: Arc<Mutex<Vec<Mail>>>,
    answer: Arc<Mutex<Answer>>,
    speaks: Speaks,
    tls: Option<TlsAcceptor>,
}

/// The server; it is gone when this goes.
pub(super) struct MailHost {
    pub(super) address: SocketAddr,
    shared: Shared,
    listening: tokio::task::JoinHandle<()>,
}

impl Drop for MailHost {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl MailHost {
    /// One without TLS.
    pub(super) async fn start() -> Self {
        Self::at(SocketAddr::from(([127, 0, 0, 1], 0)), Speaks::Plain, None).await
    }

    /// One without TLS, at this address.
    pub(super) async fn back_at(address: SocketAddr) -> Self {
        Self::at(address, Speaks::Plain, None).await
    }

    /// One with a certificate that it signed itself, which it writes into the folder as `cert.pem`.
    pub(super) async fn with_tls(folder: &Path, speaks: Speaks) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
        std::fs::write(&cert, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let config = base::load_server_config(&cert, &key).unwrap();
        let mut config = (*config).clone();
        config.alpn_protocols.clear();
        let tls = TlsAcceptor::from(Arc::new(config));
        Self::at(SocketAddr::from(([127, 0, 0, 1], 0)), speaks, Some(tls)).await
    }

    async fn at(address: SocketAddr, speaks: Speaks, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared =
            Shared { mails: Arc::default(), answer: Arc::new(Mutex::new(Answer::Code(250))), speaks, tls };
        let own = shared.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, own.clone()));
            }
        });
        Self { address, shared, listening }
    }

    /// Answers so from now on.
    pub(super) fn answer(&self, answer: Answer) {
        *self.shared.answer.lock().unwrap() = answer;
    }

    /// Every mail so far.
    pub(super) fn mails(&self) -> Vec<Mail> {
        self.shared.mails.lock().unwrap().clone()
    }

    /// Waits for mails that were taken.
    #[track_caller]
    pub(super) fn taken(&self, count: usize) -> impl Future<Output = Vec<Mail>> + '_ {
        let place = std::panic::Location::caller();
        async move {
            for _ in 0..600 {
                let taken: Vec<_> = self.mails().into_iter().filter(|mail| mail.taken).collect();
                if taken.len() >= count {
                    return taken;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            panic!("{place}: of {count} there came {:#?}", self.mails());
        }
    }
}

async fn serve(stream: TcpStream, shared: Shared) {
    match (shared.speaks, &shared.tls) {
        (Speaks::Tls, Some(tls)) => {
            if let Ok(stream) = tls.accept(stream).await {
                session(BufReader::new(stream), &shared, true, true).await;
            }
        }
        (Speaks::StartTls, Some(tls)) => {
            if let Some(stream) = session(BufReader::new(stream), &shared, false, true).await
                && let Ok(stream) = tls.accept(stream).await
            {
                session(BufReader::new(stream), &shared, true, false).await;
            }
        }
        _ => {
            session(BufReader::new(stream), &shared, false, true).await;
        }
    }
}

/// Serves until the client goes; gives the stream back when it asks for TLS.
async fn session<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufReader<S>,
    shared: &Shared,
    secure: bool,
    greets: bool,
) -> Option<S> {
    let mut login = None;
    let (mut from, mut to) = (String::new(), Vec::new());
    if greets {
        say(&mut stream, "220 mail.example ESMTP").await?;
    }
    loop {
        let line = line(&mut stream).await?;
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                let last = match (shared.speaks, secure) {
                    (Speaks::StartTls, false) => "250 STARTTLS",
                    _ => "250 AUTH PLAIN LOGIN",
                };
                say(&mut stream, "250-mail.example\r\n250-SIZE 10000000").await?;
                say(&mut stream, last).await?;
            }
            "STAR" if shared.speaks == Speaks::StartTls && !secure => {
                say(&mut stream, "220 go on").await?;
                return Some(stream.into_inner());
            }
            "AUTH" => {
                login = line.split(' ').nth(2).map(str::to_owned);
                say(&mut stream, "235 welcome").await?;
            }
            "MAIL" => {
                from = line[10..].trim_matches(['<', '>']).to_owned();
                say(&mut stream, "250 ok").await?;
            }
            "RCPT" => {
                to.push(line[8..].trim_matches(['<', '>']).to_owned());
                say(&mut stream, "250 ok").await?;
            }
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                let text = data(&mut stream).await?;
                let answer = *shared.answer.lock().unwrap();
                let mail = Mail {
                    from: from.clone(),
                    to: std::mem::take(&mut to),
                    login: login.clone(),
                    secure,
                    taken: answer == Answer::Code(250),
                    ..read(&text)
                };
                shared.mails.lock().unwrap().push(mail);
                match answer {
                    Answer::Code(code) => say(&mut stream, &format!("{code} as the test says")).await?,
                    Answer::Hang => std::future::pending().await,
                }
            }
            "QUIT" => {
                say(&mut stream, "221 goodbye").await?;
                return None;
            }
            _ => say(&mut stream, "502 what?").await?,
        }
    }
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut BufReader<S>, text: &str) -> Option<()>
where
    BufReader<S>: AsyncWrite,
{
    stream.write_all(format!("{text}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}

async fn line<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut line = String::new();
    if stream.read_line(&mut line).await.ok()? == 0 {
        return None;
    }
    Some(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Lines up to the one with a dot alone.
async fn data<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut text = String::new();
    loop {
        let line = line(stream).await?;
        if line == "." {
            return Some(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        text.push_str("\r\n");
    }
}

/// Headers unfolded, and the body decoded.
fn read(text: &str) -> Mail {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let header = |name: &str| {
        let line = unfolded.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_default().to_owned()
    };
    let body = match header("Content-Transfer-Encoding").as_str() {
        "quoted-printable" => quoted(body),
        "7bit" | "8bit" | "" => body.to_owned(),
        other => panic!("{other}: {text}"),
    };
    Mail {
        from: String::new(),
        to: Vec::new(),
        subject: header("Subject"),
        id: header("Message-ID"),
        head: head.to_owned(),
        body: body.replace("\r\n", "\n"),
        login: None,
        secure: false,
        taken: false,
    }
}

/// Quoted-printable (RFC 2045 §6.7).
fn quoted(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'=').then(|| after.get(..2)).flatten();
        let byte = code.and_then(|c| u8::from_str_radix(std::str::from_utf8(c).ok()?, 16).ok());
        out.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(out).unwrap()
}
