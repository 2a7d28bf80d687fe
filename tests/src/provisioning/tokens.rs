//! Tokens: rotated, revoked, expired; and a refusal explained where its owner looks (ruling 9).

use std::time::Duration;

use service::{CreatedToken, NewToken};
use testkit::{Caller, Reply, TestServer};

use super::{kinds_after, log};

const HOUR: Duration = Duration::from_secs(3600);

async fn create(server: &TestServer, name: &str, expires: Option<Duration>) -> (Caller, CreatedToken) {
    let operator = server.operator("default", "default").await;
    let new = NewToken { name: Some(name.into()), expires, ..NewToken::default() };
    let created = server.service.token_create(&operator, &new).await.unwrap();
    (server.with_token(created.secret.expose()), created)
}

/// The refusal as every refused caller gets it.
#[track_caller]
fn refused(reply: Reply) -> (String, Option<String>) {
    let reply = reply.scim_error(401, "");
    (reply.detail().to_owned(), reply.header("www-authenticate").map(str::to_owned))
}

async fn refusals(server: &TestServer) -> Vec<(String, u32, String)> {
    log(server)
        .await
        .into_iter()
        .filter(|e| e.entry.action == store::Action::Authenticate)
        .map(|e| (e.entry.code.unwrap_or_default(), e.times, e.entry.detail.unwrap_or_default()))
        .collect()
}

#[tokio::test]
async fn rotation_leaves_both_working_for_the_overlap() {
    let server = TestServer::start().await;
    let (old, _) = create(&server, "entra", None).await;
    let operator = server.operator("default", "default").await;
    let start = server.count_events().await;
    let new = server.service.token_rotate(&operator, "entra", HOUR).await.unwrap();
    let new = server.with_token(new.secret.expose());
    assert_eq!(kinds_after(&server, start).await, ["token.rotated"]);
    server.advance(Duration::from_secs(3590));
    old.get("/Users").await.expect(200);
    new.get("/Users").await.expect(200);
    server.advance(Duration::from_secs(20));
    refused(old.get("/Users").await);
    new.get("/Users").await.expect(200);
    assert_eq!(refusals(&server).await[0].0, "token_expired");
}

#[tokio::test]
async fn rotation_without_overlap_revokes_at_once() {
    let server = TestServer::start().await;
    let (old, _) = create(&server, "entra", None).await;
    old.get("/Users").await.expect(200);
    let operator = server.operator("default", "default").await;
    let new = server.service.token_rotate(&operator, "entra", Duration::ZERO).await.unwrap();
    refused(old.get("/Users").await);
    server.with_token(new.secret.expose()).get("/Users").await.expect(200);
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once_and_for_ever() {
    let server = TestServer::start().await;
    let (caller, created) = create(&server, "entra", None).await;
    caller.get("/Users").await.expect(200);
    let operator = server.operator("default", "default").await;
    let start = server.count_events().await;
    server.service.token_revoke(&operator, &created.token.id).await.unwrap();
    refused(caller.get("/Users").await);
    server.service.token_revoke(&operator, &created.token.id).await.unwrap();
    assert_eq!(kinds_after(&server, start).await, ["token.revoked"], "revoked once");
    let (code, _, detail) = refusals(&server).await.remove(0);
    assert_eq!(code, "token_revoked");
    assert!(detail.contains("\"entra\"") && detail.contains("2026-01-01"), "{detail}");
    let token = caller.token().to_owned();
    let server = server.restart().await;
    refused(server.with_token(&token).get("/Users").await);
}

#[tokio::test]
async fn a_token_ends_when_it_was_said_to() {
    let server = TestServer::start().await;
    let (caller, _) = create(&server, "short", Some(HOUR)).await;
    let (forever, _) = create(&server, "long", None).await;
    server.advance(HOUR - Duration::from_secs(1));
    caller.get("/Users").await.expect(200);
    server.advance(Duration::from_secs(2));
    refused(caller.get("/Users").await);
    server.advance(Duration::from_secs(10 * 365 * 24 * 3600));
    forever.get("/Users").await.expect(200);
}

// The caller learns nothing; the owner learns everything
#[tokio::test]
async fn every_refusal_looks_the_same_and_is_explained_in_the_log() {
    let server = TestServer::start().await;
    let (good, _) = create(&server, "entra", None).await;
    let token = good.token().to_owned();
    let mut mistyped = token.clone();
    let last = mistyped.pop().unwrap();
    mistyped.push(if last == 'a' { 'b' } else { 'a' });
    let cases = [
        (mistyped, "token_mistyped"),
        (format!("\"{token}\""), "token_quoted"),
        (format!("Bearer {token}"), "token_bearer_prefix"),
        (token[..token.len() - 5].to_owned(), "token_truncated"),
    ];
    let mut answers = Vec::new();
    for (text, code) in &cases {
        answers.push(refused(server.with_token(text).get("/Users").await));
        let newest = refusals(&server).await.remove(0);
        assert_eq!(newest.0, *code, "{text}");
        assert!(newest.2.ends_with('.') && !newest.2.contains(&token), "{}", newest.2);
    }
    // An invented token of nobody's gets the same answer, and has no log.
    let before = refusals(&server).await.len();
    answers.push(refused(server.with_token("pvt_nobody_0123456789abcdef").get("/Users").await));
    answers.push(refused(server.with_token("hunter2").get("/Users").await));
    assert_eq!(refusals(&server).await.len(), before);
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(answers[0].1.as_deref().is_some_and(|c| c.contains("invalid_token")));
    // Nothing sent is another matter (RFC 6750 §3.1).
    let (_, challenge) = refused(server.anonymous().get("/Users").await);
    assert_eq!(challenge.as_deref(), Some("Bearer realm=\"provost\""));
}

// Refusals of one cause within a minute are one entry with a count
#[tokio::test]
async fn refusals_are_coalesced_by_the_minute() {
    let server = TestServer::start().await;
    let (caller, created) = create(&server, "entra", None).await;
    let operator = server.operator("default", "default").await;
    server.service.token_revoke(&operator, &created.token.id).await.unwrap();
    for _ in 0..5 {
        refused(caller.get("/Users").await);
        server.service.settle().await;
    }
    let entries = refusals(&server).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!((entries[0].0.as_str(), entries[0].1), ("token_revoked", 5));
    server.advance(Duration::from_secs(60));
    refused(caller.get("/Users").await);
    assert_eq!(refusals(&server).await.len(), 2);
}

// Another tenant's token under a path: one answer whether the tenant exists or not (ruling 14)
#[tokio::test]
async fn anothers_token_under_a_tenants_path() {
    let server = TestServer::start().await;
    let (caller, _) = create(&server, "entra", None).await;
    server.tenant("acme", "entra").await;
    let mut answers = Vec::new();
    for tenant in ["acme", "no-such-tenant"] {
        let reply = caller.get(&format!("//t/{tenant}/scim_v2/Users")).await.scim_error(403, "");
        answers.push((reply.text.clone(), reply.header("www-authenticate").map(str::to_owned)));
    }
    assert_eq!(answers[0], answers[1]);
    let entries = refusals(&server).await;
    assert_eq!(entries[0].0, "wrong_tenant");
    caller.get("//t/default/scim_v2/Users").await.expect(200);
}
