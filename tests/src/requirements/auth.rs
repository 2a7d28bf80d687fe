//! Who is let in, and what they may do (RFC 7644 §2, §6, §7.4).

use service::{NewToken, TokenScope};
use testkit::TestServer;

use super::full;

// S-AUTH-01
#[tokio::test]
async fn a_401_names_the_scheme_and_a_wrong_token_is_told_apart_from_none() {
    let server = TestServer::start().await;
    let none = server.anonymous().get("/Users").await.scim_error(401, "");
    assert!(none.header("www-authenticate").unwrap().starts_with("Bearer"));
    let wrong = server.with_token("pvt_nonsense").get("/Users").await.scim_error(401, "");
    assert!(wrong.header("www-authenticate").unwrap().contains("invalid_token"));
}

// S-AUTH-02, S-TEN-03
#[tokio::test]
async fn a_token_is_bound_to_its_tenant_and_scope() {
    let server = TestServer::start().await;
    let (ours, theirs) = (server.entra().await, server.tenant("other", "entra").await);
    let id = ours.user("ann@auth.example").await;
    let path = format!("/Users/{id}");
    for reply in [
        theirs.get(&path).await,
        theirs.delete(&path).await,
        theirs.put(&path, &full("x@auth.example")).await,
        theirs
            .patch_operations(&path, &[serde_json::json!({"op": "replace", "path": "title", "value": "x"})])
            .await,
    ] {
        reply.scim_error(404, "");
    }
    assert_eq!(theirs.filter("/Users", "userName eq \"ann@auth.example\"").await.expect(200).total(), 0);

    let operator = server.operator("default", "default").await;
    let read = NewToken { scope: TokenScope::Read, ..NewToken::default() };
    let reader = server.service.token_create(&operator, &read).await.unwrap();
    let reader = server.with_token(reader.secret.expose());
    reader.get(&path).await.expect(200);
    reader.post("/Users", &full("ben@auth.example")).await.scim_error(403, "");
    reader.delete(&path).await.scim_error(403, "");
    ours.get(&path).await.expect(200);
}

// S-AUTH-03
#[tokio::test]
async fn tokens_are_long_stored_as_digests_and_end_when_revoked_or_expired() {
    let server = TestServer::start().await;
    let operator = server.operator("default", "default").await;
    let day = std::time::Duration::from_secs(24 * 3600);
    let new = NewToken { expires: Some(day), ..NewToken::default() };
    let created = server.service.token_create(&operator, &new).await.unwrap();
    let text = created.secret.expose().clone();
    assert!(text.starts_with("pvt_") && text.len() >= 4 + 12 + 1 + 43);
    let stored = server.database.bytes();
    let secret = &text.as_bytes()[20..50];
    let holds = |bytes: &[u8]| bytes.windows(secret.len()).any(|w| w == secret);
    assert!(!holds(&stored), "the token itself is in the database");

    let caller = server.with_token(&text);
    caller.get("/Users").await.expect(200);
    server.advance(day);
    caller.get("/Users").await.scim_error(401, "");

    let second = server.service.token_create(&operator, &NewToken::default()).await.unwrap();
    let caller = server.with_token(second.secret.expose());
    caller.get("/Users").await.expect(200);
    server.service.token_revoke(&operator, &second.token.id).await.unwrap();
    server.advance(std::time::Duration::from_secs(1));
    caller.get("/Users").await.scim_error(401, "");
}

// S-AUTH-06
#[tokio::test]
async fn a_token_in_the_query_counts_for_nothing() {
    let server = TestServer::start().await;
    let token = server.entra().await.token().to_owned();
    server.anonymous().get(&format!("/Users?access_token={token}")).await.scim_error(401, "");
}
