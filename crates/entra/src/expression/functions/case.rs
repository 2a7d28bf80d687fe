//! Case and diacritics.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Function, optional, required, text_value};
use crate::expression::eval::{Call, Outcome, Stop, shown};

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "ToLower",
        &[required("source"), optional("culture")],
        "The text in small letters.",
        to_lower,
    ),
    Function::new(
        "ToUpper",
        &[required("source"), optional("culture")],
        "The text in capital letters.",
        to_upper,
    ),
    Function::new(
        "PCase",
        &[required("source"), optional("wordSeparators")],
        "The text with a capital at the beginning of each word and small letters after it.",
        p_case,
    ),
    Function::new(
        "NormalizeDiacritics",
        &[required("source")],
        "The text with letters that have marks replaced by those without.",
        normalize_diacritics,
    ),
];

/// The small letter, where it is one letter, as .NET maps case.
pub(super) fn lower(c: char) -> char {
    one(c, c.to_lowercase())
}

fn upper(c: char) -> char {
    one(c, c.to_uppercase())
}

fn one(c: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(single), None) => single,
        _ => c,
    }
}

/// Turkish and Azeri tell the dotted i from the dotless one; no other culture maps letters differently.
fn turkic(call: &Call<'_>) -> Result<bool, Stop> {
    let Some(culture) = call.text(1)? else { return Ok(false) };
    let mut parts = culture.split('-');
    let language = parts.next().unwrap_or_default();
    let right = (culture.is_empty() || (2..=3).contains(&language.len()))
        && culture.split('-').all(|part| part.chars().all(|c| c.is_ascii_alphanumeric()));
    if !right {
        return Err(call.fault(format!("`culture` is a language such as en-US, not {}", shown(&culture))));
    }
    Ok(language.eq_ignore_ascii_case("tr") || language.eq_ignore_ascii_case("az"))
}

fn to_lower(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    let turkic = turkic(&call)?;
    let map = |c: char| match c {
        'I' if turkic => 'ı',
        'İ' if turkic => 'i',
        c => lower(c),
    };
    text_value(text.chars().map(map).collect::<String>())
}

fn to_upper(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    let turkic = turkic(&call)?;
    let map = |c: char| match c {
        'i' if turkic => 'İ',
        c => upper(c),
    };
    text_value(text.chars().map(map).collect::<String>())
}

fn p_case(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    match call.text(1)? {
        None => text_value(titled(&text)),
        Some(separators) => {
            let mut begins = true;
            let map = |c: char| {
                let mapped = if begins { upper(c) } else { lower(c) };
                begins = separators.contains(c);
                mapped
            };
            text_value(text.chars().map(map).collect::<String>())
        }
    }
}

/// .NET's `ToTitleCase` after `ToLower`: everything but letters, digits and marks separates words, save the apostrophe
/// inside one.
fn titled(text: &str) -> String {
    let mut inside = false;
    let map = |c: char| {
        let mapped = if inside { lower(c) } else { upper(c) };
        inside = match inside {
            true => c.is_alphanumeric() || c == '\'' || is_combining_mark(c),
            false => c.is_alphabetic(),
        };
        mapped
    };
    text.chars().map(map).collect()
}

fn normalize_diacritics(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    let mut plain = String::with_capacity(text.len());
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        match whole(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    // What is written together stays so, Hangul above all.
    text_value(plain.nfc().collect::<String>())
}

/// The letters of Microsoft's table that Unicode does not take apart.
fn whole(c: char) -> Option<&'static str> {
    Some(match c {
        'æ' => "ae",
        'Æ' => "AE",
        'ø' | 'œ' => "oe",
        'Ø' | 'Œ' => "OE",
        'ß' => "ss",
        'ł' => "l",
        'Ł' => "L",
        'ı' => "i",
        _ => return None,
    })
}
