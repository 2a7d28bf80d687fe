//! [`Quirk::MissingMessageSchema`]: a message that does not say which message it is; the endpoint says it
//! (S-MSG-01).
//!
//! ```json
//! {"Operations":[{"op":"replace","path":"active","value":false}]}
//! ```

use serde_json::Value;

use super::Fields;
use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError};

/// Takes `schemas` out of a message and checks that it names `urn`.
///
/// # Errors
/// 400 `invalidSyntax` when it does not; with the quirk only when it names something else.
pub(crate) fn require_schema(fields: &mut Fields, urn: &str, dialect: &Dialect) -> Result<()> {
    let lenient = dialect.has(Quirk::MissingMessageSchema);
    let sent = match fields.take_some("schemas")? {
        Some(Value::Array(sent)) => sent,
        Some(Value::String(one)) if lenient => vec![Value::String(one)],
        None if lenient => return Ok(()),
        Some(_) => {
            return Err(
                ScimError::syntax(format!("`schemas` must be a list that holds `{urn}`.")).at("schemas")
            );
        }
        None => Vec::new(),
    };
    if sent.iter().any(|s| s.as_str().is_some_and(|s| s.eq_ignore_ascii_case(urn))) {
        return Ok(());
    }
    if lenient && sent.is_empty() {
        return Ok(());
    }
    let found = sent.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    let found = if found.is_empty() { "nothing".to_owned() } else { format!("`{found}`") };
    Err(ScimError::syntax(format!("The message must name `{urn}` in `schemas`; it names {found}."))
        .at("schemas"))
}
