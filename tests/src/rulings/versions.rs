//! Versions and conditional requests (RFC 7644 §3.14).

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Caller, TestServer};

use super::{NOBODY, person};

const STALE: &str = "W/\"0\"";

async fn both(server: &TestServer) -> [Caller; 2] {
    [server.entra().await, server.strict().await]
}

// S-ETAG-01, S-GET-01, S-PUT-07, S-COMMON-06, S-COMMON-08, S-HTTP-15
#[tokio::test]
async fn every_answer_with_a_resource_carries_its_version_and_place() {
    let server = TestServer::start().await;
    for caller in both(&server).await {
        let created = caller.post("/Users", &person("ann@tag.example", json!({}))).await.expect(201);
        let path = format!("/Users/{}", created.id());
        let put = caller.put(&path, &person("ann@tag.example", json!({"title": "Dr"}))).await.expect(200);
        let patch = json!({"op": "replace", "path": "title", "value": "Prof"});
        let patched = caller.patch_operations(&path, &[patch]).await.expect(200);
        let got = caller.get(&path).await.expect(200);
        for reply in [&created, &put, &patched, &got] {
            let tag = reply.header("etag").unwrap();
            assert!(tag.starts_with("W/\""), "{tag}");
            assert_eq!(reply.json["meta"]["version"], tag);
            assert_eq!(reply.json["meta"]["location"], reply.header("location").unwrap());
            assert_eq!(reply.header("location"), reply.header("content-location"));
        }
        assert_ne!(created.header("etag"), put.header("etag"));
        assert_ne!(put.header("etag"), patched.header("etag"));
        assert_eq!(patched.header("etag"), got.header("etag"));
    }
}

// S-ETAG-02, S-PUT-08, S-PATCH-19, S-DEL-04, A-25
#[tokio::test]
async fn a_stale_version_is_412_and_changes_nothing() {
    let server = TestServer::start().await;
    for caller in both(&server).await {
        let created = caller.post("/Users", &person("ann@stale.example", json!({}))).await.expect(201);
        let path = format!("/Users/{}", created.id());
        let body = person("ann@stale.example", json!({"title": "Dr"}));
        let operation = json!({"op": "replace", "path": "title", "value": "Dr"});
        let stale = caller.header("if-match", STALE);
        stale.put(&path, &body).await.scim_error(412, "");
        stale.patch_operations(&path, std::slice::from_ref(&operation)).await.scim_error(412, "");
        stale.delete(&path).await.scim_error(412, "");
        let got = caller.get(&path).await.expect(200);
        assert_eq!(got.json, created.json);

        let tag = created.header("etag").unwrap();
        let put = caller.header("if-match", tag).put(&path, &body).await.expect(200);
        caller.header("if-match", tag).delete(&path).await.scim_error(412, "");
        let list = format!("\"x\", {}, W/\"y\"", put.header("etag").unwrap());
        let operation = json!({"op": "replace", "path": "title", "value": "Prof"});
        let patched =
            caller.header("if-match", &list).patch_operations(&path, &[operation]).await.expect(200);
        assert_ne!(patched.header("etag"), put.header("etag"));
        caller.header("if-match", "*").delete(&path).await.expect(204);
        caller.header("if-match", "*").delete(&path).await.scim_error(404, "");
        caller.header("if-match", "*").put(&format!("/Users/{NOBODY}"), &body).await.scim_error(404, "");
    }
}

// S-PATCH-19, A-48: the version is looked at before the operations are.
#[tokio::test]
async fn a_stale_version_is_told_before_what_is_wrong_with_the_operations() {
    let server = TestServer::start().await;
    for caller in both(&server).await {
        let path = format!("/Users/{}", caller.user("ann@order.example").await);
        let bad = json!({"op": "replace", "path": "noSuchThing", "value": 1});
        let stale = caller.header("if-match", STALE);
        stale.patch_operations(&path, std::slice::from_ref(&bad)).await.scim_error(412, "");
        caller.patch_operations(&path, &[bad]).await.scim_error(400, "invalidPath");
    }
}

//
#[tokio::test]
async fn a_version_without_its_dress_is_understood_where_leniency_is() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let created = entra.post("/Users", &person("ann@loose.example", json!({}))).await.expect(201);
    let path = format!("/Users/{}", created.id());
    let tag = created.header("etag").unwrap().to_owned();
    let quoted = tag.trim_start_matches("W/").to_owned();
    let bare = quoted.trim_matches('"').to_owned();
    for form in [&tag, &quoted, &bare] {
        let plain = format!("{path}?excludedAttributes=groups");
        entra.header("if-none-match", form).get(&plain).await.expect(304);
        let same = person("ann@loose.example", json!({}));
        entra.header("if-match", form).put(&path, &same).await.expect(200);
    }
}

// S-ETAG-04, A-45, S-PATCH-11, A-08
#[tokio::test]
async fn writes_that_change_nothing_keep_version_time_and_silence() {
    let server = TestServer::start().await;
    for caller in both(&server).await {
        let body = person(
            "ann@same.example",
            json!({"title": "Dr", "emails": [{"type": "work", "value": "ann@same.example"}]}),
        );
        let created = caller.post("/Users", &body).await.expect(201);
        let path = format!("/Users/{}", created.id());
        let events = server.count_events().await;
        server.advance(Duration::from_secs(60));
        caller.put(&path, &body).await.expect(200);
        for operation in [
            json!({"op": "replace", "path": "title", "value": "Dr"}),
            json!({"op": "add", "path": "emails", "value": [{"type": "work", "value": "ann@same.example"}]}),
            json!({"op": "remove", "path": "nickName"}),
            json!({"op": "remove", "path": "emails[type eq \"home\"]"}),
            json!({"op": "replace", "path": "active", "value": true}),
        ] {
            let reply = caller.patch_operations(&path, std::slice::from_ref(&operation)).await.expect(200);
            assert_eq!(reply.json, created.json, "{operation}");
        }
        assert_eq!(server.count_events().await, events, "a write that changed nothing told of something");
        let changed = caller
            .patch_operations(&path, &[json!({"op": "replace", "path": "title", "value": "Prof"})])
            .await
            .expect(200);
        assert_ne!(changed.header("etag"), created.header("etag"));
        assert_ne!(changed.json["meta"]["lastModified"], created.json["meta"]["lastModified"]);
        assert_eq!(changed.json["meta"]["created"], created.json["meta"]["created"]);
    }
}

// S-ETAG-04, S-PATCH-11, A-08, A-09, A-45: members are rows, and a member's own version does not change.
#[tokio::test]
async fn membership_changes_the_group_and_not_the_member() {
    let server = TestServer::start().await;
    for caller in both(&server).await {
        let user = caller.user("ann@member.example").await;
        let path = format!("/Groups/{}", caller.group("Reading", &[]).await);
        let version = |reply: &testkit::Reply| reply.header("etag").unwrap().to_owned();
        let person = version(&caller.get(&format!("/Users/{user}")).await.expect(200));
        let before = version(&caller.get(&path).await.expect(200));
        let add = json!({"op": "add", "path": "members", "value": [{"value": user}]});
        let added = version(&caller.patch_operations(&path, std::slice::from_ref(&add)).await.expect(204));
        assert_ne!(added, before);
        let events = server.count_events().await;
        let again = version(&caller.patch_operations(&path, &[add]).await.expect(204));
        assert_eq!(again, added, "adding whoever is there changes nothing");
        let absent = json!({"op": "remove", "path": format!("members[value eq \"{NOBODY}\"]")});
        let absent = version(&caller.patch_operations(&path, &[absent]).await.expect(204));
        assert_eq!(absent, added, "removing whoever is not there changes nothing");
        assert_eq!(server.count_events().await, events);
        let now = caller.get(&format!("/Users/{user}")).await.expect(200);
        assert_eq!(version(&now), person, "becoming a member does not change the person");
        assert_ne!(now.json["groups"], Value::Null);
    }
}

// S-DEL-06, A-58, S-USER-09
#[tokio::test]
async fn deleting_is_not_disabling() {
    let server = TestServer::start().await;
    for caller in both(&server).await {
        let ids = [caller.user("off@del.example").await, caller.user("gone@del.example").await];
        let off = json!({"op": "replace", "path": "active", "value": false});
        caller.patch_operations(&format!("/Users/{}", ids[0]), &[off]).await.expect(200);
        caller.delete(&format!("/Users/{}", ids[1])).await.expect(204);
        for filter in ["active eq false", "active pr", "userName ew \"del.example\""] {
            let found = caller.filter("/Users", filter).await.expect(200);
            assert_eq!((found.total(), found.resources()[0]["id"].as_str()), (1, Some(ids[0].as_str())));
        }
        let title = json!({"op": "replace", "path": "title", "value": "Dr"});
        caller.patch_operations(&format!("/Users/{}", ids[0]), &[title]).await.expect(200);
    }
}
