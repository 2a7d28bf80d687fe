//! Groups off, tokens that cover less, and paused connections (rulings of the design).

use serde_json::{Value, json};
use service::{ConnectionChange, DEFAULT, NewToken, TokenScope};
use testkit::{Caller, TestServer};

use super::{GROUP, USER, person};

async fn scoped(server: &TestServer, scope: TokenScope) -> Caller {
    let operator = server.operator(DEFAULT, DEFAULT).await;
    let new = NewToken { scope, ..NewToken::default() };
    let token = server.service.token_create(&operator, &new).await.unwrap();
    server.with_token(token.secret.expose())
}

/// Groups cannot be seen, and writes are refused with this status.
async fn hidden(caller: &Caller, group: &str, user: &str, refusal: u16) {
    let path = format!("/Groups/{group}");
    for filter in ["displayName eq \"Readers\"", "displayName pr"] {
        assert_eq!(caller.filter("/Groups", filter).await.expect(200).resources(), &[] as &[Value]);
    }
    assert_eq!(caller.get("/Groups").await.expect(200).total(), 0);
    caller.get(&path).await.scim_error(404, "");
    let body = json!({"schemas": [GROUP], "displayName": "New"});
    let rename = json!({"op": "replace", "path": "displayName", "value": "New"});
    caller.post("/Groups", &body).await.scim_error(refusal, "");
    caller.put(&path, &body).await.scim_error(refusal, "");
    caller.patch_operations(&path, &[rename]).await.scim_error(refusal, "");
    caller.delete(&path).await.scim_error(refusal, "");
    assert_eq!(caller.get(&format!("/Users/{user}")).await.expect(200).json["groups"], Value::Null);
    caller.get("/ResourceTypes/Group").await.scim_error(404, "");
    caller.get(&format!("/Schemas/{GROUP}")).await.scim_error(404, "");
    for list in ["/ResourceTypes", "/Schemas"] {
        let text = caller.get(list).await.expect(200).text;
        assert!(!text.contains("core:2.0:Group"), "{list} tells of groups");
    }
    assert_eq!(caller.filter("", "displayName eq \"Readers\"").await.expect(200).total(), 0);
    // What is not shown is not found out by asking for it, either: who is in a group, and what it is called.
    for filter in [
        "groups pr".to_owned(),
        "not (GROUPS pr)".to_owned(),
        format!("groups.value eq \"{group}\""),
        format!("groups[value eq \"{group}\"]"),
        "groups.display sw \"R\"".to_owned(),
        format!("{USER}:groups eq \"{group}\""),
    ] {
        caller.filter("/Users", &filter).await.scim_error(400, "invalidFilter");
    }
    caller.get("/Users?sortBy=groups.display").await.scim_error(400, "invalidPath");
    for filter in ["groups pr", "members pr"] {
        assert_eq!(caller.filter("/", filter).await.expect(200).total(), 0, "{filter}");
    }
    let schema = caller.get(&format!("/Schemas/{USER}")).await.expect(200);
    let names: Vec<_> = schema.json["attributes"].as_array().unwrap().iter().map(|a| &a["name"]).collect();
    assert!(names.contains(&&json!("userName")) && !names.contains(&&json!("groups")), "{names:?}");
    let bulk = super::bulk(caller, json!([{"method": "DELETE", "path": path}])).await.expect(200);
    assert_eq!(super::statuses(&bulk), [refusal.to_string()]);
}

// S-RT-03, S-HTTP-08, S-DISC-07
#[tokio::test]
async fn groups_off_hides_them_and_keeps_them() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let user = entra.user("ann@off.example").await;
    let group = entra.group("Readers", &[&user]).await;
    server.change_connection(ConnectionChange { groups: Some(false), ..ConnectionChange::default() }).await;
    hidden(&entra, &group, &user, 501).await;
    server.change_connection(ConnectionChange { groups: Some(true), ..ConnectionChange::default() }).await;
    let kept = entra.get(&format!("/Groups/{group}")).await.expect(200);
    assert_eq!(kept.json["members"][0]["value"], user);
    assert_eq!(entra.get(&format!("/Users/{user}")).await.expect(200).json["groups"][0]["value"], group);
    entra.get("/ResourceTypes/Group").await.expect(200);
}

// S-AUTH-07, S-AUTH-02
#[tokio::test]
async fn a_token_for_users_sees_no_groups() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let user = entra.user("ann@scope.example").await;
    let group = entra.group("Readers", &[&user]).await;
    let users = scoped(&server, TokenScope::Users).await;
    hidden(&users, &group, &user, 403).await;
    users.post("/Users", &person("bob@scope.example", json!({}))).await.expect(201);
    entra.get(&format!("/Groups/{group}")).await.expect(200);
}

// S-AUTH-07, S-AUTH-02
#[tokio::test]
async fn a_token_for_reading_reads_and_nothing_else() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let user = format!("/Users/{}", entra.user("ann@read.example").await);
    let reader = scoped(&server, TokenScope::Read).await;
    let before = entra.get(&user).await.expect(200);
    reader.get(&user).await.expect(200);
    assert_eq!(reader.filter("/Users", "userName eq \"ANN@read.example\"").await.expect(200).total(), 1);
    reader.post("/Users/.search", &json!({})).await.expect(200);
    let body = person("ann@read.example", json!({"title": "Dr"}));
    let operation = json!({"op": "replace", "path": "title", "value": "Dr"});
    reader.post("/Users", &person("bob@read.example", json!({}))).await.scim_error(403, "");
    reader.put(&user, &body).await.scim_error(403, "");
    reader.patch_operations(&user, &[operation]).await.scim_error(403, "");
    reader.delete(&user).await.scim_error(403, "");
    let bulk = json!([{"method": "DELETE", "path": user}]);
    let reply = super::bulk(&reader, bulk).await;
    assert!(reply.status == 403 || super::statuses(&reply) == ["403"], "{}", reply.text);
    assert_eq!(entra.get(&user).await.expect(200).json, before.json);
}

// S-HTTP-11
#[tokio::test]
async fn a_paused_connection_is_told_to_come_back() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let user = format!("/Users/{}", entra.user("ann@pause.example").await);
    let operator = server.operator(DEFAULT, DEFAULT).await;
    server.service.connection_pause(&operator).await.unwrap();
    server.advance(std::time::Duration::from_secs(2));
    let refused = entra.delete(&user).await.scim_error(503, "");
    assert!(refused.header("retry-after").is_some());
    assert!(refused.detail().to_lowercase().contains("paused"), "{}", refused.detail());
    server.service.connection_resume(&operator).await.unwrap();
    server.advance(std::time::Duration::from_secs(2));
    entra.delete(&user).await.expect(204);
}
