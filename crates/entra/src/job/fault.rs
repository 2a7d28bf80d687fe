//! Why a job does not run.

use base::{Hinted, Timestamp};
use client::ScimFailure;

use crate::signin::{SignInFailure, TokenOrigin};
use crate::state::{ImportFault, StateFault};

/// Why a job does not run, or ended before it was through. What was done until then is remembered.
#[derive(Debug, thiserror::Error)]
pub enum JobFault {
    /// The state fails.
    #[error(transparent)]
    State(#[from] StateFault),
    /// The source cannot be read; nothing was sent.
    #[error(transparent)]
    Import(#[from] ImportFault),
    /// The state is another target's.
    #[error("the state belongs to the target {found}, and the job is for {wanted}")]
    OtherTarget {
        /// The target it is for.
        found: String,
        /// The target asked for.
        wanted: String,
    },
    /// It was paused.
    #[error("the job is paused")]
    Paused,
    /// It was in quarantine for too long.
    #[error("the job is disabled: it was in quarantine for four weeks")]
    Disabled,
    /// A cycle is under way in this process.
    #[error("the job is running already")]
    Running,
    /// Nothing with this id is in the source.
    #[error("the source has no {kind} with the id {id}")]
    Unknown {
        /// What was asked for.
        kind: &'static str,
        /// Its id.
        id: String,
    },
    /// More than five people in a group on demand (entra.md §4.9).
    #[error("provision on demand takes a group with five members at most, and {0} were given")]
    TooManyMembers(usize),
    /// More than five requests in ten seconds.
    #[error("provision on demand takes five requests in ten seconds; the next at {0}")]
    TooOften(Timestamp),
    /// Groups are off.
    #[error("groups are not provisioned by this job")]
    GroupsOff,
    /// The target's list cannot be read.
    #[error("the target cannot be read as a whole")]
    Target(#[from] ScimFailure),
    /// The target refuses a token that nobody pasted.
    #[error("the target cannot be read as a whole")]
    TokenRefused {
        /// Its answer.
        #[source]
        failure: ScimFailure,
        /// What to do about it.
        advice: &'static str,
    },
    /// There is no token to send.
    #[error("there is no token to send: {0}")]
    SignIn(#[from] SignInFailure),
    /// A word that is no reset scope.
    #[error("`{0}` is no reset scope")]
    ResetScope(String),
    /// A task of the job came to an unforeseen end.
    #[error("a part of the job ended unexpectedly: {0}")]
    Broken(String),
}

impl JobFault {
    /// The same for a token of this origin: nobody can paste again what nobody pasted.
    pub(super) fn signed_in_by(self, origin: TokenOrigin) -> Self {
        match self {
            Self::Target(failure) if failure.status().is_some_and(|status| status.as_u16() == 401) => {
                match origin.when_refused() {
                    Some(advice) => Self::TokenRefused { failure, advice },
                    None => Self::Target(failure),
                }
            }
            other => other,
        }
    }
}

impl Hinted for JobFault {
    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::State(fault) => return fault.hints(),
            Self::Import(fault) => return fault.hints(),
            Self::Target(fault) => return fault.hints(),
            Self::TokenRefused { advice, .. } => advice,
            Self::SignIn(failure) => return failure.hints(),
            Self::OtherTarget { .. } => "use a --state-dir of its own for each target",
            Self::Paused => "start it again first",
            Self::Disabled => "correct what was wrong, then restart it",
            Self::Running => "wait until the cycle has ended",
            Self::Unknown { .. } => "give the objectId as the source has it",
            Self::TooManyMembers(_) => "choose five of them; a cycle does the rest",
            Self::TooOften(_) => "wait some seconds",
            Self::GroupsOff => "switch the group mapping on",
            Self::ResetScope(_) => {
                "use None, ConnectorDataStore, Escrows, Watermark, QuarantineState, Full or ForceDeletes, several with commas"
            }
            Self::Broken(_) => "run it again: it goes on where it was; please report this",
        };
        vec![hint.to_owned()]
    }
}
