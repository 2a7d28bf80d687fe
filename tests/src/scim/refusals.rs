//! What a caller may not do.

use scim::ScimType;
use serde_json::json;
use service::{Explanation, TokenScope};

use super::world::{World, refused};

#[tokio::test]
async fn a_paused_connection_reads_but_does_not_write() {
    let world = World::new().await;
    let id = world.user("ann").await;
    world.service.connection_pause(&world.operator().await).await.unwrap();
    assert_eq!(refused(world.post("Users", json!({"userName": "bob"})).await), (503, None));
    assert_eq!(refused(world.delete("Users", &id).await), (503, None));
    assert_eq!(world.log().await[0].entry.code.as_deref(), Some(Explanation::Paused.code()));
    world.get("Users", &id).await.unwrap();
    world.service.connection_resume(&world.operator().await).await.unwrap();
    world.delete("Users", &id).await.unwrap();
}

#[tokio::test]
async fn a_reading_token_does_not_write() {
    let mut world = World::new().await;
    let id = world.user("ann").await;
    world.use_token(TokenScope::Read).await;
    let body = json!({"userName": "bob"});
    assert_eq!(refused(world.post("Users", body.clone()).await), (403, None));
    assert_eq!(refused(world.put("Users", &id, body).await), (403, None));
    world.get("Users", &id).await.unwrap();
    assert_eq!(world.find("Users", "userName eq \"ann\"").await.len(), 1);
}

//
#[tokio::test]
async fn a_connection_is_nobody_itself() {
    let world = World::new().await;
    let cx = world.cx().await;
    assert_eq!(refused(world.service.me(&cx, "GET").await), (404, None));
    assert_eq!(refused(world.service.me(&cx, "POST").await), (403, None));
}

// S-CREATE-05, S-HTTP-01, S-HTTP-13
#[tokio::test]
async fn bodies_that_do_not_fit_are_refused_with_their_keyword() {
    let world = World::new().await;
    assert_eq!(refused(world.post("Groups", json!({})).await), (400, Some(ScimType::InvalidValue)));
    assert_eq!(refused(world.post("Users", json!([])).await), (400, Some(ScimType::InvalidSyntax)));
    let emails = json!([{"value": "a", "primary": true}, {"value": "b", "primary": true}]);
    let result = world.post("Users", json!({"userName": "ann", "emails": emails})).await;
    assert_eq!(refused(result), (400, Some(ScimType::InvalidValue)));
    assert_eq!(world.log().await.len(), 3);
}
