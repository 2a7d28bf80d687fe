//! What a page says first, and what it says of what was just done.

use maud::{Markup, html};

use super::Tone;

/// A sentence about what was just done or went wrong, above the page's content.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Good or bad.
    pub tone: Tone,
    /// What happened.
    pub text: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl Notice {
    /// Something was done.
    #[must_use]
    pub fn done(text: impl Into<String>) -> Self {
        Self { tone: Tone::Good, text: text.into(), hint: None }
    }

    /// Something was not.
    #[must_use]
    pub fn failed(text: impl Into<String>, hint: Option<String>) -> Self {
        Self { tone: Tone::Bad, text: text.into(), hint }
    }
}

/// The notice; read out as it appears.
#[must_use]
pub fn notice(notice: &Notice) -> Markup {
    let role = if notice.tone == Tone::Bad { "alert" } else { "status" };
    html! {
        div.notice.(notice.tone.class()) role=(role) {
            p { strong { (notice.text) } }
            @if let Some(hint) = &notice.hint { p { (hint) } }
        }
    }
}

/// The answer that a person came for: one sentence, then what supports it.
#[must_use]
pub fn answer(tone: Tone, sentence: &Markup, more: Option<&Markup>) -> Markup {
    html! {
        div.answer.(tone.class()) {
            p.sentence { (sentence) }
            @if let Some(more) = more { div.more { (more) } }
        }
    }
}
