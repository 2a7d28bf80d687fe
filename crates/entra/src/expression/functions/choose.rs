//! One value or another.

use super::{Function, optional, repeated, required};
use crate::expression::eval::{Call, Outcome, Stop, is_empty, shown};
use std::borrow::Cow;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "Switch",
        &[required("source"), optional("defaultValue"), repeated("key"), repeated("value")],
        "The value that stands after the key equal to the source, with case; else the default.",
        switch,
    ),
    Function::new(
        "IIF",
        &[required("condition"), required("valueIfTrue"), required("valueIfFalse")],
        "One value when the condition holds, the other when it does not.",
        iif,
    ),
    Function::new("Coalesce", &[repeated("source")], "The first value that is not null.", coalesce),
    Function::new(
        "IgnoreFlowIfNullOrEmpty",
        &[required("expression")],
        "The value; when there is none or it is empty, the attribute does not flow at all.",
        ignore_flow,
    ),
    Function::new(
        "SelectUniqueValue",
        &[repeated("uniqueValueRule")],
        "The first value that no other object has.",
        |call| Err(call.fault("cannot be used with a SCIM service")),
    )
    .refused(
        "SelectUniqueValue works only in provisioning from HR systems to Active Directory; \
         Entra does not support it for SCIM",
    ),
];

/// A source of null is looked for as the empty text, as Microsoft's advice for empty attributes has it. The defect that
/// Microsoft documents (null when another attribute changed) is not imitated.
fn switch(call: Call<'_>) -> Outcome {
    let source = call.text(0)?.unwrap_or_default();
    for key in (2..call.count()).step_by(2) {
        if call.text(key)?.unwrap_or_default() == source {
            return call.value(key + 1).map(|value| value.map(Cow::into_owned));
        }
    }
    call.value(1).map(|value| value.map(Cow::into_owned))
}

fn iif(call: Call<'_>) -> Outcome {
    // Microsoft's reference: the check fails when an attribute in the condition is null or empty, whatever is asked.
    if let Some(name) = call.empty_source(0) {
        return Err(call
            .fault(format!("[{name}] in the condition is null or empty; use Switch([{name}], …, \"\", …)")));
    }
    let chosen = if truth(&call, 0)? { 1 } else { 2 };
    call.value(chosen).map(|value| value.map(Cow::into_owned))
}

/// The argument as a truth value.
pub(super) fn truth(call: &Call<'_>, index: usize) -> Result<bool, Stop> {
    match call.text(index)?.as_deref() {
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(text) => Err(call.fault(format!("the condition is neither True nor False but {}", shown(text)))),
        None => Err(call.fault("the condition is null")),
    }
}

fn coalesce(call: Call<'_>) -> Outcome {
    for index in 0..call.count() {
        if let Some(value) = call.value(index)? {
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

fn ignore_flow(call: Call<'_>) -> Outcome {
    match call.value(0)? {
        Some(value) if !is_empty(&value) => Ok(Some(value.into_owned())),
        _ => Err(Stop::Ignored),
    }
}
