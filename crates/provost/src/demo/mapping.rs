//! Entra's default attribute mapping for a non-gallery SCIM application, with `externalId` from `objectId`.

use serde_json::{Map, Value, json};

use super::organisation::Person;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

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
    /// The PATCH path that Entra sends.
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

/// A person as the mapping sees them: target and value, where there is one.
pub(super) type Mapped = Vec<(Target, String)>;

/// Applies the mapping. `soft_deleted` is Entra's `IsSoftDeleted`: unassigned, out of scope, disabled, or in the bin.
pub(super) fn map(person: &Person, soft_deleted: bool) -> Mapped {
    use Target::{Core, Enterprise, Name, Typed};
    let full = [&person.given_name, &person.surname];
    let full: Vec<&str> = full.into_iter().flatten().map(String::as_str).collect();
    let active = if soft_deleted { "False" } else { "True" };
    let phone = person.business_phones.first();
    let rows: [(Target, Option<&str>); 20] = [
        (Core("userName"), Some(sign_in_name(&person.user_principal_name))),
        (Core("active"), Some(active)),
        (Core("displayName"), person.display_name.as_deref()),
        (Core("title"), person.job_title.as_deref()),
        (Typed("emails", "work", "value"), person.mail.as_deref()),
        (Core("preferredLanguage"), person.preferred_language.as_deref()),
        (Name("givenName"), person.given_name.as_deref()),
        (Name("familyName"), person.surname.as_deref()),
        (Typed("addresses", "work", "formatted"), person.office_location.as_deref()),
        (Typed("addresses", "work", "streetAddress"), person.street_address.as_deref()),
        (Typed("addresses", "work", "locality"), person.city.as_deref()),
        (Typed("addresses", "work", "region"), person.state.as_deref()),
        (Typed("addresses", "work", "postalCode"), person.postal_code.as_deref()),
        (Typed("addresses", "work", "country"), person.country.as_deref()),
        (Typed("phoneNumbers", "work", "value"), phone.map(String::as_str)),
        (Typed("phoneNumbers", "mobile", "value"), person.mobile_phone.as_deref()),
        (Typed("phoneNumbers", "fax", "value"), person.fax_number.as_deref()),
        (Core("externalId"), Some(&person.id)),
        (Enterprise("employeeNumber"), person.employee_id.as_deref()),
        (Enterprise("department"), person.department.as_deref()),
    ];
    let mut mapped: Mapped = rows.into_iter().filter_map(|(t, v)| Some((t, v?.to_owned()))).collect();
    if !full.is_empty() {
        mapped.push((Name("formatted"), full.join(" ")));
    }
    mapped
}

/// The part of a guest's user principal name in front of `#EXT#`; a member's whole name.
fn sign_in_name(user_principal_name: &str) -> &str {
    user_principal_name.split("#EXT#").next().unwrap_or(user_principal_name)
}

/// The body of Entra's POST.
pub(super) fn create_body(mapped: &Mapped) -> Value {
    let mut body = Map::new();
    body.insert("schemas".into(), json!([USER, ENTERPRISE]));
    for (target, value) in mapped {
        match *target {
            Target::Core("active") => drop(body.insert("active".into(), json!(value == "True"))),
            Target::Core(name) => drop(body.insert(name.into(), json!(value))),
            Target::Name(part) => body.entry("name").or_insert_with(|| json!({}))[part] = json!(value),
            Target::Enterprise(name) => {
                body.entry(ENTERPRISE).or_insert_with(|| json!({}))[name] = json!(value)
            }
            Target::Typed(attr, kind, sub) => {
                if let Some(list) = body.entry(attr).or_insert_with(|| json!([])).as_array_mut() {
                    match list.iter_mut().find(|e| e["type"] == kind) {
                        Some(element) => element[sub] = json!(value),
                        None => list.push(json!({"primary": list.is_empty(), "type": kind, sub: value})),
                    }
                }
            }
        }
    }
    body.insert("meta".into(), json!({"resourceType": "User"}));
    body.insert("roles".into(), json!([]));
    Value::Object(body)
}

/// The operations of Entra's PATCH that bring the target to the source; empty when there is nothing to do.
///
/// Nulls are not sent: a value that the source lost stays in the target, as with Entra.
pub(super) fn patch_operations(mapped: &Mapped, target: &Value) -> Vec<Value> {
    let mut operations = Vec::new();
    for (place, value) in mapped {
        let there = place.read(target);
        if there.as_deref() == Some(value) {
            continue;
        }
        let op = if there.is_none() { "Add" } else { "Replace" };
        operations.push(json!({"op": op, "path": place.path(), "value": value}));
    }
    operations
}
