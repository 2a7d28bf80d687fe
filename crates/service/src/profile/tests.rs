use serde_json::json;

use super::*;

fn document(value: Value) -> Document {
    Document::from_json(&value.to_string()).unwrap()
}

#[test]
fn the_built_in_mapping_takes_what_an_app_needs() {
    let custom = "urn:example:params:scim:schemas:extension:badge:2.0:User";
    let ann = document(json!({
        "schemas": [USER], "userName": "ann@ex.org", "active": false, "displayName": "Ann Lee", "title": "Engineer",
        "name": {"givenName": "Ann", "familyName": "Lee"}, "preferredLanguage": "de",
        "emails": [{"value": "home@x", "type": "home"}, {"value": "work@x", "type": "Work"}],
        "roles": [{"value": "Admin"}, {"display": "no value"}],
        (ENTERPRISE_USER): {"department": "R&D", "employeeNumber": "7", "manager": {"value": "m1"}},
        (custom): {"badge": "B-1"},
    }));
    let told = serde_json::to_value(Profile::of(&ann)).unwrap();
    assert_eq!(
        told,
        json!({
            "userName": "ann@ex.org", "active": false, "email": "work@x", "displayName": "Ann Lee",
            "givenName": "Ann", "familyName": "Lee", "locale": "de", "department": "R&D", "title": "Engineer",
            "employeeNumber": "7", "manager": {"id": "m1"}, "roles": ["Admin"],
            "custom": {(custom): {"badge": "B-1"}},
        })
    );
}

#[test]
fn the_primary_address_goes_before_work_before_the_first() {
    let email = |emails: Value| {
        let document = document(json!({"userName": "a", "emails": emails}));
        main_email(&document).map(str::to_owned)
    };
    let (home, work) = (json!({"value": "h", "type": "home"}), json!({"value": "w", "type": "work"}));
    assert_eq!(email(json!([home, work])).as_deref(), Some("w"));
    assert_eq!(email(json!([work, {"value": "p", "primary": true}])).as_deref(), Some("p"));
    assert_eq!(email(json!([home, {"value": "o"}])).as_deref(), Some("h"));
    assert_eq!(email(json!([{"type": "work"}])), None);
}

// Ruling 5
#[test]
fn a_learner_of_whom_nothing_is_said_is_active() {
    assert!(is_active(&document(json!({"userName": "a"}))));
    assert!(!is_active(&document(json!({"userName": "a", "active": false}))));
}
