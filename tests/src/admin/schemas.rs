//! Schemas and resource types added at run time (S-SCHEMA-08).

use serde_json::{Value, json};
use service::{Code, Extends};
use store::Kind;

use super::world::World;

const BADGE: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";
const DEVICE: &str = "urn:example:params:scim:schemas:acme:2.0:Device";

fn extension() -> Value {
    json!({
        "id": BADGE,
        "name": "Badge",
        "attributes": [
            {"name": "badge", "type": "string", "uniqueness": "server", "caseExact": true},
            {"name": "floor", "type": "integer"},
        ],
    })
}

fn of_users(required: bool) -> [Extends; 1] {
    [Extends { resource_type: "User".into(), required }]
}

fn device() -> Value {
    json!({"id": DEVICE, "name": "Device", "attributes": [{"name": "displayName", "type": "string", "required": true}]})
}

fn device_type(name: &str) -> Value {
    json!({"name": name, "endpoint": format!("/{name}s"), "schema": DEVICE})
}

#[tokio::test]
async fn an_extension_is_there_for_the_next_request() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    world.request(&token).await;
    let warnings = world.service.schema_add(&op, &extension(), &of_users(false)).await.unwrap();
    assert!(warnings.is_empty());
    let session = world.request(&token).await.session;
    let user = session.tenant.registry.resource_type("User").unwrap();
    assert!(user.extensions.iter().any(|e| &*e.schema.id == BADGE && !e.required));

    let op = world.op().await;
    let again = world.service.schema_add(&op, &extension(), &of_users(false)).await.unwrap_err();
    assert_eq!(again.code, Code::Conflict);
}

#[tokio::test]
async fn what_does_not_load_is_refused_with_the_attribute_at_fault() {
    let world = World::new().await;
    let op = world.op().await;
    let wrong = json!({"id": BADGE, "attributes": [{"name": "floor", "type": "number"}]});
    let error = world.service.schema_add(&op, &wrong, &of_users(false)).await.unwrap_err();
    assert_eq!(error.code, Code::Invalid);
    assert!(error.message.contains("floor"), "{error}");
    let unknown = [Extends { resource_type: "Person".into(), required: false }];
    let error = world.service.schema_add(&op, &extension(), &unknown).await.unwrap_err();
    assert!(error.message.contains("Person"), "{error}");
    assert!(world.service.schemas_added(&op).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_required_extension_cannot_leave_people_behind() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    world.provision(&token, "anna").await;
    let error = world.service.schema_add(&op, &extension(), &of_users(true)).await.unwrap_err();
    assert_eq!(
        (error.code, error.hint.as_deref()),
        (Code::Conflict, Some("add it as an optional extension"))
    );
}

#[tokio::test]
async fn numbers_of_resource_types_are_never_given_twice() {
    let world = World::new().await;
    let op = world.op().await;
    let missing = world.service.resource_type_add(&op, &device_type("Device")).await.unwrap_err();
    assert_eq!(missing.code, Code::Invalid);
    world.service.schema_add(&op, &device(), &[]).await.unwrap();
    let op = world.op().await;
    assert_eq!(world.service.resource_type_add(&op, &device_type("Device")).await.unwrap(), Kind(16));
    let op = world.op().await;
    assert_eq!(world.service.resource_type_add(&op, &device_type("Printer")).await.unwrap(), Kind(17));
    let op = world.op().await;
    world.service.schema_drop(&op, "Printer").await.unwrap();
    let op = world.op().await;
    assert_eq!(world.service.resource_type_add(&op, &device_type("Scanner")).await.unwrap(), Kind(18));
    let op = world.op().await;
    let taken = world.service.resource_type_add(&op, &device_type("Device")).await.unwrap_err();
    assert_eq!(taken.code, Code::Invalid);
    let used = world.service.schema_drop(&op, DEVICE).await.unwrap_err();
    assert_eq!(used.code, Code::Conflict);
}

#[tokio::test]
async fn what_is_in_use_stays() {
    let world = World::new().await;
    let op = world.op().await;
    world.service.schema_add(&op, &extension(), &of_users(false)).await.unwrap();
    let op = world.op().await;
    let file = format!("user name,{BADGE}:badge,{BADGE}:floor\nanna,B1,3\n");
    world.import(&op, &file, service::ImportOptions::default()).await;
    let error = world.service.schema_drop(&op, BADGE).await.unwrap_err();
    assert_eq!(error.message, format!("1 resources still use \"{BADGE}\""));
    world.service.learner_remove(&op, "anna", false).await.unwrap();
    world.service.schema_drop(&op, BADGE).await.unwrap();
    let gone = world.service.schema_drop(&world.op().await, BADGE).await.unwrap_err();
    assert_eq!(gone.code, Code::NotFound);
}

#[tokio::test]
async fn a_unique_value_of_ones_own_schema_stands_once_in_a_file_and_in_the_directory() {
    let world = World::new().await;
    let op = world.op().await;
    world.service.schema_add(&op, &extension(), &of_users(false)).await.unwrap();
    let op = world.op().await;
    let file = format!("user name,{BADGE}:badge\nanna,B1\n");
    world.import(&op, &file, service::ImportOptions::default()).await;
    let file = format!("user name,{BADGE}:badge\nbo,B1\ncy,B2\ndi,B2\n");
    let plan = world
        .service
        .import_plan(&op, file.as_bytes(), service::ImportOptions::default(), &mut |_| {})
        .await
        .unwrap();
    let lines: Vec<_> = plan.problems.iter().map(|p| p.line).collect();
    assert_eq!(lines, [2, 4], "{:?}", plan.problems);
}
