//! The one fold of everything `caseExact=false` (S-FILTER-03, S-FILTER-04, A-03).

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use super::width::ordinary;

/// The form in which text is compared when its attribute is not `caseExact`: width map, NFC, simple case folding,
/// NFC.
///
/// *Simple* folding maps one character to one: `STRASSE` and `strasse` are equal, `straße` is another word, and
/// the Turkish dotted `İ` stays itself. It never fails and is idempotent. Text that is its own fold is borrowed.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    let folded: String = text.chars().map(ordinary).nfc().map(lower).nfc().collect();
    if folded == text { Cow::Borrowed(text) } else { Cow::Owned(folded) }
}

/// Whether `text` folds to `folded`, which must be a fold already. Does not allocate for ASCII.
#[must_use]
pub fn folds_to(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        return text.len() == folded.len()
            && text.bytes().zip(folded.bytes()).all(|(a, b)| a.to_ascii_lowercase() == b);
    }
    fold(text) == folded
}

fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    unicode_case_mapping::case_folded(c).and_then(|code| char::from_u32(code.get())).unwrap_or(c)
}
