//! Messages: what travels around resources (RFC 7644 §3.1). They are no resources and have no discoverable schema
//! (S-SCHEMA-02).

mod error;
mod list;
mod page;
mod search;

pub use error::error_body;
pub use list::{ListWriter, Page};
pub use page::PageLimits;
pub use search::SearchRequest;

use serde_json::{Map, Value};

use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError};

/// URN of the answer to a query.
pub const LIST_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// URN of a query by POST.
pub const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
/// URN of a PATCH request.
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// URN of a bulk request.
pub const BULK_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// URN of the answer to a bulk request.
pub const BULK_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
/// URN of an error.
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// The member of this name, whatever its case (RFC 7643 §2.1).
#[must_use]
pub fn member<'a>(message: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    message
        .get(name)
        .or_else(|| message.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// Checks that a message says it is the one that is wanted (S-MSG-01). URNs are compared without case.
///
/// # Errors
/// 400 `invalidSyntax` when `schemas` does not list the URN; in dialects that tolerate its absence, only when it lists
/// other URNs instead.
pub fn expect_schema(message: &Map<String, Value>, urn: &str, dialect: &Dialect) -> Result<()> {
    let listed = match member(message, "schemas") {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let found = listed.iter().any(|v| v.as_str().is_some_and(|s| s.eq_ignore_ascii_case(urn)));
    if found || (listed.is_empty() && dialect.has(Quirk::MissingMessageSchema)) {
        return Ok(());
    }
    Err(ScimError::syntax(format!("`schemas` must list `{urn}`.")).at("schemas"))
}

#[cfg(test)]
mod tests;
