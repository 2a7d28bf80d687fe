//! Why a request was not let in: said to the token's owner in the connection's log, never to the caller.

use std::num::NonZeroU32;

use base::{Timestamp, TokenShape};

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
}

impl Why {
    /// The code in logs and metrics.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "token_missing",
            Self::Shape(shape) => match shape {
                TokenShape::Quoted => "token_quoted",
                TokenShape::Spaced => "token_spaced",
                TokenShape::BearerPrefix => "token_bearer_prefix",
                TokenShape::Truncated => "token_truncated",
                TokenShape::Overlong => "token_overlong",
                TokenShape::BadChecksum => "token_mistyped",
                TokenShape::WrongKind => "token_wrong_kind",
                TokenShape::NotOurs => "token_not_ours",
            },
            Self::Unknown => "token_unknown",
            Self::Revoked { .. } => "token_revoked",
            Self::Expired { .. } => "token_expired",
            Self::WrongTenant { .. } => "wrong_tenant",
            Self::TooFast { .. } => "too_fast",
        }
    }

    /// The status that the caller got.
    pub(crate) const fn status(&self) -> u16 {
        match self {
            Self::WrongTenant { .. } => 403,
            Self::TooFast { .. } => 429,
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
    fn every_shape_has_a_code_of_its_own() {
        let codes: HashSet<_> = TokenShape::ALL.iter().map(|s| Why::Shape(*s).code()).collect();
        assert_eq!(codes.len(), TokenShape::ALL.len());
    }

    #[test]
    fn a_dated_reason_names_token_and_day() {
        let at = "2026-05-02T10:00:00Z".parse().unwrap();
        let text = Why::Revoked { name: "entra".into(), at }.detail();
        assert!(text.contains("\"entra\"") && text.contains("2026-05-02."), "{text}");
    }
}
