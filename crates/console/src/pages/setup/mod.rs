//! The setup page: a customer's administrator follows the guide of one connection, under the platform's own name.
//!
//! [`Brand`] is what the platform's operator has configured; [`guide`] holds the steps of each provider as dated data.

mod brand;
mod gone;
mod guide;
mod live;
mod page;
mod rehearsal;
mod steps;
mod when;
mod words;

pub use brand::{Brand, Colour, Logo};
pub use gone::{busy, forged, gone, too_long};
pub use live::live;
pub use page::{Shown, page};
pub use rehearsal::{FILE, LIST};

use service::Lang;
use service::noun::ConnectionKind;

/// One text in each language, in the order of [`Lang::ALL`].
type Words = [&'static str; 2];

const fn say(lang: Lang, words: Words) -> &'static str {
    match lang {
        Lang::En => words[0],
        Lang::De => words[1],
    }
}

/// A provider's name in addresses and forms.
#[must_use]
pub const fn provider(kind: ConnectionKind) -> &'static str {
    match kind {
        ConnectionKind::Entra => "entra",
        ConnectionKind::Okta => "okta",
        ConnectionKind::Google => "google",
        ConnectionKind::Generic => "other",
    }
}

/// The provider of this name.
#[must_use]
pub fn provider_of(name: &str) -> Option<ConnectionKind> {
    let all = [ConnectionKind::Entra, ConnectionKind::Okta, ConnectionKind::Google, ConnectionKind::Generic];
    all.into_iter().find(|kind| provider(*kind) == name)
}
