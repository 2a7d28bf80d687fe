//! Tokens to sessions, and what is said about those that open nothing.

use std::time::Duration;

use service::{NewTenant, NewToken, Refusal, TokenScope};
use store::{Actor, Scope};

use super::world::World;

async fn refused(world: &World, header: Option<&str>, path: Option<&str>) -> Refusal {
    world.service.authenticate(header, path).await.unwrap_err()
}

/// Codes of the refusals in the connection's log, with how often.
async fn refusals(world: &World) -> Vec<(String, u32)> {
    world.service.settle().await;
    let op = world.op().await;
    let entries = world.log(&op).await;
    entries
        .into_iter()
        .filter(|e| e.entry.action == store::Action::Authenticate)
        .map(|e| (e.entry.code.unwrap(), e.times))
        .collect()
}

#[tokio::test]
async fn a_token_opens_its_connection_and_nothing_else_does() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let session = world.request(&token).await.session;
    assert_eq!(session.connection.name, "default");
    assert_eq!(session.tenant.tenant.name, "default");
    assert_eq!(session.caller.actor, Actor::Token("token".into()));

    // S-AUTH-01: a request without a token is told which scheme to use.
    let missing = refused(&world, None, None).await;
    assert_eq!(missing.error.status, 401);
    assert_eq!(missing.www_authenticate, Some("Bearer realm=\"provost\""));
    let basic = refused(&world, Some("Basic dXNlcjpwYXNz"), None).await;
    assert_eq!((basic.error, basic.www_authenticate), (missing.error, missing.www_authenticate));
}

#[tokio::test]
async fn the_caller_never_learns_why_but_the_log_does() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let mut mistyped = token.clone();
    let last = mistyped.pop().unwrap();
    mistyped.push(if last == 'a' { 'b' } else { 'a' });
    let spaced = format!("{} {}", &token[..30], &token[30..]);
    let presented = [
        (mistyped, "token_mistyped"),
        (token[..40].to_owned(), "token_truncated"),
        (format!("\"{token}\""), "token_quoted"),
        (spaced, "token_spaced"),
        (format!("Bearer {token}"), "token_bearer_prefix"),
        (format!("{token}{token}"), "token_overlong"),
        ("hunter2".to_owned(), "token_not_ours"),
    ];
    let mut answers = Vec::new();
    for (text, code) in &presented {
        let refusal = refused(&world, Some(&format!("Bearer {text}")), None).await;
        assert_eq!(refusal.code, *code, "{text}");
        answers.push((refusal.error, refusal.www_authenticate));
    }
    // S-AUTH-02: one and the same answer for every cause.
    assert!(answers.iter().all(|a| *a == answers[0]));
    assert_eq!(answers[0].1, Some("Bearer realm=\"provost\", error=\"invalid_token\""));

    let logged = refusals(&world).await;
    // What holds no handle is nobody's to read.
    let expected: Vec<_> =
        presented.iter().filter(|(_, c)| *c != "token_not_ours").map(|(_, c)| *c).collect();
    let mut codes: Vec<_> = logged.iter().map(|(code, _)| code.as_str()).collect();
    codes.sort_unstable();
    let mut expected = expected;
    expected.sort_unstable();
    assert_eq!(codes, expected);
    let log = world.log(&op).await;
    assert!(log.iter().all(|e| !format!("{e:?}").contains(&token[20..40])), "no secret in the log");
}

#[tokio::test]
async fn refusals_of_one_cause_are_counted_by_the_minute_and_no_flood_gets_through() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let header = format!("Bearer \"{token}\"");
    for _ in 0..100 {
        refused(&world, Some(&header), None).await;
    }
    let logged = refusals(&world).await;
    assert_eq!(logged.len(), 1);
    assert_eq!(logged[0].0, "token_quoted");
    assert!((1..=25).contains(&logged[0].1), "written no oftener than the valve lets through: {logged:?}");
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once_here_and_within_a_second_elsewhere() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let header = format!("Bearer {token}");
    let server = world.other_process(2).await;
    server.authenticate(Some(&header), None).await.unwrap();

    world.service.token_revoke(&op, "token").await.unwrap();
    // S-AUTH-03
    let here = world.service.authenticate(Some(&header), None).await.unwrap_err();
    assert_eq!(here.code, "token_revoked");
    server.authenticate(Some(&header), None).await.expect("what is cached may be half a second old");
    world.clock.advance(Duration::from_secs(1));
    world.catch_up().await;
    assert_eq!(server.authenticate(Some(&header), None).await.unwrap_err().code, "token_revoked");
    server.settle().await;
    let log = refusals(&world).await;
    assert_eq!(log.iter().map(|(_, times)| times).sum::<u32>(), 2);
}

#[tokio::test]
async fn an_expired_token_is_refused_to_the_second() {
    let world = World::new().await;
    let op = world.op().await;
    let new = NewToken { expires: Some(Duration::from_secs(3600)), ..NewToken::default() };
    let created = world.service.token_create(&op, &new).await.unwrap();
    let header = format!("Bearer {}", created.secret.expose());
    world.pass(3599);
    world.service.authenticate(Some(&header), None).await.unwrap();
    world.pass(1);
    // S-AUTH-03: a cached session does not outlive its token.
    assert_eq!(refused(&world, Some(&header), None).await.code, "token_expired");
    let op = world.op().await;
    world.service.settle().await;
    let log = world.log(&op).await;
    let detail = log.last().unwrap().entry.detail.clone().unwrap();
    assert!(detail.contains("expired on 2026-11-23"), "{detail}");
}

#[tokio::test]
async fn another_tenants_path_answers_the_same_whether_it_exists_or_not() {
    let world = World::new().await;
    world.service.tenant_create(&NewTenant::named("acme")).await.unwrap();
    let token = world.token(&world.op().await).await;
    let header = format!("Bearer {token}");
    world.service.authenticate(Some(&header), Some("default")).await.unwrap();
    // Ruling 14.
    let existing = refused(&world, Some(&header), Some("acme")).await;
    let missing = refused(&world, Some(&header), Some("nobody")).await;
    assert_eq!(existing, missing);
    assert_eq!((existing.error.status, existing.code), (403, "wrong_tenant"));
    assert!(existing.www_authenticate.is_some());
    assert_eq!(refusals(&world).await, [("wrong_tenant".to_owned(), 2)]);
}

#[tokio::test]
async fn scopes_decide_what_a_session_may_and_sees() {
    let world = World::new().await;
    let op = world.op().await;
    for (scope, sees, writes) in [
        (TokenScope::UsersAndGroups, true, true),
        (TokenScope::Users, false, true),
        (TokenScope::Read, true, false),
    ] {
        let new = NewToken { scope, ..NewToken::default() };
        let created = world.service.token_create(&op, &new).await.unwrap();
        let session = world.request(created.secret.expose()).await.session;
        assert_eq!((session.sees_groups(), session.caller.grant.write), (sees, writes), "{scope:?}");
        assert_eq!(session.caller.grant.scope == Scope::Users, scope == TokenScope::Users);
    }
}

#[tokio::test]
async fn the_last_use_is_noted_by_the_sweep_to_the_minute() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    world.pass(75);
    world.request(&token).await;
    assert_eq!(world.service.tokens(&op).await.unwrap()[0].last_used, None);
    world.service.sweep().await.unwrap();
    let used = world.service.tokens(&op).await.unwrap()[0].last_used.unwrap();
    assert_eq!(used, "2026-11-23T10:01:00Z".parse().unwrap());
}

#[tokio::test]
async fn many_requests_of_one_session_share_it() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let first = world.request(&token).await.session;
    world.clock.advance(Duration::from_millis(700));
    let second = world.request(&token).await.session;
    assert!(std::sync::Arc::ptr_eq(&first, &second), "reading it again changed nothing");
}
