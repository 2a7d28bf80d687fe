//! [`Quirk::OpCase`]: Entra writes the operation in capitals unless the tenant URL carries its compatibility flag,
//! and some clients write the keys of the message in a case of their own (S-PATCH-02, A-17).
//!
//! ```json
//! {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
//!  "operations":[{"Op":"Add","Path":"nickName","Value":"Al"}]}
//! ```
//!
//! Attribute names are never exact (RFC 7643 §2.1); this is about the words of the message around them.

use serde_json::{Map, Value};

use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError};

/// The members of a message object, taken out one by one under their names in the RFC's spelling.
pub(crate) struct Fields {
    object: Map<String, Value>,
    any_case: bool,
}

impl Fields {
    pub(crate) fn new(object: Map<String, Value>, dialect: &Dialect) -> Self {
        Self { object, any_case: dialect.has(Quirk::OpCase) }
    }

    /// Takes a member out. A JSON `null` is given as it stands.
    ///
    /// # Errors
    /// 400 `invalidSyntax` when the member is there twice in different cases.
    pub(crate) fn take(&mut self, name: &str) -> Result<Option<Value>> {
        let mut keys = self.object.keys().filter(|k| k.eq_ignore_ascii_case(name));
        let Some(key) = keys.next().cloned() else { return Ok(None) };
        // Also where case counts: of two readers of such a message, each could see another one.
        if keys.next().is_some() {
            return Err(ScimError::syntax(format!(
                "The message has `{name}` more than once, in different cases. Send it once."
            )));
        }
        Ok(if self.any_case || key == name { self.object.shift_remove(&key) } else { None })
    }

    /// Takes a member out, `null` counting as absent.
    pub(crate) fn take_some(&mut self, name: &str) -> Result<Option<Value>> {
        Ok(self.take(name)?.filter(|v| !v.is_null()))
    }
}

/// Whether a keyword of the message is this one.
pub(crate) fn same_word(sent: &str, word: &str, dialect: &Dialect) -> bool {
    if dialect.has(Quirk::OpCase) { sent.eq_ignore_ascii_case(word) } else { sent == word }
}
