//! Connections: names resolved under the address policy, certificates checked as the machine checks them.

use std::error::Error;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use base::tls::{client_config, trusting_nobody};
use base::{AddressPolicy, Refused, find_cause};
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use tower::Service;

pub(crate) type HttpPool = Pool<HttpsConnector<HttpConnector<Guarded>>, Full<Bytes>>;

/// A pool of HTTP/1.1 connections to one origin.
pub(crate) fn pool(
    policy: AddressPolicy,
    https: bool,
    extra_roots: Vec<CertificateDer<'static>>,
    connect_timeout: Duration,
) -> Result<HttpPool, rustls::Error> {
    let mut http =
        HttpConnector::new_with_resolver(Guarded { names: GaiResolver::new(), policy: Arc::new(policy) });
    http.enforce_http(false);
    http.set_nodelay(true);
    http.set_connect_timeout(Some(connect_timeout));
    let tls = if https { client_config(extra_roots)? } else { trusting_nobody()? };
    let connector = HttpsConnector::from((http, tls));
    Ok(Pool::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        // Shorter than servers keep idle connections, so that few requests meet a closing one.
        .pool_idle_timeout(Duration::from_secs(20))
        .http1_title_case_headers(true)
        .build(connector))
}

/// Resolves names and drops the addresses that may not be dialled, so that the address checked is the address used.
#[derive(Clone, Debug)]
pub(crate) struct Guarded {
    names: GaiResolver,
    policy: Arc<AddressPolicy>,
}

impl Service<Name> for Guarded {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.names.poll_ready(cx)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolving = self.names.call(name);
        let policy = Arc::clone(&self.policy);
        Box::pin(async move { policy.only_permitted(resolving.await?) })
    }
}

/// The refusal of a resolved address among an error's causes.
pub(crate) fn refusal(error: &(dyn Error + 'static)) -> Option<Refused> {
    find_cause::<Refused>(error).cloned()
}
