//! Schemas and resource types that a tenant has added (RFC 7643 §6, §7).

use serde_json::{Value, json};
use service::{DEFAULT, Extends};
use testkit::{Caller, TestServer};

use super::{USER, person};

const BADGE: &str = "urn:example:params:scim:schemas:extension:badge:2.0:User";
const COURSE: &str = "urn:example:params:scim:schemas:core:2.0:Course";

fn attribute(name: &str, more: Value) -> Value {
    let mut attribute = json!({"name": name, "type": "string", "multiValued": false, "description": name});
    attribute.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    attribute
}

fn badge() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": BADGE, "name": "Badge",
        "attributes": [
            attribute("number", json!({"required": true, "uniqueness": "server", "caseExact": true})),
            attribute("issuedBy", json!({"mutability": "immutable"})),
            attribute("pin", json!({"mutability": "writeOnly", "returned": "never"})),
            attribute("note", json!({"returned": "request"})),
            attribute("doors", json!({"multiValued": true})),
            attribute("title", json!({})),
            attribute("level", json!({"type": "integer"})),
            attribute("weight", json!({"type": "decimal"})),
        ],
    })
}

fn course() -> (Value, Value) {
    let schema = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": COURSE, "name": "Course",
        "attributes": [
            attribute("title", json!({"required": true})),
            attribute("code", json!({"uniqueness": "server"})),
            attribute("externalId", json!({"caseExact": false})),
        ],
    });
    let resource_type = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": "Course", "name": "Course",
        "endpoint": "/Courses", "schema": COURSE,
    });
    (schema, resource_type)
}

async fn with_badges(required: bool) -> (TestServer, Caller) {
    let server = TestServer::start().await;
    let operator = server.operator(DEFAULT, DEFAULT).await;
    let extends = [Extends { resource_type: "User".into(), required }];
    server.service.schema_add(&operator, &badge(), &extends).await.unwrap();
    let caller = server.entra().await;
    server.advance(std::time::Duration::from_secs(2));
    (server, caller)
}

fn holder(name: &str, badge: Value) -> Value {
    json!({"schemas": [USER, BADGE], "userName": name, BADGE: badge})
}

// S-RES-04, S-CREATE-05
#[tokio::test]
async fn a_required_extension_must_be_there_with_what_it_requires() {
    let (_server, caller) = with_badges(true).await;
    caller.post("/Users", &person("none@badge.example", json!({}))).await.scim_error(400, "invalidValue");
    let empty = holder("empty@badge.example", json!({"doors": ["A"]}));
    let refused = caller.post("/Users", &empty).await.scim_error(400, "invalidValue");
    assert!(refused.detail().contains("number"), "{}", refused.detail());
    let made = caller.post("/Users", &holder("ann@badge.example", json!({"number": "1"}))).await.expect(201);
    let path = format!("/Users/{}", made.id());
    let gone = json!({"op": "remove", "path": BADGE});
    caller.patch_operations(&path, &[gone]).await.scim_error(400, "mutability");
}

// S-SCHEMA-07, A-49, S-PUT-09
#[tokio::test]
async fn a_unique_attribute_of_a_tenants_own_is_409_wherever_it_is_written() {
    let (_server, caller) = with_badges(false).await;
    caller.post("/Users", &holder("ann@unique.example", json!({"number": "A1"}))).await.expect(201);
    let again = holder("bob@unique.example", json!({"number": "A1"}));
    caller.post("/Users", &again).await.scim_error(409, "uniqueness");
    let other = holder("bob@unique.example", json!({"number": "a1"}));
    let path = format!("/Users/{}", caller.post("/Users", &other).await.expect(201).id());
    caller.put(&path, &again).await.scim_error(409, "uniqueness");
    let operation = json!({"op": "replace", "path": format!("{BADGE}:number"), "value": "A1"});
    caller.patch_operations(&path, &[operation]).await.scim_error(409, "uniqueness");
    assert_eq!(caller.get(&path).await.expect(200).json[BADGE]["number"], "a1");
}

// S-PUT-09, A-49
#[tokio::test]
async fn a_taken_user_name_is_409_in_put_and_patch_too() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        caller.user("taken@put.example").await;
        let path = format!("/Users/{}", caller.user("other@put.example").await);
        let body = person("TAKEN@put.example", json!({}));
        caller.put(&path, &body).await.scim_error(409, "uniqueness");
        let operation = json!({"op": "replace", "path": "userName", "value": "Taken@put.example"});
        caller.patch_operations(&path, &[operation]).await.scim_error(409, "uniqueness");
        assert_eq!(caller.get(&path).await.expect(200).json["userName"], "other@put.example");
    }
}

// S-CREATE-10, S-PUT-04, S-PATCH-09, S-SCHEMA-06, S-ATTR-08, S-USER-02
#[tokio::test]
async fn mutability_and_returned_are_kept() {
    let (_server, caller) = with_badges(false).await;
    let badge = json!({"number": "7", "issuedBy": "Eve", "pin": "1234", "note": "left handed"});
    let made = caller.post("/Users", &holder("ann@keep.example", badge)).await.expect(201);
    let path = format!("/Users/{}", made.id());
    assert_eq!(made.json[BADGE]["note"], "left handed", "the write supplied it");
    let got = caller.get(&path).await.expect(200).json[BADGE].clone();
    assert_eq!(got, json!({"number": "7", "issuedBy": "Eve"}));
    let named =
        caller.query(&path, &[("attributes", &format!("{BADGE}:note,{BADGE}:pin"))]).await.expect(200);
    assert_eq!(named.json[BADGE], json!({"note": "left handed"}));
    for search in [format!("{BADGE}:pin eq \"1234\""), format!("{BADGE}:pin pr")] {
        caller.filter("/Users", &search).await.scim_error(400, "invalidFilter");
    }
    let other = json!({"op": "replace", "path": format!("{BADGE}:issuedBy"), "value": "Mallory"});
    caller.patch_operations(&path, &[other]).await.scim_error(400, "mutability");
    let same = json!({"op": "replace", "path": format!("{BADGE}:issuedBy"), "value": "Eve"});
    caller.patch_operations(&path, &[same]).await.expect(200);
    let put = holder("ann@keep.example", json!({"number": "7", "issuedBy": "Mallory"}));
    caller.put(&path, &put).await.scim_error(400, "mutability");
    let put = holder("ann@keep.example", json!({"number": "7"}));
    assert_eq!(caller.put(&path, &put).await.expect(200).json[BADGE]["issuedBy"], "Eve", "left out, kept");
}

// S-MODEL-02, S-MODEL-09, S-TYPE-06, S-TYPE-01
#[tokio::test]
async fn values_of_every_type_come_back_as_they_were_sent() {
    let (_server, caller) = with_badges(false).await;
    let mut body =
        holder("ann@types.example", json!({"number": "9", "doors": ["B", "A"], "title": "Keeper"}));
    body["title"] = json!("Dr");
    let mut text = body.to_string();
    text = text.replace(
        "\"number\":\"9\"",
        "\"number\":\"9\",\"weight\":0.1000000000000000055,\"level\":9007199254740993",
    );
    let made = caller.send("POST", "/Users", Some(&text)).await.expect(201);
    assert_eq!((&made.json["title"], &made.json[BADGE]["title"]), (&json!("Dr"), &json!("Keeper")));
    let got = caller.get(&format!("/Users/{}", made.id())).await.expect(200);
    assert_eq!(got.json[BADGE]["doors"], json!(["B", "A"]));
    assert!(got.text.contains("0.1000000000000000055"), "{}", got.text);
    assert!(got.text.contains("9007199254740993"), "{}", got.text);
    for filter in ["level gt 9007199254740992", "doors eq \"a\"", "weight lt 0.2"] {
        let filter = format!("{BADGE}:{filter}");
        assert_eq!(caller.filter("/Users", &filter).await.expect(200).total(), 1, "{filter}");
    }
    let unqualified = caller.filter("/Users", "level eq 9007199254740993").await.expect(200);
    assert_eq!(unqualified.total(), 1, "only one extension has it");
    for bad in [
        json!({"number": "10", "level": 1.5}),
        json!({"number": "10", "level": true}),
        json!({"number": 10.5, "doors": {}}),
    ] {
        caller.post("/Users", &holder("bob@types.example", bad)).await.scim_error(400, "invalidValue");
    }
}

// S-HTTP-07, S-DISC-07, S-RT-01, S-RT-02, S-COMMON-09, S-SCHEMA-08, S-QUERY-03
#[tokio::test]
async fn a_type_of_a_tenants_own_is_served_like_the_built_in_ones() {
    let server = TestServer::start().await;
    let operator = server.operator(DEFAULT, DEFAULT).await;
    let (schema, resource_type) = course();
    server.service.schema_add(&operator, &schema, &[]).await.unwrap();
    let operator = server.operator(DEFAULT, DEFAULT).await;
    server.service.resource_type_add(&operator, &resource_type).await.unwrap();
    let caller = server.entra().await;
    server.advance(std::time::Duration::from_secs(2));

    let listed = caller.get("/ResourceTypes/Course").await.expect(200);
    assert_eq!((&listed.json["endpoint"], &listed.json["schema"]), (&json!("/Courses"), &json!(COURSE)));
    let shown = caller.get(&format!("/Schemas/{COURSE}")).await.expect(200).json;
    let names: Vec<&str> =
        shown["attributes"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["title", "code"], "common attributes are not listed");
    server.anonymous().get("/ResourceTypes/Course").await.scim_error(404, "");
    server.strict().await.get("/ResourceTypes/Course").await.scim_error(404, "");
    server.strict().await.get("/Courses").await.scim_error(404, "");

    let body = json!({"schemas": [COURSE], "title": "First aid", "code": "FA", "externalId": "X-1"});
    let made = caller.post("/Courses", &body).await.expect(201);
    assert_eq!(made.json["meta"]["resourceType"], "Course");
    assert_eq!(
        made.header("location").unwrap(),
        format!("https://scim.provost.example/scim_v2/Courses/{}", made.id())
    );
    caller.post("/Courses", &body).await.scim_error(409, "uniqueness");
    assert_eq!(caller.filter("/Courses", "title sw \"first\"").await.expect(200).total(), 1);
    assert_eq!(caller.filter("/Courses", "externalId eq \"X-1\"").await.expect(200).total(), 1);
    assert_eq!(caller.filter("/Courses", "externalId eq \"x-1\"").await.expect(200).total(), 0);
    assert_eq!(caller.filter("", "meta.resourceType eq \"Course\"").await.expect(200).total(), 1);
    let path = format!("/Courses/{}", made.id());
    let rename = json!({"op": "replace", "path": "title", "value": "Second aid"});
    caller.patch_operations(&path, &[rename]).await.expect(200);
    caller.delete(&path).await.expect(204);
    caller.get(&path).await.scim_error(404, "");
}
