//! Attribute names: Microsoft Graph's, and those of synchronization schemas (entra.md §4.5).

use crate::model::{Attributes, Value};

/// Graph's name and the synchronization schema's, where they differ. `businessPhones` is a list of which
/// `telephoneNumber` is the first.
pub const GRAPH_NAMES: [(&str, &str); 4] = [
    ("id", "objectId"),
    ("mobilePhone", "mobile"),
    ("faxNumber", "facsimileTelephoneNumber"),
    ("officeLocation", "physicalDeliveryOfficeName"),
];

/// What stands between a guest's home address and the inviting tenant's domain in a user principal name.
const GUEST: &str = "#EXT#";

/// The synchronization schema's name for one of Graph's.
pub(super) fn canonical(name: &str) -> &str {
    GRAPH_NAMES.iter().find(|(graph, _)| *graph == name).map_or(name, |(_, schema)| schema)
}

/// Whether it is Graph's name of something that is kept under the synchronization schema's.
pub(crate) fn is_graph_name(name: &str) -> bool {
    GRAPH_NAMES.iter().any(|(graph, _)| *graph == name)
}

/// The same attributes readable under Graph's names too: both occur in mappings.
#[must_use]
pub fn with_graph_names(mut attributes: Attributes) -> Attributes {
    for (graph, schema) in GRAPH_NAMES {
        let value = attributes.get(schema).cloned();
        attributes.set(graph, value);
    }
    attributes
}

/// A guest's user principal name without `#EXT#` and the inviting tenant's domain: `ann_home.example#EXT#@tenant.example`
/// is `ann@home.example`, since `_` stands for the `@` of the home address. `None` for everybody else.
#[must_use]
pub fn guest_name(user_principal_name: &str) -> Option<String> {
    let (home, _) = user_principal_name.split_once(GUEST)?;
    // A domain has no underscore, so the last one is the `@`.
    Some(match home.rsplit_once('_') {
        Some((alias, domain)) if !alias.is_empty() && !domain.is_empty() => format!("{alias}@{domain}"),
        _ => home.to_owned(),
    })
}

/// What every attribute list gets in the end: the guest's name stripped, the telephone out of its list, Graph's names.
pub(super) fn finish(mut attributes: Attributes) -> Attributes {
    if attributes.get("telephoneNumber").is_none() {
        let first = match attributes.get("businessPhones") {
            Some(Value::Many(phones)) => phones.first().cloned(),
            other => other.cloned(),
        };
        attributes.set("telephoneNumber", first);
    }
    if let Some(full) = attributes.get("userPrincipalName").and_then(Value::as_text).map(str::to_owned) {
        if let Some(name) = guest_name(&full) {
            attributes.set("userPrincipalName", Some(name.into()));
        }
        if attributes.get("originalUserPrincipalName").is_none() {
            attributes.set("originalUserPrincipalName", Some(full.into()));
        }
    }
    with_graph_names(attributes)
}
