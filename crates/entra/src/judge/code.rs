//! The error codes of Entra's provisioning logs.

use std::fmt;

/// A code of the provisioning log (entra.md §4.11): a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is its own name in the log; `recommendation` says what it means")]
pub enum ErrorCode {
    Conflict,
    EntryConflict,
    TooManyRequests,
    InternalServerError,
    InsufficientRights,
    MethodNotAllowed,
    NotPermitted,
    Unauthorized,
    UnprocessableEntity,
    WebExceptionProtocolError,
    InvalidAnchor,
    NotImplemented,
    MandatoryFieldsMissing,
    MissingValues,
    SchemaAttributeNotFound,
    SchemaPropertyCanOnlyAcceptValue,
    InternalError,
    InvalidDomain,
    Timeout,
    LicenseLimitExceeded,
    DuplicateTargetEntries,
    DuplicateSourceEntries,
    ImportSkipped,
    EntrySynchronizationSkipped,
    MultipleEntriesInResponse,
    ServiceIncompatible,
    ServiceIncompatibleFiltering,
    CredentialValidationUnavailable,
    CredentialValidationFailure,
    InvalidCredentials,
    UnableToResolveReferenceAttributeValue,
    RedundantExport,
}

/// Whose fault a log entry tells of (Graph's `provisioningErrorInfo.errorCategory`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCategory {
    /// The provisioning service's own.
    Failure,
    /// The target's, the source's or the set-up's.
    NonServiceFailure,
    /// Nobody's: nothing had to be done.
    Success,
}

impl ErrorCategory {
    /// The word in the log.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::NonServiceFailure => "nonServiceFailure",
            Self::Success => "success",
        }
    }
}

impl ErrorCode {
    /// All of them, in the fact sheet's order.
    pub const ALL: [Self; 32] = [
        Self::Conflict,
        Self::EntryConflict,
        Self::TooManyRequests,
        Self::InternalServerError,
        Self::InsufficientRights,
        Self::MethodNotAllowed,
        Self::NotPermitted,
        Self::Unauthorized,
        Self::UnprocessableEntity,
        Self::WebExceptionProtocolError,
        Self::InvalidAnchor,
        Self::NotImplemented,
        Self::MandatoryFieldsMissing,
        Self::MissingValues,
        Self::SchemaAttributeNotFound,
        Self::SchemaPropertyCanOnlyAcceptValue,
        Self::InternalError,
        Self::InvalidDomain,
        Self::Timeout,
        Self::LicenseLimitExceeded,
        Self::DuplicateTargetEntries,
        Self::DuplicateSourceEntries,
        Self::ImportSkipped,
        Self::EntrySynchronizationSkipped,
        Self::MultipleEntriesInResponse,
        Self::ServiceIncompatible,
        Self::ServiceIncompatibleFiltering,
        Self::CredentialValidationUnavailable,
        Self::CredentialValidationFailure,
        Self::InvalidCredentials,
        Self::UnableToResolveReferenceAttributeValue,
        Self::RedundantExport,
    ];

    /// The code as the log shows it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conflict => "Conflict",
            Self::EntryConflict => "EntryConflict",
            Self::TooManyRequests => "TooManyRequests",
            Self::InternalServerError => "InternalServerError",
            Self::InsufficientRights => "InsufficientRights",
            Self::MethodNotAllowed => "MethodNotAllowed",
            Self::NotPermitted => "NotPermitted",
            Self::Unauthorized => "Unauthorized",
            Self::UnprocessableEntity => "UnprocessableEntity",
            Self::WebExceptionProtocolError => "WebExceptionProtocolError",
            Self::InvalidAnchor => "InvalidAnchor",
            Self::NotImplemented => "NotImplemented",
            Self::MandatoryFieldsMissing => "MandatoryFieldsMissing",
            Self::MissingValues => "MissingValues",
            Self::SchemaAttributeNotFound => "SchemaAttributeNotFound",
            Self::SchemaPropertyCanOnlyAcceptValue => "SchemaPropertyCanOnlyAcceptValue",
            Self::InternalError => "InternalError",
            Self::InvalidDomain => "InvalidDomain",
            Self::Timeout => "Timeout",
            Self::LicenseLimitExceeded => "LicenseLimitExceeded",
            Self::DuplicateTargetEntries => "DuplicateTargetEntries",
            Self::DuplicateSourceEntries => "DuplicateSourceEntries",
            Self::ImportSkipped => "ImportSkipped",
            Self::EntrySynchronizationSkipped => "EntrySynchronizationSkipped",
            Self::MultipleEntriesInResponse => {
                "SystemForCrossDomainIdentityManagementMultipleEntriesInResponse"
            }
            Self::ServiceIncompatible => "SystemForCrossDomainIdentityManagementServiceIncompatible",
            Self::ServiceIncompatibleFiltering => {
                "SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering"
            }
            Self::CredentialValidationUnavailable => {
                "SystemForCrossDomainIdentityManagementCredentialValidationUnavailable"
            }
            Self::CredentialValidationFailure => {
                "SystemForCrossDomainIdentityManagementCredentialValidationFailure"
            }
            Self::InvalidCredentials => "InvalidCredentials",
            Self::UnableToResolveReferenceAttributeValue => "UnableToResolveReferenceAttributeValue",
            Self::RedundantExport => "RedundantExport",
        }
    }

    /// Whose fault it is.
    #[must_use]
    pub const fn category(self) -> ErrorCategory {
        match self {
            Self::InternalError => ErrorCategory::Failure,
            Self::ImportSkipped | Self::EntrySynchronizationSkipped | Self::RedundantExport => {
                ErrorCategory::Success
            }
            _ => ErrorCategory::NonServiceFailure,
        }
    }

    /// What to do about it, in our own words.
    #[must_use]
    pub const fn recommendation(self) -> &'static str {
        match self {
            Self::Conflict => {
                "The application refuses the change because another of its objects has the same unique value. Find that object there and change, merge or remove one of the two."
            }
            Self::EntryConflict => {
                "The application has an object with the same unique value, but the matching query did not find it. Match on the attribute that is unique there, make sure that disabled accounts are found, or remove the other object."
            }
            Self::TooManyRequests => {
                "The application asks to slow down. Lower the rate, or raise its limit to at least 25 requests a second; it is tried again by itself."
            }
            Self::InternalServerError => {
                "The application failed. It is tried again in the next cycle; if it goes on, give its operator the details of this entry."
            }
            Self::InsufficientRights => {
                "The token is known to the application but may not do this. Give it the right to read and write users and groups."
            }
            Self::MethodNotAllowed => {
                "The application does not know this method at this address. Check the Tenant URL, and that the application supports PATCH."
            }
            Self::NotPermitted => {
                "Something in front of the application refuses the request. Look for a firewall rule there, such as one that demands a User-Agent."
            }
            Self::Unauthorized => {
                "The application refuses the token. Make a new one, paste it alone and whole as Secret Token, and test the connection."
            }
            Self::UnprocessableEntity => {
                "The application understood the request but refuses a value in it. Look in the details which, and change the mapping or the value in the source."
            }
            Self::WebExceptionProtocolError => {
                "The answer is not one that SCIM knows for this request. Read status and text in the details, and check that the Tenant URL is the final one and nothing between here and there answers instead."
            }
            Self::InvalidAnchor => {
                "The object is gone from the application, or has another id now. It is matched again, and created if it is not there."
            }
            Self::NotImplemented => {
                "The application does not support this request. If it is about groups, disable their mapping."
            }
            Self::MandatoryFieldsMissing => {
                "A value that the application demands is missing. Fill it in for this object in the source, or map another attribute or a default."
            }
            Self::MissingValues => {
                "A value needed for this object is empty in the source. Fill it in, or map another attribute or a default."
            }
            Self::SchemaAttributeNotFound => {
                "The mapping names an attribute that the application does not have. Correct its name or remove the mapping."
            }
            Self::SchemaPropertyCanOnlyAcceptValue => {
                "The attribute takes only certain values. Map the source's values to those, with Switch for instance."
            }
            Self::InternalError => {
                "The engine could not work this object out. Read the details; if the mapping is not at fault, report it."
            }
            Self::InvalidDomain => {
                "A value holds a domain that the application does not accept. Correct the value in the source, or the mapping."
            }
            Self::Timeout => {
                "The application did not answer in time. It is tried again in the next cycle; if it goes on, look there for what takes so long."
            }
            Self::LicenseLimitExceeded => {
                "The application has no licence left for this object. Buy one or free one there."
            }
            Self::DuplicateTargetEntries => {
                "Several objects of the application match this one. Remove or change all but one of them, or match on another attribute."
            }
            Self::DuplicateSourceEntries => {
                "Two objects of the source match the same object of the application. Make the matching value of one of them different."
            }
            Self::ImportSkipped => "Nothing to do: the object could not be read from the source this time.",
            Self::EntrySynchronizationSkipped => {
                "Nothing to do: the object is out of scope. Assign it, or change the scoping filter, if it should be in."
            }
            Self::MultipleEntriesInResponse => {
                "The answer holds more than was asked for. The application must honour excludedAttributes=members and leave the attribute out altogether."
            }
            Self::ServiceIncompatible => {
                "The answer is not what SCIM 2.0 demands here. Check that the Tenant URL leads to the SCIM service itself, then read the details with the application's developer."
            }
            Self::ServiceIncompatibleFiltering => {
                "The application does not honour filters: it returned what was not asked for. Its developer must mend that first, since people would be mixed up."
            }
            Self::CredentialValidationUnavailable => {
                "The application could not be reached, or answered what nobody expects. Check the Tenant URL, that the service runs, and that it can be reached from here."
            }
            Self::CredentialValidationFailure => {
                "The token is wrong or has expired. Make a new one and paste it alone and whole as Secret Token."
            }
            Self::InvalidCredentials => {
                "Check the Tenant URL and the Secret Token; the details tell which of them is at fault."
            }
            Self::UnableToResolveReferenceAttributeValue => {
                "The member or manager is not provisioned. Bring that person into scope; the reference is set in a later cycle."
            }
            Self::RedundantExport => "Nothing to do: the application has these values already.",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_code_has_its_own_name_and_its_own_advice() {
        let names: BTreeSet<_> = ErrorCode::ALL.iter().map(|c| c.name()).collect();
        let advice: BTreeSet<_> = ErrorCode::ALL.iter().map(|c| c.recommendation()).collect();
        assert_eq!((names.len(), advice.len()), (ErrorCode::ALL.len(), ErrorCode::ALL.len()));
    }
}
