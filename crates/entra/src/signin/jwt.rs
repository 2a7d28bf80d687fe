//! Signed tokens: the compact form of RFC 7515 with RS256 or ES256 (RFC 7518), and the keys behind it as RFC 7517 has
//! them.

use std::fmt;
use std::sync::Arc;

use base::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value as Json, json};

/// A key that signs tokens. Clones share it.
#[derive(Clone)]
pub struct SigningKey {
    pair: Pair,
    pkcs8: Secret<Vec<u8>>,
    id: String,
}

#[derive(Clone)]
enum Pair {
    Rsa(Arc<RsaKeyPair>),
    Ec(Arc<EcdsaKeyPair>),
}

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The text has no PEM block of a private key.
    #[error("there is no `BEGIN PRIVATE KEY` or `BEGIN RSA PRIVATE KEY` in the text")]
    NoPem,
    /// The block is neither an RSA key of 2048 bits or more nor a P-256 key.
    #[error("the key is neither RSA with at least 2048 bits nor P-256: {0}")]
    Rejected(&'static str),
    /// The system's randomness failed.
    #[error("the key cannot sign: the system gave no randomness")]
    Signing,
}

impl SigningKey {
    /// Makes a new P-256 key, for ES256.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate() -> Result<Self, KeyFault> {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|_| KeyFault::Signing)?;
        Self::from_pkcs8(pkcs8.as_ref().to_vec())
    }

    /// Reads an RSA (RS256) or P-256 (ES256) key from PEM.
    ///
    /// # Errors
    /// When there is none, or it is of another kind.
    pub fn from_pem(text: &str) -> Result<Self, KeyFault> {
        if let Some(der) = block(text, "PRIVATE KEY") {
            return Self::from_pkcs8(der);
        }
        let der = block(text, "RSA PRIVATE KEY").ok_or(KeyFault::NoPem)?;
        let pair = RsaKeyPair::from_der(&der).map_err(|e| KeyFault::Rejected(reason(e)))?;
        Ok(Self::of(Pair::Rsa(Arc::new(pair)), der))
    }

    fn from_pkcs8(der: Vec<u8>) -> Result<Self, KeyFault> {
        let random = SystemRandom::new();
        let pair = match RsaKeyPair::from_pkcs8(&der) {
            Ok(pair) => Pair::Rsa(Arc::new(pair)),
            // An RSA key that is too small must be told as that, not as a failed P-256 key.
            Err(rsa) => match EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &random) {
                Ok(pair) => Pair::Ec(Arc::new(pair)),
                Err(_) => return Err(KeyFault::Rejected(reason(rsa))),
            },
        };
        Ok(Self::of(pair, der))
    }

    fn of(pair: Pair, der: Vec<u8>) -> Self {
        let public = match &pair {
            Pair::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ec(pair) => pair.public_key().as_ref().to_vec(),
        };
        let id = URL_SAFE_NO_PAD.encode(&base::sha256(&public)[..16]);
        Self { pair, pkcs8: Secret::new(der), id }
    }

    /// The key as PEM, to be kept and read back. Only keys in PKCS#8 are printed; one read as `RSA PRIVATE KEY` prints
    /// as that again.
    #[must_use]
    pub fn to_pem(&self) -> Secret<String> {
        let der = self.pkcs8.expose();
        // PKCS#8 begins with a version and an algorithm's sequence; PKCS#1 with a version and the modulus.
        let pkcs8 = !matches!(self.pair, Pair::Rsa(_)) || RsaKeyPair::from_pkcs8(der).is_ok();
        let label = if pkcs8 { "PRIVATE KEY" } else { "RSA PRIVATE KEY" };
        let text = STANDARD.encode(der);
        let lines: Vec<_> =
            text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        Secret::new(format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n")))
    }

    /// The key's name in `kid`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The algorithm's name in `alg`.
    #[must_use]
    pub const fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::Ec(_) => "ES256",
        }
    }

    /// The public half (RFC 7517, RFC 7518 §6).
    #[must_use]
    pub fn public_jwk(&self) -> Json {
        let mut jwk = match &self.pair {
            Pair::Rsa(pair) => {
                let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(public.n), "e": URL_SAFE_NO_PAD.encode(public.e)})
            }
            Pair::Ec(pair) => {
                // An uncompressed point: 4, then both coordinates of 32 bytes.
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({"kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y)})
            }
        };
        jwk["use"] = json!("sig");
        jwk["kid"] = json!(self.id);
        jwk["alg"] = json!(self.algorithm());
        jwk
    }

    /// Signs claims as a compact token (RFC 7515 §3.1).
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn sign(&self, claims: &Json) -> Result<Secret<String>, KeyFault> {
        // `x5t` is what Entra's older tokens name their key by.
        let header = json!({"typ": "JWT", "alg": self.algorithm(), "x5t": self.id, "kid": self.id});
        let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(claims.to_string()));
        let random = SystemRandom::new();
        let signature = match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, token.as_bytes(), &mut signature)
                    .map_err(|_| KeyFault::Signing)?;
                signature
            }
            Pair::Ec(pair) => {
                pair.sign(&random, token.as_bytes()).map_err(|_| KeyFault::Signing)?.as_ref().to_vec()
            }
        };
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Ok(Secret::new(token))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {})", self.algorithm(), self.id)
    }
}

/// The bytes of the first PEM block of this label.
fn block(text: &str, label: &str) -> Option<Vec<u8>> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let inner = &text[text.find(&begin)? + begin.len()..];
    let base64: String = inner[..inner.find(&end)?].split_whitespace().collect();
    STANDARD.decode(base64).ok()
}

/// The reason in ring's words, which name no part of the key.
fn reason(rejected: ring::error::KeyRejected) -> &'static str {
    match rejected.to_string().as_str() {
        "TooSmall" => "it is too small",
        "TooLarge" => "it is too large",
        "WrongAlgorithm" => "it is of another algorithm",
        "InvalidEncoding" => "it is damaged",
        _ => "it is not fit for signing",
    }
}
