//! What is wrong with a filter or a path, and where: told the way a good compiler tells it.

use std::borrow::Cow;

use crate::error::{ScimError, ScimType};

/// A place in the text at which reading could not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// `invalidFilter`, or `invalidPath` outside the brackets of a path (S-PATCH-03).
    pub(crate) kind: ScimType,
    /// Byte offset of what was found.
    pub(crate) at: usize,
    /// Byte offset after what was found; `at` when the text ends there.
    pub(crate) end: usize,
    /// What would have been right: "an operator (eq, …)".
    pub(crate) expected: Cow<'static, str>,
    /// A whole sentence that says what to write instead.
    pub(crate) hint: Option<Cow<'static, str>>,
}

/// Characters of the text shown before and after the place.
const CONTEXT: usize = 24;
/// Characters of what was found.
const FOUND: usize = 40;

impl Problem {
    /// The answer to the client. `what` is "filter" or "path", `text` the whole of it.
    pub(crate) fn into_error(self, what: &str, text: &str) -> ScimError {
        let position = text[..self.at].chars().count() + 1;
        let mut detail = format!("The {what} cannot be read at character {position}: ");
        // A filter on a secret is refused anyway, but must not come back in logs and answers (S-USER-02).
        let secret = mentions_secret(text);
        let found = &text[self.at..self.end];
        if found.is_empty() {
            detail.push_str("it ends");
        } else if secret {
            detail.push_str("it goes on");
        } else {
            detail.push_str("found ");
            detail.push_str(&quoted(found));
        }
        detail.push_str(" where ");
        detail.push_str(&self.expected);
        detail.push_str(" was expected.");
        if let Some(hint) = &self.hint {
            detail.push(' ');
            detail.push_str(hint);
        }
        if !secret && (self.at > 0 || self.end < text.len()) {
            detail.push_str(" Look at the arrow: ");
            let before = &text[..self.at];
            if let Some((cut, _)) = before.char_indices().rev().nth(CONTEXT - 1).filter(|(cut, _)| *cut > 0) {
                detail.push('…');
                detail.push_str(&before[cut..]);
            } else {
                detail.push_str(before);
            }
            detail.push('→');
            detail.push_str(&shortened(&text[self.at..], CONTEXT));
        }
        ScimError::bad(self.kind, detail)
    }
}

fn mentions_secret(text: &str) -> bool {
    const NAME: &[u8] = b"password";
    text.as_bytes().windows(NAME.len()).any(|w| w.eq_ignore_ascii_case(NAME))
}

/// In quotes that the text itself does not use.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", shortened(text, FOUND))
}

fn shortened(text: &str, characters: usize) -> Cow<'_, str> {
    match text.char_indices().nth(characters) {
        Some((cut, _)) => Cow::Owned(format!("{}…", &text[..cut])),
        None => Cow::Borrowed(text),
    }
}
