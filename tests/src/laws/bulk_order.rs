//! A bulk of creates that refer to each other by `bulkId` reaches the same state in any order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::Caller;

use super::{entra, runner, runtime};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Three people in a line of managers, and two groups that are members of each other.
fn operations(run: usize) -> Vec<Value> {
    let user = |id: &str, manager: Option<&str>| {
        let mut data = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": format!("{id}-{run}@bulk.example")});
        if let Some(manager) = manager {
            data[ENTERPRISE] = json!({"manager": {"value": format!("bulkId:{manager}")}});
        }
        json!({"method": "POST", "path": "/Users", "bulkId": id, "data": data})
    };
    let group = |id: &str, members: &[&str]| {
        let members: Vec<Value> = members.iter().map(|m| json!({"value": format!("bulkId:{m}")})).collect();
        json!({"method": "POST", "path": "/Groups", "bulkId": id, "data": {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": format!("{id}-{run}"), "members": members}})
    };
    vec![
        user("head", None),
        user("middle", Some("head")),
        user("junior", Some("middle")),
        group("all", &["head", "middle", "junior", "some"]),
        group("some", &["junior", "all"]),
    ]
}

// S-BULK-06, S-BULK-07, S-BULK-08
#[test]
fn linked_creates_reach_the_same_state_in_any_order() {
    let (_server, entra) = entra();
    let order = Just((0_usize..5).collect::<Vec<_>>()).prop_shuffle();
    let run = AtomicUsize::new(0);
    runner(40)
        .run(&order, |order| {
            let run = run.fetch_add(1, Ordering::Relaxed);
            runtime().block_on(one(&entra, run, &order));
            Ok(())
        })
        .unwrap();
}

async fn one(entra: &Caller, run: usize, order: &[usize]) {
    let all = operations(run);
    let shuffled: Vec<&Value> = order.iter().map(|at| &all[*at]).collect();
    let body =
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": shuffled});
    let answer = entra.post("/Bulk", &body).await.expect(200);
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for (sent, done) in shuffled.iter().zip(answer.json["Operations"].as_array().unwrap()) {
        assert_eq!(done["status"], "201", "{order:?}: {done}");
        assert_eq!(done["bulkId"], sent["bulkId"], "answers come in the order of the request");
        let location = done["location"].as_str().unwrap();
        let id = location.rsplit('/').next().unwrap().to_owned();
        ids.insert(sent["bulkId"].as_str().unwrap().to_owned(), id);
    }
    for (who, manager) in [("head", None), ("middle", Some("head")), ("junior", Some("middle"))] {
        let user = entra.get(&format!("/Users/{}", ids[who])).await.expect(200);
        let found = user.json[ENTERPRISE]["manager"]["value"].as_str();
        assert_eq!(found, manager.map(|m| ids[m].as_str()), "{order:?}: the manager of {who}");
    }
    for (group, members) in
        [("all", &["head", "middle", "junior", "some"][..]), ("some", &["junior", "all"][..])]
    {
        let found = entra.get(&format!("/Groups/{}", ids[group])).await.expect(200);
        let mut found: Vec<String> = found.json["members"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["value"].as_str().unwrap().to_owned())
            .collect();
        let mut wanted: Vec<String> = members.iter().map(|m| ids[*m].clone()).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{order:?}: members of {group}");
    }
}
