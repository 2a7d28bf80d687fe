//! [`Quirk::SubWithoutElement`](crate::Quirk::SubWithoutElement): a sub-attribute of a list that has no element yet
//! makes one (T8). The RFC is silent; strictly there is nothing to set it on.
//!
//! ```json
//! {"op":"Add","path":"emails.value","value":"ann@ex.org"}
//! ```

use serde_json::json;

use super::Verdict;
use crate::error::Result;
use crate::patch::{Op, State, Step, Target, is_nothing};
use crate::schema::Resolved;

pub(super) fn rewrite(step: &mut Step, state: &State<'_>) -> Result<Verdict> {
    let Target::Attr(path) = &step.target else { return Ok(Verdict::Keep) };
    let (Some(sub), Some(value)) = (&path.sub, &step.value) else { return Ok(Verdict::Keep) };
    if step.op == Op::Remove
        || !path.attribute.multi_valued
        || is_nothing(value)
        || step.target.is_read_only()
        || state.is_relation(path)
        || state.document.attribute(path).is_some()
    {
        return Ok(Verdict::Keep);
    }
    *step = Step {
        op: Op::Add,
        value: Some(json!([{ sub.name.clone(): value }])),
        target: Target::Attr(Resolved { sub: None, ..path.clone() }),
        within_value: step.within_value,
    };
    Ok(Verdict::Keep)
}
