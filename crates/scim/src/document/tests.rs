//! Tests of documents: reading, values, writing.

mod read;
mod value;
mod write;

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::dialect::{Dialect, Quirk};
use crate::error::{ScimError, ScimType};
use crate::filter::AttrPath;
use crate::schema::{ENTERPRISE_USER, GROUP, Registry, ResourceType, Schema, USER};

const ACME: &str = "urn:acme:params:scim:schemas:extension:acme:2.0:User";

/// Users with an extension that has an attribute of every type and rule the core schemas lack.
fn registry() -> Registry {
    let mut registry = Registry::builtin();
    let schema = json!({"id": ACME, "attributes": [
        {"name": "hired", "type": "dateTime"},
        {"name": "level", "type": "integer"},
        {"name": "rate", "type": "decimal"},
        {"name": "badge", "mutability": "immutable"},
        {"name": "tags", "multiValued": true},
        {"name": "site", "canonicalValues": ["North", "South"], "enforceCanonicalValues": true},
        {"name": "contract", "type": "complex", "subAttributes": [
            {"name": "number", "mutability": "immutable"}, {"name": "note"}, {"name": "days", "multiValued": true}]},
        {"name": "courses", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "code", "required": true}, {"name": "note"}]}
    ]});
    registry.add_schema(Schema::from_json(&schema).unwrap()).unwrap();
    registry.extend("User", ACME, false).unwrap();
    registry
}

fn rt(name: &str) -> Arc<ResourceType> {
    registry().resource_type(name).unwrap().clone()
}

fn read_as(name: &str, body: Value, dialect: &Dialect) -> Result<Incoming, ScimError> {
    let registry = registry();
    super::read(registry.resource_type(name).unwrap(), &registry, body, dialect)
}

fn user(body: Value) -> Incoming {
    read_as("User", body, &Dialect::entra()).unwrap()
}

fn without(quirk: Quirk) -> Dialect {
    let mut dialect = Dialect::entra();
    dialect.set(quirk, false);
    dialect
}

fn fault(result: Result<impl std::fmt::Debug, ScimError>) -> (ScimType, String) {
    let error = result.unwrap_err();
    assert_eq!(error.status, 400);
    assert!(error.detail.ends_with('.'), "{}", error.detail);
    (error.scim_type.unwrap(), error.path.unwrap_or_default())
}

#[test]
fn attributes_are_got_and_set_where_they_live() {
    let rt = rt("User");
    let find = |urn: Option<&str>, name: &str, sub: Option<&str>| {
        let path = AttrPath { urn: urn.map(Into::into), name: name.into(), sub: sub.map(Into::into) };
        rt.resolve(&path).unwrap()
    };
    let mut document =
        user(json!({"userName": "a", "emails": [{"value": "x"}, {"type": "home"}, {"value": "y"}]})).document;
    assert_eq!(document.get(&find(None, "username", None)), Some(&json!("a")));
    let emails = find(None, "emails", Some("value"));
    assert_eq!(document.values(&emails).collect::<Vec<_>>(), [&json!("x"), &json!("y")]);
    assert_eq!(document.get(&emails), None);

    let manager = find(Some(ENTERPRISE_USER), "manager", None);
    let manager_value = find(Some(ENTERPRISE_USER), "manager", Some("value"));
    document.set_attribute(&manager, Some(json!({"value": "m"})));
    assert_eq!(document.get(&manager_value), Some(&json!("m")));
    refresh_schemas(&rt, &mut document);
    assert_eq!(document.as_map()["schemas"], json!([USER, ENTERPRISE_USER]));
    // S-NULL-04: the container goes with its last attribute.
    document.set_attribute(&manager, None);
    refresh_schemas(&rt, &mut document);
    assert!(!document.as_map().contains_key(ENTERPRISE_USER));
    assert_eq!(document.as_map()["schemas"], json!([USER]));
}

#[test]
fn the_external_id_can_be_taken_out_and_put_back() {
    let before = user(json!({"externalId": "e", "userName": "a"})).document;
    let mut document = before.clone();
    let id = document.take_external_id();
    assert_eq!(id.as_deref(), Some("e"));
    assert_eq!(document.external_id(), None);
    let mut stored = Document::from_json(&document.to_json()).unwrap();
    stored.set_external_id(id);
    assert_eq!(stored, before);
}
