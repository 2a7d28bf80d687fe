//! What goes over the wire: each request of Entra's provisioning service, to the byte, in the chosen dialect.
//!
//! Everything here is pure: a [`Wire`] makes [`client::Request`]s, and [`Wire::client`] sets the client up that sends
//! them as Entra would. What is not known for certain is a switch of [`Switches`].

mod body;
mod changes;
mod compare;
mod create;
mod dialect;
mod members;
mod query;
pub mod replay;
mod switches;
mod update;

#[cfg(test)]
pub(crate) mod tests;

pub use body::Operation;
pub use changes::Change;
pub use dialect::{Dialect, FLAG_2020, UnknownDialect};
pub use switches::{
    BooleanForm, ContentType, FilterValue, KeyOrder, ManagerClear, ManagerForm, OpCase, PostForm,
    PrimaryMarks, ReferenceCheck, RenameForm, SWITCHES, Switch, SwitchFault, Switches, Throttled,
};

use std::time::Duration;

use client::{Client, ClientBuilder, QueryEncoding, Redirects, RetryPolicy, SearchFallback};

use crate::mapping::AppRole;

/// The requests of one dialect.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Whose.
    pub dialect: Dialect,
    /// What is open about it.
    pub switches: Switches,
    /// Where the target is, for references written as URLs; without a slash at its end.
    base: Option<String>,
    /// The application's roles, of which a PATCH tells more than the mapping's value.
    roles: Vec<AppRole>,
}

/// A dialect in which no job of Entra's speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no job can be run in the dialect {0}: it is only replayed, as its own engine works differently")]
pub struct ReplayedOnly(Dialect);

impl Wire {
    /// The requests of a dialect with its default switches.
    ///
    /// # Errors
    /// When no job of Entra's speaks it ([`Dialect::drives_jobs`]).
    pub fn new(dialect: Dialect) -> Result<Self, ReplayedOnly> {
        Self::with(dialect, Switches::of(dialect))
    }

    /// The requests of a dialect with other switches.
    ///
    /// # Errors
    /// As for [`Wire::new`].
    pub fn with(dialect: Dialect, switches: Switches) -> Result<Self, ReplayedOnly> {
        match dialect.drives_jobs() {
            true => Ok(Self { dialect, switches, base: None, roles: Vec::new() }),
            false => Err(ReplayedOnly(dialect)),
        }
    }

    /// The same for this Tenant URL, which references written as URLs begin with.
    #[must_use]
    pub fn at(mut self, tenant_url: &str) -> Self {
        let path = tenant_url.split_once('?').map_or(tenant_url, |(path, _)| path);
        self.base = Some(path.trim_end_matches('/').to_owned());
        self
    }

    /// The same, knowing the application's roles: with [`Dialect::EntraDefault`] a PATCH tells a role's id and name beside
    /// its value (entra.md §2.6).
    #[must_use]
    pub fn knowing(mut self, roles: impl IntoIterator<Item = AppRole>) -> Self {
        self.roles = roles.into_iter().collect();
        self
    }

    /// Begins setting up a client that sends as Entra does: no `User-Agent`, no `Accept`, `ADSCIMVersion`, a form's
    /// encoding in queries, never `.search`, no redirect (`follow-redirects`), no repetition but by the job's own rules.
    /// The flag of [`Dialect::Entra2020`] is appended where the Tenant URL lacks it.
    #[must_use]
    pub fn client(&self, tenant_url: &str) -> ClientBuilder {
        let builder = Client::builder(tenant_url)
            .user_agent(None)
            .header("adscimversion", "5.0")
            .query_encoding(QueryEncoding::Form)
            .search_fallback(SearchFallback::Never)
            .redirects(if self.switches.follow_redirects { Redirects::SameOrigin } else { Redirects::None })
            .content_type(match self.switches.content_type {
                ContentType::Scim => "application/scim+json; charset=utf-8",
                ContentType::Json => "application/json; charset=utf-8",
            })
            .timeout(Duration::from_secs(self.switches.timeout_seconds as u64))
            .retries(RetryPolicy::none());
        match self.dialect {
            Dialect::Entra2020 if Dialect::asked_for_by(tenant_url).is_none() => {
                builder.extra_query(FLAG_2020)
            }
            _ => builder,
        }
    }
}
