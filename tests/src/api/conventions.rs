//! What all operations have in common.

use serde_json::json;
use service::noun::ApiScope;
use testkit::TestServer;

use super::problem;

#[tokio::test]
async fn unknown_members_are_refused_with_their_place() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let one = "//api/v1/tenants/default/connections/default";
    for (body, pointer) in [
        (json!({"colour": 1}), "/colour"),
        (json!({"guard": {"floor": 1, "percent": 2, "a/b": 3}}), "/guard/a~1b"),
        (json!({"groups": "yes"}), "/groups"),
        (json!({"guard": {"floor": -1, "percent": 2}}), "/guard/floor"),
    ] {
        let reply = problem(admin.patch(one, &body).await, 400, "invalid_body");
        assert_eq!(reply.json["errors"][0]["pointer"], pointer, "{}", reply.text);
    }
    let reply =
        problem(admin.send("POST", "//api/v1/tenants", Some("{\"name\": ")).await, 400, "invalid_body");
    assert!(reply.detail().contains("not JSON"), "{}", reply.detail());
    problem(admin.send("POST", "//api/v1/tenants", Some("{\"name\":\"a\"} {}")).await, 400, "invalid_body");
    problem(
        admin.send("POST", "//api/v1/tenants", Some("{\"name\":\"a\",\"name\":\"b\"}")).await,
        400,
        "invalid_body",
    );
    let deep = format!("{{\"schema\": {}{}, \"extends\": []}}", "[".repeat(500), "]".repeat(500));
    problem(admin.send("POST", "//api/v1/tenants/default/schemas", Some(&deep)).await, 400, "invalid_body");
}

#[tokio::test]
async fn unknown_and_repeated_parameters_are_refused() {
    let server = TestServer::start().await;
    let read = server.api(ApiScope::Read, None).await;
    let all = "//api/v1/tenants/default/learners";
    for query in ["colour=1", "limit=0", "limit=1001", "limit=x", "limit=1&limit=2", "cursor=x", "state=gone"]
    {
        problem(read.get(&format!("{all}?{query}")).await, 400, "invalid_request");
    }
    problem(read.get(&format!("{all}?filter=userName%20eq")).await, 400, "invalid_request");
    problem(read.get("//api/v1/tenants/default/log?cursor=-1").await, 400, "invalid_request");
    problem(read.get("//api/v1/tenants/default/log?subject=x").await, 400, "invalid_request");
    problem(read.get("//api/v1/tenants/default/snapshot?cursor=x").await, 400, "invalid_request");
}

#[tokio::test]
async fn bodies_have_a_type_and_a_bound() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let wrong = server.with_token(admin.token()).header("content-type", "text/plain");
    let reply = wrong.send("POST", "//api/v1/tenants", Some("{\"name\":\"a\"}")).await;
    let reply = problem(reply, 415, "unsupported_media_type");
    assert!(reply.detail().contains("application/json"), "{}", reply.detail());
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(1024 * 1024));
    let reply = problem(admin.send("POST", "//api/v1/tenants", Some(&long)).await, 413, "body_too_large");
    assert_eq!(reply.header("connection"), Some("close"));
    let patch = server.with_token(admin.token()).header("content-type", "application/merge-patch+json");
    patch.send("PATCH", "//api/v1/tenants/default", Some("{\"displayName\":\"A\"}")).await.expect(200);
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_possible_are_told_apart() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    for path in ["//api", "//api/v2/tenants", "//api/v1/nothing", "//api/v1/tenants/default/nothing"] {
        let reply = problem(admin.get(path).await, 404, "not_found");
        assert!(reply.json["hint"].as_str().unwrap().contains("openapi.json"));
    }
    let reply = problem(admin.put("//api/v1/tenants", &json!({})).await, 405, "method_not_allowed");
    assert_eq!(reply.header("allow"), Some("GET, POST, HEAD"));
    problem(admin.delete("//api/v1/events").await, 405, "method_not_allowed");
    // HEAD is as GET, without the body.
    let head = admin.send("HEAD", "//api/v1/tenants/default", None).await.expect(200);
    assert!(head.text.is_empty() && head.header("etag").is_some());
}

#[tokio::test]
async fn an_operation_without_parameters_takes_none() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    for path in ["//api/v1/tenants/default?limit=1", "//api/v1/api-keys?cursor=x", "//api/v1/webhooks?x"] {
        problem(admin.get(path).await, 400, "invalid_request");
    }
    admin.get("//api/v1/tenants/default?").await.expect(200);
    // A dry run that is none would do what was only to be tried.
    let all = "//api/v1/tenants/default/learners?dryRun=true";
    problem(admin.post(all, &json!({"userName": "ann"})).await, 400, "invalid_request");
    problem(admin.get("//api/v1/tenants/default/learners/ann").await, 404, "not_found");
}

#[tokio::test]
async fn a_version_that_cannot_be_asked_for_is_refused_rather_than_passed_over() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let dated = admin.header("if-match", "\"99\"");
    admin.post("//api/v1/tenants", &json!({"name": "acme"})).await.expect(201);
    problem(dated.delete("//api/v1/tenants/acme").await, 400, "invalid_request");
    admin.get("//api/v1/tenants/acme").await.expect(200);
    // Of whatever version: that is any.
    admin.header("if-match", "*").delete("//api/v1/tenants/acme").await.expect(204);
    dated.get("//api/v1/tenants/default").await.expect(200);
}

#[tokio::test]
async fn a_member_that_stands_twice_is_refused_wherever_it_stands() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let learners = "//api/v1/tenants/default/learners";
    for body in [
        r#"{"userName": "ann", "userName": "eve"}"#,
        r#"{"userName": "ann", "name": {"givenName": "Ann", "givenName": "Eve"}}"#,
        r#"{"userName": "ann", "emails": [{"value": "a@x.example", "value": "b@x.example"}]}"#,
    ] {
        let reply = problem(admin.send("POST", learners, Some(body)).await, 400, "invalid_body");
        assert!(reply.detail().contains("stands twice"), "{}", reply.text);
    }
    let settings = r#"{"settings": {"a": {"b": 1, "b": 2}}}"#;
    let reply = admin.send("PATCH", "//api/v1/tenants/default", Some(settings)).await;
    assert_eq!(problem(reply, 400, "invalid_body").json["errors"][0]["pointer"], "/settings/a");
}
