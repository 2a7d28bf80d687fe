//! Ids and secrets: monospace, with a copy button.

use maud::{Markup, html};

/// An id or address that people copy. `id` names the element; it must be the only one of that name on the page.
#[must_use]
pub fn ident(id: &str, text: &str, what: &str) -> Markup {
    html! {
        span.ident {
            code id=(id) { (text) }
            button.copy type="button" data-copy=(id) aria-label={ "Copy " (what) } { "Copy" }
        }
    }
}

/// An id that is only shown: shortened where it would push a table apart, whole on hover.
#[must_use]
pub fn reference(text: &str) -> Markup {
    html! { code.reference title=(text) { (text) } }
}

/// A secret that is shown once, large, with its copy button and what to do with it.
#[must_use]
pub fn secret(id: &str, text: &str, what: &str, advice: &str) -> Markup {
    html! {
        div.secret {
            p.secret-head { strong { (what) } " " span { "Shown only this once." } }
            div.secret-row {
                code id=(id) { (text) }
                button.button type="button" data-copy=(id) { "Copy" }
            }
            p.hint { (advice) }
        }
    }
}
