//! Page cursors (RFC 9865): a position in a sorted result, sealed, so that nothing is kept for it here and nobody can make
//! one up or learn anything from it (S-CUR-04).

use std::time::Duration;

use base::{Entropy, SealingKey, Timestamp};
use scim::filter::Operand;
use scim::{ScimError, ScimType};
use serde::{Deserialize, Serialize};
use store::{Keyset, ResourceId};

use crate::Context;

/// Seals and opens cursors.
#[derive(Debug, Clone)]
pub(crate) struct Cursors {
    key: SealingKey,
}

/// Which walk a cursor belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk<'a> {
    /// Endpoint, filter and order; see [`query_hash`].
    pub(crate) query: [u8; 16],
    /// Results on a page.
    pub(crate) count: u32,
    /// Whose walk; see [`whose`].
    pub(crate) whose: &'a [u8],
    /// When.
    pub(crate) now: Timestamp,
}

/// What is in a cursor.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    q: [u8; 16],
    n: u32,
    /// Issued, in microseconds.
    t: i64,
    /// Towards the beginning.
    b: bool,
    id: ResourceId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s: Option<Sorted>,
}

/// The sort value.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sorted {
    Bool(bool),
    Integer(i64),
    /// Bits, since JSON would round.
    Decimal(u64),
    Instant(i64),
    Exact(String),
    Folded(String),
}

impl Cursors {
    /// With the installation's key; without one, cursors end with the process.
    pub(crate) fn new(key: Option<&SealingKey>, entropy: &dyn Entropy) -> Self {
        let key = match key {
            Some(key) => key.derive("page cursors"),
            None => SealingKey::generate(entropy),
        };
        Self { key }
    }

    /// The cursor for what lies beyond this position.
    pub(crate) fn seal(
        &self,
        entropy: &dyn Entropy,
        walk: &Walk<'_>,
        from: &Keyset,
        backwards: bool,
    ) -> String {
        let s = from.sort.clone().map(|operand| match operand {
            Operand::Bool(value) => Sorted::Bool(value),
            Operand::Integer(value) => Sorted::Integer(value),
            Operand::Decimal(value) => Sorted::Decimal(value.to_bits()),
            Operand::Instant(value) => Sorted::Instant(value),
            Operand::Exact(text) => Sorted::Exact(text),
            Operand::Folded(text) => Sorted::Folded(text),
        });
        let content =
            Content { q: walk.query, n: walk.count, t: walk.now.as_micros(), b: backwards, id: from.id, s };
        let plain = serde_json::to_vec(&content).unwrap_or_default();
        self.key.seal(entropy, walk.whose, &plain)
    }

    /// The position in a cursor and whether it goes backwards.
    ///
    /// # Errors
    /// 400 `invalidCursor` for one that is forged, another caller's, or of another query; `expiredCursor` for one that is
    /// too old; `invalidCount` when the size of pages has changed (S-CUR-05, S-CUR-08).
    pub(crate) fn open(
        &self,
        walk: &Walk<'_>,
        cursor: &str,
        age: Duration,
    ) -> Result<(Keyset, bool), ScimError> {
        let wrong = |detail: &str| ScimError::bad(ScimType::InvalidCursor, detail);
        let content: Content = self
            .key
            .open(walk.whose, cursor)
            .ok()
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .ok_or_else(|| {
                wrong("The cursor is not one that this service gave out to you. Begin with an empty one.")
            })?;
        if walk.now.since(Timestamp::from_micros(content.t)) > age {
            let detail = "The cursor is too old. Begin again with an empty one.";
            return Err(ScimError::bad(ScimType::ExpiredCursor, detail));
        }
        if content.q != walk.query {
            return Err(wrong(
                "The cursor belongs to a query with another filter or order. Repeat that query.",
            ));
        }
        if content.n != walk.count {
            let detail =
                format!("The pages of this walk have {} results. Keep `count` as it was.", content.n);
            return Err(ScimError::bad(ScimType::InvalidCount, detail));
        }
        let sort = content.s.map(|s| match s {
            Sorted::Bool(value) => Operand::Bool(value),
            Sorted::Integer(value) => Operand::Integer(value),
            Sorted::Decimal(bits) => Operand::Decimal(f64::from_bits(bits)),
            Sorted::Instant(value) => Operand::Instant(value),
            Sorted::Exact(text) => Operand::Exact(text),
            Sorted::Folded(text) => Operand::Folded(text),
        });
        Ok((Keyset { sort, id: content.id }, content.b))
    }
}

/// What a query is, apart from its page. Each part is preceded by its length, so that no two queries run together.
pub(crate) fn query_hash(parts: &[&str]) -> [u8; 16] {
    let mut text = Vec::new();
    for part in parts {
        text.extend_from_slice(&(part.len() as u64).to_be_bytes());
        text.extend_from_slice(part.as_bytes());
    }
    let mut out = [0; 16];
    out.copy_from_slice(&base::sha256(&text)[..16]);
    out
}

/// A cursor opens only for whom it was sealed: tenant, connection, and what the token covers (S-CUR-15).
pub(crate) fn whose(cx: &Context) -> Vec<u8> {
    let caller = &cx.session.caller;
    format!("{} {} {:?}", caller.tenant.0, caller.connection.0, caller.grant.scope).into_bytes()
}

#[cfg(test)]
mod tests;
