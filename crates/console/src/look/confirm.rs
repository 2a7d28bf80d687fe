//! Acts that cannot be taken back stand behind a named confirmation.

use maud::{Markup, html};

use super::form::csrf;

/// How much is at stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Danger {
    /// A second click.
    Some,
    /// The name has to be written.
    Great,
}

/// An act to confirm.
#[derive(Debug, Clone, Copy)]
pub struct Confirm<'a> {
    /// Tells it from others on the page.
    pub id: &'a str,
    /// What opens it: `Revoke`.
    pub open: &'a str,
    /// What it does, in a sentence.
    pub text: &'a str,
    /// What the button says, with the name of the thing: `Revoke token-1`.
    pub button: &'a str,
    /// Where the form goes.
    pub action: &'a str,
    /// The session's token.
    pub csrf: &'a str,
    /// How much is at stake.
    pub danger: Danger,
    /// What has to be written for [`Danger::Great`].
    pub name: &'a str,
}

/// The name of the field that repeats a name.
pub const CONFIRM: &str = "confirm";

/// The control: it opens without a script.
#[must_use]
pub fn confirm(act: &Confirm<'_>) -> Markup {
    let id = format!("{}-{CONFIRM}", act.id);
    html! {
        details.confirm {
            summary.button.plain { (act.open) "…" }
            form.panel method="post" action=(act.action) {
                (csrf(act.csrf))
                p { (act.text) }
                @if act.danger == Danger::Great {
                    div.field {
                        label for=(id) { "Write " code { (act.name) } " to confirm" }
                        input id=(id) name=(CONFIRM) type="text" required autocomplete="off" autocapitalize="off"
                            spellcheck="false";
                    }
                }
                button.button.danger { (act.button) }
            }
        }
    }
}
