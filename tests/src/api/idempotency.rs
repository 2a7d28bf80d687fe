//! `Idempotency-Key`.

use std::time::Duration;

use serde_json::json;
use service::noun::ApiScope;
use testkit::TestServer;

use super::problem;

#[tokio::test]
async fn a_repetition_gets_the_first_answer_and_does_nothing() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await.header("idempotency-key", "req-1");
    let all = "//api/v1/tenants/default/connections/default/tokens";
    let first = admin.post(all, &json!({"name": "entra"})).await.expect(201);
    let again = admin.post(all, &json!({"name": "entra"})).await.expect(201);
    // The secret too: a client that lost the answer is helped.
    assert_eq!(first.json, again.json);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.header("content-type"), Some("application/json"));
    assert_eq!(admin.get(all).await.expect(200).json["items"].as_array().unwrap().len(), 1);
    // Also over a restart, and never in the clear.
    let secret = first.json["secret"].as_str().unwrap().to_owned();
    let stored = server.database.bytes();
    assert!(!stored.windows(secret.len()).any(|w| w == secret.as_bytes()), "the secret is stored");
    let token = admin.token().to_owned();
    let server = server.restart().await;
    let admin = server
        .with_token(&token)
        .header("content-type", "application/json")
        .header("idempotency-key", "req-1");
    assert_eq!(admin.post(all, &json!({"name": "entra"})).await.expect(201).json, first.json);
}

#[tokio::test]
async fn a_name_stands_for_one_request() {
    let server = TestServer::start().await;
    let plain = server.api(ApiScope::Write, None).await;
    let named = plain.header("idempotency-key", "k");
    let all = "//api/v1/tenants/default/learners";
    named.post(all, &json!({"userName": "ann"})).await.expect(201);
    problem(named.post(all, &json!({"userName": "bob"})).await, 422, "idempotency_mismatch");
    let elsewhere = "//api/v1/tenants/default/learners/ann/deactivate";
    problem(named.send("POST", elsewhere, None).await, 422, "idempotency_mismatch");
    // Another caller's names are another's.
    let other = server.api(ApiScope::Write, None).await.header("idempotency-key", "k");
    other.post(all, &json!({"userName": "bob"})).await.expect(201);
    for bad in ["x".repeat(256), "é".to_owned()] {
        let reply = plain.header("idempotency-key", &bad).post(all, &json!({"userName": "cy"})).await;
        problem(reply, 400, "invalid_request");
    }
}

#[tokio::test]
async fn a_refusal_is_repeated_too_and_everything_is_forgotten_after_a_day() {
    let server = TestServer::start().await;
    let named = server.api(ApiScope::Write, None).await.header("idempotency-key", "k");
    let all = "//api/v1/tenants/default/learners";
    let first = problem(named.post(all, &json!({"userName": ""})).await, 400, "invalid_body");
    let again = named.post(all, &json!({"userName": ""})).await.expect(400);
    assert_eq!(first.json["detail"], again.json["detail"]);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    server.advance(Duration::from_secs(24 * 3600 + 1));
    server.service.sweep().await.unwrap();
    named.post(all, &json!({"userName": "ann"})).await.expect(201);
}

#[tokio::test]
async fn of_many_repetitions_at_once_one_is_done() {
    let server = std::sync::Arc::new(TestServer::start().await);
    let named = server.api(ApiScope::Write, None).await.header("idempotency-key", "k");
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let named = named.clone();
            tokio::spawn(async move {
                named.post("//api/v1/tenants/default/learners", &json!({"userName": "ann"})).await
            })
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for task in tasks {
        let reply = task.await.unwrap();
        match reply.status {
            201 => {
                ids.insert(super::id_of(&reply));
            }
            _ => {
                let reply = problem(reply, 409, "request_under_way");
                assert_eq!(reply.header("retry-after"), Some("5"));
            }
        }
    }
    assert_eq!(ids.len(), 1);
}
