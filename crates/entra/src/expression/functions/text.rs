//! Parts of text. Positions count characters (.NET counts UTF-16 units, which differ outside the basic plane).

use super::{Bounded, Function, optional, required, text_value};
use crate::expression::eval::{Call, Outcome, shown};

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "Append",
        &[required("source"), required("suffix")],
        "The source with the suffix after it.",
        append,
    ),
    Function::new(
        "Left",
        &[required("String"), required("NumChars")],
        "So many characters from the left.",
        left,
    ),
    Function::new(
        "Mid",
        &[required("source"), required("start"), required("length")],
        "So many characters from a position on; the first is 1.",
        mid,
    ),
    Function::new("Len", &[required("source")], "The number of characters.", len).unverified(),
    Function::new("Trim", &[required("source")], "The text without white space at its ends.", trim)
        .unverified(),
    Function::new("StripSpaces", &[required("source")], "The text without its spaces.", strip_spaces),
    Function::new(
        "InStr",
        &[required("value1"), required("value2"), optional("start"), optional("compareType")],
        "The position of value2 in value1, 0 when it is not there.",
        in_str,
    ),
    Function::new(
        "Word",
        &[required("String"), required("WordNumber"), required("delimiters")],
        "The word of this number, where each character of the delimiters separates words.",
        word,
    ),
];

/// A source of null gives null (unverified).
fn append(call: Call<'_>) -> Outcome {
    let Some(source) = call.text(0)? else { return Ok(None) };
    let suffix = call.text(1)?.unwrap_or_default();
    text_value(format!("{source}{suffix}"))
}

fn left(call: Call<'_>) -> Outcome {
    let text = call.text(0)?.unwrap_or_default();
    match usize::try_from(call.number(1)?) {
        Ok(count) => text_value(text.chars().take(count).collect::<String>()),
        Err(_) => text_value(text),
    }
}

fn mid(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    let (start, length) = (call.number(1)?, call.number(2)?);
    let (Some(start), Ok(length)) =
        (usize::try_from(start).ok().and_then(|s| s.checked_sub(1)), usize::try_from(length))
    else {
        return Err(call.fault("`start` is counted from 1 and `length` is not negative"));
    };
    text_value(text.chars().skip(start).take(length).collect::<String>())
}

/// Null has no characters (unverified).
fn len(call: Call<'_>) -> Outcome {
    text_value(call.text(0)?.unwrap_or_default().chars().count().to_string())
}

fn trim(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    text_value(text.trim())
}

fn strip_spaces(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    text_value(text.replace(' ', ""))
}

/// Compares with case unless told otherwise; an empty text is found where the search starts, as in Visual Basic.
fn in_str(call: Call<'_>) -> Outcome {
    let (text, wanted) = (call.text(0)?.unwrap_or_default(), call.text(1)?.unwrap_or_default());
    let start = call.integer(2)?.unwrap_or(1);
    let Some(skipped) = usize::try_from(start).ok().and_then(|start| start.checked_sub(1)) else {
        return Err(call.fault("`start` is counted from 1"));
    };
    let fold = match call.text(3)?.as_deref() {
        None | Some("vbBinaryCompare" | "0") => false,
        Some("vbTextCompare" | "1") => true,
        Some(other) => {
            let message = format!("`compareType` is vbTextCompare or vbBinaryCompare, not {}", shown(other));
            return Err(call.fault(message));
        }
    };
    // One character stays one, so that positions are kept.
    let lower = |c: char| if fold { super::case::lower(c) } else { c };
    let text: String = text.chars().skip(skipped).map(lower).collect();
    let wanted: String = wanted.chars().map(lower).collect();
    let found = match text.is_empty() {
        true => None,
        false => text.find(&wanted).map(|at| text[..at].chars().count() + skipped + 1),
    };
    text_value(found.unwrap_or(0).to_string())
}

fn word(call: Call<'_>) -> Outcome {
    let (text, delimiters) = (call.text(0)?.unwrap_or_default(), call.text(2)?.unwrap_or_default());
    let Some(index) = usize::try_from(call.number(1)?).ok().and_then(|number| number.checked_sub(1)) else {
        return text_value("");
    };
    let word = text.split(|c| delimiters.contains(c)).filter(|word| !word.is_empty()).nth(index);
    let mut out = Bounded::new();
    out.push(word.unwrap_or_default()).ok_or_else(|| call.too_long())?;
    text_value(out.finish())
}
