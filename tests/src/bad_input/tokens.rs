//! Tokens that open nothing, or not this: one answer for all of them, and the reason in the connection's log.

use std::time::Duration;

use serde_json::json;
use service::{DEFAULT, NewToken, TokenScope};
use store::LogFilter;
use testkit::{Caller, Reply};

use super::{USER, World};

impl World {
    async fn with_token_of(&self, scope: TokenScope, expires: Option<Duration>) -> Caller {
        let operator = self.server.operator(DEFAULT, DEFAULT).await;
        let name = Some(format!("{scope:?} {expires:?}"));
        let token =
            self.server.service.token_create(&operator, &NewToken { name, scope, expires }).await.unwrap();
        self.server.with_token(token.secret.expose())
    }

    /// Every kind of request with this caller is refused in this way.
    async fn all_refused(&self, caller: &Caller, status: u16, challenge: &str) -> Vec<Reply> {
        let body = json!({"schemas": [USER], "userName": "no@bad.example"});
        let mut replies = Vec::new();
        for (method, path) in [
            ("GET", self.user.as_str()),
            ("GET", "/Users"),
            ("GET", "/Nothing"),
            ("GET", "/Users/0190f3c2-7b1a-7c3d-8e4f-112233445566"),
            ("POST", "/Users"),
            ("PUT", &self.user),
            ("PATCH", &self.user),
            ("DELETE", &self.user),
            ("POST", "/Bulk"),
            ("POST", "/Users/.search"),
            ("GET", "/Me"),
        ] {
            let sent = (method != "GET" && method != "DELETE").then(|| body.to_string());
            let request = caller.send(method, path, sent.as_deref());
            let reply = self.refuses(request, status, "", &[]).await;
            assert_eq!(reply.header("www-authenticate"), Some(challenge), "{method} {path}");
            replies.push(reply);
        }
        replies
    }

    /// The reasons in the log, newest first.
    async fn reasons(&self) -> Vec<String> {
        let operator = self.server.operator(DEFAULT, DEFAULT).await;
        let filter = LogFilter { failures: true, ..LogFilter::default() };
        let log = self.server.service.provisioning_log(&operator, &filter, 100).await.unwrap();
        log.into_iter().filter_map(|e| e.entry.code).collect()
    }
}

const INVALID: &str = "Bearer realm=\"provost\", error=\"invalid_token\"";

// S-AUTH-01, S-AUTH-06
#[tokio::test]
async fn without_a_token_there_is_only_the_challenge() {
    let world = World::entra().await;
    world.all_refused(&world.server.anonymous(), 401, "Bearer realm=\"provost\"").await;
    for authorization in ["", "Basic YTpi", world.caller.token(), "Bearer", "Negotiate x"] {
        let mut caller = world.server.anonymous();
        caller.authorization = Some(authorization.to_owned());
        let reply = world.refuses(caller.get("/Users"), 401, "", &["Authorization: Bearer"]).await;
        assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"provost\""));
    }
    let path = format!("/Users?access_token={}", world.caller.token());
    world.refuses(world.server.anonymous().get(&path), 401, "", &["Authorization"]).await;
    let twice = world.caller.header("authorization", &format!("Bearer {}", world.caller.token()));
    world.refuses(twice.get("/Users"), 400, "", &["more than once"]).await;
}

// S-AUTH-02, S-AUTH-03
#[tokio::test]
async fn every_token_that_is_not_accepted_gets_one_and_the_same_answer() {
    let world = World::entra().await;
    let token = world.caller.token().to_owned();
    let expiring = world.with_token_of(TokenScope::UsersAndGroups, Some(Duration::from_secs(3600))).await;
    expiring.get("/Users").await.expect(200);
    let revoked = world.with_token_of(TokenScope::UsersAndGroups, None).await;
    revoked.get("/Users").await.expect(200);
    let operator = world.server.operator(DEFAULT, DEFAULT).await;
    world.server.service.token_revoke(&operator, "UsersAndGroups None").await.unwrap();
    world.server.advance(Duration::from_secs(7200));
    let mut swapped: Vec<char> = token.chars().collect();
    swapped.swap(30, 31);
    let mistyped: String = swapped.into_iter().collect();
    let mistyped = if mistyped == token { token.replace(&token[30..31], "-") } else { mistyped };
    let callers = [
        (expiring, "token_expired"),
        (revoked, "token_revoked"),
        (world.server.with_token(&mistyped), "token_mistyped"),
        (world.server.with_token(&token[..40]), "token_truncated"),
        (world.server.with_token(&format!("\"{token}\"")), "token_quoted"),
        (world.server.with_token(&format!("\u{201c}{token}\u{201d}")), "token_quoted"),
        (world.server.with_token(&format!("Bearer {token}")), "token_bearer_prefix"),
    ];
    let mut answers = std::collections::BTreeSet::new();
    // One request each, since the log takes only so many refusals a minute.
    for (caller, _) in &callers {
        caller.get("/Users").await.scim_error(401, "");
    }
    world.server.service.settle().await;
    let reasons = world.reasons().await;
    for (_, reason) in &callers {
        assert!(reasons.iter().any(|r| r == reason), "{reason} is not in the log: {reasons:?}");
    }
    for (caller, _) in &callers {
        for reply in world.all_refused(caller, 401, INVALID).await {
            answers.insert(reply.text);
        }
    }
    for stranger in ["x", "eyJhbGciOiJub25lIn0.e30.", "pvt_aaaaaaaaaaaa_", "\u{e9}"] {
        for reply in world.all_refused(&world.server.with_token(stranger), 401, INVALID).await {
            answers.insert(reply.text);
        }
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
}

// S-AUTH-02
#[tokio::test]
async fn a_token_that_may_only_read_changes_nothing() {
    let world = World::entra().await;
    let reader = world.with_token_of(TokenScope::Read, None).await;
    reader.get(&world.user).await.expect(200);
    reader.get(&world.group).await.expect(200);
    let body = json!({"schemas": [USER], "userName": "no@bad.example"});
    let operation = json!({"op": "replace", "path": "title", "value": "x"});
    let told = ["may only read", "Use a token"];
    let mut replies = vec![
        world.refuses(reader.post("/Users", &body), 403, "", &told).await,
        world.refuses(reader.put(&world.user, &body), 403, "", &told).await,
        world.refuses(reader.delete(&world.user), 403, "", &told).await,
        world.refuses(reader.delete(&world.group), 403, "", &told).await,
    ];
    let patch = async { reader.patch_operations(&world.user, &[operation]).await };
    replies.push(world.refuses(patch, 403, "", &told).await);
    for reply in replies {
        let challenge = reply.header("www-authenticate");
        assert!(challenge.is_some_and(|c| c.contains("insufficient_scope")), "{challenge:?}");
    }
    let before = world.state().await;
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [{"method": "DELETE", "path": world.user}]});
    let done = reader.post("/Bulk", &bulk).await.expect(200);
    assert_eq!(done.json["Operations"][0]["status"], "403", "{}", done.text);
    assert_eq!(world.state().await, before);
}

// S-AUTH-02
#[tokio::test]
async fn a_token_for_users_sees_no_groups() {
    let world = World::entra().await;
    let users = world.with_token_of(TokenScope::Users, None).await;
    assert_eq!(users.get("/Groups").await.expect(200).total(), 0);
    world.refuses(users.get(&world.group), 404, "", &["Group"]).await;
    assert_eq!(users.get(&world.user).await.expect(200).json.get("groups"), None);
    let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "New"});
    for reply in [
        world.refuses(users.post("/Groups", &body), 403, "", &["users only"]).await,
        world.refuses(users.delete(&world.group), 403, "", &["users only"]).await,
    ] {
        let challenge = reply.header("www-authenticate");
        assert!(challenge.is_some_and(|c| c.contains("insufficient_scope")), "{challenge:?}");
    }
}
