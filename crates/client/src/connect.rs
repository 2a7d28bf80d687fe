//! Connections: names resolved under the address policy, certificates checked as the machine checks them.

use std::error::Error;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use base::{AddressPolicy, Refused};
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
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
    let connector = HttpsConnector::from((http, tls(https, extra_roots)?));
    Ok(Pool::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        // Shorter than servers keep idle connections, so that few requests meet a closing one.
        .pool_idle_timeout(Duration::from_secs(20))
        .http1_title_case_headers(true)
        .build(connector))
}

/// TLS 1.2 and 1.3; verification cannot be turned off (RFC 7644 §7.2), only be given more roots.
fn tls(https: bool, extra_roots: Vec<CertificateDer<'static>>) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(default_provider());
    let builder =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    if !https {
        // Never used: reading the machine's roots takes time, and a machine without any can still speak plain HTTP.
        return Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth());
    }
    let verifier = Verifier::new_with_extra_roots(extra_roots, provider)?;
    // `dangerous` is how rustls is given any verifier of its own choosing; this is the machine's.
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
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
        Box::pin(async move {
            let (mut permitted, mut refused) = (Vec::new(), None);
            for address in resolving.await? {
                match policy.permits(address.ip()) {
                    Ok(()) => permitted.push(address),
                    Err(reason) => refused = Some(reason),
                }
            }
            match refused {
                Some(reason) if permitted.is_empty() => {
                    Err(io::Error::new(io::ErrorKind::PermissionDenied, reason))
                }
                _ => Ok(permitted.into_iter()),
            }
        })
    }
}

/// The first error of a kind among an error and its causes, also those within I/O errors.
pub(crate) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        let within = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match within {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}

/// The refusal of a resolved address among an error's causes.
pub(crate) fn refusal(error: &(dyn Error + 'static)) -> Option<Refused> {
    find::<Refused>(error).cloned()
}
