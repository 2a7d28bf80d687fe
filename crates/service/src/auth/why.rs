//! Why a request was not let in: said to the token's owner in the connection's log, never to the caller.

use std::num::NonZeroU32;

use base::{Timestamp, TokenShape};

use crate::faults::{Fault, Found, Lang, Stage};

/// The closed list of reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// No bearer token in the request.
    Missing,
    /// The text is no whole token: mistyped, cut, quoted …
    Shape(TokenShape),
    /// Well-formed, of a known handle, but not one that exists here.
    Unknown,
    /// Revoked.
    Revoked {
        /// The token's name.
        name: String,
        /// Since when.
        at: Timestamp,
    },
    /// Past its end.
    Expired {
        /// The token's name.
        name: String,
        /// Since when.
        at: Timestamp,
    },
    /// Used under another tenant's path.
    WrongTenant {
        /// Where it belongs.
        own: String,
    },
    /// The token is good; the requests come faster than this server lets a connection ask.
    TooFast {
        /// Requests a second.
        limit: NonZeroU32,
    },
    /// At an address where nothing is; the id of the fault in the catalogue.
    Stray(&'static str),
}

const MISSING: &str = "token_missing";
const UNKNOWN: &str = "token_unknown";
const REVOKED: &str = "token_revoked";
const EXPIRED: &str = "token_expired";
const WRONG_TENANT: &str = "wrong_tenant";
const TOO_FAST: &str = "too_fast";

/// Every code of a refused sign-in, with what it means and what to do in general; the log of the connection says which
/// token and since when.
#[must_use]
pub fn sign_in_refusals() -> Vec<(&'static str, &'static str)> {
    let mut all = vec![
        (MISSING, "The request carried no access token. Paste the Secret Token."),
        (UNKNOWN, "The token has the right form but does not exist here. Create a new one and paste it."),
        (REVOKED, "The token was revoked; the log says which and when. Create a new one and paste it."),
        (
            EXPIRED,
            "The token has expired; the log says which and when. Create a new one, best without an expiry.",
        ),
        (
            WRONG_TENANT,
            "A token was used with the Tenant URL of another tenant. Use URL and token of the same tenant.",
        ),
        (
            TOO_FAST,
            "The token is good, but the connection asks more often than `--rate-limit` permits and got 429. If that \
             goes on, raise it; Entra needs at least 25 a second.",
        ),
    ];
    all.extend(TokenShape::ALL.iter().map(|shape| (shape.code(), shape.advice())));
    let addresses =
        Fault::all().filter(|fault| fault.stage == Stage::Address && fault.found == Found::Refusal);
    all.extend(addresses.map(|fault| (fault.id, fault.said(Lang::En).remedy)));
    all
}

impl Why {
    /// The code in logs and metrics.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Missing => MISSING,
            Self::Shape(shape) => shape.code(),
            Self::Unknown => UNKNOWN,
            Self::Revoked { .. } => REVOKED,
            Self::Expired { .. } => EXPIRED,
            Self::WrongTenant { .. } => WRONG_TENANT,
            Self::TooFast { .. } => TOO_FAST,
            Self::Stray(code) => code,
        }
    }

    /// The status that the caller got.
    pub(crate) const fn status(&self) -> u16 {
        match self {
            Self::WrongTenant { .. } => 403,
            Self::TooFast { .. } => 429,
            Self::Stray(_) => 404,
            _ => 401,
        }
    }

    /// What happened and what to do, for the administrator who reads the connection's log.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::Missing => "The request carried no access token. Paste the Secret Token.".into(),
            Self::Shape(shape) => shape.advice().into(),
            Self::Unknown => "The token has the right form but does not exist here any more. \
                 Create a new one and paste it as the Secret Token."
                .into(),
            Self::Revoked { name, at } => format!(
                "The token \"{name}\" was revoked on {}. Create a new one and paste it as the Secret Token.",
                day(*at)
            ),
            Self::Expired { name, at } => format!(
                "The token \"{name}\" expired on {}. Create a new one, best without an expiry, \
                 and paste it as the Secret Token: an expired token quarantines the provisioning job.",
                day(*at)
            ),
            Self::WrongTenant { own } => format!(
                "The token of tenant \"{own}\" was used with the Tenant URL of another tenant. \
                 Paste the Tenant URL and the Secret Token of one and the same tenant."
            ),
            Self::Stray(code) => Fault::of_code(code).map_or_else(String::new, Fault::sentence),
            Self::TooFast { limit } => format!(
                "The identity provider asks more than {limit} times a second and was told to come again. \
                 If that goes on, have the operator raise --rate-limit; Entra needs at least 25."
            ),
        }
    }
}

fn day(at: Timestamp) -> String {
    let text = at.to_rfc3339_millis();
    text.split_once('T').map_or(text.clone(), |(day, _)| day.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_reason_is_told_of_once() {
        let told: Vec<_> = sign_in_refusals().into_iter().map(|(code, _)| code).collect();
        let different: HashSet<_> = told.iter().collect();
        assert_eq!(different.len(), told.len());
        let (name, at, own) = (String::new(), Timestamp::EPOCH, String::new());
        let others = [
            Why::Missing,
            Why::Unknown,
            Why::Revoked { name: name.clone(), at },
            Why::Expired { name, at },
            Why::WrongTenant { own },
            Why::TooFast { limit: NonZeroU32::MIN },
        ];
        let shapes = TokenShape::ALL.map(Why::Shape);
        for why in others.iter().chain(&shapes) {
            assert!(told.contains(&why.code()), "{}", why.code());
        }
    }

    #[test]
    fn a_dated_reason_names_token_and_day() {
        let at = "2026-05-02T10:00:00Z".parse().unwrap();
        let text = Why::Revoked { name: "entra".into(), at }.detail();
        assert!(text.contains("\"entra\"") && text.contains("2026-05-02."), "{text}");
    }
}
