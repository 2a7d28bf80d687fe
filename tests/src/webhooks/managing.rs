//! Webhooks through the REST API.

use serde_json::json;
use service::noun::ApiScope;

use super::receiver::{Answer, Receiver};
use super::server;

#[tokio::test]
async fn a_webhook_is_made_shown_changed_tested_and_removed() {
    let (server, _working) = server().await;
    let receiver = Receiver::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let hooks = "//api/v1/webhooks";
    let new =
        json!({"url": receiver.url(), "allowPrivate": true, "types": ["learner.*"], "causes": ["changed"]});
    let made = admin.post(hooks, &new).await.expect(201);
    assert!(made.json["secret"].as_str().unwrap().starts_with("whsec_"));
    let one = format!("{hooks}/{}", made.json["webhook"]["id"].as_str().unwrap());
    admin.post(hooks, &new).await.expect(409);

    let shown = admin.get(&one).await.expect(200);
    assert!(!shown.text.contains("whsec_"));
    assert_eq!((&shown.json["types"], &shown.json["enabled"]), (&json!(["learner.*"]), &json!(true)));
    assert_eq!(admin.get(hooks).await.expect(200).json["items"], json!([shown.json]));
    admin.patch(&one, &json!({"types": ["nothing"]})).await.expect(400);
    let changed = admin.patch(&one, &json!({"types": [], "enabled": false})).await.expect(200);
    assert_eq!((&changed.json["types"], &changed.json["enabled"]), (&json!([]), &json!(false)));

    let tested = admin.post(&format!("{one}/test"), &json!({})).await.expect(200);
    assert_eq!((&tested.json["outcome"], &tested.json["status"]), (&json!("delivered"), &json!(204)));
    assert_eq!(receiver.got()[0].kind(), "webhook.test");
    receiver.rule(|_| Answer::Status(404));
    let tested = admin.post(&format!("{one}/test"), &json!({})).await.expect(200);
    assert_eq!((&tested.json["outcome"], &tested.json["status"]), (&json!("refused"), &json!(404)));

    admin.post(&format!("{one}/rotate-secret"), &json!({"overlapSeconds": 60})).await.expect(200);
    assert_eq!(admin.get(&one).await.expect(200).json["secrets"], 2);
    admin.post(&format!("{one}/replay"), &json!({"after": 900})).await.expect(400);
    server.entra().await;
    let replay = admin.post(&format!("{one}/replay"), &json!({"after": 0})).await.expect(202);
    assert_eq!(replay.json["number"], 1);
    assert_eq!(admin.get(&format!("{one}/attempts")).await.expect(200).json["items"], json!([]));
    let metrics = server.anonymous().get("//metrics").await.expect(200);
    for name in ["provost_webhook_deliveries_total", "provost_webhook_lag_events"] {
        assert!(metrics.text.contains(name), "{}", metrics.text);
    }
    admin.delete(&one).await.expect(204);
    admin.get(&one).await.expect(404);
}

#[tokio::test]
async fn a_key_for_one_tenant_sees_and_changes_that_ones_webhooks_only() {
    let (server, _working) = server().await;
    server.tenant("acme", "entra").await;
    let admin = server.api(ApiScope::Admin, None).await;
    let bound = server.api(ApiScope::Admin, Some("acme")).await;
    let reader = server.api(ApiScope::Read, None).await;
    let hooks = "//api/v1/webhooks";
    let make = async |tenant: Option<&str>, url: &str| {
        let made = admin.post(hooks, &json!({"url": url, "tenant": tenant})).await.expect(201);
        format!("{hooks}/{}", made.json["webhook"]["id"].as_str().unwrap())
    };
    let all = make(None, "https://a.example/all").await;
    let other = make(Some("default"), "https://a.example/default").await;
    let own = make(Some("acme"), "https://a.example/acme").await;
    assert_eq!(bound.get(hooks).await.expect(200).json["items"].as_array().unwrap().len(), 1);
    assert_eq!(admin.get(hooks).await.expect(200).json["items"].as_array().unwrap().len(), 3);
    for foreign in [&all, &other] {
        bound.get(foreign).await.expect(404);
        bound.delete(foreign).await.expect(404);
        bound.patch(foreign, &json!({"enabled": false})).await.expect(404);
        bound.post(&format!("{foreign}/test"), &json!({})).await.expect(404);
    }
    reader.post(hooks, &json!({"url": "https://a.example/x"})).await.expect(403);
    reader.get(&own).await.expect(200);
    bound.delete(&own).await.expect(204);
}
