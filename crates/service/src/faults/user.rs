//! What a created person shows about the mapping.

use scim::Document;
use serde_json::Value;
use uuid::Uuid;

/// Each sign that a body of Entra's can show, with whether it does. `sent` is the body as read, before defaults.
pub(crate) fn signs_of(sent: &Document, full: &Document) -> [(&'static str, bool); 9] {
    let map = sent.as_map();
    let external = full.external_id();
    let user_name = map.get("userName").and_then(Value::as_str).unwrap_or_default();
    let local = user_name.split('@').next().unwrap_or_default();
    let is_object_id = external.is_some_and(is_uuid);
    let nickname = external.is_some_and(|id| !local.is_empty() && id.eq_ignore_ascii_case(local));
    let named = |name: &str| map.get(name).is_some_and(|value| !is_empty(value));
    [
        ("external_id_missing", external.is_none()),
        ("external_id_mail_nickname", nickname && !is_object_id),
        ("external_id_not_object_id", external.is_some() && !is_object_id && !nickname),
        ("active_not_mapped", !map.contains_key("active")),
        ("user_name_is_id", is_uuid(user_name)),
        ("user_name_no_domain", !user_name.contains('@') && !is_uuid(user_name)),
        ("name_missing", !named("displayName") && !named("name")),
        ("email_missing", !named("emails")),
        ("guest_user_name", user_name.contains("#EXT#")),
    ]
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
