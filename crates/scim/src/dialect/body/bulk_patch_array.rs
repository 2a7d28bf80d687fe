//! [`Quirk::BulkPatchArray`]: an example of RFC 7644 §3.7.3 gives the data of a PATCH inside a bulk request as the
//! bare list of operations, without the message around it (erratum 5050, S-BULK-11).
//!
//! ```json
//! {"method":"PATCH","path":"/Groups/g1","data":[{"op":"remove","path":"members[value eq \"u1\"]"}]}
//! ```

use serde_json::{Value, json};

use crate::dialect::{Dialect, Quirk};

/// The PATCH message that the data of a bulk operation means.
pub(crate) fn patch_message(data: Value, dialect: &Dialect) -> Value {
    match data {
        Value::Array(operations) if dialect.has(Quirk::BulkPatchArray) => {
            json!({"schemas": [crate::patch::PATCH_OP], "Operations": operations})
        }
        other => other,
    }
}
