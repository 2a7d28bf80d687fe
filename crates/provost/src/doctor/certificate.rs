//! The certificate and TLS of the public URL, as Entra meets them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base::tls::{AnyCertificate, verify_chain};
use base::{Clock, SystemClock};
use rustls::crypto::ring::{cipher_suite, default_provider};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, SupportedProtocolVersion};
use tokio_rustls::TlsConnector;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use super::Finding;
use super::configuration::Place;

const PART: &str = "certificate";
/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// A certificate that ends sooner should have been renewed by now.
const SOON: i64 = 21 * 24 * 3600;
/// The authorities that Microsoft names for provisioning, by words of their certificates' names; those that bought or
/// succeeded one stand beside it.
const LISTED: [&str; 17] = [
    "CyberTrust",
    "DigiCert",
    "GeoTrust",
    "thawte",
    "VeriSign",
    "Symantec",
    "RapidSSL",
    "GlobalSign",
    "Go Daddy",
    "GoDaddy",
    "Starfield",
    "COMODO",
    "Sectigo",
    "USERTrust",
    "UserTrust",
    "Entrust",
    "Amazon",
];

/// What was found, and whether the chain is trusted, so that more can be asked.
pub(super) async fn look(place: &Place, address: SocketAddr) -> (Vec<Finding>, bool) {
    let chain = match handshake(place, address, &TLS12).await {
        Ok(chain) => chain,
        Err(reason) => return (vec![no_tls12(place, address, &reason).await], false),
    };
    let mut found = vec![Finding::good(PART, "TLS 1.2 with a cipher suite that Entra offers")];
    let trusted = match trust(place, &chain) {
        Ok(()) => {
            found.push(Finding::good(PART, format!("it is trusted for {}", place.host)));
            true
        }
        Err(reason) => {
            found.push(untrusted(&chain, &reason));
            false
        }
    };
    found.extend(chain.first().map(facts));
    if trusted {
        found.extend(chain.last().map(authority));
    }
    (found, trusted)
}

/// The chain that the server sends when it is asked with one version of TLS and Entra's cipher suites. Whether it can be
/// trusted is looked at afterwards, so that what is wrong with it can be said; nothing is sent over this connection.
async fn handshake(
    place: &Place,
    address: SocketAddr,
    version: &'static SupportedProtocolVersion,
) -> Result<Vec<CertificateDer<'static>>, String> {
    let mut provider = default_provider();
    if version == &TLS12 {
        provider.cipher_suites = vec![
            cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        ];
    }
    let provider = Arc::new(provider);
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[version])
        .map_err(|e| e.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(AnyCertificate::new(provider))
        .with_no_client_auth();
    let name = ServerName::try_from(place.host.clone()).map_err(|e| e.to_string())?;
    let work = async {
        let socket = tokio::net::TcpStream::connect(address).await?;
        TlsConnector::from(Arc::new(config)).connect(name, socket).await
    };
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(stream)) => {
            let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
            Ok(chain.iter().map(|certificate| certificate.clone().into_owned()).collect())
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no handshake in {} seconds", PATIENCE.as_secs())),
    }
}

async fn no_tls12(place: &Place, address: SocketAddr, reason: &str) -> Finding {
    if handshake(place, address, &TLS13).await.is_ok() {
        let todo = "switch on TLS 1.2 with ECDHE and AES-GCM: Entra offers nothing newer";
        return Finding::fault(PART, format!("TLS 1.3 works and TLS 1.2 does not: {reason}"), todo);
    }
    let todo = "let HTTPS be spoken on this port: --tls-cert and --tls-key, or a proxy";
    Finding::fault(PART, format!("no TLS: {reason}"), todo)
}

fn trust(place: &Place, chain: &[CertificateDer<'_>]) -> Result<(), String> {
    let name = ServerName::try_from(place.host.as_str()).map_err(|e| e.to_string())?;
    verify_chain(chain, &name).map_err(|e| e.to_string())
}

fn untrusted(chain: &[CertificateDer<'_>], reason: &str) -> Finding {
    let own = chain.first().and_then(|leaf| read(leaf)).is_some_and(|leaf| leaf.subject() == leaf.issuer());
    let todo = if own {
        "it signed itself: get one from a public authority; Entra takes no other"
    } else if chain.len() == 1 {
        "the server sends it alone: give the whole chain, intermediate certificates after it, in one PEM file"
    } else {
        "get a certificate for exactly this name from a public authority, and renew it before it ends"
    };
    Finding::fault(PART, format!("it is not trusted: {reason}"), todo)
}

/// When it ends, and how strong its key is.
fn facts(leaf: &CertificateDer<'static>) -> Finding {
    let Some(leaf) = read(leaf) else {
        return Finding::advice(
            PART,
            "it cannot be read as X.509",
            "compare with another client, such as openssl s_client",
        );
    };
    let now = SystemClock.now().as_micros().div_euclid(1_000_000);
    let left = leaf.validity().not_after.timestamp() - now;
    let days = left.div_euclid(24 * 3600);
    if left <= 0 {
        return Finding::fault(
            PART,
            format!("it ended {} days ago", -days),
            "renew it, and restart whatever serves it",
        );
    }
    let key = leaf.public_key().parsed();
    let bits = key.as_ref().map_or(0, PublicKey::key_size);
    let enough = match key {
        Ok(PublicKey::RSA(_)) => bits >= 2048,
        Ok(PublicKey::EC(_)) => bits >= 256,
        _ => true,
    };
    if !enough {
        return Finding::fault(
            PART,
            format!("its key has {bits} bits"),
            "take RSA of 2048 bits or ECC of 256, or more",
        );
    }
    if left < SOON {
        return Finding::advice(
            PART,
            format!("it ends in {days} days"),
            "renew it now; an ended certificate puts Entra's job into quarantine",
        );
    }
    Finding::good(PART, format!("it is good for {days} days more, with a key of {bits} bits"))
}

/// Who stands behind it, compared with whom Microsoft lists.
fn authority(last: &CertificateDer<'static>) -> Finding {
    let Some(last) = read(last) else {
        return Finding::good(PART, "the last certificate of the chain cannot be read");
    };
    let name = last.issuer().to_string();
    if LISTED.iter().any(|listed| name.contains(listed)) {
        return Finding::good(PART, format!("its authority is one that Microsoft lists: {name}"));
    }
    Finding::advice(
        PART,
        format!("its authority is not among those that Microsoft lists for provisioning: {name}"),
        "it may work all the same (Let's Encrypt is listed by an older root only): try Test Connection early",
    )
}

fn read<'a>(certificate: &'a CertificateDer<'_>) -> Option<X509Certificate<'a>> {
    X509Certificate::from_der(certificate.as_ref()).ok().map(|(_, certificate)| certificate)
}
