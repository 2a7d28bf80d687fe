//! [`Quirk::FilteredPathUpsert`](crate::Quirk::FilteredPathUpsert): Entra replaces the work e-mail of a person who has
//! none, and expects that there is one afterwards (A-05). RFC 7644 §3.5.2.3 wants `noTarget`.
//!
//! ```json
//! {"op":"Replace","path":"emails[type eq \"work\"].value","value":"ann@ex.org"}
//! ```

use serde_json::Value;

use super::Verdict;
use crate::error::Result;
use crate::filter::eval::matches_element;
use crate::patch::{Op, State, Step, Target};
use crate::schema::AttributeType;

pub(super) fn rewrite(step: &mut Step, state: &State<'_>) -> Result<Verdict> {
    if let (Op::Replace, Target::Element(at)) = (step.op, &step.target)
        && at.list.attribute.ty == AttributeType::Complex
        && at.seed.is_some()
        && !state.is_relation(&at.list)
    {
        let list = state.document.attribute(&at.list).and_then(Value::as_array);
        if !list.is_some_and(|list| list.iter().any(|e| matches_element(&at.filter, e))) {
            step.op = Op::Add;
        }
    }
    Ok(Verdict::Keep)
}
