//! Connections: names resolved under the endpoint's address policy, certificates checked as the machine checks them.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use base::AddressPolicy;
use base::tls::{client_config, trusting_nobody};
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::Service;

use crate::options::Options;

pub(crate) type HttpPool = Pool<HttpsConnector<HttpConnector<Guarded>>, Full<Bytes>>;

/// How a host's name becomes addresses.
#[async_trait]
pub trait Names: Send + Sync {
    /// Every address of a name.
    ///
    /// # Errors
    /// When it has none, or nobody knows.
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// As the machine does it.
pub(crate) struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let name = name.to_owned();
        let look = move || (name.as_str(), 0).to_socket_addrs();
        let found = tokio::task::spawn_blocking(look).await.map_err(io::Error::other)??;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// A pool of HTTP/1.1 connections.
pub(crate) fn pool(policy: AddressPolicy, https: bool, options: &Options) -> Result<HttpPool, rustls::Error> {
    let guarded = Guarded { names: Arc::clone(&options.names), policy: Arc::new(policy) };
    let mut http = HttpConnector::new_with_resolver(guarded);
    http.enforce_http(false);
    http.set_nodelay(true);
    http.set_connect_timeout(Some(options.connect_timeout));
    let tls = if https { client_config(options.extra_roots.clone())? } else { trusting_nobody()? };
    let connector = HttpsConnector::from((http, tls));
    Ok(Pool::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        // Shorter than servers keep idle connections, so that few requests meet a closing one.
        .pool_idle_timeout(std::time::Duration::from_secs(20))
        .pool_max_idle_per_host(options.per_endpoint)
        .build(connector))
}

/// Resolves names and drops the addresses that may not be dialled, so that the address judged is the address dialled:
/// a name that means something else a moment later gains nothing.
#[derive(Clone)]
pub(crate) struct Guarded {
    names: Arc<dyn Names>,
    policy: Arc<AddressPolicy>,
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl Service<Name> for Guarded {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (names, policy) = (Arc::clone(&self.names), Arc::clone(&self.policy));
        Box::pin(async move {
            let found = names.resolve(name.as_str()).await?;
            policy.only_permitted(found.into_iter().map(|address| SocketAddr::new(address, 0)))
        })
    }
}
