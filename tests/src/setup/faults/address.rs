//! The Tenant URL and the way to it.

use std::time::Duration;

use service::NewToken;
use testkit::TestServer;

use super::{HOUR, current, holds, is_over, logged, start};

/// Each wrong address, as the identity provider completes it, is told to the owner of the token; the caller gets 404 (400
/// for a version), and the next request that gets in ends it.
#[tokio::test]
async fn a_wrong_tenant_url_is_told_to_the_owner_of_the_token() {
    for (path, id, status) in [
        ("//Users?filter=userName+eq+%22x%22", "path_bare_host", 404),
        ("//scimv2/Users", "path_mistyped", 404),
        ("//scim_v2/Users/Users", "path_trailing", 404),
        ("//scim_v2/console/Users", "path_trailing", 404),
        ("//scim_v2/scim_v2/Users", "path_doubled", 404),
        ("//%7Btenant%7D/scim_v2/Users", "path_placeholder", 404),
        ("//t/default/Users", "path_tenant_only", 404),
        ("//scim/v1/Users", "path_version", 400),
        ("//api/v1/Users", "path_api", 404),
        ("//setup/abcdef/Users", "path_setup_link", 404),
        ("//learning/Users", "path_elsewhere", 404),
    ] {
        let server = start().await;
        let entra = server.entra().await;
        entra.get(path).await.expect(status);
        holds(&server, id).await;
        server.advance(Duration::from_secs(1));
        entra.get("/Users").await.expect(200);
        is_over(&server, id).await;
    }
}

#[tokio::test]
async fn a_revoked_token_at_a_wrong_address_still_names_its_connection() {
    let server = start().await;
    let (entra, made) = super::token(&server, NewToken::default()).await;
    let op = server.operator("default", "default").await;
    server.service.token_revoke(&op, &made.token.id).await.unwrap();
    entra.get("//Users").await.expect(404);
    holds(&server, "path_bare_host").await;
}

#[tokio::test]
async fn a_wrong_address_without_a_known_handle_is_nobodys() {
    let server = start().await;
    server.anonymous().get("//Users").await.expect(404);
    server.with_token("hunter2").get("//Users").await.expect(404);
    assert!(logged(&server, "path_bare_host").await.is_empty());
}

#[tokio::test]
async fn a_proxy_that_was_reached_without_encryption_says_so() {
    let server = start().await;
    let entra = server.entra().await;
    entra.header("x-forwarded-proto", "http").get("/Users").await.expect(200);
    holds(&server, "http_in_front").await;
    server.advance(Duration::from_secs(1));
    entra.header("x-forwarded-proto", "https").get("/Users").await.expect(200);
    is_over(&server, "http_in_front").await;
}

#[tokio::test]
async fn another_host_name_than_the_public_one_is_noticed() {
    let server = start().await;
    let entra = server.entra().await;
    entra.header("host", "old-name.example:8443").get("/Users").await.expect(200);
    holds(&server, "other_host").await;
    server.advance(Duration::from_secs(1));
    entra.get("/Users").await.expect(200);
    is_over(&server, "other_host").await;
}

#[tokio::test]
async fn a_public_address_without_encryption_is_told_of() {
    let server =
        TestServer::start_with(|config| config.public_url = "http://scim.provost.example".into()).await;
    holds(&server, "public_url_http").await;
    let server = TestServer::start_with(|config| config.public_url = "http://127.0.0.1:8080".into()).await;
    is_over(&server, "public_url_http").await;
}

#[tokio::test]
async fn silence_after_a_token_was_made_points_at_the_way() {
    let server = start().await;
    assert!(current(&server).await.is_empty(), "nothing was begun");
    let entra = server.entra().await;
    server.advance(Duration::from_secs(14 * 60));
    is_over(&server, "nothing_arrived").await;
    server.advance(HOUR);
    holds(&server, "nothing_arrived").await;
    entra.get("/Users").await.expect(200);
    is_over(&server, "nothing_arrived").await;
}
