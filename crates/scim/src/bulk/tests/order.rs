//! S-BULK-07, S-BULK-08.

use proptest::prelude::*;

use super::*;

fn group(bulk_id: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|m| json!({"value": m})).collect();
    json!({"method": "POST", "path": "/Groups", "bulkId": bulk_id,
           "data": {"displayName": bulk_id, "members": members}})
}

fn order(operations: Value) -> Vec<usize> {
    plan(&request(operations)).steps.iter().map(|s| s.operation).collect()
}

fn add_to(group: &str, member: &str) -> Value {
    json!({"method": "PATCH", "path": format!("/Groups/{group}"), "data": {"Operations": [
        {"op": "add", "path": "members", "value": [{"value": member}]}]}})
}

#[test]
fn s_bulk_08_the_order_of_the_request_is_kept_where_nothing_speaks_against_it() {
    assert_eq!(order(json!([user("a"), group("g", &["bulkId:a"]), user("b")])), [0, 1, 2]);
    let delete = json!({"method": "DELETE", "path": "/Users/9"});
    assert_eq!(order(json!([delete, user("a"), add_to("1", "9")])), [0, 1, 2]);
}

#[test]
fn s_bulk_07_an_operation_waits_for_what_it_refers_to_and_no_longer() {
    assert_eq!(order(json!([group("g", &["bulkId:a"]), user("x"), user("a"), user("y")])), [1, 2, 0, 3]);
    let chain = json!([group("g", &["bulkId:h"]), group("h", &["bulkId:i"]), group("i", &[])]);
    assert_eq!(order(chain), [2, 1, 0]);
}

#[test]
fn s_bulk_08_operations_on_one_resource_keep_their_order() {
    let clear = json!({"method": "PATCH", "path": "/Groups/1", "data": {"Operations": [
        {"op": "remove", "path": "members"}]}});
    // Done out of order, the group would end with a member.
    assert_eq!(order(json!([add_to("1", "bulkId:a"), clear, user("a")])), [2, 0, 1]);
}

#[test]
fn s_bulk_08_a_deletion_stays_behind_what_mentions_the_resource() {
    let both = json!({"method": "PATCH", "path": "/Groups/1", "data": {"Operations": [
        {"op": "add", "path": "members", "value": [{"value": "9"}, {"value": "bulkId:a"}]}]}});
    let delete = json!({"method": "DELETE", "path": "/Users/9"});
    assert_eq!(order(json!([both, delete, user("a")])), [2, 0, 1]);
}

// The example of RFC 7644 §3.7.1.
#[test]
fn s_bulk_07_a_circle_is_closed_by_a_patch() {
    let request =
        request(json!([group("qwerty", &["x", "bulkId:ytrewq"]), group("ytrewq", &["bulkId:qwerty"])]));
    let plan = plan(&request);
    let shape: Vec<_> = plan.steps.iter().map(|s| (s.operation, s.deferred.len(), s.is_follow_up)).collect();
    assert_eq!(shape, [(0, 1, false), (1, 0, false), (0, 1, true)]);
    let known = ids(&["qwerty", "ytrewq"]);
    let (_, first) = request.data(&plan.steps[0], made_all(&ids(&[]))).unwrap();
    assert_eq!(first["members"], json!([{"value": "x"}]));
    let (_, second) = request.data(&plan.steps[1], made_all(&known)).unwrap();
    assert_eq!(second["members"], json!([{"value": "id-qwerty"}]));
    let patch = follow_up(&request, &plan.steps[2], made_all(&known)).unwrap();
    assert_eq!(
        patch["Operations"],
        json!([{"op": "add", "path": "members", "value": [{"value": "id-ytrewq"}]}])
    );
    let error = follow_up(&request, &plan.steps[2], made_all(&ids(&["qwerty"]))).unwrap_err();
    assert_eq!(error.status, 409);
}

#[test]
fn s_bulk_06_an_element_that_is_left_out_comes_back_with_every_reference() {
    let request = request(json!([
        {"method": "POST", "path": "/Groups", "bulkId": "a", "data": {"displayName": "A"}},
        {"method": "POST", "path": "/Groups", "bulkId": "b",
         "data": {"displayName": "B", "members": [{"value": "bulkId:a", "display": "bulkId:b"}]}},
    ]));
    let plan = plan(&request);
    let completing = plan.steps.iter().find(|s| s.is_follow_up).unwrap();
    let patch = follow_up(&request, completing, made_all(&ids(&["a", "b"]))).unwrap();
    assert_eq!(patch["Operations"][0]["value"], json!([{"value": "id-a", "display": "id-b"}]));
}

#[test]
fn s_bulk_07_people_may_manage_each_other_and_themselves() {
    const URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let managed = |name: &str, manager: Value| {
        json!({"method": "POST", "path": "/Users", "bulkId": name,
               "data": {"userName": name, URN: {"department": "D", "manager": manager}}})
    };
    let request = request(json!([
        managed("a", json!({"value": "bulkId:b"})),
        managed("b", json!("bulkId:a")),
        managed("self", json!({"value": "bulkId:self"})),
    ]));
    let plan = plan(&request);
    let known = ids(&["a", "b", "self"]);
    let (_, first) = request.data(&plan.steps[0], made_all(&ids(&[]))).unwrap();
    assert_eq!(first[URN], json!({"department": "D"}));
    let follow_ups: Vec<_> = plan.steps.iter().filter(|s| s.is_follow_up).collect();
    let patches: Vec<_> = follow_ups
        .iter()
        .map(|s| follow_up(&request, s, made_all(&known)).unwrap()["Operations"].clone())
        .collect();
    assert_eq!(patches.len(), 2);
    assert_eq!(
        patches[0],
        json!([{"op": "add", "path": format!("{URN}:manager"), "value": {"value": "id-b"}}])
    );
    assert_eq!(patches[1][0]["value"], json!({"value": "id-self"}));
}

proptest! {
    /// Whatever refers to whatever: each operation runs once, after all it needs except what it defers, and whatever
    /// was deferred is put in once everything it needs is there.
    #[test]
    fn s_bulk_07_every_plan_is_sound(edges in proptest::collection::vec(proptest::collection::vec(0_usize..7, 0..4), 1..7)) {
        let count = edges.len();
        let operations: Vec<Value> = edges.iter().enumerate().map(|(index, members)| {
            let members: Vec<String> = members.iter().filter(|m| **m < count).map(|m| format!("bulkId:{m}")).collect();
            group(&index.to_string(), &members.iter().map(String::as_str).collect::<Vec<_>>())
        }).collect();
        let request = request(json!(operations));
        let plan = plan(&request);
        let mut known = HashMap::new();
        let mut pending: Vec<usize> = Vec::new();
        for step in &plan.steps {
            if step.is_follow_up {
                let place = pending.iter().position(|p| *p == step.operation);
                prop_assert!(place.is_some());
                pending.remove(place.unwrap());
                prop_assert!(follow_up(&request, step, made_all(&known)).is_ok());
            } else {
                prop_assert!(!known.contains_key(&step.operation.to_string()));
                let (_, data) = request.data(step, made_all(&known)).unwrap();
                let kept = data["members"].as_array().unwrap().len();
                let wanted = request.operations[step.operation].action.as_ref().unwrap().references().count();
                prop_assert_eq!(kept + step.deferred.len(), wanted);
                known.insert(step.operation.to_string(), format!("id-{}", step.operation));
                if !step.deferred.is_empty() {
                    pending.push(step.operation);
                }
            }
        }
        prop_assert!(pending.is_empty());
        prop_assert_eq!(known.len(), count);
    }
}
