//! Tests of the discovery resources.

use super::*;
use crate::schema::{AttributeType, GROUP, USER};

const BASE: &str = "https://pool.example/scim_v2";

fn settings() -> ProviderSettings {
    ProviderSettings {
        documentation_uri: None,
        patch: true,
        bulk: Some(BulkLimits { operations: 1000, payload: 8 << 20 }),
        sort: true,
        etag: true,
        pages: PageLimits::default(),
        cursor_timeout: Some(3600),
        authentication: vec![AuthenticationScheme::bearer()],
    }
}

/// Whether the value has the shape that the attributes demand, and nothing more.
fn fits(attributes: &[std::sync::Arc<crate::Attribute>], value: &Value, at: &str) {
    let map = value.as_object().unwrap();
    for attribute in attributes.iter().filter(|a| a.required) {
        assert!(map.contains_key(&attribute.name), "{at}: {} is missing", attribute.name);
    }
    for (key, value) in map {
        let attribute =
            attributes.iter().find(|a| a.name == *key).unwrap_or_else(|| panic!("{at}: {key} is unknown"));
        assert_eq!(value.is_array(), attribute.multi_valued, "{at}.{key}");
        for value in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
            let right = match attribute.ty {
                AttributeType::Boolean => value.is_boolean(),
                AttributeType::Integer => value.is_u64(),
                AttributeType::Complex => {
                    fits(&attribute.sub_attributes, value, &format!("{at}.{key}"));
                    true
                }
                _ => value.is_string(),
            };
            assert!(right, "{at}.{key}: {value}");
        }
    }
}

/// Checks a discovery resource against its own schema, without the common attributes.
fn fits_schema(mut resource: Value) {
    let urn = resource["schemas"][0].as_str().unwrap().to_owned();
    let schema = Registry::builtin().schema(&urn).unwrap().clone();
    let map = resource.as_object_mut().unwrap();
    map.shift_remove("schemas");
    let meta = map.shift_remove("meta").unwrap();
    assert!(meta["location"].as_str().unwrap().starts_with(BASE) && meta["resourceType"].is_string());
    fits(&schema.attributes, &resource, &urn);
}

// S-SPC-01, S-SPC-04, S-CUR-14
#[test]
fn the_configuration_fits_its_schema_with_everything_on_and_off() {
    let full = service_provider_config(&settings(), BASE);
    assert!(full.get("id").is_none());
    assert_eq!(full["bulk"], json!({"supported": true, "maxOperations": 1000, "maxPayloadSize": 8_388_608}));
    assert_eq!(
        full["pagination"],
        json!({"cursor": true, "index": true, "defaultPaginationMethod": "index", "defaultPageSize": 100,
               "maxPageSize": 1000, "cursorTimeout": 3600})
    );
    fits_schema(full);
    let bare = ProviderSettings {
        documentation_uri: Some("https://pool.example/docs".into()),
        patch: false,
        bulk: None,
        sort: false,
        etag: false,
        cursor_timeout: None,
        ..settings()
    };
    let bare = service_provider_config(&bare, BASE);
    assert_eq!(bare["bulk"], json!({"supported": false, "maxOperations": 0, "maxPayloadSize": 0}));
    assert_eq!(bare["pagination"]["cursor"], false);
    fits_schema(bare);
}

// S-DISC-01, S-DISC-02, S-DISC-05, S-RT-01, S-RT-02, S-SCHEMA-01, S-SCHEMA-02, S-SCHEMA-03
#[test]
fn every_schema_and_type_is_listed_and_fits_its_own_schema() {
    let registry = Registry::builtin();
    for list in [schemas(&registry, BASE), resource_types(&registry, BASE)] {
        let resources = list["Resources"].as_array().unwrap();
        assert_eq!(list["totalResults"], resources.len());
        assert_eq!(list["itemsPerPage"], resources.len());
        for resource in resources {
            assert!(resource["id"].is_string());
            for urn in resource["schemas"].as_array().unwrap() {
                assert!(schema(&registry, urn.as_str().unwrap(), BASE).is_some());
            }
            // The schema of schemas has a third level, which it cannot describe itself.
            if resource["id"] != crate::schema::SCHEMA {
                fits_schema(resource.clone());
            }
        }
    }
    let user = resource_type(&registry, "User", BASE).unwrap();
    assert_eq!(user["id"], user["name"]);
    assert_eq!(user["endpoint"], "/Users");
    assert_eq!(user["meta"]["location"], format!("{BASE}/ResourceTypes/User"));
    assert!(schema(&registry, &user["schema"].as_str().unwrap().to_uppercase(), BASE).is_some());
    assert!(schema(&registry, crate::message::PATCH_OP, BASE).is_none());
    assert!(resource_type(&registry, "Device", BASE).is_none());
}

// S-SCHEMA-04: nothing in discovery is null, which Entra's schema discovery refuses.
#[test]
fn nothing_is_null() {
    let registry = Registry::builtin();
    for text in [
        schemas(&registry, BASE),
        resource_types(&registry, BASE),
        service_provider_config(&settings(), BASE),
    ] {
        assert!(!text.to_string().contains("null"));
    }
}

// Design ruling 6
#[test]
fn hidden_groups_leave_no_trace() {
    let registry = Registry::builtin().without_type("Group");
    assert_eq!(registry.types().len(), 1);
    assert!(registry.schema(GROUP).is_none());
    let user = registry.schema(USER).unwrap();
    assert!(user.attribute("groups").is_none() && user.attribute("userName").is_some());
    assert_eq!(registry.resource_type("User").unwrap().schema.id, user.id);
    assert!(registry.resource_type("User").unwrap().core("groups").is_none());
    assert!(registry.resource_type("User").unwrap().container(crate::schema::ENTERPRISE_USER).is_some());
    let text = schemas(&registry, BASE).to_string();
    assert!(!text.contains("members"));
}
