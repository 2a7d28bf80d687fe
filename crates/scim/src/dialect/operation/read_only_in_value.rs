//! [`Quirk::ReadOnlyInValue`](crate::Quirk::ReadOnlyInValue): a rename by Okta sends the group's id along. Named by a
//! `path`, a read-only attribute is refused all the same (A-14).
//!
//! ```json
//! {"op":"replace","value":{"id":"g1","displayName":"New name"}}
//! ```

use super::Verdict;
use crate::error::Result;
use crate::patch::{State, Step};

pub(super) fn rewrite(step: &mut Step, _: &State<'_>) -> Result<Verdict> {
    Ok(if step.within_value && step.target.is_read_only() { Verdict::Drop(None) } else { Verdict::Keep })
}
