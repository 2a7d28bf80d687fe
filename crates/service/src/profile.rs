//! The profile: what the app gets to know about a learner (design §2).

mod fed;
mod manage;
mod mapping;
mod settings;
mod tell;

pub(crate) use fed::Fed;
pub use manage::ProfilePreview;
pub(crate) use manage::stored;
pub(crate) use mapping::Mapping;
pub use settings::{ProfileField, ProfileSettings, RoleRule, RoleSettings};
pub(crate) use tell::tell;

use scim::Document;
use scim::schema::{ENTERPRISE_USER, USER};
use serde::Serialize;
use serde_json::{Map, Value};

/// A learner as the app sees one: the built-in mapping.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The name that the person signs in with.
    pub user_name: String,
    /// Whether the person may use the app.
    pub active: bool,
    /// The primary address, else the one for work, else the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// `locale`, else the preferred language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Employee number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_number: Option<String>,
    /// The manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<ManagerRef>,
    /// Values of `roles`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// What the tenant's own schemas add, by URN.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub custom: Map<String, Value>,
}

/// Somebody's manager.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ManagerRef {
    /// The manager's SCIM id.
    pub id: String,
    /// The manager's address, when the manager is a learner that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Profile {
    /// Makes the profile of a learner in this state. The manager has no address yet: that stands in another resource.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        let root = document.as_map();
        let text = |map: Option<&Value>, key: &str| Some(map?.get(key)?.as_str()?.to_owned());
        let top = |key: &str| root.get(key).and_then(Value::as_str).map(str::to_owned);
        let name = root.get("name");
        let work = root.get(ENTERPRISE_USER);
        let manager = manager_of(document).map(|id| ManagerRef { id: id.to_owned(), email: None });
        let roles = root.get("roles").and_then(Value::as_array).into_iter().flatten();
        let custom =
            root.iter().filter(|(key, _)| key.contains(':') && *key != ENTERPRISE_USER && *key != USER);
        Self {
            user_name: top("userName").unwrap_or_default(),
            active: is_active(document),
            email: main_email(document).map(str::to_owned),
            display_name: top("displayName").or_else(|| text(name, "formatted")),
            given_name: text(name, "givenName"),
            family_name: text(name, "familyName"),
            locale: top("locale").or_else(|| top("preferredLanguage")),
            department: text(work, "department"),
            title: top("title"),
            employee_number: text(work, "employeeNumber"),
            manager,
            roles: roles.filter_map(|r| text(Some(r), "value")).collect(),
            custom: custom.map(|(key, value)| (key.clone(), value.clone())).collect(),
        }
    }
}

/// `active`; a learner without it is active (ruling 5).
pub(crate) fn is_active(document: &Document) -> bool {
    document.as_map().get("active").and_then(Value::as_bool).unwrap_or(true)
}

/// The address that the app knows somebody by: the primary one, else the one for work, else the first.
pub(crate) fn main_email(document: &Document) -> Option<&str> {
    let list = document.as_map().get("emails")?.as_array()?;
    let address = |e: &'_ Value| e.get("value").is_some_and(Value::is_string);
    let primary = |e: &&Value| address(e) && e.get("primary").and_then(Value::as_bool) == Some(true);
    let found = list
        .iter()
        .find(primary)
        .or_else(|| list.iter().find(|e| address(e) && is_work(e)))
        .or_else(|| list.iter().find(|e| address(e)))?;
    found.get("value")?.as_str()
}

/// The address for work.
pub(crate) fn work_email(document: &Document) -> Option<&str> {
    let list = document.as_map().get("emails")?.as_array()?;
    list.iter().filter(|e| is_work(e)).find_map(|e| e.get("value")?.as_str())
}

fn is_work(email: &Value) -> bool {
    email.get("type").and_then(Value::as_str).is_some_and(|t| t.eq_ignore_ascii_case("work"))
}

/// The id of the manager, as it stands in the document.
pub(crate) fn manager_of(document: &Document) -> Option<&str> {
    document.as_map().get(ENTERPRISE_USER)?.get("manager")?.get("value")?.as_str()
}

/// What lists, logs and `display` show: the user name of a learner, the display name of anything else.
pub(crate) fn label_of(document: &Document) -> String {
    let root = document.as_map();
    let text = |key: &str| root.get(key).and_then(Value::as_str);
    text("userName").or_else(|| text("displayName")).or_else(|| text("name")).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
