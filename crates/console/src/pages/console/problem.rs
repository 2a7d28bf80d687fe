//! Pages that are only about what went wrong.

use maud::{Markup, html};

use super::{Frame, Section};
use crate::look::Layout;

/// Something could not be shown to somebody who is signed in.
#[must_use]
pub fn problem(frame: &Frame<'_>, title: &str, hint: Option<&str>) -> String {
    let content = html! {
        div.head { div.words {
            h1 { (title) }
            @if let Some(hint) = hint { p { (hint) } }
        } }
        p { a href=(frame.href("")) { "All tenants" } }
    };
    frame.page(title, Section::Overview, &content)
}

/// The same without knowing who it is.
#[must_use]
pub fn alone(base: &str, title: &str, text: &str) -> String {
    let body = html! {
        p { (text) }
        p { a href={ (base) "/console" } { "To the console" } }
    };
    card(base, title, &body)
}

/// A page of one card, for somebody who is not signed in.
pub(super) fn card(base: &str, title: &str, body: &Markup) -> String {
    let name = format!("{title} · Provost");
    Layout {
        base,
        lang: "en",
        title: &name,
        class: "console",
        head: None,
        header: html! { a.name href={ (base) "/console" } { "Provost" } },
        side: None,
        main: html! {
            div.sign-in { div.card { h1 { (title) } (body) } }
        },
        footer: None,
    }
    .render()
}
