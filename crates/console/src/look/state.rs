//! A state as word plus colour.

use maud::{Markup, html};

/// What a colour means. Never the only sign: a word always stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Works.
    Good,
    /// Wants looking at.
    Warn,
    /// Does not work.
    Bad,
    /// Neither here nor there.
    Quiet,
    /// Worth knowing.
    Info,
}

impl Tone {
    /// Class in the stylesheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
            Self::Info => "info",
        }
    }
}

/// The word with its colour.
#[must_use]
pub fn state(tone: Tone, word: &str) -> Markup {
    html! { span.state.(tone.class()) { (word) } }
}
