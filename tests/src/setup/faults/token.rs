//! The Secret Token.

use std::time::Duration;

use serde_json::json;
use service::noun::ApiScope;
use service::{DEFAULT, NewKey, NewToken, TokenScope};

use super::{HOUR, holds, is_over, person, start, token};

#[tokio::test]
async fn a_token_that_was_pasted_wrongly_is_told_to_its_owner() {
    for id in [
        "token_quoted",
        "token_spaced",
        "token_bearer_prefix",
        "token_truncated",
        "token_overlong",
        "token_mistyped",
    ] {
        let server = start().await;
        let good = server.entra().await;
        let text = good.token();
        let last = if text.ends_with('a') { "b" } else { "a" };
        let pasted = match id {
            "token_quoted" => format!("\"{text}\""),
            "token_spaced" => format!("{} {}", &text[..20], &text[20..]),
            "token_bearer_prefix" => format!("Bearer {text}"),
            "token_truncated" => text[..text.len() - 7].to_owned(),
            "token_overlong" => format!("{text}{text}"),
            _ => format!("{}{last}", &text[..text.len() - 1]),
        };
        server.with_token(&pasted).get("/Users").await.expect(401);
        holds(&server, id).await;
        server.advance(Duration::from_secs(1));
        good.get("/Users").await.expect(200);
        is_over(&server, id).await;
    }
}

/// Without a handle only the path can say whose it was.
#[tokio::test]
async fn an_empty_or_foreign_token_is_told_to_the_tenant_in_the_path() {
    let server = start().await;
    server.anonymous().get("//t/default/scim_v2/Users").await.expect(401);
    holds(&server, "token_missing").await;
    server.with_token("eyJ0eXAiOiJKV1QifQ.e30.sig").get("//t/default/scim_v2/Users").await.expect(401);
    holds(&server, "token_not_ours").await;
    // Whether there is such a tenant is not to be seen.
    let here = server.anonymous().get("//t/default/scim_v2/Users").await;
    let nowhere = server.anonymous().get("//t/nowhere/scim_v2/Users").await;
    assert_eq!((here.status, here.text), (nowhere.status, nowhere.text));
}

#[tokio::test]
async fn an_api_key_with_the_handle_of_a_connection_is_told_apart() {
    let server = start().await;
    let good = server.entra().await;
    // A key's own handle names no connection, so only one that was put together by hand is told of.
    let wrong = good.token().replacen("pvt_", "pvk_", 1);
    server.with_token(&wrong).get("/Users").await.expect(401);
    holds(&server, "token_wrong_kind").await;
    let key = NewKey { name: "k".into(), scope: ApiScope::Read, expires: None };
    let key = server.service.api_key_create(None, &key).await.unwrap();
    server.with_token(key.secret.expose()).get("/Users").await.expect(401);
}

#[tokio::test]
async fn a_token_that_is_no_more_is_told_with_what_became_of_it() {
    let server = start().await;
    let op = server.operator(DEFAULT, DEFAULT).await;
    let (old, made) = token(&server, NewToken::default()).await;
    server.service.token_revoke(&op, &made.token.id).await.unwrap();
    old.get("/Users").await.expect(401);
    holds(&server, "token_revoked").await;

    let short = NewToken { expires: Some(HOUR), ..NewToken::default() };
    let (short, _) = token(&server, short).await;
    holds(&server, "token_expiring").await;
    server.advance(HOUR * 2);
    short.get("/Users").await.expect(401);
    holds(&server, "token_expired").await;
    is_over(&server, "token_expiring").await;

    let good = server.entra().await;
    server.advance(Duration::from_secs(1));
    good.get("/Users").await.expect(200);
    is_over(&server, "token_expired").await;
}

#[tokio::test]
async fn a_token_of_the_right_form_that_was_never_made_is_unknown() {
    let server = start().await;
    let good = server.entra().await;
    let handle = server.operator(DEFAULT, DEFAULT).await.connection.handle.clone();
    let other = base::AccessToken::mint(&handle, &base::SeededEntropy::new(77));
    server.with_token(other.expose()).get("/Users").await.expect(401);
    holds(&server, "token_unknown").await;
    server.advance(Duration::from_secs(1));
    good.get("/Users").await.expect(200);
    is_over(&server, "token_unknown").await;
}

#[tokio::test]
async fn a_token_under_another_tenants_address_is_told_to_its_owner() {
    let server = start().await;
    let entra = server.entra().await;
    server.tenant("acme", "entra").await;
    entra.get("//t/acme/scim_v2/Users").await.expect(403);
    holds(&server, "wrong_tenant").await;
}

#[tokio::test]
async fn a_token_that_may_only_read_is_told_of_at_the_first_write() {
    let server = start().await;
    let read = NewToken { scope: TokenScope::Read, ..NewToken::default() };
    let (reader, _) = token(&server, read).await;
    reader.get("/Users").await.expect(200);
    reader.post("/Users", &person("ann", json!({}))).await.expect(403);
    holds(&server, "read_only_token").await;
    server.advance(Duration::from_secs(61 * 60));
    server.entra().await.get("/Users").await.expect(200);
    is_over(&server, "read_only_token").await;
}
