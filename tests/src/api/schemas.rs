//! A tenant's own schemas and resource types.

use serde_json::json;
use service::noun::ApiScope;
use testkit::TestServer;

use super::problem;

const ALL: &str = "//api/v1/tenants/default/schemas";

#[tokio::test]
async fn schemas_and_types_are_loaded_listed_and_dropped() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let schema = json!({"id": "urn:acme:2.0:Room", "name": "Room", "attributes": [
        {"name": "number", "type": "string", "required": true, "uniqueness": "server"},
    ]});
    admin.post(ALL, &json!({"schema": schema})).await.expect(201);
    let room = json!({"resourceType": {"id": "Room", "name": "Room", "endpoint": "/Rooms", "schema": "urn:acme:2.0:Room"}});
    let made = admin.post(&format!("{ALL}/resource-types"), &room).await.expect(201);
    assert_eq!(made.json["number"], 16);
    let list = admin.get(ALL).await.expect(200);
    let kinds: Vec<_> = list.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["resource_type", "schema"]);
    assert_eq!(list.json["items"][1]["definition"], schema);
    let entra = server.entra().await;
    entra.post("/Rooms", &json!({"schemas": ["urn:acme:2.0:Room"], "number": "1"})).await.expect(201);
    problem(admin.delete(&format!("{ALL}/urn:acme:2.0:Room")).await, 409, "conflict");
    problem(admin.delete(&format!("{ALL}/Room")).await, 409, "conflict");
    problem(admin.post(ALL, &json!({"schema": schema})).await, 409, "conflict");
    problem(admin.post(ALL, &json!({"schema": {"id": "urn:x"}})).await, 400, "invalid_request");
    problem(
        admin.post(ALL, &json!({"schema": schema, "extends": [{"type": "User", "x": 1}]})).await,
        400,
        "invalid_body",
    );
    problem(
        admin.post(&format!("{ALL}/resource-types"), &json!({"resourceType": {}})).await,
        400,
        "invalid_request",
    );
    problem(admin.delete(&format!("{ALL}/none")).await, 404, "not_found");
    let write = server.api(ApiScope::Write, None).await;
    problem(write.post(ALL, &json!({"schema": schema})).await, 403, "insufficient_scope");
}
