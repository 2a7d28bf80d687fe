//! Bulk requests over their limits, and operations that cannot be done.

use serde_json::{Value, json};
use testkit::TestServer;

use super::{USER, World};

fn request(operations: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations})
}

fn create(number: usize) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": format!("n{number}"),
        "data": {"schemas": [USER], "userName": format!("bulk-{number}@bad.example")}})
}

async fn small() -> World {
    let server = TestServer::start_with(|config| {
        config.limits.bulk_operations = 3;
        config.limits.body = 4096;
    })
    .await;
    let caller = server.entra().await;
    World::of(server, caller).await
}

// S-BULK-09
#[tokio::test]
async fn a_bulk_request_over_a_limit_is_refused_by_its_name() {
    let world = small().await;
    let four: Value = (0..4).map(create).collect();
    let body = request(&four);
    world
        .refuses(world.caller.post("/Bulk", &body), 413, "", &["maxOperations", "3", "several requests"])
        .await;
    let mut long = request(&json!([create(0)]));
    long["Operations"][0]["data"]["title"] = json!("x".repeat(5_000));
    world.refuses(world.caller.post("/Bulk", &long), 413, "", &["4096"]).await;
    // The limits are what the configuration says, and as much as they allow is done.
    let config = world.caller.get("/ServiceProviderConfig").await.expect(200);
    assert_eq!(config.json["bulk"]["maxOperations"], 3);
    assert_eq!(config.json["bulk"]["maxPayloadSize"], 4096);
    let three: Value = (0..3).map(create).collect();
    let done = world.caller.post("/Bulk", &request(&three)).await.expect(200);
    assert!(
        done.json["Operations"].as_array().unwrap().iter().all(|o| o["status"] == "201"),
        "{}",
        done.text
    );
}

// S-BULK-02, S-BULK-05
#[tokio::test]
async fn what_is_no_bulk_request_is_refused_whole() {
    let world = World::entra().await;
    let wrong = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    for (body, scim_type, told) in [
        (json!([]), "invalidSyntax", "object"),
        (json!({"schemas": [wrong], "Operations": [create(0)]}), "invalidSyntax", "BulkRequest"),
        (request(&json!("x")), "invalidSyntax", "Operations"),
        (request(&json!({"method": "POST"})), "invalidSyntax", "Operations"),
        (
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "failOnErrors": 0,
            "Operations": [create(0)]}),
            "invalidValue",
            "failOnErrors",
        ),
        (
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "failOnErrors": "two",
            "Operations": [create(0)]}),
            "invalidValue",
            "failOnErrors",
        ),
    ] {
        world.refuses(world.caller.post("/Bulk", &body), 400, scim_type, &[told]).await;
    }
}

// S-BULK-03, S-BULK-04, S-BULK-06, S-BULK-12, S-BULK-13
#[tokio::test]
async fn an_operation_that_cannot_be_done_says_so_and_changes_nothing() {
    let world = World::entra().await;
    let data = json!({"schemas": [USER], "userName": "op@bad.example"});
    let taken = json!({"schemas": [USER], "userName": "ANN@bad.example"});
    let lost = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Lost",
        "members": [{"value": "bulkId:nobody"}]});
    let nowhere = "/Users/0190f3c2-7b1a-7c3d-8e4f-112233445566";
    let cases = [
        (json!({"method": "GET", "path": world.user}), "400", "invalidSyntax", "GET"),
        (json!({"method": "POST", "path": "/Users", "data": data}), "400", "invalidSyntax", "bulkId"),
        (json!({"method": "POST", "bulkId": "a", "data": data}), "400", "invalidSyntax", "path"),
        (json!({"method": "POST", "path": "/Users", "bulkId": "a"}), "400", "invalidSyntax", "data"),
        (
            json!({"method": "POST", "path": world.user, "bulkId": "a", "data": data}),
            "400",
            "invalidSyntax",
            "/Users",
        ),
        (
            json!({"method": "POST", "path": "/Bulk", "bulkId": "a", "data": data}),
            "400",
            "invalidSyntax",
            "Bulk",
        ),
        (
            json!({"method": "POST", "path": "https://elsewhere.example/Users", "bulkId": "a", "data": data}),
            "400",
            "invalidSyntax",
            "elsewhere.example",
        ),
        (json!({"method": "DELETE", "path": "/Users"}), "400", "invalidSyntax", "/Users"),
        (json!({"method": "DELETE", "path": nowhere}), "404", "", "0190f3c2"),
        (json!({"method": "DELETE", "path": "/Users/a\u{0}b"}), "404", "", "id"),
        (json!({"method": "DELETE", "path": world.user, "version": "W/\"77\""}), "412", "", "Read it again"),
        (
            json!({"method": "POST", "path": "/Users", "bulkId": "a", "data": taken}),
            "409",
            "uniqueness",
            "userName",
        ),
        (
            json!({"method": "POST", "path": "/Groups", "bulkId": "a", "data": lost}),
            "400",
            "invalidValue",
            "nobody",
        ),
        (json!({"method": "POST", "path": "/Nothing", "bulkId": "a", "data": data}), "404", "", "/Nothing"),
        (
            json!({"method": "PATCH", "path": world.user, "data": {"Operations": [{"op": "remove"}]}}),
            "400",
            "noTarget",
            "path",
        ),
        (json!("DELETE"), "400", "invalidSyntax", "object"),
    ];
    for (operation, status, scim_type, told) in cases {
        let before = world.state().await;
        let reply = world.caller.post("/Bulk", &request(&json!([operation]))).await.expect(200);
        let done = &reply.json["Operations"][0];
        assert_eq!(done["status"], status, "{operation}: {}", reply.text);
        assert_eq!(done["response"]["status"], status, "{operation}: {}", reply.text);
        assert_eq!(
            done["response"]["scimType"].as_str().unwrap_or(""),
            scim_type,
            "{operation}: {}",
            reply.text
        );
        assert!(done["response"]["detail"].as_str().unwrap().contains(told), "{operation}: {}", reply.text);
        assert_eq!(world.state().await, before, "{operation} changed something");
    }
}

// S-BULK-10
#[tokio::test]
async fn what_refers_to_a_failure_fails_with_it() {
    let world = World::entra().await;
    let group = json!({"method": "POST", "path": "/Groups", "bulkId": "g", "data": {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Of one",
        "members": [{"value": "bulkId:a"}]}});
    let taken = json!({"method": "POST", "path": "/Users", "bulkId": "a",
        "data": {"schemas": [USER], "userName": "ann@bad.example"}});
    let twice = json!([create(1), create(1)]);
    let before = world.state().await;
    let reply = world.caller.post("/Bulk", &request(&json!([group, taken]))).await.expect(200);
    assert_eq!(reply.json["Operations"][0]["status"], "409", "{}", reply.text);
    assert!(reply.json["Operations"][0]["response"]["detail"].as_str().unwrap().contains('a'));
    assert_eq!(reply.json["Operations"][1]["status"], "409", "{}", reply.text);
    assert_eq!(world.state().await, before);
    // One name for two resources: the first has it.
    let reply = world.caller.post("/Bulk", &request(&twice)).await.expect(200);
    assert_eq!(reply.json["Operations"][0]["status"], "201", "{}", reply.text);
    assert_eq!(reply.json["Operations"][1]["status"], "400", "{}", reply.text);
    assert!(reply.json["Operations"][1]["response"]["detail"].as_str().unwrap().contains("n1"));
    assert_eq!(world.state().await.users, before.users + 1);
}
