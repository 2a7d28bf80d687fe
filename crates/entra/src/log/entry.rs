//! What the state keeps of a step.

use base::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::judge::{ErrorCode, Fault};
use crate::model::Kind;

/// One object, handled once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// When, in microseconds since the epoch.
    pub at: i64,
    /// The run it belongs to.
    pub cycle: String,
    /// What the records of one change share.
    pub change: String,
    /// What was done, or would have been.
    pub action: Action,
    /// What came of it.
    pub status: Status,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// The object of the source.
    pub source: Identity,
    /// The object of the target, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Identity>,
    /// Whether the target was matched rather than known before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub matched: bool,
    /// Source attributes as read, those that Entra's log shows.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub imported: Map<String, Json>,
    /// How it stands to the scope; none where that is not looked at (references).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scoping: Option<Scoping>,
    /// Why nothing was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<Skip>,
    /// What was changed in the target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modified: Vec<Modified>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorInfo>,
    /// Whether somebody asked for this object alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_demand: bool,
    /// Whether it was a reference (manager, members) rather than the object itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reference: bool,
}

impl Entry {
    /// When.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        Timestamp::from_micros(self.at)
    }
}

/// What is done to the target (Graph's `provisioningAction`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is its own name in the log")]
pub enum Action {
    Create,
    Update,
    Delete,
    StagedDelete,
    Disable,
    Other,
}

impl Action {
    /// Graph's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::StagedDelete => "stageddelete",
            Self::Disable => "disable",
            Self::Other => "other",
        }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is its own name in the log")]
pub enum Status {
    Success,
    Warning,
    Failure,
    Skipped,
}

impl Status {
    /// Graph's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Failure => "failure",
            Self::Skipped => "skipped",
        }
    }

    /// The status that Graph's word stands for.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Success, Self::Warning, Self::Failure, Self::Skipped]
            .into_iter()
            .find(|status| status.word() == word)
    }
}

/// An object of either side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its id there.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    #[serde(with = "kind")]
    pub kind: Kind,
}

mod kind {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::Kind;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(super) fn serialize<S: Serializer>(kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(kind.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Kind, D::Error> {
        Ok(if String::deserialize(from)? == Kind::Group.name() { Kind::Group } else { Kind::User })
    }
}

/// How an object stands to the scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scoping {
    /// Neither disabled nor in the recycle bin.
    pub active: bool,
    /// Assigned to the application, itself or through a group.
    pub assigned: bool,
    /// Whether the scoping filters let it pass.
    pub passes: bool,
    /// The clauses that did not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedClause>,
}

/// A clause of a scoping filter that did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedClause {
    /// The clause as the admin wrote it: attribute, operator, value.
    pub clause: String,
    /// What the object has.
    pub actual: Option<String>,
}

/// Why nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// The reason.
    pub reason: SkipReason,
    /// The attribute at fault, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// A sentence for the admin.
    pub text: String,
}

/// `SkipReason` of a skipped step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is its own name in the log")]
pub enum SkipReason {
    RedundantExport,
    AttributeValidationFailed,
    NotEffectivelyEntitled,
    UnableToResolveReferenceAttributeValue,
    ActionNotSelected,
}

impl SkipReason {
    /// The word in the log.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::RedundantExport => "RedundantExport",
            Self::AttributeValidationFailed => "AttributeValidationFailed",
            Self::NotEffectivelyEntitled => "NotEffectivelyEntitled",
            Self::UnableToResolveReferenceAttributeValue => "UnableToResolveReferenceAttributeValue",
            Self::ActionNotSelected => "ActionNotSelected",
        }
    }
}

/// A value that was changed in the target. Truth values and numbers are text, as in Entra's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Modified {
    /// The target attribute.
    pub name: String,
    /// What it was; none on create.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What it is now; none where it was taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// A JSON value as the log shows it.
#[must_use]
pub fn modified_value(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Bool(true) => "True".to_owned(),
        Json::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}

/// What went wrong (Graph's `provisioningErrorInfo`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorInfo {
    /// Entra's code.
    pub code: String,
    /// What happened.
    pub reason: String,
    /// Operation, URL, status, headers, body.
    pub details: String,
    /// `failure`, `nonServiceFailure` or `success`.
    pub category: String,
    /// What to do about it.
    pub recommendation: String,
}

impl ErrorInfo {
    /// What an answer means.
    #[must_use]
    pub fn of(fault: &Fault) -> Self {
        Self {
            details: fault.details.clone(),
            recommendation: fault.recommendation.to_owned(),
            ..Self::coded(fault.code, fault.reason.clone())
        }
    }

    /// A fault that no answer told.
    #[must_use]
    pub fn coded(code: ErrorCode, reason: String) -> Self {
        Self {
            code: code.name().to_owned(),
            reason,
            details: String::new(),
            category: code.category().word().to_owned(),
            recommendation: code.recommendation().to_owned(),
        }
    }
}
