//! The client's side of TLS, with and without a look at the server's certificate.

use std::path::Path;
use std::sync::Arc;

use base::tls::{AnyCertificate, client_config, load_certificates};
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use store::{StoreError, StoreResult};

/// TLS as it is asked for; `roots` is a PEM file.
pub(super) fn config(verify: bool, roots: Option<&Path>) -> StoreResult<ClientConfig> {
    base::tls::install_crypto_provider();
    if let Some(file) = roots {
        let mut store = RootCertStore::empty();
        for certificate in load_certificates(file).map_err(|e| unusable(&e))? {
            store.add(certificate).map_err(|e| unusable(&e))?;
        }
        return Ok(ClientConfig::builder().with_root_certificates(store).with_no_client_auth());
    }
    if verify {
        return client_config(Vec::new()).map_err(|e| unusable(&e));
    }
    // Encrypts without asking who the other side is: what `sslmode=prefer` and `require` mean. Whoever wants to know asks
    // for `verify-full`.
    let any = AnyCertificate::new(Arc::new(default_provider()));
    Ok(ClientConfig::builder().dangerous().with_custom_certificate_verifier(any).with_no_client_auth())
}

fn unusable(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Internal(format!("TLS to the database cannot be set up: {error}"))
}
