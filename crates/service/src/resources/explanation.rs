//! Why a request was refused, in the words of the administrator who has to do something about it.

use scim::{ScimError, ScimType};

macro_rules! explanations {
    ($($(#[$doc:meta])* $name:ident = $code:literal $advice:literal,)*) => {
        /// The closed list of reasons. The code stands in the provisioning log; the advice tells what to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Explanation { $($(#[$doc])* $name,)* }

        impl Explanation {
            /// Every reason.
            pub const ALL: &'static [Explanation] = &[$(Explanation::$name,)*];

            /// The code in the log. Never changes.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Explanation::$name => $code,)* }
            }

            /// What to do, for the administrator of the identity provider.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self { $(Explanation::$name => $advice,)* }
            }
        }
    };
}

explanations! {
    /// No such endpoint.
    UnknownEndpoint = "unknown_endpoint"
        "The Tenant URL is wrong or has something after it. Under Admin Credentials it must end in /scim_v2.",
    /// No such resource.
    NotFound = "not_found"
        "The identity provider asked for somebody who is not here (any more). If it keeps doing so, choose Restart provisioning, so that it matches everybody afresh.",
    /// A write to groups while they are off.
    GroupsOff = "groups_off"
        "Groups are not synchronised on this connection. Under Mappings, open Provision Microsoft Entra ID Groups and set Enabled to No; people assigned through a group arrive all the same.",
    /// The token does not cover groups.
    GroupsNotCovered = "groups_not_covered"
        "This Secret Token covers people only. Disable group provisioning under Mappings, or ask for a token that covers groups.",
    /// The token may not write.
    ReadOnlyToken = "read_only_token"
        "This Secret Token may only read. Ask for one that may write and paste it under Admin Credentials.",
    /// The connection is paused.
    Paused = "paused"
        "This connection was paused here. Nothing is lost: the identity provider tries again until it is resumed.",
    /// The body is not JSON or not the message it should be.
    InvalidSyntax = "invalid_syntax"
        "The request is not what SCIM prescribes. This is a fault of the sending software; the log entry shows what it sent.",
    /// A value does not fit.
    InvalidValue = "invalid_value"
        "A mapped value does not fit its attribute. Correct the value at the source, or the mapping of this attribute.",
    /// A user name or address of a domain that the tenant does not allow.
    DomainNotAllowed = "domain_not_allowed"
        "This person's user name or e-mail address is of a domain that is not allowed here. Take the person out of scope (guests above all), map userName to an address of your own domain, or ask for the domain to be allowed.",
    /// A required attribute is missing.
    MissingValue = "missing_value"
        "A required attribute has no value. Under Attribute Mapping, map it to a source attribute that everybody has, or give it a default value.",
    /// A referenced resource does not exist.
    UnknownReference = "unknown_reference"
        "A manager or member is not here (yet). Assign that person to the application too; the identity provider sends the reference again in a later cycle.",
    /// The user name belongs to somebody else.
    UserNameTaken = "user_name_taken"
        "Somebody here has this user name already. Check that userName is the matching attribute with precedence 1, then use Restart provisioning; a person found by matching is updated, not created.",
    /// The user name belongs to a learner of another connection.
    ManagedElsewhere = "managed_elsewhere"
        "Somebody with this user name is provisioned by another connection of this tenant. Take the person out of scope there first.",
    /// Another unique value is taken.
    ValueTaken = "value_taken"
        "Another resource has this value already, and it may stand only once. Change it at the source, or remove the other one.",
    /// A group of this name exists.
    GroupNameTaken = "group_name_taken"
        "A group of this name exists already. Rename one of them; the matching attribute of groups is displayName.",
    /// The identity alarm, under the policy that refuses.
    IdentityRefused = "identity_refused"
        "This user name stood for another person. If it is the same one, restore the removed learner or allow the change here; if not, give the new person another user name.",
    /// A protected learner was to be locked out.
    Protected = "protected_learner"
        "This person is protected here, so provisioning cannot lock them out. If they have left for good, have the operator end the protection; if not, take them out of scope in the identity provider.",
    /// The attribute cannot be changed.
    Immutable = "immutable"
        "The attribute cannot be written, or not any more. Take it out of the mapping, or map it only during object creation.",
    /// The filter is not understood.
    InvalidFilter = "invalid_filter"
        "The matching attribute cannot be searched this way. Use userName, externalId or emails[type eq \"work\"].value as the matching attribute.",
    /// A path in a PATCH is not understood.
    InvalidPath = "invalid_path"
        "A target attribute in the mapping does not exist here. Compare its name with the attribute list in the guide.",
    /// A path selects nothing.
    NoTarget = "no_target"
        "The mapping addresses an entry that this person does not have.",
    /// `If-Match` does not match.
    VersionMismatch = "version_mismatch"
        "The resource was changed meanwhile. The sender reads it again and repeats the change.",
    /// A cursor is wrong or too old.
    InvalidCursor = "invalid_cursor"
        "The sender continued a list that it did not begin, or too late. It begins again.",
    /// A search that costs too much.
    TooManyResults = "too_many_results"
        "The search would go through everybody. Use userName, externalId, emails.value or displayName as the matching attribute.",
    /// The request is too large.
    TooLarge = "too_large"
        "The request is larger than this service takes. Send fewer operations at once.",
    /// Not supported.
    Unsupported = "unsupported"
        "This service does not offer that.",
    /// Too many writers at once.
    Busy = "busy"
        "Many requests changed the same resource at once. The identity provider tries again by itself.",
    /// The database does not answer.
    Unavailable = "unavailable"
        "The directory did not answer. The identity provider tries again by itself; if this lasts, tell the operator.",
    /// A fault here.
    Internal = "internal"
        "This is a fault of this service. Tell the operator, with the id of the request.",
}

impl Explanation {
    /// The reason with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|e| e.code() == code)
    }

    /// What an error says by itself.
    #[must_use]
    pub fn of(error: &ScimError) -> Self {
        match (error.scim_type, error.status) {
            (Some(ScimType::InvalidFilter | ScimType::Sensitive), _) => Self::InvalidFilter,
            (Some(ScimType::TooMany), _) => Self::TooManyResults,
            (Some(ScimType::Uniqueness), _) => Self::ValueTaken,
            (Some(ScimType::Mutability), _) => Self::Immutable,
            (Some(ScimType::InvalidSyntax | ScimType::InvalidVers), _) => Self::InvalidSyntax,
            (Some(ScimType::InvalidPath), _) => Self::InvalidPath,
            (Some(ScimType::NoTarget), _) => Self::NoTarget,
            (Some(ScimType::InvalidValue), _) if error.detail.contains("is required") => Self::MissingValue,
            (Some(ScimType::InvalidValue), _) => Self::InvalidValue,
            (Some(ScimType::InvalidCursor | ScimType::ExpiredCursor | ScimType::InvalidCount), _) => {
                Self::InvalidCursor
            }
            (None, 404) => Self::NotFound,
            (None, 403) => Self::ReadOnlyToken,
            (None, 412) => Self::VersionMismatch,
            (None, 413) => Self::TooLarge,
            (None, 501) => Self::Unsupported,
            (None, 503) => Self::Unavailable,
            (None, 400..=499) => Self::InvalidSyntax,
            (None, _) => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_reason_has_a_code_of_its_own_and_advice_in_whole_sentences() {
        let codes: HashSet<_> = Explanation::ALL.iter().map(|e| e.code()).collect();
        assert_eq!(codes.len(), Explanation::ALL.len());
        for reason in Explanation::ALL {
            assert_eq!(Explanation::from_code(reason.code()), Some(*reason));
            assert!(reason.advice().ends_with('.'), "{}", reason.code());
        }
    }

    #[test]
    fn an_error_explains_itself_by_its_keyword_else_by_its_status() {
        let of = |error: ScimError| Explanation::of(&error);
        assert_eq!(of(ScimError::bad(ScimType::InvalidFilter, "")), Explanation::InvalidFilter);
        assert_eq!(of(ScimError::value("userName", "`userName` is required.")), Explanation::MissingValue);
        assert_eq!(of(ScimError::value("userName", "`userName` must be text.")), Explanation::InvalidValue);
        assert_eq!(of(ScimError::plain(412, "")), Explanation::VersionMismatch);
        assert_eq!(of(ScimError::plain(418, "")), Explanation::InvalidSyntax);
        assert_eq!(of(ScimError::plain(500, "")), Explanation::Internal);
    }
}
