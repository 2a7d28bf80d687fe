//! A User with an extension that has what the built-in schemas lack.

use serde_json::{Value, json};

use super::super::*;
use crate::document::{self, refresh_schemas};
use crate::{Dialect, Document, Registry, Result, Schema, ScimError};

pub(super) const ACME: &str = "urn:example:acme:2.0:User";
pub(super) const ENTERPRISE: &str = crate::schema::ENTERPRISE_USER;

pub(super) fn registry() -> Registry {
    let mut registry = Registry::builtin();
    let schema = json!({"id": ACME, "name": "Acme", "attributes": [
        {"name": "tags", "multiValued": true},
        {"name": "codes", "multiValued": true, "caseExact": true},
        {"name": "level", "type": "integer"},
        {"name": "badge", "mutability": "immutable"},
        {"name": "home", "type": "complex", "mutability": "immutable", "subAttributes": [{"name": "city"}]},
        {"name": "score", "mutability": "readOnly"},
        {"name": "seat", "type": "complex", "subAttributes": [
            {"name": "row", "required": true}, {"name": "number", "type": "integer"},
            {"name": "notes", "multiValued": true}]},
        {"name": "cards", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "value"}, {"name": "type"}, {"name": "serial", "mutability": "immutable"},
            {"name": "colours", "multiValued": true}]}
    ]});
    registry.add_schema(Schema::from_json(&schema).unwrap()).unwrap();
    registry.extend("User", ACME, false).unwrap();
    registry
}

/// A user with these attributes besides the required ones.
pub(super) fn user(more: Value) -> Document {
    let registry = registry();
    let rt = registry.resource_type("User").unwrap();
    let mut body = json!({"userName": "ann", "active": true});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut document = Document::from_canonical(body.as_object().unwrap().clone());
    refresh_schemas(rt, &mut document);
    document::validate(rt, &document).unwrap();
    document
}

pub(super) fn run(before: &Document, operations: Value, dialect: &Dialect) -> Result<Patched> {
    let registry = registry();
    let rt = registry.resource_type("User").unwrap();
    let request = parse(json!({"schemas": [PATCH_OP], "Operations": operations}), dialect)?;
    apply(rt, &registry, before, request, dialect)
}

/// Both dialects make this of it.
#[track_caller]
pub(super) fn makes(before: Value, operations: Value, after: Value) {
    for dialect in [Dialect::strict(), Dialect::entra()] {
        makes_in(&dialect, before.clone(), operations.clone(), after.clone());
    }
}

#[track_caller]
pub(super) fn makes_in(dialect: &Dialect, before: Value, operations: Value, after: Value) {
    let before = user(before);
    let patched = match run(&before, operations.clone(), dialect) {
        Ok(patched) => patched,
        Err(error) => panic!("{}: {operations}: {error}", dialect.name),
    };
    let after = user(after);
    assert_eq!(
        Value::Object(patched.document.as_map().clone()),
        Value::Object(after.as_map().clone()),
        "{}: {operations}",
        dialect.name
    );
    assert_eq!(patched.changed, before != after, "{}: {operations}", dialect.name);
}

/// Both dialects refuse it alike.
#[track_caller]
pub(super) fn refuses(before: Value, operations: Value, kind: &str, path: &str) {
    for dialect in [Dialect::strict(), Dialect::entra()] {
        refuses_in(&dialect, before.clone(), operations.clone(), kind, path);
    }
}

#[track_caller]
pub(super) fn refuses_in(
    dialect: &Dialect,
    before: Value,
    operations: Value,
    kind: &str,
    path: &str,
) -> ScimError {
    match run(&user(before), operations.clone(), dialect) {
        Ok(patched) => panic!("{}: {operations}: {:?}", dialect.name, patched.document),
        Err(error) => {
            let found = (error.scim_type.map(|t| t.as_str()), error.path.as_deref());
            assert_eq!(found, (Some(kind), Some(path)), "{}: {operations}: {error}", dialect.name);
            error
        }
    }
}
