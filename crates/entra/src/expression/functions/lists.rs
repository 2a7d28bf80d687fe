//! Several values.

use super::{Bounded, Function, repeated, required, text_value};
use crate::expression::eval::{Call, Outcome};
use crate::model::Value;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "Join",
        &[required("separator"), repeated("source")],
        "The values in one text, with the separator between them; null and empty ones are left out.",
        join,
    ),
    Function::new(
        "Split",
        &[required("source"), required("delimiter")],
        "The text as several values.",
        split,
    ),
    Function::new(
        "Item",
        &[required("attribute"), required("index")],
        "The value of this number; the first is 1.",
        item,
    ),
    Function::new("Count", &[required("attribute")], "How many values there are.", count),
    Function::new("RemoveDuplicates", &[required("attribute")], "Each value once.", remove_duplicates),
];

/// Nothing to join gives the empty text (unverified).
fn join(call: Call<'_>) -> Outcome {
    let separator = call.text(0)?.unwrap_or_default();
    let mut out = Bounded::new();
    let mut first = true;
    // Microsoft's example `Join(", ", "", [surname], [givenName])` gives "Doe, John": an empty text is left out too.
    for text in call.texts(1)?.iter().filter(|text| !text.is_empty()) {
        let between = if first { "" } else { separator.as_ref() };
        out.push(between).and_then(|()| out.push(text)).ok_or_else(|| call.too_long())?;
        first = false;
    }
    text_value(out.finish())
}

/// The spaces around values that Microsoft's example loses are taken off.
fn split(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    let delimiter = call.text(1)?.unwrap_or_default();
    if delimiter.is_empty() {
        return Ok(Some(Value::Many(vec![Value::from(text.as_ref())])));
    }
    Ok(Some(Value::Many(text.split(delimiter.as_ref()).map(|part| Value::from(part.trim())).collect())))
}

/// No such value gives null (unverified).
fn item(call: Call<'_>) -> Outcome {
    let index = call.number(1)?;
    let Some(index) = usize::try_from(index).ok().and_then(|index| index.checked_sub(1)) else {
        return Err(call.fault("`index` is counted from 1"));
    };
    Ok(match call.value(0)?.map(std::borrow::Cow::into_owned) {
        Some(Value::Many(items)) => items.into_iter().nth(index),
        Some(single) if index == 0 => Some(single),
        _ => None,
    })
}

fn count(call: Call<'_>) -> Outcome {
    let count = match call.value(0)?.as_deref() {
        None => 0,
        Some(Value::Many(items)) => items.len(),
        Some(_) => 1,
    };
    text_value(count.to_string())
}

/// Values are the same when they are so with case (unverified).
fn remove_duplicates(call: Call<'_>) -> Outcome {
    Ok(match call.value(0)?.map(std::borrow::Cow::into_owned) {
        Some(Value::Many(items)) => {
            let mut seen = std::collections::HashSet::new();
            let once = |item: &Value| seen.insert(item.to_json().to_string());
            Some(Value::Many(items.into_iter().filter(once).collect()))
        }
        other => other,
    })
}
