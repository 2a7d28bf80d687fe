//! Notices: events that an operator wants to be told of, as a person reads them.
//!
//! They are events like all others and stand in the feed. A webhook whose address is `mailto:` hears of these only, several of
//! them in one mail. What is written here goes out as text, so whatever a customer's people or provider could have chosen
//! (names, reasons) is brought to one line of bounded length first.

mod address;
mod mail;
mod text;
mod words;

pub use address::MailAddress;
pub use mail::Digest;

use store::EventKind;

/// The kinds of events that are notices.
pub const NOTICES: &[EventKind] = &[
    EventKind::TokenExpiring,
    EventKind::ConnectionSilent,
    EventKind::ConnectionFailing,
    EventKind::ConnectionQuarantined,
    EventKind::ConnectionHeld,
    EventKind::LearnerIdentityChanged,
    EventKind::ConnectionIdentityRefused,
    EventKind::WebhookDisabled,
];

/// Whether an event of this kind is a notice.
pub(crate) fn is_notice(kind: EventKind) -> bool {
    NOTICES.contains(&kind)
}

/// Their names, for advice.
pub(crate) fn names() -> String {
    NOTICES.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}
