//! [`Quirk::EmptyOperations`]: Entra has been seen to send a PATCH with nothing in it; it changes nothing.
//!
//! ```json
//! {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[]}
//! ```

use serde_json::Value;

use super::Fields;
use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError};

/// Takes the list of operations out of a message.
///
/// # Errors
/// 400 `invalidSyntax` when there is no list, or, without the quirk, an empty one (RFC 7644 §3.5.2: one or more).
pub(crate) fn operations(fields: &mut Fields, dialect: &Dialect) -> Result<Vec<Value>> {
    let problem = |text: &str| Err(ScimError::syntax(text).at("Operations"));
    match fields.take_some("Operations")? {
        Some(Value::Array(list)) if list.is_empty() && !dialect.has(Quirk::EmptyOperations) => {
            problem("`Operations` is empty. Send at least one operation.")
        }
        Some(Value::Array(list)) => Ok(list),
        Some(_) => problem("`Operations` must be a list of operations."),
        None => problem("The message has no `Operations`. Send a list of at least one operation."),
    }
}
