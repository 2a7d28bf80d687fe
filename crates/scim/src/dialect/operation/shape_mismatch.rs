//! [`Quirk::ShapeMismatch`](crate::Quirk::ShapeMismatch) in PATCH: a list around the only value. What a value of the
//! wrong shape means for an attribute is settled where documents are read (A-41).
//!
//! ```json
//! {"op":"Replace","path":"emails[type eq \"work\"]","value":[{"value":"ann@ex.org"}]}
//! {"op":"Add","path":"manager","value":[{"$ref":"https://ex.org/Users/m1","value":"m1"}]}
//! {"op":"replace","value":[{"displayName":"Ann"}]}
//! ```

use serde_json::Value;

use super::Verdict;
use crate::dialect::{Dialect, Quirk};
use crate::error::Result;
use crate::patch::{State, Step, Target};

pub(super) fn rewrite(step: &mut Step, state: &State<'_>) -> Result<Verdict> {
    let single = match &step.target {
        Target::Element(at) => at.sub.is_none() && !state.is_relation(&at.list),
        Target::Attr(path) => !path.leaf().multi_valued,
        Target::Container(_) => true,
    };
    if single
        && let Some(Value::Array(list)) = &mut step.value
        && list.len() == 1
    {
        step.value = list.pop();
    }
    Ok(Verdict::Keep)
}

/// The value of an operation without a path.
pub(crate) fn resource_in_list(value: Value, dialect: &Dialect) -> Value {
    match value {
        Value::Array(mut list) if list.len() == 1 && dialect.has(Quirk::ShapeMismatch) => {
            list.pop().unwrap_or_default()
        }
        other => other,
    }
}
