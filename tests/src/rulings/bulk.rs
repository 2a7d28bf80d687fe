//! What a bulk answers (RFC 7644 §3.7), without references between its operations.

use serde_json::{Value, json};
use testkit::TestServer;

use super::{BULK, ENTERPRISE, PATCH_OP, bulk, operations, person, statuses};

// S-BULK-01, S-BULK-02, S-BULK-04, A-53
#[tokio::test]
async fn every_operation_is_answered_in_order_and_the_whole_is_200() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let id = caller.user("ann@bulk.example").await;
        let reply = bulk(
            &caller,
            json!([
                {"method": "POST", "path": "/Users", "bulkId": "a", "data": person("bob@bulk.example", json!({}))},
                {"method": "POST", "path": "/Users", "bulkId": "b", "data": person("ANN@bulk.example", json!({}))},
                {"method": "PATCH", "path": format!("/Users/{id}"), "data":
                    {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "Dr"}]}},
                {"method": "DELETE", "path": format!("/Users/{id}")},
            ]),
        )
        .await
        .expect(200);
        assert_eq!(reply.json["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]));
        assert_eq!(statuses(&reply), ["201", "409", "200", "204"], "{}", reply.text);
        let done = operations(&reply);
        assert_eq!((&done[0]["method"], &done[0]["bulkId"]), (&json!("POST"), &json!("a")));
        let location = done[0]["location"].as_str().unwrap();
        let made = caller.filter("/Users", "userName eq \"bob@bulk.example\"").await.expect(200);
        assert_eq!(made.resources()[0]["meta"]["location"], location);
        assert_eq!(made.resources()[0]["meta"]["version"], done[0]["version"]);
        assert_eq!(done[0]["response"], Value::Null, "successes carry no body unless asked for");
        assert_eq!(done[1]["location"], Value::Null, "a failed POST has no location");
        assert_eq!(done[1]["response"]["scimType"], "uniqueness");
        assert_eq!(done[1]["response"]["status"], "409");
        assert!(done[3]["location"].as_str().unwrap().ends_with(&id));
    }
}

// S-BULK-02: a request that was processed is 200 although nothing succeeded; one that is no bulk is not.
#[tokio::test]
async fn all_may_fail_but_it_must_be_a_bulk() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let gone = json!([{"method": "DELETE", "path": format!("/Users/{}", super::NOBODY)}]);
        assert_eq!(statuses(&bulk(&caller, gone).await.expect(200)), ["404"]);
        caller.send("POST", "/Bulk", Some("{")).await.scim_error(400, "invalidSyntax");
        caller.post("/Bulk", &json!({"schemas": [BULK]})).await.scim_error(400, "invalidSyntax");
        let text = json!({"schemas": [BULK], "Operations": "all"});
        caller.post("/Bulk", &text).await.scim_error(400, "invalidSyntax");
    }
    let strict = server.strict().await;
    let unmarked = json!({"Operations": []});
    strict.post("/Bulk", &unmarked).await.scim_error(400, "invalidSyntax");
}

// S-BULK-05, A-54
#[tokio::test]
async fn processing_stops_at_the_number_of_errors_that_was_asked_for() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let gone = json!({"method": "DELETE", "path": format!("/Users/{}", super::NOBODY)});
    let create = |name: &str| json!({"method": "POST", "path": "/Users", "bulkId": name, "data": person(name, json!({}))});
    for (limit, expected) in
        [(1, vec!["404"]), (2, vec!["404", "201", "404"]), (3, vec!["404", "201", "404", "201"])]
    {
        let (one, two) = (format!("one-{limit}@stop.example"), format!("two-{limit}@stop.example"));
        let body = json!({"schemas": [BULK], "failOnErrors": limit,
            "Operations": [gone, create(&one), gone, create(&two)]});
        let reply = entra.post("/Bulk", &body).await.expect(200);
        assert_eq!(statuses(&reply), expected, "failOnErrors {limit}");
        let found = entra.filter("/Users", &format!("userName eq \"{two}\"")).await.expect(200).total();
        assert_eq!(found, u64::from(limit == 3), "what was not tried was not done");
    }
    for bad in [json!(0), json!(-1), json!("many")] {
        let body = json!({"schemas": [BULK], "failOnErrors": bad, "Operations": [gone]});
        entra.post("/Bulk", &body).await.expect(400);
    }
}

// S-BULK-03, S-BULK-13
#[tokio::test]
async fn an_operation_that_is_none_fails_alone() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let id = caller.user("ann@shape.example").await;
        let data = || person("new@shape.example", json!({}));
        let cases = [
            ("a GET", json!({"method": "GET", "path": format!("/Users/{id}")})),
            ("no method", json!({"path": format!("/Users/{id}")})),
            ("no path", json!({"method": "DELETE"})),
            ("a POST without bulkId", json!({"method": "POST", "path": "/Users", "data": data()})),
            ("a POST without data", json!({"method": "POST", "path": "/Users", "bulkId": "x"})),
            ("a PUT without data", json!({"method": "PUT", "path": format!("/Users/{id}")})),
            (
                "a POST to a resource",
                json!({"method": "POST", "path": format!("/Users/{id}"), "bulkId": "x", "data": data()}),
            ),
            ("a DELETE of an endpoint", json!({"method": "DELETE", "path": "/Users"})),
            ("a bulk in a bulk", json!({"method": "POST", "path": "/Bulk", "bulkId": "x", "data": {}})),
            ("a search", json!({"method": "POST", "path": "/Users/.search", "bulkId": "x", "data": {}})),
            ("discovery", json!({"method": "POST", "path": "/Schemas", "bulkId": "x", "data": data()})),
        ];
        for (what, operation) in cases {
            let after = json!({"method": "PATCH", "path": format!("/Users/{id}"), "data":
                {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": what}]}});
            let reply = bulk(&caller, json!([operation, after])).await.expect(200);
            assert_eq!(statuses(&reply), ["400", "200"], "{what}: {}", reply.text);
            assert_eq!(
                operations(&reply)[0]["response"]["scimType"],
                "invalidSyntax",
                "{what}: {}",
                reply.text
            );
        }
        assert_eq!(caller.filter("/Users", "userName eq \"new@shape.example\"").await.expect(200).total(), 0);
    }
}

// S-BULK-03
#[tokio::test]
async fn two_creates_cannot_have_one_bulk_id() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let create = |name: &str| json!({"method": "POST", "path": "/Users", "bulkId": "same", "data": person(name, json!({}))});
    let reply =
        bulk(&entra, json!([create("one@twice.example"), create("two@twice.example")])).await.expect(200);
    let found = statuses(&reply);
    assert!(found.contains(&"400"), "{}", reply.text);
}

// S-BULK-09
#[tokio::test]
async fn a_bulk_over_a_limit_is_413_and_says_which() {
    let server = TestServer::start_with(|config| {
        config.limits.bulk_operations = 3;
        config.limits.body = 4096;
    })
    .await;
    let entra = server.entra().await;
    let advertised = entra.get("/ServiceProviderConfig").await.expect(200).json["bulk"].clone();
    assert_eq!(advertised, json!({"supported": true, "maxOperations": 3, "maxPayloadSize": 4096}));
    let one = json!({"method": "DELETE", "path": format!("/Users/{}", super::NOBODY)});
    bulk(&entra, json!([one, one, one])).await.expect(200);
    let many = bulk(&entra, json!([one, one, one, one])).await.scim_error(413, "");
    assert!(many.detail().contains('3') && many.detail().contains("maxOperations"), "{}", many.detail());
    let long = person("long@limit.example", json!({"title": "x".repeat(5000)}));
    let long = bulk(&entra, json!([{"method": "POST", "path": "/Users", "bulkId": "l", "data": long}])).await;
    let long = long.scim_error(413, "");
    assert!(long.detail().contains("4096"), "{}", long.detail());
    assert_eq!(entra.get("/Users").await.expect(200).total(), 0);
}

// S-BULK-11, A-17
#[tokio::test]
async fn the_data_of_a_patch_is_a_message_and_a_bare_list_only_where_leniency_is() {
    let server = TestServer::start().await;
    for (caller, bare_works) in [(server.entra().await, true), (server.strict().await, false)] {
        let id = caller.user("ann@list.example").await;
        let list = json!([{"op": "replace", "path": "title", "value": "Dr"}]);
        let reply =
            bulk(&caller, json!([{"method": "PATCH", "path": format!("/Users/{id}"), "data": list}])).await;
        let expected = if bare_works { "200" } else { "400" };
        assert_eq!(statuses(&reply.expect(200)), [expected]);
        let now = caller.get(&format!("/Users/{id}")).await.expect(200).json["title"].clone();
        assert_eq!(now == "Dr", bare_works);
    }
}

// S-BULK-12, A-25
#[tokio::test]
async fn a_version_works_as_if_match() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let path = format!("/Users/{}", caller.user("ann@version.example").await);
        let version = caller.get(&path).await.expect(200).json["meta"]["version"].clone();
        let replace = |title: &str| {
            json!({"method": "PUT", "path": path, "version": version,
                "data": person("ann@version.example", json!({"title": title}))})
        };
        let reply = bulk(&caller, json!([replace("first"), replace("second")])).await.expect(200);
        assert_eq!(statuses(&reply), ["200", "412"], "{}", reply.text);
        assert_eq!(caller.get(&path).await.expect(200).json["title"], "first");
    }
}

// S-BULK-14
#[tokio::test]
async fn paths_may_carry_the_version_or_the_whole_base() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    for (n, base) in ["", "/v2", "https://scim.provost.example/scim_v2"].into_iter().enumerate() {
        let name = format!("path-{n}@base.example");
        let path = format!("{base}/Users");
        let create =
            json!([{"method": "POST", "path": path, "bulkId": "p", "data": person(&name, json!({}))}]);
        let reply = bulk(&entra, create).await.expect(200);
        assert_eq!(statuses(&reply), ["201"], "{base}: {}", reply.text);
    }
}

// S-BULK-13, S-PATCH-22: an operation does what the single request would do, its events included.
#[tokio::test]
async fn operations_write_the_events_of_single_requests() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let body = person("ann@events.example", json!({ENTERPRISE: {"department": "R&D"}}));
    let patch = json!({"schemas": [PATCH_OP], "Operations": [
        {"op": "Replace", "path": "active", "value": "False"}, {"op": "Add", "path": "nickName", "value": "A"}]});
    let start = server.count_events().await;
    let id = entra.post("/Users", &body).await.expect(201).id().to_owned();
    entra.patch(&format!("/Users/{id}"), &patch).await.expect(200);
    let single = entra.get(&format!("/Users/{id}")).await.expect(200).json;
    entra.delete(&format!("/Users/{id}")).await.expect(204);
    let kinds =
        |events: Vec<store::Event>| -> Vec<&str> { events.iter().map(|e| e.event.kind.as_str()).collect() };
    let alone = kinds(server.events_after(start).await);

    let start = server.count_events().await;
    let mut other = body.clone();
    other["userName"] = json!("bob@events.example");
    let reply = bulk(
        &entra,
        json!([
            {"method": "POST", "path": "/Users", "bulkId": "b", "data": other},
            {"method": "PATCH", "path": "/Users/bulkId:b", "data": patch},
        ]),
    )
    .await
    .expect(200);
    let bulked = entra.filter("/Users", "userName eq \"bob@events.example\"").await.expect(200);
    let bulked = bulked.resources()[0].clone();
    for same in ["active", "nickName", ENTERPRISE] {
        assert_eq!(bulked[same], single[same], "{same}");
    }
    let path = format!("/Users/{}", bulked["id"].as_str().unwrap());
    assert_eq!(
        statuses(&bulk(&entra, json!([{"method": "DELETE", "path": path}])).await.expect(200)),
        ["204"]
    );
    assert_eq!(kinds(server.events_after(start).await), alone, "{}", reply.text);
    assert_eq!(alone, ["learner.created", "learner.deactivated", "learner.removed"]);
}
