//! Access tokens and setup links.

use std::time::Duration;

use serde_json::json;
use service::noun::ApiScope;
use testkit::TestServer;

use super::problem;

const ALL: &str = "//api/v1/tenants/default/connections/default/tokens";

#[tokio::test]
async fn a_token_is_made_shown_once_rotated_and_revoked() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let made = admin.post(ALL, &json!({"name": "entra", "scope": "users"})).await.expect(201);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let secret = made.json["secret"].as_str().unwrap().to_owned();
    server.with_token(&secret).get("/Users").await.expect(200);
    assert_eq!(made.json["token"]["scope"], "users");
    let id = made.json["token"]["id"].as_str().unwrap().to_owned();

    let turned =
        admin.post(&format!("{ALL}/{id}/rotate"), &json!({"overlapSeconds": 3600})).await.expect(201);
    let next = turned.json["secret"].as_str().unwrap().to_owned();
    assert_eq!(turned.json["token"]["name"], "entra");
    server.with_token(&secret).get("/Users").await.expect(200);
    server.with_token(&next).get("/Users").await.expect(200);
    server.advance(Duration::from_secs(3601));
    server.with_token(&secret).get("/Users").await.expect(401);

    let list = admin.get(ALL).await.expect(200);
    assert!(!list.text.contains(&secret) && !list.text.contains(&next));
    assert_eq!(list.json["items"].as_array().unwrap().len(), 2);
    let next_id = turned.json["token"]["id"].as_str().unwrap();
    admin.delete(&format!("{ALL}/{next_id}")).await.expect(204);
    server.with_token(&next).get("/Users").await.expect(401);
    // Without a body there is nothing to say.
    let plain = admin.header("content-type", "").send("POST", ALL, None).await.expect(201);
    assert_eq!(plain.json["token"]["scope"], "users,groups");
}

#[tokio::test]
async fn what_is_wrong_with_a_token_is_said() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    admin.post(ALL, &json!({"name": "entra"})).await.expect(201);
    problem(admin.post(ALL, &json!({"name": "entra"})).await, 409, "conflict");
    problem(admin.post(ALL, &json!({"expiresInSeconds": 0})).await, 400, "invalid_request");
    problem(admin.post(ALL, &json!({"scope": "everything"})).await, 400, "invalid_body");
    problem(admin.delete(&format!("{ALL}/none")).await, 404, "not_found");
    problem(admin.post(&format!("{ALL}/none/rotate"), &json!({})).await, 404, "not_found");
    let elsewhere = "//api/v1/tenants/default/connections/none/tokens";
    problem(admin.get(elsewhere).await, 404, "not_found");
    let write = server.api(ApiScope::Write, None).await;
    problem(write.post(ALL, &json!({})).await, 403, "insufficient_scope");
    write.get(ALL).await.expect(200);
}

#[tokio::test]
async fn a_setup_link_is_made_shown_once_and_revoked() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let all = "//api/v1/tenants/default/connections/default/setup-links";
    let made = admin.post(all, &json!({"name": "Ann of Acme", "expiresInSeconds": 3600})).await.expect(201);
    let url = made.json["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("https://scim.provost.example/setup/"), "{url}");
    let list = admin.get(all).await.expect(200);
    assert!(!list.text.contains(url.rsplit('/').next().unwrap()));
    assert_eq!(list.json["items"][0]["name"], "Ann of Acme");
    let id = made.json["link"]["id"].as_str().unwrap();
    admin.delete(&format!("{all}/{id}")).await.expect(204);
    assert!(admin.get(all).await.expect(200).json["items"][0]["revoked"].is_string());
    problem(admin.delete(&format!("{all}/none")).await, 404, "not_found");
    problem(admin.post(all, &json!({"expiresInSeconds": 7_776_001})).await, 400, "invalid_request");
    let read = server.api(ApiScope::Read, None).await;
    problem(read.post(all, &json!({})).await, 403, "insufficient_scope");
}

#[tokio::test]
async fn a_token_that_was_rotated_is_not_rotated_again() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let all = "//api/v1/tenants/default/connections/default/tokens";
    let old = admin.post(all, &json!({"name": "entra"})).await.expect(201).json["token"]["id"].clone();
    server.advance(std::time::Duration::from_secs(1));
    let rotate = |id: &serde_json::Value| format!("{all}/{}/rotate", id.as_str().unwrap());
    let overlap = json!({"overlapSeconds": 3600});
    let new = admin.post(&rotate(&old), &overlap).await.expect(201).json["token"].clone();
    server.advance(std::time::Duration::from_secs(1));
    // Its life is the overlap now: a token made after it would end with that.
    let again = problem(admin.post(&rotate(&old), &overlap).await, 409, "conflict");
    assert!(again.json["hint"].as_str().unwrap().contains(new["id"].as_str().unwrap()), "{}", again.text);
    let third = admin.post(&rotate(&new["id"]), &overlap).await.expect(201);
    assert!(third.json["token"]["expires"].is_null(), "{}", third.text);
}
