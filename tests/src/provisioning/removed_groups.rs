//! Removed groups: brought back under the same id, as learners are (ruling 8).

use std::time::Duration;

use serde_json::json;
use service::{Code, ConnectionChange};
use testkit::TestServer;

use super::{data, log};

// S-DEL-05
#[tokio::test]
async fn restored_under_the_same_id_with_those_who_are_still_there() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let operator = server.operator("default", "default").await;
    let (ann, bob) = (entra.user("ann").await, entra.user("bob").await);
    let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Eng",
        "externalId": "g-1", "members": [{"value": ann}, {"value": bob}]});
    let group = entra.post("/Groups", &body).await.expect(201).id().to_owned();
    let path = format!("/Groups/{group}");
    let before = entra.get(&path).await;
    entra.delete(&path).await.expect(204);
    entra.delete(&format!("/Users/{bob}")).await.expect(204);
    let removed = server.service.removed_groups(&operator, None, 10).await.unwrap();
    assert_eq!(removed.len(), 1);
    assert_eq!((removed[0].id.to_string(), removed[0].name.as_str()), (group.clone(), "Eng"));
    assert!(server.service.removed_groups(&operator, Some(removed[0].removed), 10).await.unwrap().is_empty());

    let start = server.count_events().await;
    server.service.group_restore(&operator, removed[0].id).await.unwrap();
    let after = entra.get(&path).await.expect(200);
    for name in ["id", "displayName", "externalId"] {
        assert_eq!(after.json[name], before.json[name], "{name}");
    }
    assert_ne!(after.header("etag"), before.header("etag"));
    assert_eq!(after.json["members"].as_array().unwrap().len(), 1);
    assert_eq!(after.json["members"][0]["value"], ann);
    assert_eq!(entra.get(&format!("/Users/{ann}")).await.json["groups"][0]["value"], group);
    assert_eq!(entra.filter("/Groups", "displayName eq \"ENG\"").await.expect(200).total(), 1);
    let events = server.events_after(start).await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].event.kind.as_str(), events[0].event.cause),
        ("group.restored", store::Cause::Restored)
    );
    assert_eq!(data(&events[0])["externalId"], "g-1");
    let entry = &log(&server).await[0].entry;
    assert_eq!((entry.action, entry.label.as_str()), (store::Action::Restore, "Eng"));
    // And it is an ordinary group again.
    entra.post("/Groups", &body).await.scim_error(409, "uniqueness");
    let error = server.service.group_restore(&operator, removed[0].id).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    entra.delete(&path).await.expect(204);
}

#[tokio::test]
async fn not_restored_while_another_group_has_the_name() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let operator = server.operator("default", "default").await;
    let old = entra.group("Eng", &[]).await;
    entra.delete(&format!("/Groups/{old}")).await.expect(204);
    let new = entra.group("ENG", &[]).await;
    let error = server.service.group_restore(&operator, old.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    assert!(error.message.contains(&new), "who stands in the way: {}", error.message);
    // Where two groups may have one name, nothing stands in the way.
    let quirks = vec![("unique-group-name".to_owned(), Some(false))];
    server.change_connection(ConnectionChange { quirks, ..ConnectionChange::default() }).await;
    let operator = server.operator("default", "default").await;
    server.service.group_restore(&operator, old.parse().unwrap()).await.unwrap();
    assert_eq!(entra.filter("/Groups", "displayName eq \"eng\"").await.expect(200).total(), 2);
}

#[tokio::test]
async fn what_is_purged_or_no_group_cannot_be_restored() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let operator = server.operator("default", "default").await;
    let group = entra.group("Eng", &[]).await;
    let ann = entra.user("ann").await;
    entra.delete(&format!("/Groups/{group}")).await.expect(204);
    entra.delete(&format!("/Users/{ann}")).await.expect(204);
    let error = server.service.group_restore(&operator, ann.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.code, Code::NotFound, "a learner is no group");
    server.advance(Duration::from_secs(31 * 24 * 3600));
    server.service.sweep().await.unwrap();
    let error = server.service.group_restore(&operator, group.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.code, Code::NotFound);
    assert!(server.service.removed_groups(&operator, None, 10).await.unwrap().is_empty());
}
