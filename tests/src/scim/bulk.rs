//! Bulk requests.

use serde_json::{Value, json};
use service::Preference;

use super::world::{ENTERPRISE, PATCH_OP, World, json_of};

async fn bulk(world: &World, fail_on_errors: Option<u64>, operations: Value) -> Value {
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations,
    });
    if let Some(most) = fail_on_errors {
        body["failOnErrors"] = most.into();
    }
    let cx = world.cx().await;
    let answer = world.service.bulk(&cx, body.to_string().as_bytes(), Preference::None).await.unwrap();
    assert_eq!(answer.status, 200);
    json_of(&answer)["Operations"].clone()
}

fn statuses(operations: &Value) -> Vec<&str> {
    operations.as_array().unwrap().iter().map(|o| o["status"].as_str().unwrap()).collect()
}

// S-BULK-04, S-BULK-06
#[tokio::test]
async fn operations_refer_to_each_other() {
    let world = World::new().await;
    let done = bulk(&world, None, json!([
        {"method": "POST", "path": "/Groups", "bulkId": "g",
         "data": {"displayName": "Eng", "members": [{"value": "bulkId:ann"}]}},
        {"method": "POST", "path": "/Users", "bulkId": "ann",
         "data": {"userName": "ann", (ENTERPRISE): {"manager": {"value": "bulkId:boss"}}}},
        {"method": "POST", "path": "/Users", "bulkId": "boss", "data": {"userName": "boss"}},
        {"method": "PATCH", "path": "/Users/bulkId:boss",
         "data": {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "Dr"}]}},
    ]))
    .await;
    assert_eq!(statuses(&done), ["201", "201", "201", "200"]);
    assert_eq!((&done[0]["bulkId"], &done[3]["version"]), (&json!("g"), &json!("W/\"2\"")));
    let ann = &world.find("Users", "userName eq \"ann\"").await[0];
    let boss = &world.find("Users", "userName eq \"boss\"").await[0];
    assert_eq!((&ann[ENTERPRISE]["manager"]["value"], &boss["title"]), (&boss["id"], &json!("Dr")));
    assert_eq!(ann["groups"][0]["display"], "Eng");
    assert_eq!(done[2]["location"], boss["meta"]["location"]);
}

// S-BULK-07
#[tokio::test]
async fn circles_are_closed_afterwards() {
    let world = World::new().await;
    let done = bulk(
        &world,
        None,
        json!([
            {"method": "POST", "path": "/Groups", "bulkId": "a",
             "data": {"displayName": "A", "members": [{"value": "bulkId:b", "type": "Group"}]}},
            {"method": "POST", "path": "/Groups", "bulkId": "b",
             "data": {"displayName": "B", "members": [{"value": "bulkId:a", "type": "Group"}]}},
        ]),
    )
    .await;
    assert_eq!(statuses(&done), ["201", "201"]);
    for (name, other) in [("A", "B"), ("B", "A")] {
        let group = &world.find("Groups", &format!("displayName eq \"{name}\"")).await[0];
        assert_eq!(group["members"][0]["display"], other);
        assert_eq!(group["members"].as_array().unwrap().len(), 1);
    }
}

// S-BULK-05, S-BULK-10, S-BULK-12, A-53, A-54
#[tokio::test]
async fn failures_stand_in_the_answer() {
    let world = World::new().await;
    let ann = world.user("ann").await;
    let path = format!("/Users/{ann}");
    let operations = json!([
        {"method": "POST", "path": "/Users", "bulkId": "x", "data": {"userName": "ANN"}},
        {"method": "POST", "path": "/Groups", "bulkId": "g",
         "data": {"displayName": "Eng", "members": [{"value": "bulkId:x"}]}},
        {"method": "GET", "path": path},
        {"method": "DELETE", "path": path, "version": "W/\"7\""},
        {"method": "DELETE", "path": path, "version": "W/\"1\""},
    ]);
    let stopped = bulk(&world, Some(1), operations.clone()).await;
    assert_eq!(statuses(&stopped), ["409"]);
    let done = bulk(&world, None, operations).await;
    assert_eq!(statuses(&done), ["409", "409", "400", "412", "204"]);
    assert_eq!(done[0]["response"]["scimType"], "uniqueness");
    assert!(done[0].get("location").is_none());
    assert_eq!(done[3]["location"], format!("https://provost.example/scim_v2/Users/{ann}"));
    assert_eq!(world.log().await.iter().filter(|e| e.entry.status == 412).count(), 1);
}
