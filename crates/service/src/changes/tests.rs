use scim::{Document, Registry};
use serde_json::{Value, json};

use super::*;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn document(value: Value) -> Document {
    Document::from_json(&value.to_string()).unwrap()
}

fn user() -> std::sync::Arc<ResourceType> {
    Registry::builtin().resource_type("User").unwrap().clone()
}

#[test]
fn singular_attributes_are_told_one_by_one_and_lists_as_a_whole() {
    let old = document(json!({
        "schemas": ["a"], "userName": "ann", "name": {"givenName": "Ann", "familyName": "Lee"},
        "emails": [{"value": "a@x"}], (ENTERPRISE): {"department": "R&D", "manager": {"value": "m1"}},
    }));
    let new = document(json!({
        "schemas": ["b"], "userName": "ann", "name": {"givenName": "Anne", "familyName": "Lee"}, "title": "Dr",
        "emails": [{"value": "b@x"}], (ENTERPRISE): {"department": "Sales", "manager": {"value": "m2"}},
    }));
    let found = between(&user(), &old, &new);
    assert_eq!(
        paths(&found),
        [
            "name.givenName".to_owned(),
            "emails".to_owned(),
            format!("{ENTERPRISE}:department"),
            format!("{ENTERPRISE}:manager.value"),
            "title".to_owned()
        ]
    );
    assert_eq!((found[0].old.clone(), found[0].new.clone()), (Some(json!("Ann")), Some(json!("Anne"))));
    assert_eq!(found[4].old, None);
}

#[test]
fn a_whole_extension_that_goes_is_told_attribute_by_attribute() {
    let old = document(json!({"userName": "ann", (ENTERPRISE): {"department": "R&D"}}));
    let new = document(json!({"userName": "ann"}));
    let found = between(&user(), &old, &new);
    assert_eq!(paths(&found), [format!("{ENTERPRISE}:department")]);
    assert_eq!(found[0].new, None);
}

// lists have no order
#[test]
fn another_order_of_a_list_is_no_change() {
    let old = document(json!({"userName": "ann", "emails": [{"value": "a"}, {"value": "b"}]}));
    let new = document(json!({"emails": [{"value": "b"}, {"value": "a"}], "userName": "ann"}));
    assert_eq!(between(&user(), &old, &new), []);
    let twice = document(json!({"emails": [{"value": "b"}, {"value": "b"}], "userName": "ann"}));
    assert_eq!(paths(&between(&user(), &old, &twice)), ["emails"]);
}
