//! Removed learners: gone from SCIM, kept as tombstones, restored under the same id (ruling 8).

use std::time::Duration;

use serde_json::json;
use service::Code;
use testkit::TestServer;

use super::{kinds_after, user};

// S-DEL-05
#[tokio::test]
async fn restored_under_the_same_id_with_its_groups() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let operator = server.operator("default", "default").await;
    let mut body = user("ann", "e-1");
    body["title"] = json!("Tutor");
    let before = entra.post("/Users", &body).await.expect(201);
    let path = format!("/Users/{}", before.id());
    let group = entra.group("Eng", &[before.id()]).await;
    entra.delete(&path).await.expect(204);
    for filter in ["userName eq \"ann\"", "externalId eq \"e-1\"", "title eq \"Tutor\"", "active eq true"] {
        assert_eq!(entra.filter("/Users", filter).await.expect(200).total(), 0, "{filter}");
    }
    let removed = server.service.removed_learners(&operator, None, 10).await.unwrap();
    assert_eq!(removed.len(), 1);
    assert_eq!(removed[0].id.to_string(), before.id());

    let start = server.count_events().await;
    server.service.learner_restore(&operator, removed[0].id).await.unwrap();
    let after = entra.get(&path).await.expect(200);
    for name in ["id", "userName", "externalId", "title", "active"] {
        assert_eq!(after.json[name], before.json[name], "{name}");
    }
    assert_eq!(after.json["meta"]["created"], before.json["meta"]["created"]);
    assert_ne!(after.header("etag"), before.header("etag"), "what a client remembers of it is not current");
    assert_eq!(after.json["groups"][0]["value"], group);
    assert_eq!(
        entra.filter("/Users", "userName eq \"ANN\"").await.expect(200).resources()[0]["id"],
        before.id()
    );
    assert!(kinds_after(&server, start).await.contains(&"learner.restored"));
    assert!(server.service.removed_learners(&operator, None, 10).await.unwrap().is_empty());
    // And it is an ordinary learner again.
    entra.post("/Users", &user("ann", "e-1")).await.scim_error(409, "uniqueness");
    entra.delete(&path).await.expect(204);
}

#[tokio::test]
async fn not_restored_while_somebody_else_has_the_name() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let operator = server.operator("default", "default").await;
    let old = entra.post("/Users", &user("ann", "e-1")).await.expect(201).id().to_owned();
    entra.delete(&format!("/Users/{old}")).await.expect(204);
    let new = entra.post("/Users", &user("Ann", "e-2")).await.expect(201).id().to_owned();
    let error = server.service.learner_restore(&operator, old.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    assert!(error.message.contains(&new), "who stands in the way: {}", error.message);
    entra.get(&format!("/Users/{old}")).await.scim_error(404, "");
    entra.delete(&format!("/Users/{new}")).await.expect(204);
    server.service.learner_restore(&operator, old.parse().unwrap()).await.unwrap();
    assert_eq!(entra.get(&format!("/Users/{old}")).await.expect(200).json["externalId"], "e-1");
}

#[tokio::test]
async fn an_inactive_learner_comes_back_inactive() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let operator = server.operator("default", "default").await;
    let body = json!({"userName": "ann", "active": false});
    let id = entra.post("/Users", &body).await.expect(201).id().to_owned();
    entra.delete(&format!("/Users/{id}")).await.expect(204);
    server.service.learner_restore(&operator, id.parse().unwrap()).await.unwrap();
    assert_eq!(entra.get(&format!("/Users/{id}")).await.expect(200).json["active"], false);
}

#[tokio::test]
async fn who_is_not_removed_or_never_was_cannot_be_restored() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let operator = server.operator("default", "default").await;
    let id = entra.user("ann").await;
    let error = server.service.learner_restore(&operator, id.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    let nobody = "019b76da-0000-7000-8000-000000000000".parse().unwrap();
    let error = server.service.learner_restore(&operator, nobody).await.unwrap_err();
    assert_eq!(error.code, Code::NotFound);
}

// S-DEL-05: after the retention time only the id is left; events keep their place, not their payload
#[tokio::test]
async fn purged_after_thirty_days() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let operator = server.operator("default", "default").await;
    let id = entra.post("/Users", &user("secret-name", "e-1")).await.expect(201).id().to_owned();
    entra.delete(&format!("/Users/{id}")).await.expect(204);
    server.advance(Duration::from_secs(29 * 24 * 3600));
    assert_eq!(server.service.sweep().await.unwrap().purged, 0);
    server.advance(Duration::from_secs(2 * 24 * 3600));
    assert_eq!(server.service.sweep().await.unwrap().purged, 1);
    let error = server.service.learner_restore(&operator, id.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.code, Code::NotFound);
    let start = server.count_events().await;
    let mine: Vec<_> = server
        .events_after(0)
        .await
        .into_iter()
        .filter(|e| e.event.subject.is_some_and(|(_, s)| s.to_string() == id))
        .collect();
    assert!(mine.iter().all(|e| !e.event.data.contains("secret-name")), "{mine:?}");
    // The name means nothing any more: a create is an ordinary one, and never gets the old id.
    let new = entra.post("/Users", &user("secret-name", "e-1")).await.expect(201).id().to_owned();
    assert_ne!(new, id);
    assert_eq!(kinds_after(&server, start).await, ["learner.created"]);
}
