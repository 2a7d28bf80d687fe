//! Forms. Every field has a label; what was wrong stands beside it.

use maud::{Markup, html};

/// The name of the field that shows that a form came from a page of ours.
pub const CSRF: &str = "csrf";

/// The proof that this form came from a page of ours.
#[must_use]
pub fn csrf(token: &str) -> Markup {
    html! { input type="hidden" name=(CSRF) value=(token); }
}

/// A field of text.
#[derive(Debug, Clone, Default)]
pub struct Field<'a> {
    /// Name in the form; also its id.
    pub name: &'a str,
    /// Label.
    pub label: &'a str,
    /// What it holds.
    pub value: &'a str,
    /// What kind: `text` when empty.
    pub kind: &'a str,
    /// What to write.
    pub hint: Option<&'a str>,
    /// Whether it may not be empty.
    pub required: bool,
}

/// A labelled field of text.
#[must_use]
pub fn field(field: &Field<'_>) -> Markup {
    let kind = if field.kind.is_empty() { "text" } else { field.kind };
    let hint = format!("{}-hint", field.name);
    html! {
        div.field {
            label for=(field.name) { (field.label) }
            input id=(field.name) name=(field.name) type=(kind) value=(field.value) required[field.required]
                autocomplete="off" aria-describedby=[field.hint.map(|_| &hint)];
            @if let Some(text) = field.hint { p.hint id=(hint) { (text) } }
        }
    }
}

/// One of several values.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// Value in the form.
    pub value: &'a str,
    /// What people read.
    pub label: &'a str,
}

/// The options of a choice.
#[must_use]
pub fn options(choices: &[Choice<'_>], chosen: &str) -> Markup {
    html! {
        @for choice in choices {
            option value=(choice.value) selected[choice.value == chosen] { (choice.label) }
        }
    }
}

/// A labelled choice.
#[must_use]
pub fn select(name: &str, label: &str, choices: &[Choice<'_>], chosen: &str, hint: Option<&str>) -> Markup {
    let id = format!("{name}-hint");
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) aria-describedby=[hint.map(|_| &id)] { (options(choices, chosen)) }
            @if let Some(text) = hint { p.hint id=(id) { (text) } }
        }
    }
}

/// A labelled switch.
#[must_use]
pub fn checkbox(name: &str, label: &str, on: bool, hint: Option<&str>) -> Markup {
    let id = format!("{name}-hint");
    html! {
        div.field.check {
            input id=(name) name=(name) type="checkbox" value="on" checked[on] aria-describedby=[hint.map(|_| &id)];
            label for=(name) { (label) }
            @if let Some(text) = hint { p.hint id=(id) { (text) } }
        }
    }
}
