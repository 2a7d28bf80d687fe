//! Everything of a tenant, line by line.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use service::ExportPlace;
use service::noun::ApiScope;
use testkit::TestServer;

use super::problem;

#[tokio::test]
async fn an_export_holds_everything_and_nothing_that_opens() {
    let server = TestServer::start().await;
    let entra = server.tenant("acme", "entra").await;
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(entra.user(&format!("u{n}")).await);
    }
    let some: Vec<&str> = ids[..3].iter().map(String::as_str).collect();
    entra.group("one", &some).await;
    entra.group("two", &[&ids[0]]).await;
    entra.delete(&format!("/Users/{}", ids[6])).await.expect(204);
    server.entra().await.user("elsewhere").await;
    let admin = server.api(ApiScope::Admin, Some("acme")).await;
    let reply = admin.get("//api/v1/tenants/acme/export").await.expect(200);
    assert_eq!(reply.header("content-type"), Some("application/x-ndjson"));
    assert!(
        !reply.text.contains("elsewhere") && !reply.text.contains("pvt_") && !reply.text.contains("digest")
    );
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in reply.text.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let (what, _) = value.as_object().unwrap().iter().next().unwrap();
        *counts.entry(what.clone()).or_default() += 1;
    }
    let count = |what: &str| counts.get(what).copied().unwrap_or(0);
    assert_eq!((count("tenant"), count("connection"), count("token")), (1, 1, 1));
    assert_eq!((count("resource"), count("membership"), count("removed")), (8, 4, 1));
    assert!(count("event") >= 13 && count("log") >= 10, "{counts:?}");
    let write = server.api(ApiScope::Write, Some("acme")).await;
    problem(write.get("//api/v1/tenants/acme/export").await, 403, "insufficient_scope");
    problem(admin.get("//api/v1/tenants/default/export").await, 403, "forbidden");
    // Deleted, it is gone.
    let all = server.api(ApiScope::Admin, None).await;
    all.delete("//api/v1/tenants/acme").await.expect(204);
    problem(all.get("//api/v1/tenants/acme/export").await, 404, "not_found");
    all.post("//api/v1/tenants", &json!({"name": "acme"})).await.expect(201);
    assert_eq!(all.get("//api/v1/tenants/acme/learners").await.expect(200).json["total"], 0);
}

#[tokio::test]
async fn an_export_of_a_tenant_that_goes_meanwhile_does_not_look_whole() {
    let server = TestServer::start().await;
    server.tenant("acme", "entra").await.user("ann").await;
    let op = server.operator("acme", "default").await;
    let (first, next) = server.service.tenant_export(&op, ExportPlace::default()).await.unwrap();
    assert!(first.starts_with("{\"tenant\""), "{first}");
    server.api(ApiScope::Admin, None).await.delete("//api/v1/tenants/acme").await.expect(204);
    let error = server.service.tenant_export(&op, next.unwrap()).await.unwrap_err();
    assert!(error.message.contains("deleted"), "{error}");
}
