//! [`Quirk::EmptyStringClears`](crate::Quirk::EmptyStringClears): Entra has no way to send null; where a mapping
//! yields an empty text, the value is to go. Required attributes keep refusing it (S-NULL-03).
//!
//! ```json
//! {"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":""}
//! {"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":""}}
//! ```

use serde_json::Value;

use super::Verdict;
use crate::error::Result;
use crate::patch::{Op, State, Step, Target, is_nothing};

pub(super) fn rewrite(step: &mut Step, state: &State<'_>) -> Result<Verdict> {
    if step.op == Op::Remove || step.target.attribute().is_some_and(|path| state.is_relation(path)) {
        return Ok(Verdict::Keep);
    }
    let whole_list = match &step.target {
        Target::Attr(path) => path.leaf().multi_valued,
        Target::Element(element) => element.sub.is_none(),
        Target::Container(_) => false,
    };
    match &mut step.value {
        Some(Value::String(text)) if text.is_empty() => {
            if step.target.leaf().is_some_and(|leaf| leaf.required) {
                return Ok(Verdict::Keep);
            }
            if whole_list && step.op == Op::Add {
                return Ok(Verdict::Drop(None));
            }
            step.op = Op::Remove;
            step.value = None;
            Ok(Verdict::Keep)
        }
        Some(Value::Object(object)) if step.target.leaf().is_some() => {
            if !object.values().any(|v| v == "") {
                return Ok(Verdict::Keep);
            }
            if whole_list {
                object.retain(|_, v| v != "");
                return Ok(Verdict::Keep);
            }
            // Merging is the same for both operations, except that only `replace` clears.
            if step.op == Op::Add {
                object.retain(|_, v| !is_nothing(v));
                step.op = Op::Replace;
            }
            object.values_mut().filter(|v| *v == "").for_each(|v| *v = Value::Null);
            Ok(Verdict::Keep)
        }
        Some(Value::Array(list)) if whole_list && list.iter().any(holds_empty) => {
            for object in list.iter_mut().filter_map(Value::as_object_mut) {
                object.retain(|_, v| v != "");
            }
            list.retain(|element| {
                element.as_object().is_none_or(|o| o.keys().any(|key| key != "type" && key != "primary"))
            });
            let adds_nothing = list.is_empty() && step.op == Op::Add;
            Ok(if adds_nothing { Verdict::Drop(None) } else { Verdict::Keep })
        }
        _ => Ok(Verdict::Keep),
    }
}

fn holds_empty(element: &Value) -> bool {
    element.as_object().is_some_and(|object| object.values().any(|v| v == ""))
}
