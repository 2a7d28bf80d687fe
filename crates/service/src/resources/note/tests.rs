use serde_json::json;

use super::*;

fn redacted(mut value: Value) -> Value {
    redact(&mut value, &names_password);
    value
}

// Ruling 11: nothing that might be a password is kept
#[test]
fn passwords_are_taken_out_wherever_they_stand() {
    assert_eq!(
        redacted(json!({"userName": "ann", "Password": "secret"})),
        json!({"userName": "ann", "Password": "(removed)"})
    );
    assert_eq!(
        redacted(json!({"Operations": [
            {"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:password", "value": "secret"},
            {"op": "replace", "value": {"password": "secret", "title": "Dr"}},
            {"op": "replace", "path": "title", "value": "password"},
        ]})),
        json!({"Operations": [
            {"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:password", "value": "(removed)"},
            {"op": "replace", "value": {"password": "(removed)", "title": "Dr"}},
            {"op": "replace", "path": "title", "value": "password"},
        ]})
    );
}
