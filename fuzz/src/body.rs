use scim::document::{self, Document};
use scim::json::{self, Limits};
use scim::{Dialect, Registry};
use serde_json::Value;

/// A body from outside, as every dialect reads it and for every resource type. Whatever is accepted must be a state
/// that can be written, read back, answered, and sent again without changing anything.
pub fn body(data: &[u8]) {
    let Ok(value) = json::parse(data, &Limits::default()) else {
        return;
    };
    let registry = Registry::builtin();
    for dialect in crate::dialects() {
        for name in ["User", "Group"] {
            resource(&registry, name, &value, &dialect);
        }
    }
}

fn resource(registry: &Registry, name: &str, value: &Value, dialect: &Dialect) {
    let Some(rt) = registry.resource_type(name) else {
        panic!("{name} is built in");
    };
    let Ok(incoming) = document::read(rt, registry, value.clone(), dialect) else {
        return;
    };
    let Ok(created) = document::create(rt, incoming) else {
        return;
    };
    let text = created.to_json();
    assert_eq!(Document::from_json(&text).ok().as_ref(), Some(&created), "storage changes the document");

    // What we answer, a strict client may send back: a PUT of it is accepted and changes nothing.
    let answered: Value =
        json::parse(text.as_bytes(), &Limits::default()).expect("an answer can be read again");
    let strict = Dialect::strict();
    let again = document::read(rt, registry, answered, &strict)
        .unwrap_or_else(|error| panic!("our own answer is refused: {error:?}\n{text}"));
    let replaced = document::replace(rt, &created, again, &strict)
        .unwrap_or_else(|error| panic!("our own answer cannot replace itself: {error:?}\n{text}"));
    assert_eq!(replaced, created, "a PUT of a GET changes the document");
}
