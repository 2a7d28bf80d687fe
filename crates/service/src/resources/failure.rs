//! How a use case can end other than well.

use scim::ScimError;
use store::{Conflict, StoreError};

use super::Explanation;
use super::identity::Suspect;

/// The end of an attempt.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The client is told.
    Refused(Box<ScimError>, Explanation),
    /// The client is told, and so is whoever hears of identity alarms.
    Suspect(Box<(ScimError, Suspect)>),
    /// The data changed between reading and writing: try again on fresh data.
    Stale,
    /// Storage failed.
    Store(StoreError),
}

/// Shorthand.
pub(crate) type Attempt<T> = Result<T, Failure>;

impl Failure {
    /// A refusal with an explanation that the error alone does not give away.
    pub(crate) fn because(why: Explanation, error: ScimError) -> Self {
        Self::Refused(Box::new(error), why)
    }

    /// Who may be another person, when that was refused.
    pub(crate) fn suspect(&self) -> Option<Suspect> {
        match self {
            Self::Suspect(told) => Some(told.1.clone()),
            _ => None,
        }
    }

    /// What the client gets, and what its administrator is told.
    pub(crate) fn into_parts(self) -> (ScimError, Explanation) {
        match self {
            Self::Refused(error, why) => (*error, why),
            Self::Suspect(told) => (told.0, Explanation::IdentityRefused),
            Self::Stale => (
                ScimError::plain(503, "Many requests change this resource at once. Try again in a moment."),
                Explanation::Busy,
            ),
            Self::Store(StoreError::TooMany) => (
                ScimError::bad(
                    scim::ScimType::TooMany,
                    "The filter needs a search through everything, which takes too long. Filter by userName, \
                     externalId, emails.value or displayName with `eq`.",
                ),
                Explanation::TooManyResults,
            ),
            Self::Store(StoreError::Unavailable(cause)) => {
                tracing::warn!(%cause, "the database is not available");
                (
                    ScimError::plain(503, "The directory does not answer right now. Try again in a moment."),
                    Explanation::Unavailable,
                )
            }
            Self::Store(error) => {
                tracing::error!(%error, "storage failed");
                (
                    ScimError::plain(
                        500,
                        "The service failed while it worked on this request. Nothing was changed.",
                    ),
                    Explanation::Internal,
                )
            }
        }
    }
}

impl From<ScimError> for Failure {
    fn from(error: ScimError) -> Self {
        let why = Explanation::of(&error);
        Self::Refused(Box::new(error), why)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(
                Conflict::Version(_)
                | Conflict::Unique { .. }
                | Conflict::Missing(_)
                | Conflict::Membership { .. }
                | Conflict::NotRemoved(_),
            ) => Self::Stale,
            other => Self::Store(other),
        }
    }
}

/// How often a use case runs again on fresh data before the client is told to.
pub(crate) struct Patience(u8);

impl Patience {
    pub(crate) fn new() -> Self {
        Self(8)
    }

    /// Hands back every result but a stale one, and a stale one when patience is at its end.
    pub(crate) fn settle<T>(&mut self, result: Attempt<T>) -> Option<Attempt<T>> {
        match result {
            Err(Failure::Stale) if self.0 > 1 => {
                self.0 -= 1;
                None
            }
            other => Some(other),
        }
    }
}
