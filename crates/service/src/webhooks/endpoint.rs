//! An endpoint, and how it stands in storage.

use std::net::IpAddr;

use base::{AddressPolicy, Secret, Timestamp};
use serde::{Deserialize, Serialize};
use store::code::{from_json, to_json};
use store::{Cause, Event, EventKind, StoreResult, TenantId};

use crate::notices::{self, MailAddress};
use crate::{Code, ServiceError, ServiceResult};

/// Longest URL.
const LONGEST_URL: usize = 2000;
/// Longest window of coalescing, in seconds.
const LONGEST_COALESCE: u32 = 300;
/// How long a mail waits for more notices unless somebody says otherwise, in seconds.
const MAIL_COALESCE: u32 = 60;

/// An endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// Names it.
    pub id: String,
    /// Whose events; `None` for those of all tenants.
    pub tenant: Option<TenantId>,
    /// Counts changes.
    pub revision: i64,
    /// Since when.
    pub created: Timestamp,
    /// Whether anything is sent.
    pub enabled: bool,
    /// What an operator decided.
    pub settings: WebhookSettings,
    /// What signatures are made with, newest first.
    pub secrets: Vec<SigningSecret>,
}

/// What an operator decides about an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WebhookSettings {
    /// Where to: `https://…`, or `mailto:…` for notices by e-mail.
    pub url: String,
    /// The operator's words for it.
    pub description: String,
    /// Only these types, or with `.*` all of a noun; empty means all.
    pub types: Vec<String>,
    /// Only for these causes; empty means all.
    pub causes: Vec<Cause>,
    /// Whether private addresses may be dialled.
    pub allow_private: bool,
    /// For so many seconds `learner.updated` of one learner waits for more of it, and goes out as one; 0 for not at all. A
    /// mail waits as long for more notices.
    pub coalesce: u32,
    /// Why nothing is sent, when something else than an operator decided so.
    pub disabled: Option<Disabled>,
    /// Replays asked for, oldest first.
    pub replays: Vec<ReplayOrder>,
}

/// Why an endpoint was switched off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    /// When (µs).
    pub at: i64,
    /// A sentence.
    pub reason: String,
}

/// A range of the feed to be sent once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayOrder {
    /// Counts the endpoint's replays.
    pub number: u64,
    /// After this position.
    pub after: i64,
    /// Up to this one.
    pub until: i64,
}

/// What a signature is made with.
#[derive(Debug, Clone, PartialEq)]
pub struct SigningSecret {
    /// `whsec_` and 32 bytes in Base64, as Standard Webhooks writes it.
    pub secret: Secret<String>,
    /// Until when it signs too, once there is a newer one.
    pub until: Option<Timestamp>,
}

/// A secret in storage.
#[derive(Serialize, Deserialize)]
struct Kept {
    secret: String,
    until: Option<i64>,
}

impl Webhook {
    /// Of what is stored.
    pub(super) fn read(stored: &store::Webhook) -> StoreResult<Self> {
        let kept: Vec<Kept> = from_json(stored.secrets.expose(), "webhook", "secrets")?;
        let secret = |kept: Kept| SigningSecret {
            secret: kept.secret.into(),
            until: kept.until.map(Timestamp::from_micros),
        };
        Ok(Self {
            id: stored.id.clone(),
            tenant: stored.tenant,
            revision: stored.revision,
            created: stored.created,
            enabled: stored.enabled,
            settings: from_json(&stored.body, "webhook", "body")?,
            secrets: kept.into_iter().map(secret).collect(),
        })
    }

    /// To be stored.
    pub(super) fn write(&self) -> store::Webhook {
        let kept: Vec<_> = self
            .secrets
            .iter()
            .map(|s| Kept { secret: s.secret.expose().clone(), until: s.until.map(|t| t.as_micros()) })
            .collect();
        store::Webhook {
            id: self.id.clone(),
            tenant: self.tenant,
            revision: self.revision,
            created: self.created,
            enabled: self.enabled,
            body: to_json(&self.settings),
            secrets: to_json(&kept).into(),
        }
    }

    /// Whether the endpoint is to hear of an event.
    #[must_use]
    pub fn wants(&self, event: &Event) -> bool {
        let causes = &self.settings.causes;
        self.wants_kind(event.event.kind) && (causes.is_empty() || causes.contains(&event.event.cause))
    }

    /// Whether events of this kind are for it: of those that were named, and for a mail address of the notices.
    #[must_use]
    pub fn wants_kind(&self, kind: EventKind) -> bool {
        let types = &self.settings.types;
        (types.is_empty() || types.iter().any(|pattern| fits(pattern, kind.as_str())))
            && (!self.is_mail() || notices::is_notice(kind))
    }

    /// Whether it is a mail address.
    #[must_use]
    pub fn is_mail(&self) -> bool {
        self.settings.is_mail()
    }

    /// The secrets that sign now.
    pub fn signing(&self, now: Timestamp) -> impl Iterator<Item = &Secret<String>> {
        self.secrets.iter().filter(move |s| s.until.is_none_or(|until| now < until)).map(|s| &s.secret)
    }

    /// Where the endpoint may be.
    #[must_use]
    pub fn policy(&self) -> AddressPolicy {
        policy(self.settings.allow_private)
    }
}

/// Private networks and this machine, but never link-local addresses: clouds answer there with credentials.
const PRIVATE: &str =
    "public,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,127.0.0.0/8,::1/128,fc00::/7";

pub(super) fn policy(allow_private: bool) -> AddressPolicy {
    if allow_private { PRIVATE.parse().unwrap_or_default() } else { AddressPolicy::PublicOnly }
}

fn fits(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => kind.starts_with(prefix),
        None => kind == pattern,
    }
}

impl WebhookSettings {
    /// Settings that can work.
    ///
    /// # Errors
    /// `Invalid`, with what is wrong and what to do.
    pub(super) fn check(&mut self) -> ServiceResult<()> {
        match MailAddress::of_url(&self.url) {
            Some(address) => self.check_mail(address)?,
            None => check_url(&self.url, self.allow_private)?,
        }
        self.description = self.description.trim().chars().take(200).collect();
        if self.coalesce > LONGEST_COALESCE {
            let message = format!("events can wait for one another for {LONGEST_COALESCE} seconds at most");
            return Err(invalid(message));
        }
        self.types.sort();
        self.types.dedup();
        for pattern in &self.types {
            let whole = pattern.strip_suffix('*').is_none_or(|noun| noun.ends_with('.'));
            if !whole || !EventKind::ALL.iter().any(|kind| fits(pattern, kind.as_str())) {
                let shown: String = pattern.chars().take(60).collect();
                return Err(invalid(format!("there is no event type \"{shown}\"")).hint(
                    "types are learner.created, group.*, membership.added …; see docs/reference/events.md",
                ));
            }
        }
        Ok(())
    }

    /// How long events for a URL wait for more of them when nobody says: notices that belong together come close to each other.
    #[must_use]
    pub fn usual_coalesce(url: &str) -> u32 {
        if url.starts_with("mailto:") { MAIL_COALESCE } else { 0 }
    }

    /// Whether it is a mail address.
    pub(super) fn is_mail(&self) -> bool {
        self.url.starts_with("mailto:")
    }

    fn check_mail(&self, address: Result<MailAddress, &'static str>) -> ServiceResult<()> {
        address.map_err(|why| {
            invalid(format!("the mail address {why}"))
                .hint("for example mailto:ops@example.org; make one webhook for each address")
        })?;
        if self.allow_private {
            return Err(invalid("private addresses are not a mail address's matter").hint(
                "leave --allow-private (\"allowPrivate\") out: mail goes to the operator's mail server",
            ));
        }
        // A learner's profile has no place in a mail, and a first sync would be thousands of them.
        let is_other = |kind: &&EventKind| {
            !notices::is_notice(**kind) && self.types.iter().any(|t| fits(t, kind.as_str()))
        };
        if let Some(other) = EventKind::ALL.iter().find(is_other) {
            let message = format!("{} is no notice: a mail address is told of notices only", other.as_str());
            return Err(invalid(message)
                .hint(format!("name no types for all notices, or some of {}", notices::names())));
        }
        Ok(())
    }
}

fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new(Code::Invalid, message)
}

/// A URL that a webhook can go to.
fn check_url(url: &str, allow_private: bool) -> ServiceResult<()> {
    let bad = |why: &str| {
        Err(invalid(format!("the webhook's URL {why}")).hint("for example https://app.example.com/hooks"))
    };
    if url.len() > LONGEST_URL || url.contains(|c: char| c.is_whitespace() || c.is_control() || !c.is_ascii())
    {
        return bad("is too long or has a space or a character outside ASCII in it");
    }
    let (plain, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (false, rest),
        (_, Some(rest)) => (true, rest),
        _ => return bad("must begin with https://"),
    };
    if plain && !allow_private {
        return Err(invalid("the webhook's URL must begin with https://: what it is sent tells of people")
            .hint("use https, or --allow-private for a receiver on the same private network"));
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.contains('@') {
        return bad("must not hold a user name or password");
    }
    if url.contains('#') {
        return bad("must not have a fragment");
    }
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    if host.is_empty() {
        return bad("names no host");
    }
    // Names are judged when they are dialled, and every time.
    if let Ok(address) = host.parse::<IpAddr>() {
        policy(allow_private).permits(address).map_err(|refused| {
            invalid(refused.to_string())
                .hint("--allow-private (\"allowPrivate\") permits receivers on private networks; an operator of all tenants may set it")
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str, allow_private: bool) -> WebhookSettings {
        WebhookSettings { url: url.to_owned(), allow_private, ..WebhookSettings::default() }
    }

    #[test]
    fn urls_are_public_https_unless_private_ones_are_allowed() {
        for good in ["https://app.example.com/x?y=z", "https://8.8.8.8:8443/", "https://[2606:4700::1]/x"] {
            assert!(settings(good, false).check().is_ok(), "{good}");
        }
        for private in
            ["http://app.internal/", "https://127.0.0.1/", "https://10.1.2.3:9/", "https://[::1]/x"]
        {
            assert!(settings(private, false).check().is_err(), "{private}");
            assert!(settings(private, true).check().is_ok(), "{private}");
        }
        for bad in [
            "https://169.254.169.254/latest/meta-data",
            "https://[::ffff:169.254.169.254]/",
            "ftp://a.example",
            "https://",
            "https://u:p@a.example/",
            "https://a.example/#x",
            "https://a.example/ x",
            "",
        ] {
            assert!(settings(bad, true).check().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_mail_address_takes_notices_only() {
        let with = |types: &[&str]| WebhookSettings {
            types: types.iter().map(|t| (*t).to_owned()).collect(),
            ..settings("mailto:ops@example.org", false)
        };
        assert!(with(&[]).check().is_ok());
        assert!(with(&["token.expiring", "webhook.*", "learner.identity_changed"]).check().is_ok());
        for (bad, other) in [("learner.created", "learner.created"), ("connection.*", "connection.synced")] {
            let error = with(&["token.expiring", bad]).check().unwrap_err();
            assert!(error.message.starts_with(other), "{error}");
        }
        assert!(with(&["nothing"]).check().is_err());
        assert!(settings("mailto:ops@example.org", true).check().is_err());
        assert!(settings("mailto:a@example.org,b@example.org", false).check().is_err());
        assert!(settings("mailto:ops@example.org?bcc=x@example.org", false).check().is_err());
    }

    #[test]
    fn types_are_named_singly_or_by_their_noun() {
        let with = |types: &[&str]| WebhookSettings {
            types: types.iter().map(|t| (*t).to_owned()).collect(),
            ..settings("https://a.example", false)
        };
        assert!(with(&["learner.*", "group.created"]).check().is_ok());
        for bad in ["learner", "*", "lear*", "x.*", ""] {
            assert!(with(&[bad]).check().is_err(), "{bad}");
        }
    }
}
