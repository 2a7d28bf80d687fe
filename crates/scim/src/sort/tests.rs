use serde_json::{Map, Value, json};

use super::{check, compare, key};
use crate::dialect::Dialect;
use crate::error::ScimType;
use crate::filter::Operand;
use crate::schema::{Registry, ResourceType};

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

fn sorted(by: &str, descending: bool, users: Vec<Value>) -> Vec<String> {
    let registry = Registry::builtin();
    let by = check(by, &[registry.resource_type("User").unwrap()], &Dialect::strict()).unwrap();
    let mut users: Vec<_> = users.into_iter().map(map).collect();
    users.sort_by(|a, b| compare(key(&by, a).as_ref(), key(&by, b).as_ref(), descending));
    users.iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect()
}

// S-SORT-03, S-SORT-05
#[test]
fn names_are_folded_and_missing_ones_come_last_ascending_and_first_descending() {
    let users = || {
        vec![
            json!({"id": "none"}),
            json!({"id": "b", "nickName": "bea"}),
            json!({"id": "c", "nickName": "Él"}),
            json!({"id": "a", "nickName": "ANN"}),
        ]
    };
    assert_eq!(sorted("nickName", false, users()), ["a", "b", "c", "none"]);
    assert_eq!(sorted("NICKNAME", true, users()), ["none", "c", "b", "a"]);
    // `externalId` is exact: capitals come before small letters.
    let exact = vec![json!({"id": "1", "externalId": "a"}), json!({"id": "2", "externalId": "B"})];
    assert_eq!(sorted("externalId", false, exact), ["2", "1"]);
}

// S-SORT-02
#[test]
fn the_primary_element_counts_else_the_first() {
    let users = vec![
        json!({"id": "primary", "emails": [{"value": "z"}, {"value": "b", "primary": true}]}),
        json!({"id": "first", "emails": [{"value": "c"}, {"value": "a"}]}),
        json!({"id": "typeless", "emails": [{"value": "a"}, {"type": "x", "primary": true}]}),
    ];
    assert_eq!(sorted("emails", false, users.clone()), ["primary", "first", "typeless"]);
    assert_eq!(sorted("emails.value", false, users), ["primary", "first", "typeless"]);
}

#[test]
fn dates_numbers_and_booleans_sort_by_meaning() {
    let users = vec![
        json!({"id": "later", "meta": {"created": "2026-01-01T00:30:00Z"}, "active": true}),
        json!({"id": "sooner", "meta": {"created": "2026-01-01T01:00:00+01:00"}, "active": false}),
    ];
    assert_eq!(sorted("meta.created", false, users.clone()), ["sooner", "later"]);
    assert_eq!(sorted("active", false, users), ["sooner", "later"]);
    let (small, large) = (Operand::Integer(9), Operand::Integer(10));
    assert_eq!(compare(Some(&small), Some(&large), false), std::cmp::Ordering::Less);
}

// S-SORT-06
#[test]
fn what_cannot_be_sorted_by_is_refused() {
    let registry = Registry::builtin();
    let user: &ResourceType = registry.resource_type("User").unwrap();
    let group: &ResourceType = registry.resource_type("Group").unwrap();
    for name in ["foo", "name", "password", "emails[type eq \"work\"]", "members", "urn:x:y:z", ""] {
        let error = check(name, &[user], &Dialect::entra()).unwrap_err();
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidPath)), "{name}");
    }
    assert!(check("userName", &[group, user], &Dialect::strict()).is_ok());
    assert!(check("foo", &[group, user], &Dialect::strict()).is_err());
}
