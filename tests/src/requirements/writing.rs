//! Create, replace, change, delete (RFC 7644 §3.3, §3.5, §3.6).

use serde_json::{Value, json};
use testkit::TestServer;

use super::full;

// S-CREATE-04, S-USER-01, S-I18N-01, S-FILTER-04, A-03, A-49
#[tokio::test]
async fn a_taken_user_name_is_409_in_any_case_and_width_without_saying_whose_it_is() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let id = caller.user("BJensen@dup.example").await;
        for name in ["bjensen@DUP.example", "ｂｊｅｎｓｅｎ@dup.example"] {
            let body = json!({"schemas": [super::USER], "userName": name});
            let refused = caller.post("/Users", &body).await.scim_error(409, "uniqueness");
            assert!(
                refused.detail().contains("userName") && !refused.text.contains(&id),
                "{}",
                refused.detail()
            );
        }
        assert_eq!(
            caller.get(&format!("/Users/{id}")).await.json["userName"],
            "BJensen@dup.example",
            "kept as sent"
        );
        let other = caller.user("other@dup.example").await;
        let rename = json!({"op": "replace", "path": "userName", "value": "BJENSEN@dup.example"});
        caller.patch_operations(&format!("/Users/{other}"), &[rename]).await.scim_error(409, "uniqueness");
        caller
            .put(&format!("/Users/{other}"), &full("BJENSEN@dup.example"))
            .await
            .scim_error(409, "uniqueness");
    }
}

// S-PUT-01
#[tokio::test]
async fn put_never_creates() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let path = "/Users/01890000-0000-7000-8000-000000000000";
    entra.put(path, &full("ann@put.example")).await.scim_error(404, "");
    assert_eq!(entra.get("/Users").await.expect(200).total(), 0);
}

// S-PATCH-07, A-44, S-CREATE-07
#[tokio::test]
async fn a_patched_user_is_answered_with_and_a_patched_group_without_a_body() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let user = format!("/Users/{}", caller.user("ann@patch.example").await);
        let group = format!("/Groups/{}", caller.group("Patched", &[]).await);
        let rename = |name: &str| [json!({"op": "replace", "path": "displayName", "value": name})];
        let reply = caller.patch_operations(&user, &rename("A")).await.expect(200);
        assert_eq!(reply.json["displayName"], "A");
        let reply = caller.patch_operations(&group, &rename("B")).await.expect(204);
        assert!(reply.text.is_empty() && reply.header("etag").is_some());
        let reply = caller
            .patch_operations(&format!("{group}?attributes=displayName"), &rename("C"))
            .await
            .expect(200);
        assert_eq!((&reply.json["displayName"], &reply.json["meta"]), (&json!("C"), &Value::Null));
        let minimal = caller.header("prefer", "return=minimal");
        minimal.patch_operations(&user, &rename("D")).await.expect(204);
        let whole = caller.header("prefer", "return=representation");
        assert_eq!(whole.patch_operations(&group, &rename("E")).await.expect(200).json["displayName"], "E");
    }
}

// S-DEL-01, S-DEL-02, S-DEL-03, S-GROUP-05, S-CREATE-08, S-COMMON-01
#[tokio::test]
async fn what_is_deleted_is_gone_from_everything() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.user("ann@gone.example").await;
    let group = entra.group("Had Ann", &[&id]).await;
    let before = entra.get(&format!("/Groups/{group}")).await.expect(200);
    let path = format!("/Users/{id}");
    let deleted = entra.delete(&path).await.expect(204);
    assert!(deleted.text.is_empty());
    entra.get(&path).await.scim_error(404, "");
    entra.put(&path, &full("ann@gone.example")).await.scim_error(404, "");
    entra
        .patch_operations(&path, &[json!({"op": "replace", "path": "active", "value": false})])
        .await
        .scim_error(404, "");
    entra.delete(&path).await.scim_error(404, "");
    assert_eq!(entra.filter("/Users", "userName eq \"ann@gone.example\"").await.expect(200).total(), 0);
    assert_eq!(entra.filter("/Groups", &format!("members eq \"{id}\"")).await.expect(200).total(), 0);
    let after = entra.get(&format!("/Groups/{group}")).await.expect(200);
    assert_eq!(after.json["members"], Value::Null);
    assert_ne!(after.header("etag"), before.header("etag"), "the group changed");
    assert_ne!(entra.user("ann@gone.example").await, id, "the name is free, the id is not used again");
}

// S-FILTER-14, S-CREATE-03, S-USER-09
#[tokio::test]
async fn what_the_server_gave_by_default_can_be_found_by_it() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let body = json!({"schemas": [super::USER], "userName": "ann@default.example"});
        let created = caller.post("/Users", &body).await.expect(201);
        assert_eq!(created.json["active"], true);
        let found = caller.filter("/Users", "active eq true and userName eq \"ann@default.example\"").await;
        assert_eq!(found.expect(200).total(), 1);
    }
}

// S-HTTP-05, S-HTTP-06
#[tokio::test]
async fn parameters_nobody_knows_are_ignored_on_every_method() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id =
        entra.post("/Users?aadOptscim062020", &full("ann@flag.example")).await.expect(201).id().to_owned();
    let path = format!("/Users/{id}?aadOptscim062020");
    entra.get(&path).await.expect(200);
    entra.put(&path, &full("ann@flag.example")).await.expect(200);
    entra
        .patch_operations(&path, &[json!({"op": "replace", "path": "active", "value": false})])
        .await
        .expect(200);
    assert_eq!(
        entra.get("/Users?foo=1&aadOptscim062020&filter=userName+eq+%22ann@flag.example%22").await.total(),
        1
    );
    entra.delete(&path).await.expect(204);
}
