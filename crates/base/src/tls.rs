//! TLS: one crypto provider for the process, and a server's certificate from files.

mod client;

pub use client::{AnyCertificate, client_config, trusting_nobody, verify_chain};

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};

use crate::hint::Hinted;

/// Makes ring the provider of every TLS connection of this process. Harmless when called again, or when a provider is
/// there already.
pub fn install_crypto_provider() {
    if CryptoProvider::get_default().is_none() {
        // Losing the race to another thread leaves a provider installed, which is all that is wanted.
        let _ = default_provider().install_default();
    }
}

/// A server's side of TLS 1.2 and 1.3 (Entra needs 1.2) for HTTP/1.1, from a certificate chain and its private key in
/// PEM files.
///
/// # Errors
/// When a file cannot be read, holds no certificate or key, or the two do not belong together; each names its file.
pub fn load_server_config(certificates: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = load_certificates(certificates)?;
    let private = read_key(key)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|e| TlsError::new(key, Kind::Mismatch(e)))?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|e| TlsError::new(key, Kind::Mismatch(e)))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The certificates in a PEM file, in its order.
///
/// # Errors
/// When the file cannot be read or holds no certificate.
pub fn load_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let pem = read(path)?;
    let chain = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| TlsError::new(path, Kind::Pem(e)))?;
    if chain.is_empty() { Err(TlsError::new(path, Kind::NoCertificate)) } else { Ok(chain) }
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_slice(&read(path)?).map_err(|e| match e {
        PemError::NoItemsFound => TlsError::new(path, Kind::NoKey),
        other => TlsError::new(path, Kind::Pem(other)),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|e| TlsError::new(path, Kind::Read(e)))
}

/// Why a certificate could not be loaded.
#[derive(Debug)]
pub struct TlsError {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Read(std::io::Error),
    Pem(PemError),
    NoCertificate,
    NoKey,
    Mismatch(rustls::Error),
}

impl TlsError {
    fn new(path: &Path, kind: Kind) -> Self {
        Self { path: path.to_owned(), kind }
    }

    /// The file at fault.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.kind {
            Kind::Read(_) => write!(f, "cannot read {path}"),
            Kind::Pem(_) => write!(f, "{path} is no well-formed PEM file"),
            Kind::NoCertificate => write!(f, "{path} holds no certificate"),
            Kind::NoKey => write!(f, "{path} holds no private key"),
            Kind::Mismatch(_) => write!(f, "the private key in {path} cannot serve this certificate"),
        }
    }
}

impl Error for TlsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            Kind::Read(e) => Some(e),
            Kind::Pem(e) => Some(e),
            Kind::Mismatch(e) => Some(e),
            Kind::NoCertificate | Kind::NoKey => None,
        }
    }
}

impl Hinted for TlsError {
    fn hints(&self) -> Vec<String> {
        let hint = match self.kind {
            Kind::Read(_) => "check that the file exists and that this user may read it",
            Kind::Pem(_) => {
                "the file must contain -----BEGIN … ----- blocks in base64; DER files must be converted"
            }
            Kind::NoCertificate => {
                "give the certificate chain, server's first, as -----BEGIN CERTIFICATE----- blocks"
            }
            Kind::NoKey => "give an unencrypted key as a -----BEGIN PRIVATE KEY----- block",
            Kind::Mismatch(_) => "the key must be the one the first certificate of the chain was issued for",
        };
        vec![hint.into()]
    }
}

#[cfg(test)]
mod tests;
