//! Tests of the registry, the loader and name resolution.

use serde_json::{Value, json};

use super::*;
use crate::dialect::Dialect;
use crate::filter::AttrPath;

fn path(urn: Option<&str>, name: &str, sub: Option<&str>) -> AttrPath {
    AttrPath { urn: urn.map(Into::into), name: name.into(), sub: sub.map(Into::into) }
}

fn user() -> Arc<ResourceType> {
    Registry::builtin().resource_type("User").unwrap().clone()
}

fn acme(attributes: Value) -> Value {
    json!({"id": "urn:acme:params:scim:schemas:extension:acme:2.0:User", "name": "Acme", "attributes": attributes})
}

#[test]
fn builtin_schemas_survive_a_round_trip() {
    let registry = Registry::builtin();
    assert_eq!(registry.schemas().len(), 6);
    for schema in registry.schemas().iter().filter(|s| &*s.id != SCHEMA) {
        assert_eq!(&Schema::from_json(&schema.to_json()).unwrap(), &**schema, "{}", schema.id);
    }
    for resource_type in registry.types() {
        assert_eq!(&ResourceType::from_json(&resource_type.to_json(), &registry).unwrap(), &**resource_type);
    }
}

// Errata 5368, 8471, 8472, 8415, 7522, 6004 (requirements 1.9).
#[test]
fn errata_are_applied() {
    let registry = Registry::builtin();
    let leaf = |urn: &str, name: &str, sub: Option<&str>| {
        let attribute = resolve::find(&registry.schema(urn).unwrap().attributes, name).unwrap().clone();
        sub.map_or(attribute.clone(), |s| attribute.sub(s).unwrap().clone())
    };
    assert!(leaf(GROUP, "displayName", None).required);
    assert_eq!(leaf(USER, "groups", Some("$ref")).reference_types, ["Group"]);
    assert!(leaf(ENTERPRISE_USER, "manager", Some("value")).case_exact);
    assert!(leaf(USER, "profileUrl", None).case_exact);
    assert!(leaf(USER, "addresses", Some("primary")).ty == AttributeType::Boolean);
    assert!(leaf(RESOURCE_TYPE, "schemaExtensions", None).multi_valued);
    assert!(leaf(SERVICE_PROVIDER_CONFIG, "etag", Some("supported")).required);
    let parts = leaf(SCHEMA, "attributes", Some("subAttributes"));
    let types = &parts.sub("type").unwrap().canonical_values;
    assert!(types.contains(&"binary".into()) && !types.contains(&"complex".into()));
    let printed = leaf(USER, "emails", None).to_json();
    assert!(printed.get("uniqueness").is_none() && printed.get("caseExact").is_none());
}

#[test]
fn common_attributes_are_four() {
    let names: Vec<_> = common().iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["schemas", "id", "externalId", "meta"]);
    assert!(common().iter().filter(|a| a.returned == Returned::Always).count() == 2);
}

// S-MODEL-03, S-MODEL-04, S-FILTER-11
#[test]
fn names_resolve_in_any_case_and_from_one_extension() {
    let user = user();
    let shown = |p: AttrPath| user.resolve(&p).map(|r| r.to_string());
    assert_eq!(shown(path(None, "USERNAME", None)).as_deref(), Some("userName"));
    assert_eq!(shown(path(None, "Name", Some("GIVENNAME"))).as_deref(), Some("name.givenName"));
    assert_eq!(shown(path(Some(&USER.to_uppercase()), "userName", None)).as_deref(), Some("userName"));
    assert_eq!(shown(path(None, "meta", Some("lastmodified"))).as_deref(), Some("meta.lastModified"));
    assert_eq!(shown(path(None, "groups", Some("$ref"))).as_deref(), Some("groups.$ref"));
    let manager = format!("{ENTERPRISE_USER}:manager.value");
    assert_eq!(shown(path(None, "manager", Some("value"))), Some(manager.clone()));
    assert_eq!(shown(path(Some(&ENTERPRISE_USER.to_lowercase()), "Manager", Some("Value"))), Some(manager));
    assert_eq!(shown(path(Some(ENTERPRISE_USER), "userName", None)), None);
    assert_eq!(shown(path(None, "members", None)), None);
    assert_eq!(shown(path(None, "emails", Some("nothing"))), None);
}

// S-FILTER-11: two extensions with the same name are ambiguous; S-MODEL-09: a core name only warns.
#[test]
fn an_ambiguous_extension_name_resolves_to_nothing() {
    let mut registry = Registry::builtin();
    let schema = Schema::from_json(&acme(json!([{"name": "department"}, {"name": "title"}]))).unwrap();
    let urn = registry.add_schema(schema).unwrap().id.clone();
    registry.extend("User", &urn, false).unwrap();
    let user = registry.resource_type("User").unwrap();
    assert_eq!(user.resolve(&path(None, "department", None)), None);
    assert!(user.resolve(&path(Some(&urn), "department", None)).is_some());
    assert_eq!(user.resolve(&path(None, "title", None)).unwrap().container, None);
    assert_eq!(user.warnings().len(), 1, "{:?}", user.warnings());
    assert!(registry.extend("User", &urn, false).is_err());
}

#[test]
fn endpoints_match_in_any_case_only_where_the_dialect_says_so() {
    // S-HTTP-09
    let registry = Registry::builtin();
    assert!(registry.by_endpoint("users", &Dialect::entra()).is_some());
    assert!(registry.by_endpoint("users", &Dialect::strict()).is_none());
    assert_eq!(registry.by_endpoint("/Groups", &Dialect::strict()).unwrap().name, "Group");
}

// S-MODEL-06
#[test]
fn omitted_characteristics_take_the_defaults() {
    let schema = Schema::from_json(&acme(json!([{"name": "badge"}]))).unwrap();
    let badge = &schema.attributes[0];
    assert_eq!(
        badge.to_json(),
        json!({"name": "badge", "type": "string", "multiValued": false, "description": "", "required": false,
               "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none"})
    );
}

// S-MODEL-01, S-MODEL-03, S-MODEL-08, S-SCHEMA-02, S-SCHEMA-08
#[test]
fn the_loader_refuses_what_the_model_does_not_allow() {
    let cases = [
        (json!([{"name": "a", "type": "text"}]), "`text` is no value of `type`"),
        (json!([{"name": "9a"}]), "start with a letter"),
        (json!([{"name": "a b"}]), "start with a letter"),
        (json!([{"name": "a"}, {"name": "A"}]), "stands twice"),
        (json!([{"name": "a", "required": null, "multiValued": "yes"}]), "true or false"),
        (json!([{"name": "a", "type": "complex"}]), "needs `subAttributes`"),
        (json!([{"name": "a", "subAttributes": [{"name": "b"}]}]), "only complex"),
        (
            json!([{"name": "a", "type": "complex", "subAttributes": [
                {"name": "b", "type": "complex", "subAttributes": [{"name": "c"}]}]}]),
            "`b` is complex",
        ),
        (json!([]), "is empty"),
    ];
    for (attributes, expected) in cases {
        let problem = Schema::from_json(&acme(attributes.clone())).unwrap_err();
        assert!(problem.to_string().contains(expected), "{attributes}: {problem}");
    }
    for id in ["acme", "urn:ietf:params:scim:api:messages:2.0:PatchOp", "urn:a:b[c]:d", "urn:acme:2.0:"] {
        let json = json!({"id": id, "attributes": [{"name": "a"}]});
        assert!(Schema::from_json(&json).is_err(), "{id}");
    }
}

#[test]
fn resource_types_need_known_schemas_and_free_endpoints() {
    let mut registry = Registry::builtin();
    let load = |registry: &Registry, endpoint: &str, schema: &str| {
        ResourceType::from_json(&json!({"name": "Device", "endpoint": endpoint, "schema": schema}), registry)
    };
    assert!(load(&registry, "/Devices", "urn:acme:x").unwrap_err().message.contains("not registered"));
    assert!(load(&registry, "/a/b", USER).is_err());
    let taken = load(&registry, "/USERS", USER).unwrap();
    assert!(registry.add_resource_type(taken).unwrap_err().message.contains("belongs to `User`"));
    let reserved = load(&registry, "/Schemas", USER).unwrap();
    assert!(registry.add_resource_type(reserved).is_err());
    let device = load(&registry, "Devices", USER).unwrap();
    assert_eq!(registry.add_resource_type(device).unwrap().endpoint, "/Devices");
}

#[test]
fn only_a_core_group_has_a_relation_and_built_in_types_are_plain() {
    let registry = Registry::builtin();
    let group = registry.resource_type("Group").unwrap();
    assert_eq!(group.relation().unwrap().name, "members");
    assert!(user().relation().is_none());
    assert!(group.is_plain() && user().is_plain());
    let secret = acme(json!([{"name": "a", "returned": "request"}]));
    let mut registry = registry;
    let urn = registry.add_schema(Schema::from_json(&secret).unwrap()).unwrap().id.clone();
    registry.extend("User", &urn, false).unwrap();
    assert!(!registry.resource_type("User").unwrap().is_plain());
}
