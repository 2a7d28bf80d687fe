//! A PATCH does all of its operations or none.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::people::text;
use super::{entra, runner, runtime};

fn good_operation() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(|t| json!({"op": "replace", "path": "displayName", "value": t})),
        text().prop_map(|t| json!({"op": "add", "path": "title", "value": t})),
        text().prop_map(|t| json!({"op": "add", "path": "emails[type eq \"work\"].value", "value": format!("{t}@x.example")})),
        text().prop_map(|t| json!({"op": "add", "value": {"nickName": t, "name.givenName": t}})),
        Just(json!({"op": "remove", "path": "emails"})),
        Just(json!({"op": "Replace", "path": "active", "value": "False"})),
    ]
}

fn bad_operation() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({"op": "replace", "path": "id", "value": "mine"})),
        Just(json!({"op": "replace", "path": "active", "value": 7})),
        Just(json!({"op": "remove"})),
        Just(json!({"op": "remove", "path": "userName"})),
        Just(json!({"op": "replace", "path": "emails[type eq", "value": "x"})),
        Just(json!({"op": "replace", "path": "noSuchAttribute", "value": "x"})),
        Just(json!({"op": "move", "path": "title", "value": "x"})),
    ]
}

// S-PATCH-06
#[test]
fn a_patch_with_one_bad_operation_anywhere_changes_nothing() {
    let (server, entra) = entra();
    let created = runtime().block_on(async {
        let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "atomic@law.example",
            "displayName": "Before", "emails": [{"type": "work", "value": "before@law.example"}]});
        entra.post("/Users", &body).await.expect(201)
    });
    let path = format!("/Users/{}", created.id());
    runner(150)
        .run(
            &(vec(good_operation(), 0..6), bad_operation(), any::<prop::sample::Index>()),
            |(mut operations, bad, at)| {
                operations.insert(at.index(operations.len() + 1), bad);
                runtime().block_on(async {
                    let before = entra.get(&path).await.expect(200);
                    let events = server.count_events().await;
                    let refused = entra.patch_operations(&path, &operations).await;
                    assert_eq!(refused.status, 400, "{operations:?}: {}", refused.text);
                    let after = entra.get(&path).await.expect(200);
                    assert_eq!(after.json, before.json, "{operations:?}");
                    assert_eq!(server.count_events().await, events);
                });
                Ok(())
            },
        )
        .unwrap();
}
