use scim::document::{self, Document};
use scim::json::{self, Limits};
use scim::projection::{Envelope, Projection, View, render, render_stored, stored_manager};
use scim::schema::ENTERPRISE_USER;
use scim::{Dialect, ResourceType};
use serde_json::{Map, Value, json};

/// A body from outside, as every dialect reads it and for every resource type. Whatever is accepted must be a state
/// that can be written, read back, answered, and sent again without changing anything.
pub fn body(data: &[u8]) {
    let Ok(value) = json::parse(data, &Limits::default()) else {
        return;
    };
    for dialect in crate::dialects() {
        crate::messages::messages(&value, &dialect);
        for name in ["User", "Group"] {
            resource(name, &value, &dialect);
        }
    }
}

fn resource(name: &str, value: &Value, dialect: &Dialect) {
    let Some(rt) = crate::REGISTRY.resource_type(name) else {
        panic!("{name} is built in");
    };
    let Ok(incoming) = document::read(rt, &crate::REGISTRY, value.clone(), dialect) else {
        return;
    };
    let Ok(created) = document::create(rt, incoming) else {
        return;
    };
    let text = created.to_json();
    assert_eq!(Document::from_json(&text).ok().as_ref(), Some(&created), "storage changes the document");
    comes_back_unchanged(rt, &created, &text);
    is_shown_alike_both_ways(rt, created);
}

/// What we answer, a strict client may send back: a PUT of it is accepted and changes nothing.
pub(crate) fn comes_back_unchanged(rt: &ResourceType, created: &Document, text: &str) {
    let answered = json::parse(text.as_bytes(), &Limits::default()).expect("an answer can be read again");
    let strict = Dialect::strict();
    let again = document::read(rt, &crate::REGISTRY, answered, &strict)
        .unwrap_or_else(|error| panic!("our own answer is refused: {error:?}\n{text}"));
    let replaced = document::replace(rt, created, again, &strict)
        .unwrap_or_else(|error| panic!("our own answer cannot replace itself: {error:?}\n{text}"));
    assert_eq!(&replaced, created, "a PUT of a GET changes the document");
}

/// The answer that is joined from stored text is the one that is made attribute by attribute.
fn is_shown_alike_both_ways(rt: &ResourceType, mut document: Document) {
    if !rt.is_plain() {
        return;
    }
    let external_id = document.take_external_id();
    let envelope = Envelope {
        id: "0190b5c2-0000-7000-8000-000000000001",
        external_id: external_id.as_deref(),
        resource_type: &rt.name,
        created: 1_772_352_930_123_456,
        modified: 1_772_352_931_000_000,
        version: "W/\"3\"",
        location: "https://pool.example/scim_v2/Users/1",
    };
    let text = document.to_json();
    let manager = &document.as_map().get(ENTERPRISE_USER).and_then(|container| container.get("manager"));
    // An id that needs an escape is none of ours, and not followed.
    let id = manager.and_then(|manager| manager.get("value")).and_then(Value::as_str);
    let id = id.filter(|id| serde_json::to_string(id).is_ok_and(|text| text.len() == id.len() + 2));
    assert_eq!(stored_manager(&text), id, "the manager is not found in {text}");

    let mut computed = Map::new();
    let relation = if rt.relation().is_some() { "members" } else { "groups" };
    computed.insert(relation.to_owned(), json!([{"value": "g"}]));
    let mut inner = "";
    if manager.is_some() {
        computed.insert(ENTERPRISE_USER.to_owned(), json!({"manager": {"displayName": "M"}}));
        inner = "\"displayName\":\"M\"";
    }
    let slow = render(&View::new(rt, &Projection::default()), &document, &envelope, &computed);
    let mut fast = String::new();
    render_stored(&text, &envelope, &format!("\"{relation}\":[{{\"value\":\"g\"}}]"), inner, &mut fast);
    let read = |text: &str| json::parse(text.as_bytes(), &Limits::default()).expect("an answer is JSON");
    assert_eq!(read(&fast), read(&slow), "the two ways out differ");
}
