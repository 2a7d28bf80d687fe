//! References between the operations of a bulk (RFC 7644 §3.7.1, §3.7.2).

use serde_json::{Value, json};
use testkit::{Caller, TestServer};

use super::{ENTERPRISE, GROUP, PATCH_OP, USER, bulk, operations, person, statuses};

async fn only(caller: &Caller, path: &str, filter: &str) -> Value {
    let found = caller.filter(path, filter).await.expect(200);
    assert_eq!(found.total(), 1, "{filter}");
    let id = found.resources()[0]["id"].as_str().unwrap();
    caller.get(&format!("{path}/{id}")).await.expect(200).json
}

// S-BULK-06, S-BULK-07, S-BULK-08
#[tokio::test]
async fn references_may_point_forwards() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let reply = bulk(
            &caller,
            json!([
                {"method": "POST", "path": "/Groups", "bulkId": "g", "data":
                    {"schemas": [GROUP], "displayName": "Tour", "members": [{"value": "bulkId:w", "type": "User"}]}},
                {"method": "POST", "path": "/Users", "bulkId": "w", "data":
                    {"schemas": [USER, ENTERPRISE], "userName": "worker@link.example",
                     ENTERPRISE: {"manager": {"value": "bulkId:m"}}}},
                {"method": "POST", "path": "/Users", "bulkId": "m", "data": person("boss@link.example", json!({}))},
            ]),
        )
        .await
        .expect(200);
        assert_eq!(statuses(&reply), ["201", "201", "201"], "{}", reply.text);
        let ids: Vec<&str> = operations(&reply).iter().map(|o| o["bulkId"].as_str().unwrap()).collect();
        assert_eq!(ids, ["g", "w", "m"], "answered in the order of the request");
        let boss = only(&caller, "/Users", "userName eq \"boss@link.example\"").await;
        let worker = only(&caller, "/Users", "userName eq \"worker@link.example\"").await;
        let group = only(&caller, "/Groups", "displayName eq \"Tour\"").await;
        assert_eq!(worker[ENTERPRISE]["manager"]["value"], boss["id"]);
        assert_eq!(group["members"][0]["value"], worker["id"]);
        assert_eq!(group["members"].as_array().unwrap().len(), 1);
        assert!(!reply.text.contains("bulkId:"), "no placeholder is left");
    }
}

// S-BULK-07, S-GROUP-06: the RFC's own example, two groups each in the other.
#[tokio::test]
async fn references_may_go_in_circles() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let group = |own: &str, other: &str| {
            json!({"method": "POST", "path": "/Groups", "bulkId": own, "data": {"schemas": [GROUP],
                "displayName": format!("Group {own}"),
                "members": [{"type": "Group", "value": format!("bulkId:{other}")}]}})
        };
        let reply = bulk(&caller, json!([group("A", "B"), group("B", "A")])).await.expect(200);
        assert_eq!(statuses(&reply), ["201", "201"], "{}", reply.text);
        let a = only(&caller, "/Groups", "displayName eq \"Group A\"").await;
        let b = only(&caller, "/Groups", "displayName eq \"Group B\"").await;
        assert_eq!(a["members"][0]["value"], b["id"]);
        assert_eq!(b["members"][0]["value"], a["id"]);
        for (answered, group) in operations(&reply).iter().zip([&a, &b]) {
            assert_eq!(answered["version"], group["meta"]["version"], "the version is the one that stands");
        }
    }
}

// S-BULK-06: in paths, in PATCH values and in PATCH filters.
#[tokio::test]
async fn a_bulk_id_stands_for_the_id_wherever_one_may_stand() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let patch = |operations: Value| json!({"schemas": [PATCH_OP], "Operations": operations});
        let reply = bulk(
            &caller,
            json!([
                {"method": "POST", "path": "/Users", "bulkId": "u", "data": person("u@place.example", json!({}))},
                {"method": "POST", "path": "/Users", "bulkId": "v", "data": person("v@place.example", json!({}))},
                {"method": "POST", "path": "/Groups", "bulkId": "g", "data": {"schemas": [GROUP], "displayName": "P"}},
                {"method": "PATCH", "path": "/Groups/bulkId:g", "data": patch(json!([
                    {"op": "add", "path": "members", "value": [{"value": "bulkId:u"}, {"value": "bulkId:v"}]}]))},
                {"method": "PATCH", "path": "/Groups/bulkId:g", "data": patch(json!([
                    {"op": "remove", "path": "members[value eq \"bulkId:u\"]"}]))},
                {"method": "DELETE", "path": "/Users/bulkId:u"},
            ]),
        )
        .await
        .expect(200);
        assert_eq!(statuses(&reply), ["201", "201", "201", "200", "200", "204"], "{}", reply.text);
        let group = only(&caller, "/Groups", "displayName eq \"P\"").await;
        let v = only(&caller, "/Users", "userName eq \"v@place.example\"").await;
        assert_eq!(group["members"].as_array().unwrap().len(), 1);
        assert_eq!(group["members"][0]["value"], v["id"]);
        assert_eq!(caller.filter("/Users", "userName eq \"u@place.example\"").await.expect(200).total(), 0);
    }
}

// S-BULK-06, S-BULK-10
#[tokio::test]
async fn what_depends_on_a_failure_or_on_nothing_fails_by_name() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        caller.user("taken@fail.example").await;
        let group = |name: &str, member: &str| {
            json!({"method": "POST", "path": "/Groups", "bulkId": name, "data": {"schemas": [GROUP],
                "displayName": name, "members": [{"value": format!("bulkId:{member}")}]}})
        };
        let reply = bulk(
            &caller,
            json!([
                {"method": "POST", "path": "/Users", "bulkId": "dup", "data": person("taken@fail.example", json!({}))},
                group("needs dup", "dup"),
                group("needs ghost", "ghost"),
                {"method": "POST", "path": "/Users", "bulkId": "ok", "data": person("fine@fail.example", json!({}))},
            ]),
        )
        .await
        .expect(200);
        assert_eq!(statuses(&reply), ["409", "409", "400", "201"], "{}", reply.text);
        for (at, name) in [(1, "dup"), (2, "ghost")] {
            let detail = operations(&reply)[at]["response"]["detail"].as_str().unwrap();
            assert!(detail.contains(name), "{detail}");
        }
        assert_eq!(caller.get("/Groups").await.expect(200).total(), 0, "nothing half made");
    }
}
