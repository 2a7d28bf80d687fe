//! `externalId` is the connection's own: two providers give one learner two.

use serde_json::json;
use testkit::TestServer;

use super::{kinds_after, second_connection, set, user};

#[tokio::test]
async fn each_connection_sees_its_own() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let okta = second_connection(&server, "okta").await;
    let created = entra.post("/Users", &user("ann", "entra-1")).await.expect(201);
    let path = format!("/Users/{}", created.id());
    assert!(okta.get(&path).await.expect(200).json.get("externalId").is_none());
    assert_eq!(okta.filter("/Users", "externalId eq \"entra-1\"").await.expect(200).total(), 0);

    let start = server.count_events().await;
    okta.patch_operations(&path, &set("externalId", "okta-1")).await.expect(200);
    assert_eq!(kinds_after(&server, start).await, ["learner.updated"], "a first externalId is no alarm");
    for (caller, own, others) in [(&entra, "entra-1", "okta-1"), (&okta, "okta-1", "entra-1")] {
        assert_eq!(caller.get(&path).await.expect(200).json["externalId"], own);
        let found = caller.filter("/Users", &format!("externalId eq \"{own}\"")).await.expect(200);
        assert_eq!((found.total(), &found.resources()[0]["externalId"]), (1, &json!(own)));
        let found = caller.filter("/Users", &format!("externalId eq \"{others}\"")).await.expect(200);
        assert_eq!(found.total(), 0, "{others}");
    }
    // Each changes and removes its own alone.
    entra.patch_operations(&path, &[json!({"op": "remove", "path": "externalId"})]).await.expect(200);
    assert!(entra.get(&path).await.expect(200).json.get("externalId").is_none());
    assert_eq!(okta.get(&path).await.expect(200).json["externalId"], "okta-1");
}

#[tokio::test]
async fn a_put_of_one_connection_keeps_the_others() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let okta = second_connection(&server, "okta").await;
    let created = entra.post("/Users", &user("ann", "entra-1")).await.expect(201);
    let path = format!("/Users/{}", created.id());
    okta.put(&path, &user("ann", "okta-1")).await.expect(200);
    okta.put(&path, &json!({"userName": "ann", "title": "Dean"})).await.expect(200);
    let got = entra.get(&path).await.expect(200).json;
    assert_eq!((&got["externalId"], &got["title"]), (&json!("entra-1"), &json!("Dean")));
}

#[tokio::test]
async fn two_learners_of_two_connections_may_have_the_same() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let okta = second_connection(&server, "okta").await;
    let ann = entra.post("/Users", &user("ann", "1")).await.expect(201).id().to_owned();
    let bob = okta.post("/Users", &user("bob", "1")).await.expect(201).id().to_owned();
    for (caller, id) in [(&entra, &ann), (&okta, &bob)] {
        let found = caller.filter("/Users", "externalId eq \"1\"").await.expect(200);
        assert_eq!((found.total(), &found.resources()[0]["id"]), (1, &json!(id)));
    }
}

// Groups too
#[tokio::test]
async fn groups_have_one_per_connection() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let okta = second_connection(&server, "okta").await;
    let body = json!({"displayName": "Eng", "externalId": "g-entra"});
    let path = format!("/Groups/{}", entra.post("/Groups", &body).await.expect(201).id());
    assert!(okta.get(&path).await.expect(200).json.get("externalId").is_none());
    okta.patch_operations(&path, &[json!({"op": "replace", "value": {"externalId": "g-okta"}})]).await;
    assert_eq!(okta.get(&path).await.expect(200).json["externalId"], "g-okta");
    assert_eq!(entra.get(&path).await.expect(200).json["externalId"], "g-entra");
}
