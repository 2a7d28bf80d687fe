//! Identity alarms in the console: until they are settled or old, however much comes after them.

use std::time::Duration;

use serde_json::json;
use service::{ConnectionChange, DEFAULT};
use store::IdentityPolicy;
use testkit::{Caller, TestServer};

use super::Browser;

const DAY: Duration = Duration::from_secs(24 * 3600);
const HOME: &str = "/tenants/default";

async fn policy(server: &TestServer, identity: IdentityPolicy) {
    server
        .change_connection(ConnectionChange { identity: Some(identity), ..ConnectionChange::default() })
        .await;
}

async fn person(entra: &Caller, name: &str, external: &str) -> String {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "externalId": external,
    });
    entra.post("/Users", &body).await.expect(201).id().to_owned()
}

async fn claim(entra: &Caller, id: &str, external: &str, status: u16) {
    let change = json!({"op": "Replace", "path": "externalId", "value": external});
    entra.patch_operations(&format!("/Users/{id}"), &[change]).await.expect(status);
}

/// Whether overview and health show an alarm; they agree.
async fn alarmed(server: &TestServer) -> bool {
    // A session ends sooner than an alarm.
    let browser = Browser::sign_in(server).await;
    let shown = browser.page("").await.contains("Identity alarm");
    assert_eq!(browser.page(HOME).await.contains("arrived as another person"), shown);
    shown
}

#[tokio::test]
async fn an_alarm_outlasts_a_busy_log_and_ends_after_a_week() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let entra = server.entra().await;
    policy(&server, IdentityPolicy::Refuse).await;
    let id = person(&entra, "ann", "e-1").await;
    assert!(!alarmed(&server).await);
    claim(&entra, &id, "e-2", 409).await;
    assert!(alarmed(&server).await);
    let title = json!({"op": "Replace", "path": "title", "value": "Dean"});
    for _ in 0..1000 {
        entra.patch_operations(&format!("/Users/{id}"), std::slice::from_ref(&title)).await.expect(200);
    }
    assert!(alarmed(&server).await, "after a thousand entries");
    let page = browser.page(HOME).await;
    assert!(page.contains("and was refused") && page.contains(&format!("/learners/{id}")), "{page}");
    assert!(browser.page(&format!("{HOME}/learners/{id}")).await.contains("Another identity refused"));
    server.advance(DAY * 6);
    assert!(alarmed(&server).await);
    server.advance(DAY + Duration::from_secs(1));
    assert!(!alarmed(&server).await, "after a week");
}

#[tokio::test]
async fn an_alarm_ends_when_it_is_settled() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let entra = server.entra().await;
    policy(&server, IdentityPolicy::Refuse).await;
    let id = person(&entra, "ann", "e-1").await;

    // Removed, refused once more as somebody who was removed, and restored.
    claim(&entra, &id, "e-2", 409).await;
    entra.delete(&format!("/Users/{id}")).await.expect(204);
    assert!(!alarmed(&server).await, "whose name it was is removed");
    entra
        .post(
            "/Users",
            &json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann"}),
        )
        .await
        .expect(409);
    assert!(alarmed(&server).await);
    assert!(browser.page(HOME).await.contains("/learners/removed"));
    let op = server.operator(DEFAULT, DEFAULT).await;
    server.service.learner_restore(&op, id.parse().unwrap()).await.unwrap();
    assert!(!alarmed(&server).await, "restored");

    // Let pass: the refusal is settled, and what was done is the alarm now.
    claim(&entra, &id, "e-2", 409).await;
    policy(&server, IdentityPolicy::Flag).await;
    claim(&entra, &id, "e-2", 200).await;
    let page = browser.page(HOME).await;
    assert!(page.contains("arrived as another person") && !page.contains("and was refused"), "{page}");
    entra.delete(&format!("/Users/{id}")).await.expect(204);
    assert!(!alarmed(&server).await);
}
