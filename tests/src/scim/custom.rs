//! Schemas and resource types that a tenant adds.

use scim::ScimType;
use serde_json::json;
use service::Extends;

use super::world::{World, id_of, json_of, refused};

const BADGE: &str = "urn:example:params:scim:schemas:extension:badge:2.0:User";
const DEVICE: &str = "urn:example:params:scim:schemas:core:2.0:Device";

async fn world() -> World {
    let world = World::new().await;
    let badge = json!({"id": BADGE, "name": "Badge", "attributes": [
        {"name": "badge", "type": "string", "uniqueness": "server"},
        {"name": "pin", "type": "string", "returned": "never"},
    ]});
    let on_users = Extends { resource_type: "User".to_owned(), required: false };
    world.service.schema_add(&world.operator().await, &badge, &[on_users]).await.unwrap();
    let device = json!({"id": DEVICE, "name": "Device", "attributes": [
        {"name": "displayName", "type": "string", "required": true},
        {"name": "serial", "type": "string", "uniqueness": "server", "caseExact": true},
    ]});
    world.service.schema_add(&world.operator().await, &device, &[]).await.unwrap();
    let kind = json!({"name": "Device", "endpoint": "/Devices", "schema": DEVICE});
    world.service.resource_type_add(&world.operator().await, &kind).await.unwrap();
    world
}

// S-SCHEMA-08, S-ATTR-08
#[tokio::test]
async fn an_extension_of_ones_own_is_kept_unique_and_told() {
    let world = world().await;
    let body = json!({"userName": "ann", (BADGE): {"badge": "B-1", "pin": "1234"}});
    let ann = json_of(&world.post("Users", body).await.unwrap());
    assert_eq!(ann[BADGE], json!({"badge": "B-1"}));
    let other = json!({"userName": "bob", (BADGE): {"badge": "b-1"}});
    assert_eq!(refused(world.post("Users", other).await), (409, Some(ScimType::Uniqueness)));
    let path = format!("{BADGE}:badge");
    let change = json!([{"op": "replace", "path": path, "value": "B-2"}]);
    world.patch("Users", ann["id"].as_str().unwrap(), change).await.unwrap();
    world.post("Users", json!({"userName": "bob", (BADGE): {"badge": "b-1"}})).await.unwrap();
    assert_eq!(world.find("Users", &format!("{path} eq \"B-2\"")).await.len(), 1);
}

#[tokio::test]
async fn a_resource_type_of_ones_own_is_served_like_any_other() {
    let world = world().await;
    let id = id_of(&world.post("Devices", json!({"displayName": "Printer", "serial": "x"})).await.unwrap());
    assert_eq!(refused(world.post("Devices", json!({"displayName": "Other", "serial": "x"})).await).0, 409);
    let change = json!([{"op": "replace", "path": "displayName", "value": "Copier"}]);
    let answer = world.patch("Devices", &id, change).await.unwrap();
    assert_eq!((answer.status, &json_of(&answer)["displayName"]), (200, &json!("Copier")));
    assert_eq!(world.find("Devices", "displayName eq \"copier\"").await[0]["id"], id);
    assert_eq!(refused(world.get("Users", &id).await).0, 404);
    world.delete("Devices", &id).await.unwrap();
    assert_eq!(world.told().await, ["resource.created", "resource.updated", "resource.removed"]);
}

// Ruling 14, S-DISC-07
#[tokio::test]
async fn discovery_tells_each_caller_of_its_own() {
    let world = world().await;
    let cx = world.cx().await;
    assert_eq!(world.service.schema(Some(&cx), BADGE).await.unwrap().status, 200);
    assert_eq!(refused(world.service.schema(None, BADGE).await).0, 404);
    let types = json_of(&world.service.resource_types(Some(&cx)).await.unwrap());
    assert_eq!(types["totalResults"], 3);
    let types = json_of(&world.service.resource_types(None).await.unwrap());
    assert_eq!(types["totalResults"], 2);
    let config = json_of(&world.service.service_provider_config(None).await.unwrap());
    assert_eq!(
        (&config["patch"]["supported"], &config["pagination"]["cursor"]),
        (&json!(true), &json!(true))
    );
}
