//! `Replace`, whose seven parameters are five functions in one.

use std::borrow::Cow;

use regex::{Captures, Match, Regex};

use super::{Bounded, Function, optional, required, text_value};
use crate::expression::eval::{Call, Outcome, Stop};
use crate::expression::parse::compile;
use crate::expression::tree::Node;

pub(super) static FUNCTIONS: &[Function] = &[Function::new(
    "Replace",
    &[
        required("source"),
        optional("oldValue"),
        optional("regexPattern"),
        optional("regexGroupName"),
        optional("replacementValue"),
        optional("replacementAttributeName"),
        optional("template"),
    ],
    "Replaces, with case, a text or what a regular expression finds; fills a template; or takes a part of another \
     attribute when the source is empty.",
    replace,
)
.checked(check)];

const OLD: usize = 1;
const PATTERN: usize = 2;
const GROUP: usize = 3;
const REPLACEMENT: usize = 4;
const ATTRIBUTE: usize = 5;
const TEMPLATE: usize = 6;

fn check(arguments: &[Node]) -> Result<(), (usize, String)> {
    let given = |index: usize| arguments.get(index).is_some_and(|node| *node != Node::Empty);
    let whole = match (given(OLD), given(PATTERN)) {
        (true, false) => given(REPLACEMENT) || given(TEMPLATE),
        (false, true) => given(REPLACEMENT) || (given(GROUP) && given(ATTRIBUTE)),
        (true, true) => return Err((PATTERN, "Replace takes oldValue or regexPattern, not both".into())),
        (false, false) => return Err((0, "Replace needs oldValue or regexPattern".into())),
    };
    if whole {
        return Ok(());
    }
    Err((
        0,
        match given(OLD) {
            true => "Replace with oldValue needs replacementValue or template".into(),
            false => "Replace with regexPattern needs replacementValue, or regexGroupName and \
                  replacementAttributeName"
                .into(),
        },
    ))
}

/// A source of null gives null, but where another attribute stands in for it (unverified).
fn replace(call: Call<'_>) -> Outcome {
    let source = call.text(0)?;
    if call.given(OLD) {
        let Some(source) = source else { return Ok(None) };
        let old = call.text(OLD)?.unwrap_or_default();
        return match call.given(TEMPLATE) {
            true => plain(&call, &call.text(TEMPLATE)?.unwrap_or_default(), &old, &source),
            false => plain(&call, &source, &old, &call.text(REPLACEMENT)?.unwrap_or_default()),
        };
    }
    let pattern: Cow<'_, Regex> = match call.pattern() {
        Some(pattern) => Cow::Borrowed(pattern),
        None => {
            let text = call.text(PATTERN)?.unwrap_or_default();
            Cow::Owned(compile(&text).map_err(|message| call.fault(message))?)
        }
    };
    let group = call.text(GROUP)?;
    if let (true, Some(group)) = (call.given(ATTRIBUTE), &group) {
        if let Some(source) = source.filter(|source| !source.is_empty()) {
            return text_value(source);
        }
        let Some(other) = call.text(ATTRIBUTE)? else { return Ok(None) };
        let found = pattern
            .captures(&other)
            .and_then(|found| taken(&pattern, &found, group)?.map(|part| part.as_str().to_owned()));
        return found.map_or(Ok(None), text_value);
    }
    let Some(source) = source else { return Ok(None) };
    let replacement = call.text(REPLACEMENT)?.unwrap_or_default();
    let mut out = Bounded::new();
    matched(&source, &pattern, group.as_deref(), &replacement, &mut out).ok_or_else(|| call.too_long())?;
    text_value(out.finish())
}

fn plain(call: &Call<'_>, text: &str, old: &str, new: &str) -> Outcome {
    if old.is_empty() {
        return text_value(text);
    }
    let grown = || -> Option<String> {
        let mut out = Bounded::new();
        let mut rest = text;
        while let Some(at) = rest.find(old) {
            out.push(&rest[..at])?;
            out.push(new)?;
            rest = &rest[at + old.len()..];
        }
        out.push(rest)?;
        Some(out.finish())
    };
    grown().map_or_else(|| Err::<_, Stop>(call.too_long()), text_value)
}

/// Every match, or the group in it, replaced.
fn matched(
    source: &str,
    pattern: &Regex,
    group: Option<&str>,
    replacement: &str,
    out: &mut Bounded,
) -> Option<()> {
    let mut done = 0;
    for found in pattern.captures_iter(source) {
        let whole = found.get(0)?;
        match group {
            None => {
                out.push(&source[done..whole.start()])?;
                expand(replacement, pattern, &found, source, out)?;
                done = whole.end();
            }
            Some(group) => {
                if let Some(Some(part)) = taken(pattern, &found, group) {
                    out.push(&source[done..part.start()])?;
                    out.push(replacement)?;
                    done = part.end();
                }
            }
        }
    }
    out.push(&source[done..])
}

/// What a group matched: `None` when there is no such group, `Some(None)` when it took no part. .NET numbers groups
/// without a name first, and then those with one.
fn taken<'t>(pattern: &Regex, found: &Captures<'t>, group: &str) -> Option<Option<Match<'t>>> {
    let names = || pattern.capture_names().enumerate();
    let index = match group.parse::<usize>() {
        Ok(number) => {
            let unnamed = names().filter(|(_, name)| name.is_none());
            unnamed.chain(names().filter(|(_, name)| name.is_some())).nth(number)?.0
        }
        Err(_) => names().find(|(_, name)| *name == Some(group))?.0,
    };
    Some(found.get(index))
}

/// .NET's substitutions: `$1`, `${name}`, `$&`, `` $` ``, `$'`, `$_`, `$$`. One of a group that does not exist is the text
/// itself.
fn expand(
    replacement: &str,
    pattern: &Regex,
    found: &Captures<'_>,
    source: &str,
    out: &mut Bounded,
) -> Option<()> {
    let whole = found.get(0)?;
    let group = |name: &str| taken(pattern, found, name).map(|part| part.map_or("", |part| part.as_str()));
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        out.push(&rest[..at])?;
        let after = &rest[at + 1..];
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (value, length) = match after.chars().next() {
            Some('$') => (Some("$"), 1),
            Some('&') => (Some(whole.as_str()), 1),
            Some('`') => (Some(&source[..whole.start()]), 1),
            Some('\'') => (Some(&source[whole.end()..]), 1),
            Some('_') => (Some(source), 1),
            Some('{') => match after.find('}') {
                Some(end) => (group(&after[1..end]), end + 1),
                None => (None, 0),
            },
            _ if digits > 0 => (group(&after[..digits]), digits),
            _ => (None, 0),
        };
        out.push(value.unwrap_or(&rest[at..=at + length]))?;
        rest = &after[length..];
    }
    out.push(rest)
}
