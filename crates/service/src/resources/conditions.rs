//! `If-Match` and `If-None-Match` (RFC 7644 §3.14, A-24).

use scim::etag;

use super::Attempt;
use crate::Context;

/// The entity tag of a version, as it stands in `ETag` and `meta.version`.
pub(crate) fn tag(version: i64) -> String {
    etag::format(number(version))
}

/// Whether a read may be answered with 304.
///
/// # Errors
/// 400 for a header that is no list of entity tags.
pub(crate) fn not_modified(cx: &Context, if_none_match: Option<&str>, version: i64) -> Attempt<bool> {
    Ok(etag::not_modified(if_none_match, number(version), &cx.session.dialect)?)
}

/// Refuses a write of another version than the one the sender means.
///
/// # Errors
/// 412, or 400 for a header that is no list of entity tags.
pub(crate) fn require(cx: &Context, if_match: Option<&str>, version: i64) -> Attempt<()> {
    Ok(etag::if_match(if_match, number(version), &cx.session.dialect)?)
}

/// Versions count from 1.
fn number(version: i64) -> u64 {
    u64::try_from(version).unwrap_or(0)
}
