//! The few cryptographic operations the product needs, on ring; the only module beside `entropy` and `tls` that names
//! it, so that another library is a change to these files.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{digest, hmac};
use subtle::ConstantTimeEq;

use crate::entropy::{Entropy, random_bytes};

/// First byte of everything sealed, so that the format can change.
const FORMAT: u8 = 1;
const KEY_ID_LEN: usize = 4;
const HEAD_LEN: usize = 1 + KEY_ID_LEN + NONCE_LEN;

/// SHA-256 (FIPS 180-4).
#[must_use]
pub fn sha256(data: &[u8]) -> [u8; 32] {
    fixed(digest::digest(&digest::SHA256, data).as_ref())
}

/// HMAC with SHA-256 (RFC 2104).
#[must_use]
pub fn hmac_sha256(key: &[u8], data: &[u8]) -> [u8; 32] {
    fixed(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref())
}

/// Whether both are equal, in a time that tells nothing but their lengths.
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

fn fixed(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(bytes);
    out
}

/// A key that seals small texts for a round trip through other hands (page cursors) or for rest on disk (signing
/// secrets, source passwords): AES-256-GCM, a random nonce, and the key's id in front so that keys can be rotated.
#[derive(Clone)]
pub struct SealingKey {
    key: [u8; 32],
    id: [u8; KEY_ID_LEN],
    aead: LessSafeKey,
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl SealingKey {
    /// A key from 32 random bytes.
    ///
    /// # Panics
    /// Never: every 32 bytes are an AES-256 key.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        let unbound = UnboundKey::new(&AES_256_GCM, &key).expect("32 bytes are a key of AES-256");
        let mut id = [0; KEY_ID_LEN];
        id.copy_from_slice(&hmac_sha256(&key, b"provost sealing key id")[..KEY_ID_LEN]);
        Self { key, id, aead: LessSafeKey::new(unbound) }
    }

    /// A new key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self::new(random_bytes(entropy))
    }

    /// A key for one purpose, so that what is sealed for one can never be opened as another.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Self {
        Self::new(hmac_sha256(&self.key, format!("provost sealing key for {purpose}").as_bytes()))
    }

    /// Seals `plain`, bound to `context` (which is not kept: a tenant's id, a row's key). The text consists of RFC 3986
    /// unreserved characters only, as RFC 9865 §2.1 asks of cursors.
    ///
    /// # Panics
    /// Only when `plain` is longer than 64 GiB.
    #[must_use]
    pub fn seal(&self, entropy: &dyn Entropy, context: &[u8], plain: &[u8]) -> String {
        let nonce: [u8; NONCE_LEN] = random_bytes(entropy);
        let mut sealed = Vec::with_capacity(HEAD_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(&self.id);
        sealed.extend_from_slice(&nonce);
        let mut body = plain.to_vec();
        self.aead
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut body)
            .expect("the text is shorter than the cipher's limit");
        sealed.append(&mut body);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// Opens what this key sealed for the same context.
    ///
    /// # Errors
    /// See [`OpenError`]; none of them says anything about the content.
    pub fn open(&self, context: &[u8], sealed: &str) -> Result<Vec<u8>, OpenError> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| OpenError::NotSealed)?;
        if bytes.len() < HEAD_LEN + AES_256_GCM.tag_len() || bytes[0] != FORMAT {
            return Err(OpenError::NotSealed);
        }
        let (head, body) = bytes.split_at(HEAD_LEN);
        if head[1..=KEY_ID_LEN] != self.id {
            return Err(OpenError::OtherKey);
        }
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&head[1 + KEY_ID_LEN..]);
        let mut body = body.to_vec();
        let plain = self
            .aead
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut body)
            .map_err(|_| OpenError::Tampered)?;
        Ok(plain.to_vec())
    }
}

/// Why a sealed text does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// No text that a sealing key makes.
    NotSealed,
    /// Sealed with another key: a rotated one, another purpose's, another installation's.
    OtherKey,
    /// Changed on its way, or sealed for another context.
    Tampered,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSealed => "not a sealed text",
            Self::OtherKey => "sealed with another key",
            Self::Tampered => "sealed for another context, or changed since",
        })
    }
}

impl std::error::Error for OpenError {}

#[cfg(test)]
mod tests;
