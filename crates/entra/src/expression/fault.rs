//! What is wrong with an expression, and where: told the way a good compiler tells it.

use std::borrow::Cow;
use std::fmt;

use base::Hinted;

/// An expression that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionFault {
    /// What is wrong, as a sentence without its full stop.
    pub message: String,
    /// The character at which it is wrong, counted from one.
    pub position: usize,
    /// What to write instead.
    pub hint: Option<Cow<'static, str>>,
    /// The expression.
    pub text: String,
}

/// Characters of the expression shown on either side of the caret.
const CONTEXT: usize = 48;

impl ExpressionFault {
    /// The place under which the caret stands, in two lines:
    ///
    /// ```text
    /// Joni(" ", [givenName])
    /// ^
    /// ```
    #[must_use]
    pub fn caret(&self) -> String {
        let at = self.position.saturating_sub(1);
        let start = at.saturating_sub(CONTEXT);
        let mut line = String::new();
        if start > 0 {
            line.push('…');
        }
        // Line breaks in an expression would tear the caret from its place.
        let shown = self.text.chars().skip(start).take(at - start + CONTEXT);
        line.extend(shown.map(|c| if c.is_control() { ' ' } else { c }));
        if self.text.chars().count() > at + CONTEXT {
            line.push('…');
        }
        format!("{line}\n{}^", " ".repeat(at - start + usize::from(start > 0)))
    }
}

impl fmt::Display for ExpressionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}", self.message, self.position)
    }
}

impl std::error::Error for ExpressionFault {}

impl Hinted for ExpressionFault {
    fn hints(&self) -> Vec<String> {
        self.hint.iter().map(|hint| hint.to_string()).collect()
    }
}

/// An expression that gives no value for this object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{function} at character {position}: {message}")]
pub struct EvalFault {
    /// What went wrong, as a sentence without its full stop.
    pub message: String,
    /// The function that could not go on.
    pub function: &'static str,
    /// The character at which it stands in the expression, counted from one.
    pub position: usize,
}
