//! How well a behaviour is known.

use std::fmt;
use std::str::FromStr;

/// The evidence for a behaviour, as the fact sheet grades it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grade {
    /// Microsoft's documentation says it.
    Doc,
    /// A raw capture shows it.
    Cap,
    /// Somebody else wrote of it.
    Second,
    /// No primary source or capture was seen.
    Unverified,
}

impl Grade {
    /// All of them, best first.
    pub const ALL: [Self; 4] = [Self::Doc, Self::Cap, Self::Second, Self::Unverified];

    /// The word in the ledger.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Doc => "doc",
            Self::Cap => "cap",
            Self::Second => "2nd",
            Self::Unverified => "unverified",
        }
    }

    /// Whether documentation or a capture stands behind it.
    #[must_use]
    pub const fn is_verified(self) -> bool {
        matches!(self, Self::Doc | Self::Cap)
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Grade {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|grade| grade.word() == text).ok_or(())
    }
}
