//! PATCH operations whose path or value cannot be meant.

use serde_json::{Value, json};

use super::{ENTERPRISE, World};

// S-PATCH-03, S-PATCH-20, S-PATCH-21
#[tokio::test]
async fn a_path_that_names_nothing_is_refused_where_it_goes_wrong() {
    let strict = World::strict().await;
    for world in [&World::entra().await, &strict] {
        for (path, scim_type, told) in [
            ("noSuchAttribute", "invalidPath", "noSuchAttribute"),
            ("members", "invalidPath", "members"),
            ("emails[0]", "invalidPath", "emails"),
            ("name.noSuchPart", "invalidPath", "noSuchPart"),
            ("emails[type eq \"work\"].noSuchPart", "invalidPath", "noSuchPart"),
            ("name.", "invalidPath", "character 6"),
            ("1title", "invalidPath", "character 1"),
            ("title extra", "invalidPath", "character"),
            ("emails[type eq \"work\"", "invalidFilter", "character 22"),
            ("emails[type zz \"work\"].value", "invalidFilter", "character 13"),
            ("emails[noSuchPart eq \"x\"].value", "invalidFilter", "noSuchPart"),
            ("emails[]", "invalidFilter", "character 8"),
            ("title[value eq \"x\"]", "invalidPath", "title"),
            ("title\u{0}", "invalidPath", "character 6"),
        ] {
            let operation = json!({"op": "replace", "path": path, "value": "x"});
            world.refuses_patch(operation, scim_type, &[told]).await;
        }
        let long = format!("emails[value eq \"{}\"]", "x".repeat(9_000));
        world.refuses_patch(json!({"op": "remove", "path": long}), "invalidPath", &["8192"]).await;
        for (path, scim_type) in [(json!(7), "invalidSyntax"), (json!(["title"]), "invalidSyntax")] {
            let operation = json!({"op": "replace", "path": path, "value": "x"});
            world.refuses_patch(operation, scim_type, &["path"]).await;
        }
    }
    // A schema that is not ours is dropped in dialects that know of providers who send some.
    let operation = json!({"op": "replace", "path": "urn:example:none:2.0:User:thing", "value": "x"});
    strict.refuses_patch(operation, "invalidPath", &["urn:example:none:2.0:User"]).await;
}

#[tokio::test]
async fn an_operation_that_is_none_is_refused() {
    for world in [World::entra().await, World::strict().await] {
        for (operation, told) in [
            (json!({"op": "move", "path": "title", "value": "x"}), "move"),
            (json!({"path": "title", "value": "x"}), "op"),
            (json!({"op": 1, "path": "title", "value": "x"}), "op"),
            (json!("replace"), "object"),
        ] {
            world.refuses_patch(operation, "invalidSyntax", &[told]).await;
        }
        let message = |operations: Value| json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
        for body in [
            json!({"schemas": ["urn:example:Wrong"], "Operations": []}),
            message(json!("x")),
            message(json!({})),
        ] {
            let request = world.caller.patch(&world.user, &body);
            world.refuses(request, 400, "invalidSyntax", &[]).await;
        }
        let one = json!({"op": "replace", "path": "title", "value": "x"});
        let many = message(Value::from(vec![one; 1001]));
        let request = world.caller.patch(&world.user, &many);
        world.refuses(request, 413, "", &["1000"]).await;
    }
}

// S-PATCH-14, A-05
#[tokio::test]
async fn a_path_that_selects_nothing_has_no_target() {
    let strict = World::strict().await;
    let operation =
        json!({"op": "replace", "path": "emails[type eq \"home\"].value", "value": "h@bad.example"});
    strict.refuses_patch(operation, "noTarget", &["emails"]).await;
    let operation =
        json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "h@bad.example"}});
    strict.refuses_patch(operation, "noTarget", &["emails"]).await;
    for world in [&strict, &World::entra().await] {
        world.refuses_patch(json!({"op": "remove"}), "noTarget", &["path"]).await;
        // What no element can be made from is no target in any dialect.
        let operation =
            json!({"op": "replace", "path": "emails[type ne \"work\"].value", "value": "h@bad.example"});
        world.refuses_patch(operation, "noTarget", &["emails"]).await;
    }
}

//
#[tokio::test]
async fn what_only_the_service_sets_cannot_be_patched() {
    for world in [World::entra().await, World::strict().await] {
        for (path, value) in [
            ("id", json!("mine")),
            ("meta", json!({"version": "W/\"9\""})),
            ("meta.created", json!("2000-01-01T00:00:00Z")),
            ("groups", json!([{"value": "x"}])),
            ("groups[value eq \"x\"].value", json!("y")),
        ] {
            for op in ["add", "replace"] {
                let operation = json!({"op": op, "path": path, "value": value});
                world.refuses_patch(operation, "mutability", &[path.split(['.', '[']).next().unwrap()]).await;
            }
        }
        let operation = json!({"op": "remove", "path": "id"});
        world.refuses_patch(operation, "mutability", &["id"]).await;
        world.refuses_patch(json!({"op": "remove", "path": "userName"}), "mutability", &["userName"]).await;
        // A member's id is immutable: another member is another element.
        let path = format!("members[value eq \"{}\"].value", world.user_id());
        let operation =
            json!({"op": "replace", "path": path, "value": "00000000-0000-7000-8000-000000000000"});
        let request = async { world.caller.patch_operations(&world.group, &[operation]).await };
        world.refuses(request, 400, "mutability", &["members"]).await;
    }
}

// S-MULTI-02, A-11
#[tokio::test]
async fn two_primaries_are_one_too_many() {
    for world in [World::entra().await, World::strict().await] {
        let two = json!([{"value": "a@bad.example", "type": "work", "primary": true},
            {"value": "b@bad.example", "type": "home", "primary": true}]);
        world.refuses_user(json!({"emails": two}), "invalidValue", &["emails", "primary"]).await;
        let mut whole = world.caller.get(&world.user).await.expect(200).json;
        whole["emails"] = two.clone();
        let request = world.caller.put(&world.user, &whole);
        world.refuses(request, 400, "invalidValue", &["emails", "primary"]).await;
        let operation = json!({"op": "replace", "path": "emails", "value": two});
        world.refuses_patch(operation, "invalidValue", &["emails", "primary"]).await;
    }
}

//
#[tokio::test]
async fn a_reference_to_nobody_is_refused() {
    let nobody = "0190f3c2-7b1a-7c3d-8e4f-112233445566";
    for world in [World::entra().await, World::strict().await] {
        let caller = &world.caller;
        let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Lost",
            "members": [{"value": world.user_id()}, {"value": nobody}]});
        world.refuses(caller.post("/Groups", &group), 400, "invalidValue", &["members", nobody]).await;
        world.refuses(caller.put(&world.group, &group), 400, "invalidValue", &["members", nobody]).await;
        let operation = json!({"op": "add", "path": "members", "value": [{"value": nobody}]});
        let request = async { caller.patch_operations(&world.group, &[operation]).await };
        world.refuses(request, 400, "invalidValue", &["members", nobody]).await;
        let operation =
            json!({"op": "add", "path": format!("{ENTERPRISE}:manager"), "value": {"value": nobody}});
        world.refuses_patch(operation, "invalidValue", &["manager", nobody]).await;
        let extra = json!({ENTERPRISE: {"manager": {"value": nobody}}});
        world.refuses_user(extra, "invalidValue", &["manager", nobody]).await;
        // A person is no group.
        let bea = caller.user("bea@bad.example").await;
        let operation = json!({"op": "add", "path": "members", "value": [{"value": bea, "type": "Group"}]});
        let request = async { caller.patch_operations(&world.group, &[operation]).await };
        world.refuses(request, 400, "invalidValue", &["member", "Group"]).await;
    }
}
