//! Attribute names, with a schema URN in front and a sub-attribute behind.

use super::{Lexer, OPERATORS, Read, hint};
use crate::dialect::Quirk;
use crate::filter::AttrPath;
use crate::filter::problem::Problem;

impl Lexer<'_> {
    /// `[URN ":"] name ["." name]`.
    ///
    /// A URN has dots of its own (`2.0`), so the split is at its last colon, never at a dot (S-FILTER-10).
    pub(crate) fn attr_path(&mut self) -> Read<AttrPath> {
        let start = self.at;
        let word = self.word();
        if word.is_empty() {
            return Err(self.problem(start, "an attribute name"));
        }
        split_name(word, self.has(Quirk::UrnDot)).map_err(|offset| self.bad_name(start, word, offset))
    }

    fn bad_name(&self, start: usize, word: &str, offset: usize) -> Problem {
        let at = start + offset;
        let sign = &word[offset..];
        if offset > 0 && sign.starts_with(['=', '!', '<', '>', '&', '|', '~']) {
            return match hint::for_operator(sign) {
                Some(hint) => self.problem(at, OPERATORS).hint(hint),
                None => self.problem(at, OPERATORS),
            };
        }
        if sign.starts_with('.') && word[..offset].contains('.') {
            return self
                .problem(at, "the end of the name")
                .hint("Attributes have one level of sub-attributes: name.givenName.");
        }
        let problem =
            self.problem(at, "an attribute name (letters, digits, - and _, beginning with a letter)");
        match sign.chars().next() {
            Some('\'' | '`') => problem.hint("Names stand without quotes."),
            Some('!') => problem.hint("Negation is written not (…)."),
            Some('@') => {
                problem.hint("A value comes last, in double quotes: userName eq \"ann@example.com\".")
            }
            Some(_) if offset == 0 && word.contains(':') => {
                problem.hint("In front of a name stands a whole schema URN and a colon, or nothing.")
            }
            _ => problem,
        }
    }
}

/// Splits `[urn:]name[.sub]`; on failure the offset of the first character that does not fit.
fn split_name(word: &str, urn_dot: bool) -> Result<AttrPath, usize> {
    let Some(colon) = word.rfind(':') else {
        return match names(word, 0)? {
            [name, sub, None] => Ok(path(None, name, sub)),
            [name, Some(sub), Some(_)] => Err(name.map_or(0, str::len) + 1 + sub.len()),
            _ => Err(0),
        };
    };
    let (urn, tail) = (&word[..colon], &word[colon + 1..]);
    if !is_urn(urn) {
        return Err(0);
    }
    match names(tail, colon + 1)? {
        [name, sub, None] => Ok(path(Some(urn.to_owned()), name, sub)),
        // `urn:…:User.manager.value`: the first dot is the colon that old clients write wrong.
        [Some(last), name, sub] if urn_dot => Ok(path(Some(format!("{urn}:{last}")), name, sub)),
        [name, sub, _] => Err(colon + 2 + name.map_or(0, str::len) + sub.map_or(0, str::len)),
    }
}

fn path(urn: Option<String>, name: Option<&str>, sub: Option<&str>) -> AttrPath {
    AttrPath { urn, name: name.unwrap_or_default().to_owned(), sub: sub.map(str::to_owned) }
}

/// Up to three names between dots.
fn names(tail: &str, offset: usize) -> Result<[Option<&str>; 3], usize> {
    let mut names = [None; 3];
    let mut at = offset;
    for (count, name) in tail.split('.').enumerate() {
        if let Some(bad) = bad_character(name) {
            return Err(at + bad);
        }
        match names.get_mut(count) {
            Some(slot) => *slot = Some(name),
            None => return Err(at - 1),
        }
        at += name.len() + 1;
    }
    Ok(names)
}

/// Offset of the first character that cannot stand in an attribute name there: `ALPHA *(ALPHA / DIGIT / "-" / "_" /
/// "$")`, or `$ref` (S-MODEL-03).
fn bad_character(name: &str) -> Option<usize> {
    let body = if name.eq_ignore_ascii_case("$ref") { &name[1..] } else { name };
    if !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some(0);
    }
    body.bytes().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'$')))
}

/// A URI with a scheme and something after it: `urn:x`, `https://example.com/schema`.
pub(crate) fn is_urn(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&b);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && !rest.is_empty() && text.bytes().all(fits)
}
