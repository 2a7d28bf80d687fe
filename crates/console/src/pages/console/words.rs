//! Codes as people read them.

use service::noun::{Action, Actor, Cause, EventKind, Outcome, Source, State};

use crate::look::Tone;

/// What a log entry is about.
#[must_use]
pub const fn action(action: Action) -> &'static str {
    match action {
        Action::Create => "Create",
        Action::Replace => "Replace",
        Action::Patch => "Update",
        Action::Delete => "Delete",
        Action::Read => "Read",
        Action::Bulk => "Bulk",
        Action::Restore => "Restore",
        Action::Import => "Import",
        Action::Adopt => "Adopt",
        Action::Authenticate => "Sign-in",
        Action::Administer => "Administration",
    }
}

/// How it ended.
#[must_use]
pub const fn outcome(outcome: Outcome) -> (Tone, &'static str) {
    match outcome {
        Outcome::Done => (Tone::Good, "Done"),
        Outcome::Unchanged => (Tone::Quiet, "Unchanged"),
        Outcome::Refused => (Tone::Bad, "Refused"),
        Outcome::Failed => (Tone::Bad, "Failed"),
    }
}

/// A learner's state.
#[must_use]
pub const fn learner_state(state: State) -> (Tone, &'static str) {
    match state {
        State::Active => (Tone::Good, "Active"),
        State::Inactive => (Tone::Quiet, "Inactive"),
    }
}

/// Where a learner came from first.
#[must_use]
pub const fn source(source: Source) -> &'static str {
    match source {
        Source::Scim => "SCIM",
        Source::Csv => "CSV",
        Source::Api => "API",
        Source::Console => "Console",
    }
}

/// Who did it.
#[must_use]
pub fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Token(name) => format!("the identity provider, token “{name}”"),
        Actor::Cli => "an operator at the command line".to_owned(),
        Actor::Console(name) => format!("{name}, in the console"),
        Actor::ApiKey(name) => format!("the API key “{name}”"),
        Actor::Import(_) => "a CSV import".to_owned(),
        Actor::System => "Provost itself".to_owned(),
    }
}

/// What happened, in a few words.
#[must_use]
pub const fn event(kind: EventKind) -> &'static str {
    match kind {
        EventKind::LearnerCreated => "Created",
        EventKind::LearnerUpdated => "Changed",
        EventKind::LearnerDeactivated => "Deactivated",
        EventKind::LearnerReactivated => "Reactivated",
        EventKind::LearnerRemoved => "Removed",
        EventKind::LearnerRestored => "Restored",
        EventKind::LearnerIdentityChanged => "Identity changed",
        EventKind::LearnerMerged => "Merged",
        EventKind::ConnectionIdentityRefused => "Another identity refused",
        EventKind::GroupCreated => "Group created",
        EventKind::GroupUpdated => "Group changed",
        EventKind::GroupRemoved => "Group removed",
        EventKind::GroupRestored => "Group restored",
        EventKind::MembershipAdded => "Joined a group",
        EventKind::MembershipRemoved => "Left a group",
        other => other.as_str(),
    }
}

/// Why, where that says more than what.
#[must_use]
pub const fn cause(cause: Cause) -> Option<&'static str> {
    match cause {
        Cause::InitialSync => Some("first cycle"),
        Cause::Adopted => Some("taken over by the connection"),
        Cause::Changed => None,
        Cause::Returned => Some("came back"),
        Cause::Restored => Some("restored"),
        Cause::Imported => Some("imported"),
    }
}

/// A code of the log as words: `user_name_taken` is `user name taken`.
#[must_use]
pub fn code(code: &str) -> String {
    code.replace('_', " ")
}
