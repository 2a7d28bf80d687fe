//! The listener: plain or TLS, with bounds on connections and waiting, and an orderly end.
//!
//! axum's own `serve` gives no TLS, no limit on connections, no time limit on a request head and no deadline for
//! draining, so the loop is ours, on hyper. What hyper does not let us say about the head of a request, [`wire`] does.

mod stage;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use self::stage::{Stage, Watched};
use self::wire::Wire;

/// Longest request head, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// How the server listens.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// TLS, when the server terminates it itself.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Most connections at once; further ones wait in the kernel's queue.
    pub connections: usize,
    /// How long a client may take to send a request head.
    pub head_timeout: Duration,
    /// How long requests under way may take after the end was asked for.
    pub drain: Duration,
}

impl ServerOptions {
    /// Plain HTTP on an address, with the default bounds.
    #[must_use]
    pub fn plain(listen: SocketAddr) -> Self {
        Self {
            listen,
            tls: None,
            connections: 10_000,
            head_timeout: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

/// Why a server did not start.
#[derive(Debug)]
pub struct ServeError {
    /// Where it should have listened.
    pub listen: SocketAddr,
    /// What the system said.
    pub source: std::io::Error,
}

impl std::fmt::Display for ServeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot listen on {}", self.listen)
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl base::Hinted for ServeError {
    fn hints(&self) -> Vec<String> {
        match self.source.kind() {
            std::io::ErrorKind::AddrInUse => {
                vec!["another program uses this port; choose one with --listen".to_owned()]
            }
            std::io::ErrorKind::PermissionDenied => {
                vec![
                    "ports below 1024 need privileges; use --listen with a higher port and a proxy in front"
                        .to_owned(),
                ]
            }
            _ => Vec::new(),
        }
    }
}

/// A server that listens already and has yet to run.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    options: ServerOptions,
}

impl Server {
    /// Binds the address.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn bind(options: ServerOptions) -> Result<Self, ServeError> {
        let listener = TcpListener::bind(options.listen)
            .await
            .map_err(|source| ServeError { listen: options.listen, source })?;
        Ok(Self { listener, options })
    }

    /// Where it listens: with the real port when 0 was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap_or(self.options.listen)
    }

    /// Serves until the token is cancelled, then lets requests under way finish within the drain time.
    pub async fn run(self, router: Router, stop: CancellationToken) {
        let Self { listener, options } = self;
        let places = Arc::new(Semaphore::new(options.connections));
        let graceful = GracefulShutdown::new();
        let acceptor = options.tls.clone().map(TlsAcceptor::from);
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
            let stream = tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        // Out of descriptors, or the peer is gone already: wait a moment instead of spinning.
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    }
                },
            };
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "cannot set TCP_NODELAY");
            }
            let router = router.clone();
            let head_timeout = options.head_timeout;
            let watcher = graceful.watcher();
            match &acceptor {
                None => {
                    tokio::spawn(async move {
                        serve_connection(stream, router, head_timeout, watcher).await;
                        drop(place);
                    });
                }
                Some(acceptor) => {
                    let acceptor = acceptor.clone();
                    tokio::spawn(async move {
                        if let Some(stream) = handshake(acceptor, stream, head_timeout).await {
                            serve_connection(stream, router, head_timeout, watcher).await;
                        }
                        drop(place);
                    });
                }
            }
        }
        drop(listener);
        tokio::select! {
            () = graceful.shutdown() => {}
            () = tokio::time::sleep(options.drain) => tracing::warn!("some connections did not end in time"),
        }
    }
}

async fn handshake(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    limit: Duration,
) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    match tokio::time::timeout(limit, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::debug!(%error, "TLS handshake failed");
            None
        }
        Err(_) => None,
    }
}

async fn serve_connection<I>(
    stream: I,
    router: Router,
    head_timeout: Duration,
    watcher: hyper_util::server::graceful::Watcher,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stage = Arc::new(Stage::default());
    let wire = Wire::new(stream, Arc::clone(&stage));
    let service = router.map_request(move |request: Request<Incoming>| {
        request.map(|body| Watched::new(body, Arc::clone(&stage)))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(wire), TowerToHyperService::new(service));
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "connection ended early");
    }
}
