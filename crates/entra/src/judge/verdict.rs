//! What an answer means.

use std::time::Duration;

use serde_json::Value as Json;

use crate::judge::ErrorCode;
use crate::model::TargetPath;
use crate::signin::TokenOrigin;

/// What was asked, so that the answer can be understood.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// A query for a random value, which nobody has.
    Probe,
    /// The matching query.
    Match {
        /// The matching attribute.
        path: &'a TargetPath,
        /// Its value.
        value: &'a str,
    },
    /// Reading by id.
    Read {
        /// The id.
        id: &'a str,
    },
    /// A create.
    Create,
    /// A PATCH of attributes, a manager among them.
    Update,
    /// The query that precedes a reference's update.
    ReferenceCheck,
    /// A PATCH of members.
    Members,
    /// A DELETE.
    Delete,
}

/// What an answer says, where it is a good one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer<'a> {
    /// The query found nothing, as is right for a [`Step::Probe`].
    Nothing,
    /// The query found this one, or this was read or created. It has an id.
    Resource {
        /// Its id.
        id: &'a str,
        /// The whole of it.
        json: &'a Json,
    },
    /// It was done.
    Done,
    /// What was to be deleted is not there. Whether that counts as done is a switch (`gone-is-deleted`).
    Gone,
}

/// When to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// At once, beginning with the matching query: the stored id is no longer good.
    Now,
    /// In the next cycle.
    NextCycle,
    /// After 6, 12 and 24 hours, then daily (§4.10).
    Escrow,
    /// Nothing can go well: the job goes into quarantine.
    Quarantine,
}

/// What is wrong with an answer, or with there being none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Entra's code.
    pub code: ErrorCode,
    /// What happened, in a sentence.
    pub reason: String,
    /// Operation, URL, status, headers and the body's beginning, as Entra tells them. No secret is in it.
    pub details: String,
    /// What to do about it.
    pub recommendation: &'static str,
    /// When it is tried again.
    pub retry: Retry,
    /// What `Retry-After` asks for.
    pub retry_after: Option<Duration>,
    /// The answer's status, where there is one.
    pub status: Option<u16>,
}

impl Fault {
    /// The same for a token of this origin: nobody can paste again what nobody pasted.
    #[must_use]
    pub fn signed_in_by(mut self, origin: TokenOrigin) -> Self {
        let refused = matches!(self.code, ErrorCode::Unauthorized | ErrorCode::CredentialValidationFailure);
        let advice = match self.status {
            Some(401) if refused && self.reason.to_ascii_lowercase().contains("expired") => {
                origin.when_expired()
            }
            Some(401) if refused => origin.when_refused(),
            Some(403) if refused || self.code == ErrorCode::InsufficientRights => origin.without_right(),
            _ => None,
        };
        self.recommendation = advice.unwrap_or(self.recommendation);
        self
    }
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict<'a> {
    /// It is a good one.
    Ok(Answer<'a>),
    /// It is not.
    Failed(Box<Fault>),
}
