//! How a tenant makes its profiles, as its settings say it (design §2).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A tenant's mapping and rules. What it does not name is as built in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ProfileSettings {
    /// Where a field comes from: SCIM paths, of which the first that has a value counts. An empty list leaves the field
    /// out.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<ProfileField, Vec<String>>,
    /// Keys of the tenant's own under `custom`, each with its paths. Without it, `custom` holds what the tenant's schemas
    /// add, by URN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom: Option<BTreeMap<String, Vec<String>>>,
    /// What makes the roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<RoleSettings>,
}

/// A field of the profile whose origin can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProfileField {
    /// The address.
    Email,
    /// Name to show.
    DisplayName,
    /// First name.
    GivenName,
    /// Last name.
    FamilyName,
    /// Language and region.
    Locale,
    /// Department.
    Department,
    /// Job title.
    Title,
    /// Employee number.
    EmployeeNumber,
    /// Id of the manager.
    Manager,
}

impl ProfileField {
    /// Every field.
    pub(crate) const ALL: [Self; 9] = [
        Self::Email,
        Self::DisplayName,
        Self::GivenName,
        Self::FamilyName,
        Self::Locale,
        Self::Department,
        Self::Title,
        Self::EmployeeNumber,
        Self::Manager,
    ];

    /// The SCIM paths that it comes from unless a tenant says otherwise.
    pub(crate) const fn built_in(self) -> &'static [&'static str] {
        match self {
            Self::Email => &["emails.value"],
            Self::DisplayName => &["displayName", "name.formatted"],
            Self::GivenName => &["name.givenName"],
            Self::FamilyName => &["name.familyName"],
            Self::Locale => &["locale", "preferredLanguage"],
            Self::Department => &["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"],
            Self::Title => &["title"],
            Self::EmployeeNumber => {
                &["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"]
            }
            Self::Manager => &["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"],
        }
    }
}

/// What makes a learner's roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RoleSettings {
    /// Paths whose values are app roles.
    pub from: Vec<String>,
    /// Rules; each that fits gives its role.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RoleRule>,
    /// Whether app roles that no rule translates become roles as they are.
    pub keep_unmapped: bool,
}

impl Default for RoleSettings {
    fn default() -> Self {
        Self { from: vec!["roles.value".to_owned()], rules: Vec::new(), keep_unmapped: true }
    }
}

/// Who gets a role: members of a group, or holders of an app role. One of both.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RoleRule {
    /// Name or id of the group; members of groups in it count too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The app role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_role: Option<String>,
    /// The role.
    pub role: String,
}
