//! What a service does not do as Entra expects: recognised from what was sent and what came back.

use serde_json::Value as Json;

use crate::log::{Entry, ErrorInfo, Modified};
use crate::model::Kind;

/// Why operations fail, or do not keep what they promise: a closed set. `Other` stands for what only its code, status
/// and text tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// `active` as text is refused.
    BooleanAsText,
    /// A path with a filter that finds no element is refused.
    ElementNotMade,
    /// A manager whose id is given as text is refused.
    ManagerAsText,
    /// The query that precedes a manager's update is refused.
    ManagerQuery,
    /// Taking a member out by its value is refused.
    MemberRemovalByValue,
    /// A schema URN that the service does not know is refused.
    UnknownSchema,
    /// What only code, status and text tell apart.
    Other,
    /// Acknowledged, but the values are not there.
    ValuesNotKept,
    /// Acknowledged, but a person or group is not there.
    ObjectsLost,
    /// Acknowledged, but a person or group that was deleted is still there.
    ObjectsLeft,
    /// Acknowledged, but members are gone that nobody took out.
    MembersLost,
    /// Acknowledged, but members are there that were taken out.
    MembersLeft,
}

impl Cause {
    /// A word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::BooleanAsText => "boolean-as-text",
            Self::ElementNotMade => "element-not-made",
            Self::ManagerAsText => "manager-as-text",
            Self::ManagerQuery => "manager-query",
            Self::MemberRemovalByValue => "member-removal-by-value",
            Self::UnknownSchema => "unknown-schema",
            Self::Other => "other",
            Self::ValuesNotKept => "values-not-kept",
            Self::ObjectsLost => "objects-lost",
            Self::ObjectsLeft => "objects-left",
            Self::MembersLost => "members-lost",
            Self::MembersLeft => "members-left",
        }
    }

    /// What is wrong, in a sentence without its full stop; none where the answer says it best.
    #[must_use]
    pub const fn title(self) -> Option<&'static str> {
        Some(match self {
            Self::BooleanAsText => "`active` sent as text (\"True\", \"False\") is refused",
            Self::ElementNotMade => "a value whose path has a filter is refused when no element is there yet",
            Self::ManagerAsText => "a manager sent as text is refused",
            Self::ManagerQuery => "the query for a user by `id` and `manager` is refused",
            Self::MemberRemovalByValue => "taking a member out by its value is refused",
            Self::UnknownSchema => "a schema URN that the service does not know is refused",
            Self::Other => return None,
            Self::ValuesNotKept => "values that were acknowledged are not there when read back",
            Self::ObjectsLost => "people or groups that were acknowledged are not there when read back",
            Self::ObjectsLeft => "people or groups whose deletion was acknowledged are there when read back",
            Self::MembersLost => {
                "members that were acknowledged, and that nobody took out, are gone when read back"
            }
            Self::MembersLeft => "members whose removal was acknowledged are there when read back",
        })
    }

    /// What to do about it; none where the code's advice is the best there is.
    #[must_use]
    pub const fn remedy(self) -> Option<&'static str> {
        Some(match self {
            Self::BooleanAsText => {
                "Take \"True\" and \"False\" for true and false wherever the schema says boolean. Until then: append ?aadOptscim062020 to the Tenant URL, with which Entra sends real booleans."
            }
            Self::ElementNotMade => {
                "Make the element out of the filter: emails[type eq \"work\"].value without a work address becomes {\"type\":\"work\",\"value\":…}. The flag aadOptscim062020 does not change this."
            }
            Self::ManagerAsText => {
                "Take the id alone for {\"value\":id}, and answer it as that object. Until then: take the manager out of the mapping."
            }
            Self::ManagerQuery => {
                "Answer `id eq \"…\" and manager eq \"…\"`, where `manager` is the enterprise extension's: Entra asks so before it sets a manager. Until then: take the manager out of the mapping."
            }
            Self::MemberRemovalByValue => {
                "Let {\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":id}]} take out these members only. Until then: append ?aadOptscim062020 to the Tenant URL, with which Entra names the member in the path."
            }
            Self::UnknownSchema => {
                "Pass over schema URNs that are not known: Entra announces every group by one of its own beside the core one. Until then: disable the groups' mapping."
            }
            Self::Other => return None,
            Self::ValuesNotKept => {
                "Keep and return what is acknowledged, or refuse it; take values that are not kept out of the mapping. Entra sends them again in every cycle in which the person changes."
            }
            Self::ObjectsLost => {
                "Return everybody in GET /Users and GET /Groups, inactive ones too, and keep who was answered with 201. Entra matches by query: who is not found is created again."
            }
            Self::ObjectsLeft => {
                "Delete what a DELETE that is answered with 2xx names, or hide it from then on."
            }
            Self::MembersLost => {
                "A removal that names a value must not empty the group. Entra never reads members again: only a restart sends the others once more."
            }
            Self::MembersLeft => {
                "Take out the member that a removal names. Entra never reads members again, and so does not repeat it."
            }
        })
    }

    /// What a failed operation failed by.
    pub(super) fn of(entry: &Entry, error: &ErrorInfo) -> Self {
        let answer = Answer::of(error);
        if !matches!(answer.status, Some(400 | 409 | 422 | 500 | 501)) {
            return Self::Other;
        }
        let (text, sent) = (answer.text.to_lowercase(), entry.modified.as_slice());
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if entry.reference {
            return match (entry.source.kind, sent.last()) {
                (Kind::User, _) if answer.asks => Self::ManagerQuery,
                (Kind::User, Some(Modified { new: Some(_), .. })) => Self::ManagerAsText,
                (Kind::Group, Some(Modified { old: Some(_), new: None, .. })) => Self::MemberRemovalByValue,
                _ => Self::Other,
            };
        }
        if entry.source.kind == Kind::Group && says(&["adscim/2.0/group"]) {
            return Self::UnknownSchema;
        }
        let is_truth = |m: &Modified| matches!(m.new.as_deref(), Some("True" | "False"));
        if says(&["bool"]) && sent.iter().any(is_truth) {
            return Self::BooleanAsText;
        }
        let no_target = answer.scim_type.is_some_and(|t| t.eq_ignore_ascii_case("noTarget"));
        if no_target && sent.iter().any(|m| m.old.is_none() && m.name.contains('[')) {
            return Self::ElementNotMade;
        }
        Self::Other
    }
}

/// What came back, out of an entry's details.
struct Answer {
    /// To a query, rather than to a change.
    asks: bool,
    status: Option<u16>,
    scim_type: Option<String>,
    text: String,
}

impl Answer {
    fn of(error: &ErrorInfo) -> Self {
        let after = |mark: &str| error.details.split_once(mark).map(|(_, rest)| rest);
        let status = after("Response Status Code: ").and_then(|rest| rest.get(..3)?.parse().ok());
        let text = after("Response Content: ").unwrap_or_default().to_owned();
        let json = serde_json::from_str::<Json>(&text).unwrap_or_default();
        let scim_type = json.get("scimType").and_then(Json::as_str).map(str::to_owned);
        let asks = after("Operation: ").is_some_and(|rest| rest.starts_with("GET;"));
        Self { asks, status, scim_type, text }
    }
}
