//! API keys: who is let in, and how far.

use std::time::Duration;

use serde_json::json;
use service::NewKey;
use service::noun::ApiScope;
use testkit::TestServer;

use super::problem;

#[tokio::test]
async fn without_a_good_key_nothing_is_said() {
    let server = TestServer::start().await;
    let missing = problem(server.anonymous().get("//api/v1/tenants").await, 401, "unauthorized");
    assert_eq!(missing.header("www-authenticate"), Some("Bearer realm=\"provost api\""));
    let entra = server.entra().await;
    let wrong = problem(entra.get("//api/v1/tenants").await, 401, "unauthorized");
    assert!(wrong.detail().contains("API keys (pvk_)"), "{}", wrong.detail());
    let other = "pvk_aaaaaaaaaaaa_0123456789012345678901234567890123456789012345678";
    problem(server.with_token(other).get("//api/v1/tenants").await, 401, "unauthorized");
    problem(server.with_token("nonsense").get("//api/v1/tenants").await, 401, "unauthorized");
    // A key does not open SCIM either.
    let admin = server.api(ApiScope::Admin, None).await;
    admin.get("/Users").await.expect(401);
}

#[tokio::test]
async fn a_revoked_key_and_an_expired_one_are_refused_alike() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let made = admin
        .post("//api/v1/api-keys", &json!({"name": "app", "scope": "read", "expiresInSeconds": 60}))
        .await
        .expect(201);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let app = server.with_token(made.json["secret"].as_str().unwrap());
    app.get("//api/v1/tenants").await.expect(200);
    server.advance(Duration::from_secs(60));
    let expired = problem(app.get("//api/v1/tenants").await, 401, "unauthorized");

    let made = admin.post("//api/v1/api-keys", &json!({"name": "app2", "scope": "read"})).await.expect(201);
    let app = server.with_token(made.json["secret"].as_str().unwrap());
    app.get("//api/v1/tenants").await.expect(200);
    let id = made.json["key"]["id"].as_str().unwrap();
    admin.delete(&format!("//api/v1/api-keys/{id}")).await.expect(204);
    let revoked = problem(app.get("//api/v1/tenants").await, 401, "unauthorized");
    assert_eq!(revoked.detail(), expired.detail());
    problem(admin.delete("//api/v1/api-keys/nobody").await, 404, "not_found");
}

#[tokio::test]
async fn each_scope_includes_the_ones_before_it() {
    let server = TestServer::start().await;
    let learners = "//api/v1/tenants/default/learners";
    let body = json!({"userName": "ann"});
    let read = server.api(ApiScope::Read, None).await;
    read.get(learners).await.expect(200);
    let refused = problem(read.post(learners, &body).await, 403, "insufficient_scope");
    assert!(refused.detail().contains("write") && refused.detail().contains("read"), "{}", refused.detail());
    assert!(refused.header("www-authenticate").unwrap().contains("insufficient_scope"));
    let write = server.api(ApiScope::Write, None).await;
    write.post(learners, &body).await.expect(201);
    problem(write.post("//api/v1/tenants", &json!({"name": "x"})).await, 403, "insufficient_scope");
    problem(write.get("//api/v1/api-keys").await, 403, "insufficient_scope");
    let admin = server.api(ApiScope::Admin, None).await;
    admin.get(learners).await.expect(200);
    admin.post("//api/v1/tenants", &json!({"name": "x"})).await.expect(201);
}

#[tokio::test]
async fn a_key_for_one_tenant_learns_nothing_of_the_others() {
    let server = TestServer::start().await;
    server.tenant("acme", "entra").await;
    server.tenant("other", "entra").await;
    let acme = server.api(ApiScope::Admin, Some("acme")).await;
    let list = acme.get("//api/v1/tenants").await.expect(200);
    assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(list.json["items"][0]["name"], "acme");
    acme.get("//api/v1/tenants/acme").await.expect(200);
    let there = problem(acme.get("//api/v1/tenants/other").await, 403, "forbidden");
    let nowhere = problem(acme.get("//api/v1/tenants/nobody").await, 403, "forbidden");
    assert_eq!(there.detail(), nowhere.detail());
    for path in ["learners", "groups", "log", "snapshot", "imports", "schemas", "connections", "profile"] {
        problem(acme.get(&format!("//api/v1/tenants/other/{path}")).await, 403, "forbidden");
    }
    let at = "//api/v1/tenants/other/connections/default/tokens";
    assert_eq!(problem(acme.get(at).await, 403, "forbidden").detail(), there.detail());
    problem(acme.get("//api/v1/events?tenant=other").await, 403, "forbidden");
    // What is of all tenants is not for it, and it hands out no more than it has.
    problem(acme.post("//api/v1/tenants", &json!({"name": "x"})).await, 403, "forbidden");
    problem(acme.delete("//api/v1/tenants/acme").await, 403, "forbidden");
    problem(acme.post("//api/v1/api-keys", &json!({"name": "k", "scope": "read"})).await, 403, "forbidden");
    let body = json!({"name": "k", "scope": "read", "tenant": "other"});
    problem(acme.post("//api/v1/api-keys", &body).await, 403, "forbidden");
    acme.post("//api/v1/api-keys", &json!({"name": "k", "scope": "read", "tenant": "acme"}))
        .await
        .expect(201);
    let keys = acme.get("//api/v1/api-keys").await.expect(200);
    assert!(keys.json["items"].as_array().unwrap().iter().all(|k| k["tenant"] == "acme"));
    // A connection that its own tenant lacks may be said.
    problem(acme.get("//api/v1/tenants/acme/connections/none").await, 404, "not_found");
}

#[tokio::test]
async fn keys_are_listed_with_their_last_use_and_never_with_their_text() {
    let server = TestServer::start().await;
    server.tenant("acme", "entra").await;
    let admin = server.api(ApiScope::Admin, None).await;
    let made = admin
        .post("//api/v1/api-keys", &json!({"name": "app", "scope": "write", "tenant": "acme"}))
        .await
        .expect(201);
    let secret = made.json["secret"].as_str().unwrap();
    server.with_token(secret).get("//api/v1/tenants/acme").await.expect(200);
    server.service.sweep().await.unwrap();
    let list = admin.get("//api/v1/api-keys").await.expect(200);
    assert!(!list.text.contains(secret));
    let app = list.json["items"].as_array().unwrap().iter().find(|k| k["name"] == "app").unwrap().clone();
    assert_eq!((&app["tenant"], &app["scope"]), (&json!("acme"), &json!("write")));
    assert!(app["lastUsed"].is_string(), "{app}");
    let twice = json!({"name": "app", "scope": "read", "tenant": "acme"});
    problem(admin.post("//api/v1/api-keys", &twice).await, 409, "conflict");
    for (body, code) in [
        (json!({"name": " ", "scope": "read"}), "invalid_request"),
        (json!({"name": "x", "scope": "all"}), "invalid_body"),
        (json!({"name": "x", "scope": "read", "expiresInSeconds": 0}), "invalid_request"),
        (json!({"name": "x", "scope": "read", "expiresInSeconds": 999_999_999_999_u64}), "invalid_body"),
    ] {
        problem(admin.post("//api/v1/api-keys", &body).await, 400, code);
    }
    // A name may be used again once its key is revoked.
    let id = made.json["key"]["id"].as_str().unwrap();
    admin.delete(&format!("//api/v1/api-keys/{id}")).await.expect(204);
    admin.delete(&format!("//api/v1/api-keys/{id}")).await.expect(204);
    admin.post("//api/v1/api-keys", &twice).await.expect(201);
}

#[tokio::test]
async fn a_deleted_tenant_takes_its_keys_with_it() {
    let server = TestServer::start().await;
    server.tenant("acme", "entra").await;
    let acme = server.api(ApiScope::Read, Some("acme")).await;
    let admin = server.api(ApiScope::Admin, None).await;
    admin.delete("//api/v1/tenants/acme").await.expect(204);
    problem(acme.get("//api/v1/tenants").await, 401, "unauthorized");
    // Nobody's key opens a tenant that was made after it under the same name.
    admin.post("//api/v1/tenants", &json!({"name": "acme"})).await.expect(201);
    problem(acme.get("//api/v1/tenants/acme").await, 401, "unauthorized");
    let operator = server.operator("acme", "default").await;
    let new = NewKey { name: "k".into(), scope: ApiScope::Read, expires: None };
    server.service.api_key_create(Some(&operator), &new).await.unwrap();
}
