use std::collections::HashMap;

use serde_json::{Value, json};

use super::*;
use crate::{Dialect, ScimType};

mod order;

const LIMITS: Limits<'_> = Limits {
    max_operations: 50,
    max_payload_size: 1000,
    bases: &["https://learn.example/scim_v2", "/scim_v2"],
};

fn request(operations: Value) -> BulkRequest {
    parse(json!({"schemas": [BULK_REQUEST], "Operations": operations}), &Dialect::strict(), &LIMITS).unwrap()
}

fn refusal(operation: Value) -> ScimError {
    let request = request(json!([operation]));
    request.operations[0].action.clone().unwrap_err()
}

fn user(bulk_id: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": {"userName": bulk_id}})
}

/// Ids as a service would give them: `id-` and the name.
fn made_all<'a>(ids: &'a HashMap<String, String>) -> impl Fn(&str) -> Outcome<'a> {
    |name| ids.get(name).map_or(Outcome::Failed, |id| Outcome::Made(id))
}

fn ids(names: &[&str]) -> HashMap<String, String> {
    names.iter().map(|n| ((*n).to_owned(), format!("id-{n}"))).collect()
}

#[test]
fn s_bulk_02_what_is_no_bulk_request_is_refused_as_a_whole() {
    let strict = Dialect::strict();
    for body in [
        json!([]),
        json!({"Operations": []}),
        json!({"schemas": [BULK_REQUEST]}),
        json!({"schemas": [BULK_REQUEST], "Operations": {}}),
        json!({"schemas": [BULK_REQUEST], "Operations": []}),
        json!({"schemas": [crate::patch::PATCH_OP], "Operations": [user("a")]}),
    ] {
        let error = parse(body.clone(), &strict, &LIMITS).unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidSyntax), "{body}");
    }
    let lenient = parse(json!({"operations": [user("a")]}), &Dialect::entra(), &LIMITS).unwrap();
    assert_eq!(lenient.operations.len(), 1);
}

#[test]
fn s_bulk_03_an_operation_that_lacks_something_fails_alone() {
    for operation in [
        json!("x"),
        json!({"path": "/Users", "bulkId": "a", "data": {}}),
        json!({"method": "GET", "path": "/Users/1"}),
        json!({"method": "post", "path": "/Users", "bulkId": "a", "data": {}}),
        json!({"method": "POST", "path": "/Users", "data": {"userName": "a"}}),
        json!({"method": "POST", "path": "/Users/1", "bulkId": "a", "data": {}}),
        json!({"method": "PUT", "path": "/Users", "data": {}}),
        json!({"method": "PATCH", "path": "/Users/1"}),
        json!({"method": "PATCH", "path": "/Users/1", "data": [{"op": "remove", "path": "title"}]}),
        json!({"method": "DELETE"}),
        json!({"method": "DELETE", "path": "/Users"}),
        json!({"method": "PUT", "path": 5, "data": {}}),
    ] {
        assert_eq!(refusal(operation.clone()).scim_type, Some(ScimType::InvalidSyntax), "{operation}");
    }
    let twice = request(json!([user("a"), user("a")]));
    assert!(twice.operations[0].action.is_ok());
    assert_eq!(twice.operations[1].action.as_ref().unwrap_err().path.as_deref(), Some("bulkId"));
}

#[test]
fn s_bulk_05_fail_on_errors_is_at_least_one() {
    let body = |n: Value| json!({"schemas": [BULK_REQUEST], "failOnErrors": n, "Operations": [user("a")]});
    let strict = Dialect::strict();
    assert_eq!(parse(body(json!(3)), &strict, &LIMITS).unwrap().fail_on_errors, Some(3));
    assert_eq!(parse(body(json!(null)), &strict, &LIMITS).unwrap().fail_on_errors, None);
    for wrong in [json!(0), json!(-1), json!(1.5), json!("one")] {
        let error = parse(body(wrong), &strict, &LIMITS).unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidValue));
    }
}

#[test]
fn s_bulk_09_limits_are_named() {
    let many: Vec<Value> = (0..51).map(|n| user(&n.to_string())).collect();
    let body = json!({"schemas": [BULK_REQUEST], "Operations": many});
    let error = parse(body, &Dialect::strict(), &LIMITS).unwrap_err();
    assert_eq!(error.status, 413);
    assert!(error.detail.contains("maxOperations (50)"), "{}", error.detail);
    assert!(LIMITS.check_payload(1000).is_ok());
    let error = LIMITS.check_payload(1001).unwrap_err();
    assert!(error.status == 413 && error.detail.contains("maxPayloadSize (1000)"), "{}", error.detail);
}

// S-BULK-11
#[test]
fn bulk_patch_array() {
    let operation =
        json!({"method": "PATCH", "path": "/Users/1", "data": [{"op": "remove", "path": "title"}]});
    let body = json!({"schemas": [BULK_REQUEST], "Operations": [operation]});
    let request = parse(body, &Dialect::entra(), &LIMITS).unwrap();
    let data = &request.operations[0].action.as_ref().unwrap().data;
    assert_eq!(data["schemas"], json!([crate::patch::PATCH_OP]));
    assert_eq!(data["Operations"][0]["path"], "title");
}

#[test]
fn s_bulk_13_14_paths() {
    let read = |path: &str| Target::parse(path, Method::Delete, &LIMITS).map(|t| (t.endpoint, t.id));
    let user_1 = Ok(("Users".to_owned(), Some(Id::Known("1".to_owned()))));
    for path in [
        "/Users/1",
        "Users/1",
        "/v2/Users/1",
        "/scim_v2/Users/1",
        "/scim_v2/v2/Users/1",
        "https://learn.example/scim_v2/Users/1",
        "/Users/1?attributes=userName",
    ] {
        assert_eq!(read(path), user_1, "{path}");
    }
    assert_eq!(read("/Users/bulkId:q"), Ok(("Users".to_owned(), Some(Id::Bulk("q".to_owned())))));
    for path in [
        "https://other.example/scim_v2/Users/1",
        "https://learn.example/scim_v2x/Users/1",
        "/Bulk/1",
        "/Schemas/1",
        "/Users/.search",
        "/me/1",
        "/Users/1/2",
        "",
    ] {
        assert_eq!(read(path).unwrap_err().scim_type, Some(ScimType::InvalidSyntax), "{path}");
    }
}

#[test]
fn s_bulk_06_references_are_replaced_wherever_they_stand() {
    let request = request(json!([
        user("a"),
        user("b"),
        {"method": "POST", "path": "/Users", "bulkId": "c", "data": {
            "userName": "bulkId:",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "bulkId:a"}}}},
        {"method": "PATCH", "path": "/Groups/g", "data": {"schemas": [crate::patch::PATCH_OP], "Operations": [
            {"op": "add", "path": "members", "value": [{"value": "bulkId:a"}, {"value": "bulkId:b"}]},
            {"op": "add", "value": {"members": ["bulkId:a"]}},
            {"op": "remove", "path": "members[value eq \"bulkId:a\" or value eq \"bulkId:b\" or value eq \"x\\\"\"]"}]}},
        {"method": "DELETE", "path": "/Users/bulkId:b"},
    ]));
    let all = ids(&["a", "b", "c"]);
    let plan = plan(&request);
    let data = |n: usize| request.data(&plan.steps[n], made_all(&all)).unwrap();
    let manager = &data(2).1["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]["manager"];
    assert_eq!(manager, &json!({"value": "id-a"}));
    let (id, patch) = data(3);
    assert_eq!(id.as_deref(), Some("g"));
    assert_eq!(patch["Operations"][0]["value"], json!([{"value": "id-a"}, {"value": "id-b"}]));
    assert_eq!(patch["Operations"][1]["value"]["members"], json!(["id-a"]));
    assert_eq!(
        patch["Operations"][2]["path"],
        "members[value eq \"id-a\" or value eq \"id-b\" or value eq \"x\\\"\"]"
    );
    assert_eq!(data(4), (Some("id-b".to_owned()), Value::Null));
}

#[test]
fn s_bulk_06_a_reference_to_nothing_can_never_be_resolved() {
    let member = json!({"method": "PATCH", "path": "/Groups/g", "data": {"Operations": [
        {"op": "add", "path": "members", "value": [{"value": "bulkId:nobody"}]}]}});
    let filter = json!({"method": "PATCH", "path": "/Groups/g", "data": {"Operations": [
        {"op": "remove", "path": "members[value eq \"bulkId:nobody\"]"}]}});
    let target = json!({"method": "DELETE", "path": "/Users/bulkId:nobody"});
    for operation in [member, filter, target] {
        let error = refusal(operation.clone());
        assert_eq!(error.scim_type, Some(ScimType::InvalidValue), "{operation}");
        assert!(error.detail.contains("nobody"));
    }
    // A text that merely looks like one is left alone.
    let request = request(
        json!([{"method": "PUT", "path": "/Users/1", "data": {"userName": "u", "title": "bulkId:nobody"}}]),
    );
    assert!(request.operations[0].action.is_ok());
}

#[test]
fn s_bulk_10_what_depends_on_a_failure_fails_with_409() {
    let request = request(json!([
        {"method": "POST", "path": "/Users", "bulkId": "a"},
        {"method": "POST", "path": "/Groups", "bulkId": "g",
         "data": {"displayName": "G", "members": [{"value": "bulkId:a"}]}},
    ]));
    let plan = plan(&request);
    assert!(request.data(&plan.steps[0], made_all(&ids(&[]))).is_err());
    let error = request.data(&plan.steps[1], made_all(&ids(&[]))).unwrap_err();
    assert_eq!((error.status, error.scim_type), (409, None));
    assert!(error.detail.contains("bulkId:a"), "{}", error.detail);
}

#[test]
fn s_bulk_04_the_response_repeats_the_operation() {
    let request = request(json!([user("a"), {"method": "DELETE", "path": "/Users/9"}, {"method": "GET"}]));
    let mut response = BulkResponse::default();
    let made = BulkResult {
        status: 201,
        location: Some("https://learn.example/scim_v2/Users/1".to_owned()),
        version: Some("W/\"1\"".to_owned()),
        response: None,
    };
    let failed = BulkResult {
        status: 404,
        location: Some("https://learn.example/scim_v2/Users/9".to_owned()),
        version: None,
        response: Some(r#"{"status":"404"}"#.to_owned()),
    };
    let wrong = BulkResult { status: 400, location: None, version: None, response: Some("{}".to_owned()) };
    for (operation, result) in request.operations.iter().zip([&made, &failed, &wrong]) {
        response.push(operation, result);
    }
    let body: Value = serde_json::from_str(&response.finish()).unwrap();
    assert_eq!(
        body,
        json!({"schemas": [BULK_RESPONSE], "Operations": [
            {"method": "POST", "bulkId": "a", "version": "W/\"1\"",
             "location": "https://learn.example/scim_v2/Users/1", "status": "201"},
            {"method": "DELETE", "location": "https://learn.example/scim_v2/Users/9", "status": "404",
             "response": {"status": "404"}},
            {"method": "GET", "status": "400", "response": {}},
        ]})
    );
    assert_eq!(
        BulkResponse::default().finish(),
        format!(r#"{{"schemas":["{BULK_RESPONSE}"],"Operations":[]}}"#)
    );
}
