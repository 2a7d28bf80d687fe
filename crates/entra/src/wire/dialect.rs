//! Whose requests.

use std::fmt;
use std::str::FromStr;

/// A client's way of speaking SCIM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Entra's provisioning service as it is when nothing is appended to the Tenant URL (entra.md §2.3).
    EntraDefault,
    /// The same with `aadOptscim062020` appended to the Tenant URL (§2.3).
    Entra2020,
    /// Microsoft's SCIM Validator (§6.2).
    EntraValidator,
    /// The harness that gallery onboarding runs (§6.4).
    EntraGallery,
    /// Jobs of the template `customappsso`, from before December 2018 (§2.3).
    EntraLegacyCustomappsso,
    /// Okta's private applications, made with the App Integration Wizard (§8.1).
    OktaAiw,
    /// Okta's catalogue applications (§8.1).
    OktaOin,
    /// JumpCloud (§8.2).
    JumpCloud,
    /// Google Workspace (§8.2).
    Google,
}

/// What turns [`Dialect::Entra2020`] on at the end of a Tenant URL.
pub const FLAG_2020: &str = "aadOptscim062020";

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::EntraDefault,
        Self::Entra2020,
        Self::EntraValidator,
        Self::EntraGallery,
        Self::EntraLegacyCustomappsso,
        Self::OktaAiw,
        Self::OktaOin,
        Self::JumpCloud,
        Self::Google,
    ];

    /// The name, as settings and the command line have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EntraDefault => "entra-default",
            Self::Entra2020 => "entra-2020",
            Self::EntraValidator => "entra-validator",
            Self::EntraGallery => "entra-gallery",
            Self::EntraLegacyCustomappsso => "entra-legacy-customappsso",
            Self::OktaAiw => "okta-aiw",
            Self::OktaOin => "okta-oin",
            Self::JumpCloud => "jumpcloud",
            Self::Google => "google",
        }
    }

    /// The dialect that a Tenant URL asks for by what is appended to it, if it does.
    #[must_use]
    pub fn asked_for_by(tenant_url: &str) -> Option<Self> {
        let (_, query) = tenant_url.split_once('?')?;
        query.split('&').find_map(|part| match part {
            FLAG_2020 => Some(Self::Entra2020),
            "AzureAdScimPatch2017" => Some(Self::EntraDefault),
            _ => None,
        })
    }

    /// Whether a job of Entra speaks it. The others are replayed from their fixtures ([`crate::wire::replay`]), since
    /// their own engines work differently.
    #[must_use]
    pub const fn drives_jobs(self) -> bool {
        !matches!(self, Self::OktaAiw | Self::OktaOin | Self::JumpCloud | Self::Google)
    }

    /// Whether several plain changes share one operation without a path, under dotted and URN keys.
    pub(crate) const fn groups_changes(self) -> bool {
        matches!(self, Self::Entra2020 | Self::EntraValidator)
    }

    /// Whether a role and a group's member are addressed by a path with a filter.
    pub(crate) const fn addresses_elements(self) -> bool {
        matches!(self, Self::Entra2020 | Self::EntraValidator)
    }

    /// Whether a dot, not a colon, stands between an extension's URN and its attribute.
    pub(crate) const fn dots_extensions(self) -> bool {
        matches!(self, Self::EntraLegacyCustomappsso)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no dialect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no dialect; there are {names}", names = Dialect::ALL.map(Dialect::name).join(", "))]
pub struct UnknownDialect(String);

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        Self::ALL.into_iter().find(|d| d.name() == text).ok_or_else(|| UnknownDialect(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_a_wrong_one_lists_them() {
        for dialect in Dialect::ALL {
            assert_eq!(dialect.to_string().parse(), Ok(dialect));
        }
        let fault = "entra".parse::<Dialect>().unwrap_err().to_string();
        assert!(fault.contains("entra-default, entra-2020"), "{fault}");
    }

    #[test]
    fn a_tenant_url_may_ask_for_a_dialect() {
        let asked = Dialect::asked_for_by;
        assert_eq!(asked("https://h/scim?aadOptscim062020"), Some(Dialect::Entra2020));
        assert_eq!(asked("https://h/scim?x=1&aadOptscim062020"), Some(Dialect::Entra2020));
        assert_eq!(asked("https://h/scim?AzureAdScimPatch2017"), Some(Dialect::EntraDefault));
        assert_eq!(asked("https://h/aadOptscim062020"), None);
    }
}
