//! [`Quirk::ActiveNeverUnassigned`](crate::Quirk::ActiveNeverUnassigned): a mapping without a value for `active` must
//! neither disable anybody nor, later, enable them by accident (design ruling 5).
//!
//! ```json
//! {"op":"Replace","path":"active","value":null}
//! ```

use super::Verdict;
use crate::error::Result;
use crate::patch::{Op, State, Step, Target, is_nothing};
use crate::schema::USER;

pub(super) fn rewrite(step: &mut Step, state: &State<'_>) -> Result<Verdict> {
    let is_active = match &step.target {
        Target::Attr(path) => path.container.is_none() && path.attribute.name == "active",
        _ => false,
    };
    let clears = step.op == Op::Remove || step.value.as_ref().is_some_and(is_nothing);
    Ok(if is_active && clears && &*state.rt.schema.id == USER {
        Verdict::Drop(Some("`active` is never without a value; it stays as it is".to_owned()))
    } else {
        Verdict::Keep
    })
}
