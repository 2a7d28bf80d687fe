//! What a person must look like in the target: Entra's default mapping with `externalId` from `objectId`, written down
//! a second time and without the engine, so that the engine is held against something.

use serde_json::Value;

use super::directory::text;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Where a mapped value stands in a SCIM user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A core attribute.
    Core(&'static str),
    /// A part of `name`.
    Name(&'static str),
    /// `attr[type eq "…"].sub`.
    Typed(&'static str, &'static str, &'static str),
    /// An attribute of the enterprise extension.
    Enterprise(&'static str),
}

impl Target {
    /// The path, for messages.
    pub(super) fn path(self) -> String {
        match self {
            Self::Core(name) => name.to_owned(),
            Self::Name(part) => format!("name.{part}"),
            Self::Typed(attr, kind, sub) => format!("{attr}[type eq \"{kind}\"].{sub}"),
            Self::Enterprise(name) => format!("{ENTERPRISE}:{name}"),
        }
    }

    /// The value at this place of a SCIM resource, as Entra compares it: text.
    pub(super) fn read(self, resource: &Value) -> Option<String> {
        let found = match self {
            Self::Core(name) => resource.get(name),
            Self::Name(part) => resource.get("name")?.get(part),
            Self::Typed(attr, kind, sub) => {
                let elements = resource.get(attr)?.as_array()?;
                elements.iter().find(|e| e["type"] == kind)?.get(sub)
            }
            Self::Enterprise(name) => resource.get(ENTERPRISE)?.get(name),
        }?;
        match found {
            Value::String(text) => Some(text.clone()),
            Value::Bool(true) => Some("True".to_owned()),
            Value::Bool(false) => Some("False".to_owned()),
            _ => None,
        }
    }
}

/// The values that a person must have, where the source has any. `soft_deleted` is Entra's `IsSoftDeleted`: unassigned,
/// disabled, or in the recycle bin.
pub(super) fn wanted(person: &Value, soft_deleted: bool) -> Vec<(Target, String)> {
    use Target::{Core, Enterprise, Name, Typed};
    let of = |name: &str| text(person, name).map(str::to_owned);
    let names: Vec<&str> =
        [text(person, "givenName"), text(person, "surname")].into_iter().flatten().collect();
    let rows = [
        (Core("userName"), of("userPrincipalName").map(|name| sign_in_name(&name))),
        (Core("active"), Some(if soft_deleted { "False" } else { "True" }.to_owned())),
        (Core("displayName"), of("displayName")),
        (Core("title"), of("jobTitle")),
        (Typed("emails", "work", "value"), of("mail")),
        (Core("preferredLanguage"), of("preferredLanguage")),
        (Name("givenName"), of("givenName")),
        (Name("familyName"), of("surname")),
        (Name("formatted"), Some(names.join(" ")).filter(|name| !name.is_empty())),
        (Typed("addresses", "work", "formatted"), of("officeLocation")),
        (Typed("addresses", "work", "streetAddress"), of("streetAddress")),
        (Typed("addresses", "work", "locality"), of("city")),
        (Typed("addresses", "work", "region"), of("state")),
        (Typed("addresses", "work", "postalCode"), of("postalCode")),
        (Typed("addresses", "work", "country"), of("country")),
        (Typed("phoneNumbers", "work", "value"), person["businessPhones"][0].as_str().map(str::to_owned)),
        (Typed("phoneNumbers", "mobile", "value"), of("mobilePhone")),
        (Typed("phoneNumbers", "fax", "value"), of("faxNumber")),
        (Core("externalId"), of("id")),
        (Enterprise("employeeNumber"), of("employeeId")),
        (Enterprise("department"), of("department")),
    ];
    rows.into_iter().filter_map(|(target, value)| Some((target, value?))).collect()
}

/// A guest's home address, which stands before `#EXT#` with `_` for its `@`; a member's whole name.
fn sign_in_name(user_principal_name: &str) -> String {
    let Some((home, _)) = user_principal_name.split_once("#EXT#") else {
        return user_principal_name.to_owned();
    };
    match home.rfind('_') {
        Some(at) => format!("{}@{}", &home[..at], &home[at + 1..]),
        None => home.to_owned(),
    }
}
