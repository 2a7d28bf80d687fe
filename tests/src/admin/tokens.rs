//! Tokens: shown once, rotated with an overlap, revoked.

use std::time::Duration;

use service::{Code, NewToken};
use store::EventKind;

use super::world::{World, data};

const DAY: u64 = 24 * 3600;

async fn opens(world: &World, token: &str) -> bool {
    world.service.authenticate(Some(&format!("Bearer {token}")), None).await.is_ok()
}

#[tokio::test]
async fn a_token_is_kept_as_a_digest_only() {
    let world = World::new().await;
    let op = world.op().await;
    let text = world.token(&op).await;
    assert!(text.starts_with(&format!("pvt_{}_", op.connection.handle)));
    let kept = world.service.tokens(&op).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].digest, base::AccessToken::digest_of(&text));
    let events = world.events(&op).await;
    assert_eq!(events[0].event.kind, EventKind::TokenCreated);
    let everything = format!("{kept:?}{events:?}{:?}", world.log(&op).await);
    assert!(!everything.contains(&text[20..40]), "{everything}");
}

#[tokio::test]
async fn rotation_leaves_no_moment_without_a_token_that_works() {
    let world = World::new().await;
    let op = world.op().await;
    let old = world.token(&op).await;
    // S-AUTH-03: rotation with overlap.
    let new = world.service.token_rotate(&op, "token", Duration::from_secs(DAY)).await.unwrap();
    assert_eq!(new.token.name, "token");
    assert!(opens(&world, &old).await && opens(&world, new.secret.expose()).await);
    world.pass(DAY);
    assert!(!opens(&world, &old).await && opens(&world, new.secret.expose()).await);

    let newest = world.service.token_rotate(&op, "token", Duration::ZERO).await.unwrap();
    assert!(!opens(&world, new.secret.expose()).await && opens(&world, newest.secret.expose()).await);
    let events = world.events(&op).await;
    let rotated = events.iter().find(|e| e.event.kind == EventKind::TokenRotated).unwrap();
    assert_eq!(data(rotated)["token"]["id"], new.token.id.as_str());
    assert_eq!(data(rotated)["replaces"]["name"], "token");
}

#[tokio::test]
async fn a_rotated_token_lives_as_long_as_the_one_before_did() {
    let world = World::new().await;
    let op = world.op().await;
    let new = NewToken {
        name: Some("entra".into()),
        expires: Some(Duration::from_secs(90 * DAY)),
        ..NewToken::default()
    };
    world.service.token_create(&op, &new).await.unwrap();
    world.pass(80 * DAY);
    let rotated = world.service.token_rotate(&op, "entra", Duration::from_secs(30 * DAY)).await.unwrap();
    assert_eq!(rotated.token.expires.unwrap(), world.now().plus(Duration::from_secs(90 * DAY)));
    let old = &world.service.tokens(&op).await.unwrap()[0];
    assert_eq!(
        old.expires.unwrap(),
        world.now().plus(Duration::from_secs(10 * DAY)),
        "no overlap prolongs a life"
    );
}

#[tokio::test]
async fn names_are_unique_among_live_tokens() {
    let world = World::new().await;
    let op = world.op().await;
    let named = NewToken { name: Some("entra".into()), ..NewToken::default() };
    world.service.token_create(&op, &named).await.unwrap();
    assert_eq!(world.service.token_create(&op, &named).await.unwrap_err().code, Code::Conflict);
    world.service.token_revoke(&op, "entra").await.unwrap();
    world.service.token_revoke(&op, "entra").await.expect("once more changes nothing");
    world.service.token_create(&op, &named).await.unwrap();
    let error = world.service.token_revoke(&op, "okta").await.unwrap_err();
    assert_eq!((error.code, error.hint.as_deref()), (Code::NotFound, Some("its tokens are: entra")));
    let kinds = world.kinds(&op).await;
    assert_eq!(kinds, [EventKind::TokenCreated, EventKind::TokenRevoked, EventKind::TokenCreated]);
    let zero = NewToken { expires: Some(Duration::ZERO), ..NewToken::default() };
    assert_eq!(world.service.token_create(&op, &zero).await.unwrap_err().code, Code::Invalid);
}
