//! Dialects: how identity providers depart from the RFCs.
//!
//! A dialect is a set of named [`Quirk`]s. Each has its own file with the offending JSON in its doc comment, a
//! fixture under `fixtures/`, and can be switched off by name. `strict` is the empty set.

pub(crate) mod body;
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

    /// Microsoft Entra ID: every quirk that is not another provider's own.
    #[must_use]
    pub fn entra() -> Self {
        let mut dialect = Self { name: "entra".into(), quirks: 0 };
        for quirk in Quirk::ALL.iter().filter(|q| !q.is_okta_only()) {
            dialect.set(*quirk, true);
        }
        dialect
    }

    /// Okta: Entra's leniency plus Okta's own quirks.
    #[must_use]
    pub fn okta() -> Self {
        let mut dialect = Self { name: "okta".into(), quirks: 0 };
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
