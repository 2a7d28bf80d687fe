//! Groups off, and tokens that do not cover groups, look alike (ruling 6).

use serde_json::{Value, json};
use service::{ConnectionChange, NewToken, TokenScope};
use testkit::{Caller, TestServer};

use super::{newest_code, set};

async fn groups(server: &TestServer, on: bool) {
    server.change_connection(ConnectionChange { groups: Some(on), ..ConnectionChange::default() }).await;
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().map(|r| r["name"].as_str().unwrap()).collect()
}

/// What a caller for whom there are no groups sees, `write` being the status of writes.
async fn looks_off(server: &TestServer, caller: &Caller, ann: &str, group: &str, write: (u16, &str)) {
    // Test Connection passes.
    for path in ["/Groups", "/Groups?filter=displayName+eq+%22Eng%22", "/Groups?excludedAttributes=members"] {
        let list = caller.get(path).await.expect(200);
        assert_eq!((list.total(), &list.json["Resources"]), (0, &json!([])), "{path}");
    }
    let search = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]});
    assert_eq!(caller.post("/Groups/.search", &search).await.expect(200).total(), 0);
    assert_eq!(caller.post("/.search", &search).await.expect(200).total(), 1, "the user alone");
    let path = format!("/Groups/{group}");
    caller.get(&path).await.scim_error(404, "");
    caller.post("/Groups", &json!({"displayName": "New"})).await.scim_error(write.0, "");
    assert_eq!(newest_code(server).await, write.1);
    caller.patch_operations(&path, &set("displayName", "Other")).await.scim_error(write.0, "");
    caller.put(&path, &json!({"displayName": "Other"})).await.scim_error(write.0, "");
    caller.delete(&path).await.scim_error(write.0, "");
    let types = caller.get("/ResourceTypes").await.expect(200);
    assert_eq!(names(types.resources()), ["User"]);
    assert_eq!(types.total(), 1);
    caller.get("/ResourceTypes/Group").await.scim_error(404, "");
    let schemas = caller.get("/Schemas").await.expect(200);
    assert!(!names(schemas.resources()).contains(&"Group"), "{}", schemas.text);
    caller.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group").await.scim_error(404, "");
    let user = caller.get(&format!("/Users/{ann}")).await.expect(200).json;
    assert!(user.get("groups").is_none(), "{user}");
    let listed = caller.filter("/Users", "userName eq \"ann\"").await.expect(200);
    assert!(listed.resources()[0].get("groups").is_none());
    // People arrive all the same.
    caller.patch_operations(&format!("/Users/{ann}"), &set("title", "Dean")).await.expect(200);
}

#[tokio::test]
async fn groups_off() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let ann = entra.user("ann").await;
    let group = entra.group("Eng", &[&ann]).await;
    groups(&server, false).await;
    looks_off(&server, &entra, &ann, &group, (501, "groups_off")).await;
    let refused = entra.post("/Groups", &json!({"displayName": "New"})).await.scim_error(501, "");
    assert!(refused.detail().contains("Disable group provisioning"), "{}", refused.detail());
    // What was stored is kept.
    groups(&server, true).await;
    let back = entra.get(&format!("/Groups/{group}")).await.expect(200).json;
    assert_eq!((&back["displayName"], &back["members"][0]["value"]), (&json!("Eng"), &json!(ann)));
    assert_eq!(entra.get(&format!("/Users/{ann}")).await.expect(200).json["groups"][0]["value"], group);
}

#[tokio::test]
async fn a_token_for_users_alone() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let ann = entra.user("ann").await;
    let group = entra.group("Eng", &[&ann]).await;
    let operator = server.operator("default", "default").await;
    let new = NewToken { scope: TokenScope::Users, ..NewToken::default() };
    let users = server.service.token_create(&operator, &new).await.unwrap();
    let users = server.with_token(users.secret.expose());
    looks_off(&server, &users, &ann, &group, (403, "groups_not_covered")).await;
    // The other token of the same connection sees them.
    assert_eq!(entra.get("/Groups").await.expect(200).total(), 1);
}

// In a bulk request the operation is refused as it would be alone
#[tokio::test]
async fn groups_off_in_bulk() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    groups(&server, false).await;
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
        {"method": "POST", "path": "/Users", "bulkId": "u", "data": {"userName": "ann"}},
        {"method": "POST", "path": "/Groups", "bulkId": "g", "data": {"displayName": "Eng"}},
    ]});
    let done = entra.post("/Bulk", &body).await.expect(200).json;
    assert_eq!(done["Operations"][0]["status"], "201");
    assert_eq!(done["Operations"][1]["status"], "501", "{done}");
}

#[tokio::test]
async fn a_token_that_may_only_read() {
    let server = TestServer::start().await;
    let ann = server.entra().await.user("ann").await;
    let operator = server.operator("default", "default").await;
    let new = NewToken { scope: TokenScope::Read, ..NewToken::default() };
    let reader = server.service.token_create(&operator, &new).await.unwrap();
    let reader = server.with_token(reader.secret.expose());
    let path = format!("/Users/{ann}");
    reader.get(&path).await.expect(200);
    assert_eq!(names(reader.get("/ResourceTypes").await.expect(200).resources()), ["User", "Group"]);
    reader.post("/Users", &json!({"userName": "bob"})).await.scim_error(403, "");
    reader.patch_operations(&path, &set("active", false)).await.scim_error(403, "");
    reader.delete(&path).await.scim_error(403, "");
    assert_eq!(newest_code(&server).await, "read_only_token");
    assert_eq!(reader.get(&path).await.expect(200).json["active"], true);
}
