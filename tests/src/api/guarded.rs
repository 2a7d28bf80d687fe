//! Held changes.

use serde_json::json;
use service::noun::ApiScope;
use testkit::{Caller, TestServer};

use super::{problem, types};

const HELD: &str = "//api/v1/tenants/default/connections/default/held";

/// A provider that has locked out so many that the guard came in.
async fn locked_out(server: &TestServer) -> Caller {
    let entra = server.entra().await;
    for n in 0..30 {
        entra.user(&format!("u{n:02}")).await;
    }
    for n in 0..25 {
        let id = entra.filter("/Users", &format!("userName eq \"u{n:02}\"")).await.json["Resources"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let off = json!({"op": "replace", "path": "active", "value": false});
        entra.patch_operations(&format!("/Users/{id}"), &[off]).await.expect(200);
    }
    entra
}

#[tokio::test]
async fn held_changes_are_listed_and_approved() {
    let server = TestServer::start().await;
    locked_out(&server).await;
    let app = server.api(ApiScope::Write, None).await;
    let end = app.get("//api/v1/events?type=connection.held").await.expect(200);
    assert_eq!(types(&end), ["connection.held"]);
    let page = app.get(&format!("{HELD}?limit=2")).await.expect(200);
    let total = page.json["total"].as_u64().unwrap();
    assert!(total >= 3, "{total}");
    assert_eq!(page.json["items"][0]["event"]["type"], "learner.deactivated");
    let next = page.json["next"].as_str().unwrap();
    let rest = app.get(&format!("{HELD}?cursor={next}")).await.expect(200);
    assert_eq!(rest.json["items"].as_array().unwrap().len() as u64, total - 2);
    let before = app.get("//api/v1/events?type=learner.deactivated").await.expect(200);
    let done = app.send("POST", &format!("{HELD}/approve"), None).await.expect(200);
    assert_eq!(done.json["released"], total);
    let after = app.get("//api/v1/events?type=learner.deactivated").await.expect(200);
    assert_eq!(types(&after).len() as u64, types(&before).len() as u64 + total);
    let again = app.send("POST", &format!("{HELD}/approve"), None).await.expect(200);
    assert_eq!(again.json["released"], 0);
}

#[tokio::test]
async fn held_changes_are_reverted() {
    let server = TestServer::start().await;
    locked_out(&server).await;
    let app = server.api(ApiScope::Write, None).await;
    let total = app.get(HELD).await.expect(200).json["total"].as_u64().unwrap();
    let done = app.send("POST", &format!("{HELD}/revert"), None).await.expect(200);
    assert_eq!((&done.json["reverted"], &done.json["stayed"]), (&json!(total), &json!([])));
    assert_eq!(app.get(HELD).await.expect(200).json["total"], 0);
    let read = server.api(ApiScope::Read, None).await;
    read.get(HELD).await.expect(200);
    problem(read.send("POST", &format!("{HELD}/revert"), None).await, 403, "insufficient_scope");
    let nowhere = "//api/v1/tenants/default/connections/none/held";
    problem(app.get(nowhere).await, 404, "not_found");
}

#[tokio::test]
async fn the_log_tells_what_the_api_did_too() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    let made = app.post("//api/v1/tenants/default/learners", &json!({"userName": "ann"})).await.expect(201);
    let entra = server.entra().await;
    entra.post("/Users", &json!({"schemas": []})).await.expect(400);
    let log = app.get("//api/v1/tenants/default/log").await.expect(200);
    let entries = log.json["items"].as_array().unwrap();
    assert_eq!((&entries[0]["outcome"], &entries[0]["connection"]), (&json!("refused"), &json!("default")));
    assert!(entries[0]["detail"].as_str().unwrap().contains("userName"));
    let own = entries.iter().find(|e| e["label"] == "ann").unwrap();
    assert_eq!(own["request"].as_str(), made.header("x-request-id"));
    let id = super::id_of(&made);
    let about = app.get(&format!("//api/v1/tenants/default/log?subject={id}")).await.expect(200);
    assert_eq!(about.json["items"].as_array().unwrap().len(), 1);
    let failures = app.get("//api/v1/tenants/default/log?failures=true&connection=default").await.expect(200);
    assert_eq!(failures.json["items"].as_array().unwrap().len(), 1);
    let first = app.get("//api/v1/tenants/default/log?limit=1").await.expect(200);
    let next = first.json["next"].as_str().unwrap();
    let second = app.get(&format!("//api/v1/tenants/default/log?limit=1&cursor={next}")).await.expect(200);
    assert!(second.json["items"][0]["sequence"].as_i64() < first.json["items"][0]["sequence"].as_i64());
    problem(app.get("//api/v1/tenants/default/log?connection=none").await, 404, "not_found");
}
