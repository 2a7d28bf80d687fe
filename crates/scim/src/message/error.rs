//! The error message (RFC 7644 §3.12).

use super::ERROR;
use crate::error::ScimError;
use crate::json::{write_key, write_str};

/// The body of an error answer (S-ERR-01). The status is a string; the keyword is there only with 400, 403 and 409
/// (S-ERR-02).
#[must_use]
pub fn error_body(error: &ScimError) -> String {
    let mut out = String::with_capacity(160 + error.detail.len());
    out.push('{');
    write_key(&mut out, "schemas");
    out.push('[');
    write_str(&mut out, ERROR);
    out.push_str("],");
    write_key(&mut out, "status");
    write_str(&mut out, &error.status.to_string());
    if let Some(kind) = error.scim_type
        && matches!(error.status, 400 | 403 | 409)
    {
        out.push(',');
        write_key(&mut out, "scimType");
        write_str(&mut out, kind.as_str());
    }
    if !error.detail.is_empty() {
        out.push(',');
        write_key(&mut out, "detail");
        write_str(&mut out, &error.detail);
    }
    out.push('}');
    out
}
