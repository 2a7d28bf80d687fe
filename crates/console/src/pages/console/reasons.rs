//! What needs attention, in words.

use base::Timestamp;
use maud::{Markup, html};
use service::Attention;
use service::noun::ConnectionKind;

use crate::look::{Tone, ago, number, until};

/// The provider's name.
#[must_use]
pub fn provider(kind: ConnectionKind) -> &'static str {
    match kind {
        ConnectionKind::Entra => "Entra",
        ConnectionKind::Okta => "Okta",
        ConnectionKind::Google => "Google",
        ConnectionKind::Generic => "The identity provider",
    }
}

/// How bad it is.
#[must_use]
pub const fn tone(reason: &Attention) -> Tone {
    match reason {
        Attention::Refused { .. } | Attention::Failing { .. } | Attention::NoToken => Tone::Bad,
        Attention::Silent { .. }
        | Attention::Held { .. }
        | Attention::Expiring { .. }
        | Attention::Identity { .. } => Tone::Warn,
        Attention::Paused { .. } => Tone::Quiet,
    }
}

/// In a word, for lists.
#[must_use]
pub const fn word(reason: &Attention) -> &'static str {
    match reason {
        Attention::Refused { .. } => "Token refused",
        Attention::Silent { .. } => "Silent",
        Attention::Failing { .. } => "Failing",
        Attention::Held { .. } => "Changes held",
        Attention::NoToken => "No token",
        Attention::Expiring { .. } => "Token expires",
        Attention::Identity { .. } => "Identity alarm",
        Attention::Paused { .. } => "Paused",
    }
}

/// What it is, in a sentence.
#[must_use]
pub fn sentence(reason: &Attention, kind: ConnectionKind, now: Timestamp) -> Markup {
    let who = provider(kind);
    match reason {
        Attention::Refused { at, .. } => {
            html! { (who) "’s token is refused, most recently " (ago(now, *at)) "." }
        }
        Attention::Silent { last } => html! { (who) " has not been heard of since " (ago(now, *last)) "." },
        Attention::Failing { failed, done } => html! {
            "Requests keep failing: " (number(*failed)) " failed and " (number(*done)) " were done in the last hour."
        },
        Attention::Held { events: 1 } => {
            html! { "One change is held back from the app until somebody decides." }
        }
        Attention::Held { events } => html! {
            (number(*events)) " changes are held back from the app until somebody decides."
        },
        Attention::NoToken => html! { "No token opens this connection any more." },
        Attention::Expiring { token, at } => html! {
            "The token “" (token) "” expires " (until(now, *at)) "; the provisioning job stops with it."
        },
        Attention::Identity { label, refused, at, .. } => html! {
            "The user name “" (label) "” arrived as another person " (ago(now, *at))
            @if *refused { ", and was refused" } "."
        },
        Attention::Paused { since } => html! { "Paused " (ago(now, *since)) ": its writes are put off." },
    }
}

/// What to do about it.
#[must_use]
pub fn advice(reason: &Attention) -> Option<&str> {
    match reason {
        Attention::Refused { detail, .. } => Some(detail),
        Attention::Silent { .. } => Some(
            "Look at the provisioning job there: it may be switched off, in quarantine, or kept away by a firewall.",
        ),
        Attention::Failing { .. } => Some("The provisioning log says of each failure what to do about it."),
        Attention::Held { .. } => Some(
            "More people than usual were deactivated or removed within a day. Approve it if it was meant, revert it if not.",
        ),
        Attention::NoToken => Some("Create one and paste it as the Secret Token."),
        Attention::Expiring { .. } => {
            Some("Rotate it: the old one keeps working while the new one is pasted.")
        }
        Attention::Identity { refused: true, .. } => Some(
            "The name may have been given to another person. If it is the same one, restore the removed learner, or let the connection flag it instead; if not, change the name at the provider.",
        ),
        Attention::Identity { .. } => Some(
            "The name may have been given to another person, who would inherit the history. The learner’s history says what changed.",
        ),
        Attention::Paused { .. } => None,
    }
}
