//! Reading one, reading many (RFC 7644 §3.4, §3.9).

use std::time::Duration;

use serde_json::{Value, json};
use testkit::TestServer;

use super::full;

// S-GET-02, S-GET-03, S-GET-04
#[tokio::test]
async fn ids_are_compared_exactly_and_versions_can_be_asked_for() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.user("ann@get.example").await;
    entra.get(&format!("/Users/{}", id.to_uppercase())).await.scim_error(404, "");
    entra.get("/Users/01890000-0000-7000-8000-000000000000").await.scim_error(404, "");
    let path = format!("/Users/{id}");
    let etag = entra.get(&path).await.expect(200).header("etag").unwrap().to_owned();
    let unchanged = entra.header("if-none-match", &etag).get(&path).await;
    // Computed attributes are part of the projection, so a matching version alone proves nothing (ruling 12).
    assert_eq!(unchanged.expect(200).header("etag"), Some(etag.as_str()));
    let bare = entra.header("if-none-match", &etag).get(&format!("{path}?excludedAttributes=groups")).await;
    assert!(bare.expect(304).text.is_empty());
}

// S-QUERY-01, S-QUERY-02, A-20, A-23, A-38
#[tokio::test]
async fn a_query_without_a_match_is_an_empty_list() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        for (path, filter) in [("/Users", "userName eq \"nobody\""), ("/Groups", "displayName eq \"none\"")] {
            let reply = caller.filter(path, filter).await.expect(200);
            assert_eq!(reply.json["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
            assert_eq!(reply.json["totalResults"], 0);
            assert_eq!(reply.json["Resources"], json!([]));
            assert_eq!((&reply.json["startIndex"], &reply.json["itemsPerPage"]), (&json!(1), &json!(0)));
        }
    }
}

// S-QUERY-05
#[tokio::test]
async fn a_scan_that_takes_too_long_is_given_up() {
    let server = TestServer::start_with(|config| config.limits.scan = Duration::ZERO).await;
    let entra = server.entra().await;
    for start in [0, 1000] {
        let create = |n: u32| {
            let data =
                json!({"schemas": [super::USER], "userName": format!("p{n}@scan.example"), "title": "t"});
            json!({"method": "POST", "path": "/Users", "bulkId": format!("b{n}"), "data": data})
        };
        let operations: Vec<Value> = (start..start + 1000).map(create).collect();
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations});
        entra.post("/Bulk", &body).await.expect(200);
    }
    let refused =
        entra.filter("/Users", "title co \"x\" and nickName co \"y\"").await.scim_error(400, "tooMany");
    assert!(
        refused.detail().contains("filter") || refused.detail().contains("narrow"),
        "{}",
        refused.detail()
    );
    // The matching query has an index and is not affected.
    assert_eq!(entra.filter("/Users", "userName eq \"p7@scan.example\"").await.expect(200).total(), 1);
}

// S-ATTR-01, S-ATTR-02, S-ATTR-03, A-28
#[tokio::test]
async fn projections_work_wherever_a_resource_is_answered() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let created = entra.post("/Users?attributes=userName", &full("ann@attr.example")).await.expect(201);
    let id = created.id().to_owned();
    let path = format!("/Users/{id}");
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "attributes": ["userName"]});
    let searched = entra.post("/Users/.search", &body).await.expect(200).resources()[0].clone();
    let queried = entra.get("/Users?attributes=userName").await.expect(200).resources()[0].clone();
    let title = [json!({"op": "replace", "path": "title", "value": "x"})];
    let only_name = [
        created.json,
        searched,
        queried,
        entra.get(&format!("{path}?attributes=userName")).await.expect(200).json,
        entra.put(&format!("{path}?attributes=userName"), &full("ann@attr.example")).await.expect(200).json,
        entra.patch_operations(&format!("{path}?attributes=userName"), &title).await.expect(200).json,
    ];
    for resource in only_name {
        let keys: Vec<&String> = resource.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 3, "{resource}");
        assert!(
            resource["schemas"].is_array() && resource["id"] == json!(id) && resource["userName"].is_string()
        );
    }
    let without =
        entra.get(&format!("{path}?excludedAttributes=id,emails,name.givenName")).await.expect(200).json;
    assert_eq!((&without["id"], &without["emails"]), (&json!(id), &Value::Null), "id is always there");
    assert_eq!(without["name"], json!({"familyName": "Lee"}));
}

// A-58, S-USER-09
#[tokio::test]
async fn disabled_people_are_still_found() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.user("ann@off.example").await;
    let disable = json!({"op": "Replace", "path": "active", "value": "False"});
    entra.patch_operations(&format!("/Users/{id}"), &[disable]).await.expect(200);
    let found = entra.filter("/Users", "userName eq \"ANN@off.example\"").await.expect(200);
    assert_eq!(found.resources()[0]["active"], false);
    assert_eq!(entra.filter("/Users", "active eq false").await.expect(200).total(), 1);
}
