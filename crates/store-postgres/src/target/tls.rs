//! The client's side of TLS, with and without a look at the server's certificate.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::ConfigVerifierExt;
use store::{StoreError, StoreResult};

/// TLS as it is asked for; `roots` is a PEM file.
pub(super) fn config(verify: bool, roots: Option<&Path>) -> StoreResult<ClientConfig> {
    base::tls::install_crypto_provider();
    if let Some(file) = roots {
        let mut store = RootCertStore::empty();
        for certificate in base::tls::load_certificates(file).map_err(|e| unusable(&e))? {
            store.add(certificate).map_err(|e| unusable(&e))?;
        }
        return Ok(ClientConfig::builder().with_root_certificates(store).with_no_client_auth());
    }
    if verify {
        return ClientConfig::with_platform_verifier().map_err(|e| unusable(&e));
    }
    let verifier = Arc::new(AnyCertificate(Arc::new(ring::default_provider())));
    Ok(ClientConfig::builder().dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn unusable(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Internal(format!("TLS to the database cannot be set up: {error}"))
}

/// Encrypts without asking who the other side is: what `sslmode=prefer` and `require` mean. Whoever wants to know asks for
/// `verify-full`.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
