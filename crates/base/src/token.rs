//! Bearer secrets of our own minting: SCIM access tokens and API keys.
//!
//! `pvt_<handle>_<secret><checksum>`: the handle is public and names the connection (or key), so that a refused
//! request can be explained to its owner; the secret is 256 random bits in 43 base-62 digits; the checksum is six more
//! over all before it, so that a typing mistake is known as one without a look-up, and secret scanners can be sure.

use std::fmt;
use std::marker::PhantomData;

use crate::crypto::sha256;
use crate::entropy::{Entropy, random_bytes};
use crate::radix::{self, BASE32};
use crate::secret::Secret;

mod shape;

pub use shape::{TokenError, TokenShape};

/// Characters of a handle: 60 random bits.
pub const HANDLE_LEN: usize = 12;
const SECRET_LEN: usize = 43;
const CHECKSUM_LEN: usize = 6;
const TAIL_LEN: usize = SECRET_LEN + CHECKSUM_LEN;

/// A new public handle: twelve digits of lower-case base 32 without look-alikes.
#[must_use]
pub fn mint_handle(entropy: &dyn Entropy) -> String {
    radix::base32(u64::from_be_bytes(random_bytes(entropy)), HANDLE_LEN)
}

/// What a token is for; known by its prefix.
pub trait TokenKind {
    /// The four characters it starts with.
    const PREFIX: &'static str;
}

/// Kind of [`AccessToken`].
#[derive(Clone, Copy, Debug)]
pub enum Scim {}
/// Kind of [`ApiKey`].
#[derive(Clone, Copy, Debug)]
pub enum Api {}

impl TokenKind for Scim {
    const PREFIX: &'static str = "pvt_";
}

impl TokenKind for Api {
    const PREFIX: &'static str = "pvk_";
}

const PREFIXES: [&str; 2] = [Scim::PREFIX, Api::PREFIX];

/// Entra's *Secret Token*: opens `/scim_v2` for one connection.
pub type AccessToken = Token<Scim>;
/// Opens `/api/v1`.
pub type ApiKey = Token<Api>;

/// A freshly minted token: the only moment at which its text exists here. Store [`Token::digest`].
#[derive(Clone, Debug)]
pub struct Token<K> {
    handle: String,
    text: Secret<String>,
    kind: PhantomData<K>,
}

/// A presented token whose shape and checksum are right; whether it opens anything is for the look-up to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedToken {
    /// The public handle it carries.
    pub handle: String,
    /// SHA-256 of the whole text, as stored.
    pub digest: [u8; 32],
}

impl<K: TokenKind> Token<K> {
    /// Mints a token for a handle (from [`mint_handle`]).
    #[must_use]
    pub fn mint(handle: &str, entropy: &dyn Entropy) -> Self {
        let mut text = format!("{}{handle}_{}", K::PREFIX, radix::base62_256(&random_bytes(entropy)));
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Self { handle: handle.to_owned(), text: Secret::new(text), kind: PhantomData }
    }

    /// Reads what came after `Bearer `.
    ///
    /// # Errors
    /// When it is anything but a whole, unaltered token of this kind: what seems to have happened to it on its way,
    /// and the handle where one can still be read. The error holds nothing of the secret.
    pub fn parse(text: &str) -> Result<ParsedToken, TokenError> {
        match exact(K::PREFIX, text) {
            Some(handle) => Ok(ParsedToken { handle: handle.to_owned(), digest: Self::digest_of(text) }),
            None => Err(shape::diagnose(K::PREFIX, text)),
        }
    }

    /// What is stored and looked up instead of a token: SHA-256 of the whole text. A slow hash would add nothing to
    /// 256 random bits.
    #[must_use]
    pub fn digest_of(text: &str) -> [u8; 32] {
        sha256(text.as_bytes())
    }

    /// The public handle.
    #[must_use]
    pub fn handle(&self) -> &str {
        &self.handle
    }

    /// The text to show once.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// The text, kept from printing.
    #[must_use]
    pub fn into_secret(self) -> Secret<String> {
        self.text
    }

    /// This token's [`Token::digest_of`].
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Self::digest_of(self.expose())
    }
}

impl<K> fmt::Display for Token<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

/// The handle of a text that is exactly a token with this prefix.
fn exact<'a>(prefix: &str, text: &'a str) -> Option<&'a str> {
    let (handle, tail) = split(text.strip_prefix(prefix)?)?;
    let well_formed = tail.len() == TAIL_LEN && tail.bytes().all(|c| c.is_ascii_alphanumeric());
    (well_formed && checksum_holds(text)).then_some(handle)
}

/// Handle and the rest of what follows a prefix.
fn split(text: &str) -> Option<(&str, &str)> {
    let (handle, tail) = text.split_at_checked(HANDLE_LEN)?;
    let tail = tail.strip_prefix('_')?;
    handle.bytes().all(|c| BASE32.contains(&c)).then_some((handle, tail))
}

fn checksum_holds(text: &str) -> bool {
    text.len()
        .checked_sub(CHECKSUM_LEN)
        .and_then(|at| text.split_at_checked(at))
        .is_some_and(|(body, sum)| checksum(body) == sum)
}

fn checksum(body: &str) -> String {
    let mut head = [0; 8];
    head.copy_from_slice(&sha256(body.as_bytes())[..8]);
    radix::base62_u64(u64::from_be_bytes(head), CHECKSUM_LEN)
}

#[cfg(test)]
mod tests;
