//! A list with nothing in it says what to do next.

use maud::{Markup, html};

/// Nothing here yet, and why.
#[must_use]
pub fn empty(title: &str, text: &str) -> Markup {
    empty_with(title, &html! { p { (text) } })
}

/// The same with controls.
#[must_use]
pub fn empty_with(title: &str, body: &Markup) -> Markup {
    html! {
        div.empty {
            p.empty-title { (title) }
            (body)
        }
    }
}
