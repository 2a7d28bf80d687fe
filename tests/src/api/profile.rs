//! The profile's mapping and rules.

use serde_json::{Value, json};
use service::noun::ApiScope;
use testkit::TestServer;

use super::problem;

const PATH: &str = "//api/v1/tenants/default/profile";

fn settings() -> Value {
    json!({
        "fields": {"displayName": ["nickName", "name.familyName"], "title": []},
        "custom": {"costCentre": ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter"]},
        "roles": {"rules": [
            {"group": "Trainers", "role": "trainer"},
            {"appRole": "Admin.All", "role": "admin"},
        ], "keepUnmapped": false},
    })
}

#[tokio::test]
async fn a_mapping_is_tried_set_and_told_by_events() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann", "displayName": "Ann",
        "title": "Dr", "name": {"familyName": "Adler"}, "roles": [{"value": "Admin.All"}, {"value": "Reader"}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"costCenter": "42"},
    });
    let ann = entra.post("/Users", &body).await.expect(201).id().to_owned();
    let inner = entra.group("inner", &[&ann]).await;
    entra.group("trainers", &[&inner]).await;
    let admin = server.api(ApiScope::Admin, None).await;
    let none = admin.get(PATH).await.expect(200);
    assert_eq!(none.json, json!({"fields": {}}));

    let tried = admin
        .post(&format!("{PATH}/preview"), &json!({"learner": "ann", "settings": settings()}))
        .await
        .expect(200);
    assert_eq!(tried.json["present"]["displayName"], "Ann");
    assert_eq!(tried.json["present"]["roles"], json!(["Admin.All", "Reader"]));
    let preview = &tried.json["preview"];
    assert_eq!((&preview["displayName"], &preview["title"]), (&json!("Adler"), &Value::Null));
    assert_eq!(
        (&preview["roles"], &preview["custom"]),
        (&json!(["admin", "trainer"]), &json!({"costCentre": "42"}))
    );
    assert_eq!(
        admin.get("//api/v1/tenants/default/learners/ann").await.json["profile"]["displayName"],
        "Ann"
    );

    let set = admin.put(PATH, &settings()).await.expect(200);
    assert_eq!(set.json["fields"], settings()["fields"]);
    let shown = admin.get("//api/v1/tenants/default/learners/ann").await.expect(200);
    assert_eq!(&shown.json["profile"], preview);
    // The provider's next change is told by the mapping.
    let at = server.count_events().await;
    server.advance(std::time::Duration::from_secs(2));
    let change = json!({"op": "replace", "path": "title", "value": "Prof"});
    entra.patch_operations(&format!("/Users/{ann}"), &[change]).await.expect(200);
    let events = server.events_after(at).await;
    let data: Value = serde_json::from_str(&events[0].event.data).unwrap();
    assert_eq!(
        (&data["profile"]["displayName"], &data["profile"]["roles"]),
        (&json!("Adler"), &json!(["admin", "trainer"]))
    );
    assert_eq!(data["changes"], json!([{"path": "title", "old": "Dr", "new": "Prof"}]));

    admin.put(PATH, &json!({})).await.expect(200);
    let back = admin.get("//api/v1/tenants/default/learners/ann").await.expect(200);
    assert_eq!(back.json["profile"]["displayName"], "Ann");
}

#[tokio::test]
async fn what_cannot_be_mapped_is_refused() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    for bad in [
        json!({"fields": {"email": ["noSuch"]}}),
        json!({"custom": {"x": ["emails[type eq"]}}),
        json!({"roles": {"rules": [{"role": "x"}]}}),
    ] {
        let reply = problem(admin.put(PATH, &bad).await, 400, "invalid_request");
        assert!(reply.detail().starts_with("profile."), "{}", reply.detail());
    }
    let unknown = problem(admin.put(PATH, &json!({"fields": {"shoeSize": []}})).await, 400, "invalid_body");
    assert_eq!(unknown.json["errors"][0]["pointer"], "/fields/shoeSize");
    let nobody = json!({"learner": "nobody", "settings": {}});
    problem(admin.post(&format!("{PATH}/preview"), &nobody).await, 404, "not_found");
    let tag = admin.get(PATH).await.expect(200).header("etag").unwrap().to_owned();
    admin.header("if-match", &tag).put(PATH, &settings()).await.expect(200);
    problem(admin.header("if-match", &tag).put(PATH, &json!({})).await, 412, "stale");
    let write = server.api(ApiScope::Write, None).await;
    problem(write.put(PATH, &json!({})).await, 403, "insufficient_scope");
}

#[tokio::test]
async fn a_mapping_outlives_the_schema_that_it_names() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let schema = json!({"schema": {
        "id": "urn:acme:2.0:User", "name": "Acme", "attributes": [{"name": "badge", "type": "string"}],
    }, "extends": [{"type": "User"}]});
    let schemas = "//api/v1/tenants/default/schemas";
    admin.post(schemas, &schema).await.expect(201);
    admin.put(PATH, &json!({"custom": {"badge": ["urn:acme:2.0:User:badge"]}})).await.expect(200);
    let learners = "//api/v1/tenants/default/learners";
    admin.post(learners, &json!({"userName": "ann", "urn:acme:2.0:User": {"badge": "7"}})).await.expect(201);
    let ann = admin.get(&format!("{learners}/ann")).await.expect(200);
    assert_eq!(ann.json["profile"]["custom"], json!({"badge": "7"}));
    admin.patch(&format!("{learners}/ann"), &json!({"urn:acme:2.0:User": null})).await.expect(200);
    admin.delete(&format!("{schemas}/urn:acme:2.0:User")).await.expect(204);
    admin.get(&format!("{learners}/ann")).await.expect(200);
}
