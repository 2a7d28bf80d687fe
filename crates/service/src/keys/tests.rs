use std::sync::Arc;

use scim::{Document, Registry, Schema};
use serde_json::{Value, json};

use super::*;

const HERE: ConnectionId = ConnectionId(7);

fn document(value: Value) -> Document {
    Document::from_json(&value.to_string()).unwrap()
}

fn resource_type(name: &str) -> Arc<ResourceType> {
    Registry::builtin().resource_type(name).unwrap().clone()
}

fn named(keys: &[Key]) -> Vec<(KeyName, &str, bool)> {
    keys.iter().map(|k| (k.name.clone(), k.value.as_str(), k.unique)).collect()
}

//
#[test]
fn a_learner_is_found_by_folded_names_and_addresses_and_the_exact_external_id() {
    let rt = resource_type("User");
    let rules = KeyRules { resource_type: &rt, kind: Kind::USER, unique_group_name: true };
    let ann = document(json!({
        "userName": "Ann@Ex.org", "displayName": "ANN", "externalId": "ignored",
        "emails": [{"value": "ANN@ex.org", "type": "work"}, {"value": "ann@EX.org"}, {"type": "home"}],
    }));
    assert_eq!(
        named(&rules.keys(&ann, &[(HERE, "Ab1".to_owned())])),
        [
            (KeyName::UserName, "ann@ex.org", true),
            (KeyName::Email, "ann@ex.org", false),
            (KeyName::DisplayName, "ann", false),
            (KeyName::ExternalId(HERE), "Ab1", false),
        ]
    );
}

#[test]
fn a_groups_name_is_unique_where_the_dialect_says_so() {
    let rt = resource_type("Group");
    let group = document(json!({"displayName": "Eng"}));
    for unique in [true, false] {
        let rules = KeyRules { resource_type: &rt, kind: Kind::GROUP, unique_group_name: unique };
        assert_eq!(named(&rules.keys(&group, &[])), [(KeyName::DisplayName, "eng", unique)]);
    }
}

// S-SCHEMA-05: uniqueness of attributes that a tenant adds
#[test]
fn attributes_that_a_schema_declares_unique_are_keys() {
    let urn = "urn:example:params:scim:schemas:extension:badge:2.0:User";
    let mut registry = Registry::builtin();
    let schema = json!({"id": urn, "name": "Badge", "attributes": [
        {"name": "badge", "type": "string", "uniqueness": "server", "caseExact": true},
        {"name": "colour", "type": "string"},
    ]});
    registry.add_schema(Schema::from_json(&schema).unwrap()).unwrap();
    registry.extend("User", urn, false).unwrap();
    let rt = registry.resource_type("User").unwrap();
    let rules = KeyRules { resource_type: rt, kind: Kind::USER, unique_group_name: false };
    let ann = document(json!({"userName": "ann", (urn): {"badge": "B-1", "colour": "red"}}));
    assert_eq!(
        named(&rules.keys(&ann, &[]))[1..],
        [(KeyName::Attribute(format!("{urn}:badge")), "B-1", true)]
    );
}

#[test]
fn only_what_differs_is_dropped_and_added() {
    let old = vec![user_name("ann"), email("a@x"), display_name("Ann")];
    let new = vec![user_name("ANN"), email("b@x")];
    let (drop, add) = difference(old, new);
    assert_eq!(named(&add), [(KeyName::Email, "b@x", false)]);
    // Dropped as a unique key, because it may have been one when it was made.
    assert_eq!(named(&drop), [(KeyName::Email, "a@x", false), (KeyName::DisplayName, "ann", true)]);
}
