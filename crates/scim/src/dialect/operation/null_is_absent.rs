//! [`Quirk::NullIsAbsent`](crate::Quirk::NullIsAbsent): adding nothing changes nothing (S-PATCH-16).
//!
//! ```json
//! {"op":"Add","path":"title","value":null}
//! ```

use super::Verdict;
use crate::error::Result;
use crate::patch::{Op, State, Step, is_nothing};

pub(super) fn rewrite(step: &mut Step, _: &State<'_>) -> Result<Verdict> {
    let adds_nothing = step.op == Op::Add && step.value.as_ref().is_some_and(is_nothing);
    Ok(if adds_nothing { Verdict::Drop(None) } else { Verdict::Keep })
}
