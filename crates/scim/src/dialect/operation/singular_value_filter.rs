//! [`Quirk::SingularValueFilter`](crate::Quirk::SingularValueFilter): a filter on an attribute with a single value
//! guards it. When the manager is somebody else by now, there is nothing to remove.
//!
//! ```json
//! {"op":"Remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager[value eq \"m1\"]"}
//! ```

use serde_json::{Map, Value};

use super::Verdict;
use crate::dialect::Quirk;
use crate::error::Result;
use crate::filter::eval::matches_element;
use crate::patch::{Op, State, Step, Target};
use crate::schema::Resolved;

pub(super) fn rewrite(step: &mut Step, state: &State<'_>) -> Result<Verdict> {
    let Target::Element(at) = &step.target else { return Ok(Verdict::Keep) };
    if at.list.attribute.multi_valued {
        return Ok(Verdict::Keep);
    }
    let current = state.document.attribute(&at.list);
    if current.is_some_and(|current| matches_element(&at.filter, current)) {
        step.target = Target::Attr(Resolved { sub: at.sub.clone(), ..at.list.clone() });
        return Ok(Verdict::Keep);
    }
    if step.op == Op::Remove {
        return Ok(Verdict::Drop(Some(format!("`{}` has another value, which stays", at.list))));
    }
    // Nobody there yet: what the filter asks for comes with the value.
    if let (None, Some(seed)) = (current, &at.seed)
        && state.dialect.has(Quirk::FilteredPathUpsert)
    {
        let mut object = seed.clone();
        match (&at.sub, step.value.take()) {
            (Some(sub), Some(value)) => {
                object.insert(sub.name.clone(), value);
            }
            (None, Some(Value::Object(sent))) => object.extend(sent),
            (_, _) => object = Map::new(),
        }
        step.value = Some(Value::Object(object));
        step.target = Target::Attr(at.list.clone());
        return Ok(Verdict::Keep);
    }
    Err(State::no_target(&step.target))
}
