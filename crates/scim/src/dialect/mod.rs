//! Dialects: how identity providers depart from the RFCs.
//!
//! A dialect is a set of named [`Quirk`]s of four kinds: in the text of filters and paths ([`crate::filter`]), from the
//! body of a message to its operations (`body`), from an operation and the document so far to what it means
//! (`operation`), and settings of what is read and answered ([`crate::document`], [`crate::projection`], [`crate::etag`],
//! the service). Each stands with the offending JSON where it is dealt with, has a fixture under `fixtures/` or a test
//! of its own name, and can be switched off by name. `strict` is the empty set.

pub(crate) mod body;
pub(crate) mod operation;
mod quirk;

pub use quirk::Quirk;

/// A named set of quirks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Its name: `entra`, `okta`, `strict`, or one of the operator's own.
    pub name: String,
    quirks: u64,
}

impl Dialect {
    /// No quirk at all: RFC text only.
    #[must_use]
    pub fn strict() -> Self {
        Self { name: "strict".into(), quirks: 0 }
    }

    /// Microsoft Entra ID: every quirk.
    #[must_use]
    pub fn entra() -> Self {
        Self::lenient("entra")
    }

    /// Okta: the same quirks. What else it is known for (passwords in bodies, `"groups":[]`, `"members":null`, whole
    /// resources echoed back) is within the RFCs or taken from everybody.
    #[must_use]
    pub fn okta() -> Self {
        Self::lenient("okta")
    }

    fn lenient(name: &str) -> Self {
        let mut dialect = Self { name: name.into(), quirks: 0 };
        for quirk in Quirk::ALL {
            dialect.set(*quirk, true);
        }
        dialect
    }

    /// A built-in dialect by name, whatever its case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "strict" => Some(Self::strict()),
            "entra" => Some(Self::entra()),
            "okta" => Some(Self::okta()),
            _ => None,
        }
    }

    /// Whether the quirk is on.
    #[must_use]
    pub const fn has(&self, quirk: Quirk) -> bool {
        self.quirks & (1 << quirk as u64) != 0
    }

    /// Switches one quirk.
    pub const fn set(&mut self, quirk: Quirk, on: bool) {
        if on {
            self.quirks |= 1 << quirk as u64;
        } else {
            self.quirks &= !(1 << quirk as u64);
        }
    }
}
