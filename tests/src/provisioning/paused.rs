//! A paused connection: writes get 503 with Retry-After, reads go on.

use std::time::Duration;

use serde_json::json;
use testkit::TestServer;

use super::{kinds_after, log, newest_code, second_connection, set, user};

#[tokio::test]
async fn writes_wait_and_reads_go_on() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let other = second_connection(&server, "okta").await;
    let ann = entra.user("ann").await;
    let path = format!("/Users/{ann}");
    let operator = server.operator("default", "default").await;
    let start = server.count_events().await;
    server.service.connection_pause(&operator).await.unwrap();
    server.advance(Duration::from_secs(2));

    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [{"method": "DELETE", "path": path}]});
    let refused = [
        entra.post("/Users", &user("bob", "e-2")).await,
        entra.put(&path, &user("ann", "e-1")).await,
        entra.patch_operations(&path, &set("active", "False")).await,
        entra.delete(&path).await,
        entra.post("/Groups", &json!({"displayName": "Eng"})).await,
    ];
    for reply in refused {
        let reply = reply.scim_error(503, "");
        let wait: u32 = reply.header("retry-after").expect("a Retry-After").parse().unwrap();
        assert!(wait > 0);
    }
    assert_eq!(newest_code(&server).await, "paused");
    let done = entra.post("/Bulk", &bulk).await;
    assert_ne!(done.json["Operations"][0]["status"], "204", "{}", done.text);
    assert_eq!(entra.get(&path).await.expect(200).json["active"], true);
    assert_eq!(entra.filter("/Users", "userName eq \"ann\"").await.expect(200).total(), 1);
    assert_eq!(kinds_after(&server, start).await, ["connection.paused"]);
    // The tenant's other connection is not paused.
    other.post("/Users", &user("cid", "o-3")).await.expect(201);

    server.service.connection_resume(&operator).await.unwrap();
    server.advance(Duration::from_secs(2));
    entra.patch_operations(&path, &set("active", "False")).await.expect(200);
    entra.post("/Users", &user("bob", "e-2")).await.expect(201);
}

// Pausing twice says it once
#[tokio::test]
async fn pausing_is_idempotent() {
    let server = TestServer::start().await;
    let operator = server.operator("default", "default").await;
    let start = server.count_events().await;
    for _ in 0..2 {
        assert!(server.service.connection_pause(&operator).await.unwrap().paused.is_some());
    }
    for _ in 0..2 {
        assert!(server.service.connection_resume(&operator).await.unwrap().paused.is_none());
    }
    assert_eq!(kinds_after(&server, start).await, ["connection.paused", "connection.paused"]);
    let codes: Vec<_> = log(&server).await.into_iter().filter_map(|e| e.entry.code).collect();
    assert_eq!(codes.iter().filter(|c| c.starts_with("connection_")).count(), 2, "{codes:?}");
}

// A matching query of a paused connection takes nobody over
#[tokio::test]
async fn nobody_is_adopted_meanwhile() {
    let server = TestServer::start().await;
    super::seed(&server, "userName\nann\n").await;
    let entra = server.entra().await;
    let operator = server.operator("default", "default").await;
    server.service.connection_pause(&operator).await.unwrap();
    server.advance(Duration::from_secs(2));
    entra.filter("/Users", "userName eq \"ann\"").await.expect(200);
    server.service.settle().await;
    let learner = server.service.learner_show(&operator, "ann").await.unwrap();
    assert!(learner.row.managed_by.is_none());
}
