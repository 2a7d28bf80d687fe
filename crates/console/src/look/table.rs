//! Tables where people compare.

use maud::{Markup, html};

/// A column's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// Text.
    Text(&'static str),
    /// Numbers: to the right.
    Number(&'static str),
    /// Of controls; its name is only read out.
    Unseen(&'static str),
}

/// A table. The caption is read out, not shown; rows are `tr`.
#[must_use]
pub fn table(caption: &str, heads: &[Head], rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table {
                caption.unseen { (caption) }
                thead { tr {
                    @for head in heads {
                        @match head {
                            Head::Text(name) => th scope="col" { (name) },
                            Head::Number(name) => th.number scope="col" { (name) },
                            Head::Unseen(name) => th scope="col" { span.unseen { (name) } },
                        }
                    }
                } }
                tbody { (rows) }
            }
        }
    }
}

/// What is known of one thing, name by name.
#[must_use]
pub fn facts(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in rows {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

/// The way to the next page, and back to the first.
#[must_use]
pub fn pager(first: Option<&str>, next: Option<&str>) -> Markup {
    html! {
        @if first.is_some() || next.is_some() {
            nav.pager aria-label="Pages of this list" {
                @if let Some(first) = first { a.button.plain href=(first) { "First page" } }
                @if let Some(next) = next { a.button.plain href=(next) rel="next" { "Next page" } }
            }
        }
    }
}
