//! Finding the requirements that tests name.

use std::path::Path;

use crate::{Outcome, workspace};

/// A test, or a line of one, that names a requirement.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Mention {
    /// The requirement.
    pub(crate) id: String,
    /// Where: `crates/scim/src/patch/tests.rs::s_patch_07_answers_200`, or a file and a line.
    pub(crate) place: String,
}

/// Every mention in the tests of the workspace.
pub(crate) fn mentions() -> Outcome<Vec<Mention>> {
    let mut found = Vec::new();
    for folder in ["crates", "tests"] {
        for path in workspace::files(folder, |path| workspace::has_extension(path, &["rs", "json"]))? {
            let shown = workspace::shown(&path);
            if workspace::has_extension(&path, &["json"]) {
                if is_test_path(Path::new(&shown)) {
                    let inside = workspace::read(&path)?;
                    let all = ids(&shown).into_iter().chain(ids(&inside));
                    found.extend(all.map(|id| Mention { id, place: shown.clone() }));
                }
            } else {
                found.extend(in_rust(&shown, &workspace::read(&path)?));
            }
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The mentions in the test code of one Rust file. In a file of tests everything counts; in one that has
/// its tests at the end, what comes after `#[cfg(test)]`; elsewhere nothing, so that a clause cited by
/// the code does not pass for a test of it.
pub(crate) fn in_rust(shown: &str, text: &str) -> Vec<Mention> {
    let lines: Vec<&str> = text.lines().collect();
    let whole = is_test_path(Path::new(shown));
    let has_tests = lines.iter().any(|line| is_test_attribute(line));
    let start = match lines.iter().position(|line| line.trim() == "#[cfg(test)]") {
        _ if whole => 0,
        Some(start) if has_tests => start,
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate().skip(start) {
        let named = function_name(line).map(ids_in_name).unwrap_or_default();
        for id in ids(line).into_iter().chain(named) {
            let place = match test_at(&lines, number) {
                Some(test) => format!("{shown}::{test}"),
                None => format!("{shown}:{}", number + 1),
            };
            found.push(Mention { id, place });
        }
    }
    found
}

/// Whether everything in a file is test code, by where it is: a folder or file called `tests`, the
/// storage contract's suite (which backends run), or fixtures.
fn is_test_path(path: &Path) -> bool {
    path.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        let stem = part.split('.').next().unwrap_or_default();
        matches!(stem, "tests" | "suite" | "fixtures")
            || stem.ends_with("_tests")
            || stem.starts_with("test_")
    })
}

fn is_test_attribute(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("#[test]") || line.starts_with("#[tokio::test") || line.starts_with("proptest!")
}

/// The test that a line belongs to: the next function, for a comment above one; else the function the
/// line is in.
fn test_at<'a>(lines: &[&'a str], number: usize) -> Option<&'a str> {
    let above = |line: &str| {
        let line = line.trim();
        line.starts_with("//") || line.starts_with("#[") || line.is_empty()
    };
    let next = lines[number..].iter().find(|line| !above(line)).and_then(|line| function_name(line));
    next.or_else(|| lines[..number].iter().rev().find_map(|line| function_name(line)))
}

/// The name of the function that a line begins.
fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    for word in ["pub ", "pub(crate) ", "pub(super) ", "async "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let rest = rest.strip_prefix("fn ")?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
    Some(&rest[..end])
}

/// The ids in a text: `S-`, capitals and digits, `-`, digits; or `A-` and two digits.
pub(crate) fn ids(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let fresh =
            at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'-' | b'_'));
        match id_length(&bytes[at..]).filter(|_| fresh) {
            Some(length) => {
                found.push(text[at..at + length].to_owned());
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// The ids that a test's name spells: `s_patch_07_…`, also several of them, and `a_05`.
pub(crate) fn ids_in_name(name: &str) -> Vec<String> {
    let words: Vec<String> = name.split('_').map(str::to_ascii_uppercase).collect();
    let mut found = Vec::new();
    for at in 0..words.len() {
        for length in [3, 2] {
            let candidate = words[at..].iter().take(length).cloned().collect::<Vec<_>>().join("-");
            if id_length(candidate.as_bytes()) == Some(candidate.len()) {
                found.push(candidate);
                break;
            }
        }
    }
    found
}

/// How long the id is that the text starts with.
fn id_length(text: &[u8]) -> Option<usize> {
    let number_from = match text {
        [b'A', b'-', ..] => 2,
        [b'S', b'-', rest @ ..] => {
            let name =
                rest.iter().take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).count();
            let named = rest.first().is_some_and(u8::is_ascii_uppercase);
            if !named || rest.get(name) != Some(&b'-') {
                return None;
            }
            2 + name + 1
        }
        _ => return None,
    };
    let digits = text[number_from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = number_from + digits;
    let ends = text.get(end).is_none_or(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
    (digits == 2 && ends).then_some(end)
}
