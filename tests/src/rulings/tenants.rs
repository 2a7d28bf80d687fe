//! Tenants side by side (RFC 7644 §6), and what one may learn of another: nothing.

use serde_json::{Value, json};
use testkit::{Caller, Reply, TestServer};

use super::{GROUP, NOBODY, person};

fn told(reply: &Reply, id: &str) -> (u16, Value, String) {
    let detail = reply.detail().replace(id, "…");
    (reply.status, reply.json["scimType"].clone(), detail)
}

async fn every(caller: &Caller, id: &str, group: &str) -> Vec<(u16, Value, String)> {
    let mut all = Vec::new();
    let rename = json!({"op": "replace", "path": "displayName", "value": "Mine"});
    let body = person("mine@other.example", json!({}));
    for (path, id) in [(format!("/Users/{id}"), id), (format!("/Groups/{group}"), group)] {
        all.push(told(&caller.get(&path).await, id));
        all.push(told(&caller.patch_operations(&path, std::slice::from_ref(&rename)).await, id));
        all.push(told(&caller.delete(&path).await, id));
    }
    all.push(told(&caller.put(&format!("/Users/{id}"), &body).await, id));
    let member = json!({"schemas": [GROUP], "displayName": "Steal", "members": [{"value": id}]});
    all.push(told(&caller.post("/Groups", &member).await, id));
    let filter = format!("id eq \"{id}\"");
    all.push(told(&caller.filter("/Users", &filter).await, id));
    assert_eq!(caller.filter("/Users", &filter).await.expect(200).total(), 0);
    all
}

// S-TEN-02, S-TEN-03, S-SEC-06, S-PRIV-01, S-ERR-03
#[tokio::test]
async fn what_another_tenant_has_looks_like_what_nobody_has() {
    let server = TestServer::start().await;
    let (ours, theirs) = (server.entra().await, server.tenant("other", "entra").await);
    let body = person("ann@both.example", json!({"externalId": "E1"}));
    let mine = ours.post("/Users", &body).await.expect(201).id().to_owned();
    let group = ours.group("Ours", &[&mine]).await;
    assert_eq!(every(&theirs, &mine, &group).await, every(&theirs, NOBODY, NOBODY).await);
    // The same names are free there, and mean other people.
    let other = theirs.post("/Users", &body).await.expect(201).id().to_owned();
    assert_ne!(mine, other);
    for caller in [&ours, &theirs] {
        assert_eq!(caller.filter("/Users", "externalId eq \"E1\"").await.expect(200).total(), 1);
        assert_eq!(caller.get("/Users").await.expect(200).total(), 1);
    }
    let kept = ours.get(&format!("/Users/{mine}")).await.expect(200);
    assert_eq!(kept.json["displayName"], Value::Null);
    assert_eq!(kept.json["groups"][0]["value"], group);
}

// S-TEN-01, S-SEC-06
#[tokio::test]
async fn a_tenant_in_the_address_must_be_the_tokens_own() {
    let server = TestServer::start().await;
    let (ours, _theirs) = (server.entra().await, server.tenant("other", "entra").await);
    for base in ["/scim_v2", "/scim_v2/v2", "/scim", "/scim/v2"] {
        ours.get(&format!("/{base}/Users")).await.expect(200);
        ours.get(&format!("//t/default{base}/Users")).await.expect(200);
        let there = ours.get(&format!("//t/other{base}/Users")).await.scim_error(403, "");
        let nowhere = ours.get(&format!("//t/nobody{base}/Users")).await.scim_error(403, "");
        assert_eq!(there.text, nowhere.text, "one answer, whether the tenant exists or not");
    }
    let created =
        ours.post("//t/default/scim/v2/Users", &person("ann@where.example", json!({}))).await.expect(201);
    let location = format!("https://scim.provost.example/scim_v2/Users/{}", created.id());
    assert_eq!(created.header("location").unwrap(), location);
}

// S-SEC-05, S-PRIV-01
#[tokio::test]
async fn every_change_and_every_refusal_has_an_entry_without_the_values() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let created = entra.post("/Users", &person("ann@log.example", json!({}))).await.expect(201);
    let path = format!("/Users/{}", created.id());
    let operation = json!({"op": "replace", "path": "title", "value": "Very Secret Title"});
    let patched = entra.patch_operations(&path, &[operation]).await.expect(200);
    entra.post("/Users", &person("ANN@log.example", json!({}))).await.scim_error(409, "uniqueness");
    entra.delete(&path).await.expect(204);
    let operator = server.operator("default", "default").await;
    let log = server.service.provisioning_log(&operator, &store::LogFilter::default(), 100).await.unwrap();
    let mut log: Vec<_> =
        log.into_iter().map(|e| e.entry).filter(|e| e.action != store::Action::Administer).collect();
    log.retain(|e| e.action != store::Action::Read);
    log.sort_by_key(|e| e.at);
    let mut short: Vec<_> = log.iter().map(|e| (e.action, e.status)).collect();
    short.reverse();
    short.sort_by_key(|(_, status)| *status);
    assert_eq!(
        short,
        [
            (store::Action::Patch, 200),
            (store::Action::Create, 201),
            (store::Action::Delete, 204),
            (store::Action::Create, 409),
        ]
    );
    let patch = log.iter().find(|e| e.action == store::Action::Patch).unwrap();
    assert_eq!(patch.paths, ["title"]);
    assert_eq!(patch.subject.unwrap().1.to_string(), created.id());
    assert_eq!(patched.header("x-request-id"), Some(patch.request.as_str()));
    assert!(!format!("{patch:?}").contains("Very Secret"), "values are in the event, not in the log");
    let refused = log.iter().find(|e| e.status == 409).unwrap();
    assert_eq!(
        (refused.scim_type.as_deref(), refused.code.as_deref()),
        (Some("uniqueness"), Some("user_name_taken"))
    );
}
