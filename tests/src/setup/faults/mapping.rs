//! Attribute mapping.

use serde_json::{Value, json};
use service::noun::ApiScope;

use super::{current, holds, is_over, logged, person, start};

/// Each wrong mapping shows in the first person who arrives by it, and the next one who arrives right ends it.
#[tokio::test]
async fn a_wrong_mapping_shows_in_the_first_person() {
    for (id, change) in [
        ("external_id_mail_nickname", json!({"externalId": "ann"})),
        ("external_id_not_object_id", json!({"externalId": "E-4711"})),
        ("external_id_missing", json!({"externalId": null})),
        ("active_not_mapped", json!({"active": null})),
        ("user_name_is_id", json!({"userName": "7d420df3-0000-4000-8000-00000000abcd"})),
        ("user_name_no_domain", json!({"userName": "ann"})),
        ("name_missing", json!({"displayName": null})),
    ] {
        let server = start().await;
        let entra = server.entra().await;
        entra.post("/Users", &person("ann", change)).await.expect(201);
        holds(&server, id).await;
        assert_eq!(current(&server).await, [id]);
        entra.post("/Users", &person("barbara", json!({}))).await.expect(201);
        is_over(&server, id).await;
        let entries = logged(&server, id).await;
        assert_eq!(
            (entries.len(), entries[0]["action"].as_str()),
            (1, Some("create")),
            "in the create's own entry"
        );
    }
}

#[tokio::test]
async fn the_log_tells_of_a_mapping_once_and_not_with_everybody() {
    let server = start().await;
    let entra = server.entra().await;
    for name in ["a", "bb", "ccc"] {
        entra.post("/Users", &person(name, json!({"externalId": name}))).await.expect(201);
    }
    assert_eq!(logged(&server, "external_id_mail_nickname").await.len(), 1);
}

#[tokio::test]
async fn other_providers_may_map_as_they_like() {
    let server = start().await;
    let okta = server.okta().await;
    okta.post("/Users", &json!({"userName": "ann", "externalId": "00u1"})).await.expect(201);
    let reader = server.api(ApiScope::Read, None).await;
    let reply = reader.get("//api/v1/tenants/okta-tenant/connections/default/faults").await.expect(200);
    assert_eq!(reply.json["items"], json!([]));
}

#[tokio::test]
async fn entras_older_form_of_patch_is_named_and_served() {
    let server = start().await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &person("ann", json!({}))).await.expect(201).id().to_owned();
    let set = |op: &str, value: Value| [json!({"op": op, "path": "active", "value": value})];
    entra.patch_operations(&format!("/Users/{id}"), &set("Replace", json!("False"))).await.expect(200);
    holds(&server, "flag_missing").await;
    entra.patch_operations(&format!("/Users/{id}"), &set("replace", json!(true))).await.expect(200);
    is_over(&server, "flag_missing").await;
}

#[tokio::test]
async fn what_the_mapping_makes_impossible_is_named() {
    let server = start().await;
    let entra = server.entra().await;
    entra.filter("/Users", "nosuch eq \"x\"").await.expect(400);
    holds(&server, "invalid_filter").await;
    let id = entra.post("/Users", &person("ann", json!({}))).await.expect(201).id().to_owned();
    let at = format!("/Users/{id}");
    let operation = |path: &str, value: Value| [json!({"op": "replace", "path": path, "value": value})];
    entra.patch_operations(&at, &operation("name.first.name", json!("x"))).await.expect(400);
    holds(&server, "invalid_path").await;
    entra.patch_operations(&at, &operation("active", json!("perhaps"))).await.expect(400);
    holds(&server, "invalid_value").await;
    entra.post("/Users", &person("ben", json!({"userName": null}))).await.expect(400);
    holds(&server, "missing_value").await;
    entra.patch_operations(&at, &operation("id", json!("other"))).await.expect(400);
    holds(&server, "immutable").await;
}
