use std::sync::LazyLock;

use scim::document::{self, Document};
use scim::patch::{self, PatchRequest};
use scim::schema::ENTERPRISE_USER;
use scim::{Dialect, ResourceType};
use serde_json::{Value, json};

use crate::{ACME, REGISTRY, body};

/// What is patched: a person with something everywhere, and a group.
static RESOURCES: LazyLock<Vec<(&ResourceType, Document)>> = LazyLock::new(|| {
    let user = json!({
        "userName": "ann", "externalId": "e", "active": true, "title": "T", "nickName": "",
        "name": {"givenName": "Zoë", "familyName": "Groß"},
        "emails": [{"value": "a@x", "type": "work", "primary": true}, {"value": "b@x", "type": "home"}, {"type": "other"}],
        "addresses": [{"type": "work", "locality": "Köln"}],
        "roles": [{"value": "r"}],
        ENTERPRISE_USER: {"department": "D", "manager": {"value": "0190b5c2-0000-7000-8000-000000000001"}},
        ACME: {"level": 3, "rate": 0.5, "badge": "b", "tags": ["a", "b"], "contract": {"number": "1", "days": [1, 2]},
               "courses": [{"code": "c", "done": true}, {"code": "d"}]},
    });
    let group = json!({"displayName": "G"});
    [("User", user), ("Group", group)].map(|(name, body)| resource(name, body)).into()
});

fn resource(name: &str, body: Value) -> (&'static ResourceType, Document) {
    let rt = REGISTRY.resource_type(name).expect("it is built in");
    let incoming = document::read(rt, &REGISTRY, body, &Dialect::entra()).expect("it is a resource");
    (rt, document::create(rt, incoming).expect("it is a valid one"))
}

/// Applies a request to each resource. Whatever it asks, the outcome is a refusal or a valid resource, and the same when
/// asked again.
pub(crate) fn apply(request: &PatchRequest, dialect: &Dialect) {
    for (rt, before) in RESOURCES.iter() {
        let patched = patch::apply(rt, &REGISTRY, before, request.clone(), dialect);
        assert_eq!(
            patched,
            patch::apply(rt, &REGISTRY, before, request.clone(), dialect),
            "chance is involved"
        );
        let Ok(patched) = patched else {
            continue;
        };
        assert_eq!(
            patched.changed,
            patched.document != *before,
            "a change is denied, or made up: {request:?}"
        );
        let text = patched.document.to_json();
        body::comes_back_unchanged(rt, &patched.document, &text);
    }
}
