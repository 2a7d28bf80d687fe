//! Pages for who has no link that is good.

use maud::{Markup, html};
use service::Lang;

use super::page::frame;
use super::words as w;
use super::{Brand, say};

/// A link that is unknown, expired or revoked, or an address that there is not: one and the same page.
#[must_use]
pub fn gone(brand: &Brand, base: &str, lang: Lang) -> String {
    alone(brand, base, lang, say(lang, w::GONE), say(lang, w::GONE_TEXT))
}

/// Too many requests at once, or a database that does not answer.
#[must_use]
pub fn busy(brand: &Brand, base: &str, lang: Lang) -> String {
    alone(brand, base, lang, say(lang, w::BUSY), say(lang, w::BUSY_TEXT))
}

/// A form that no page of this link has sent.
#[must_use]
pub const fn forged(lang: Lang) -> &'static str {
    say(lang, w::FORGED)
}

/// A list that is too long to be looked at.
#[must_use]
pub const fn too_long(lang: Lang) -> &'static str {
    say(lang, w::REHEARSE_LONG)
}

fn alone(brand: &Brand, base: &str, lang: Lang, title: &str, text: &str) -> String {
    let main: Markup = html! { div.head { div.words { h1 { (title) } p { (text) } } } };
    frame(brand, base, lang, title, None, main)
}
