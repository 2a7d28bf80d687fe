//! A learner's way through Entra: disabled, restored, hard-deleted; matching and references before an update.

use serde_json::{Value, json};
use testkit::{Caller, TestServer};

use super::{ENTERPRISE, full_user, the_one};

async fn set_active(entra: &Caller, id: &str, operation: &Value) -> Value {
    entra.patch_operations(&format!("/Users/{id}"), std::slice::from_ref(operation)).await.expect(200).json
}

async fn kinds_after(server: &TestServer, position: i64) -> Vec<&'static str> {
    server.events_after(position).await.iter().map(|e| e.event.kind.as_str()).collect()
}

// entra §2.7: unassigned → active False; assigned again → active True on the same id; hard delete → DELETE
#[tokio::test]
async fn disable_restore_and_hard_delete() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &full_user("ann@x.example")).await.expect(201).id().to_owned();
    let group = entra.group("Eng", &[&id]).await;
    let start = server.count_events().await;

    let off = json!({"op": "Replace", "path": "active", "value": "False"});
    assert_eq!(set_active(&entra, &id, &off).await["active"], false);
    // Still found, by everything that Entra matches with.
    for filter in [
        "userName eq \"ann@x.example\"".to_owned(),
        "externalId eq \"ext-ann@x.example\"".to_owned(),
        "emails[type eq \"work\"].value eq \"ANN@x.example.work@validator.example\"".to_owned(),
        format!("id eq \"{id}\""),
        "active eq false".to_owned(),
    ] {
        assert_eq!(the_one(&entra, "/Users", &filter).await["id"], id, "{filter}");
    }
    // Disabled again: nothing happens, and nothing is told.
    set_active(&entra, &id, &off).await;
    assert_eq!(kinds_after(&server, start).await, ["learner.deactivated"]);
    // An inactive learner can be changed.
    let rename = json!({"op": "Replace", "path": "displayName", "value": "Ann Orr"});
    assert_eq!(set_active(&entra, &id, &rename).await["active"], false, "a change does not let anybody in");

    let on = json!({"op": "Replace", "path": "active", "value": "True"});
    assert_eq!(set_active(&entra, &id, &on).await["active"], true);
    let user = entra.get(&format!("/Users/{id}")).await.expect(200).json;
    assert_eq!(user["groups"][0]["value"], group, "memberships outlive a disabling");

    entra.delete(&format!("/Users/{id}")).await.expect(204);
    entra.get(&format!("/Users/{id}")).await.scim_error(404, "");
    assert_eq!(entra.filter("/Users", "userName eq \"ann@x.example\"").await.expect(200).total(), 0);
    let left = entra.get(&format!("/Groups/{group}")).await.expect(200).json;
    assert!(left["members"].as_array().is_none_or(Vec::is_empty), "{left}");
    let kinds = kinds_after(&server, start).await;
    let states: Vec<_> = kinds.iter().filter(|k| k.starts_with("learner.")).collect();
    assert_eq!(
        states,
        [&"learner.deactivated", &"learner.updated", &"learner.reactivated", &"learner.removed"]
    );
}

// A state change wins and carries the other changes (ruling 10)
#[tokio::test]
async fn a_disabling_with_other_changes_is_one_event() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &full_user("ann")).await.expect(201).id().to_owned();
    let start = server.count_events().await;
    let operations = [
        json!({"op": "replace", "path": "displayName", "value": "Gone"}),
        json!({"op": "replace", "value": {"active": false, "title": "None"}}),
    ];
    entra.patch_operations(&format!("/Users/{id}"), &operations).await.expect(200);
    let events = server.events_after(start).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event.kind.as_str(), "learner.deactivated");
    let data: Value = serde_json::from_str(&events[0].event.data).unwrap();
    for path in ["active", "displayName", "title"] {
        assert!(data["changes"].to_string().contains(path), "{path} is not told: {data}");
    }
}

// Ruling 5
#[tokio::test]
async fn active_is_never_unassigned() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let created = entra.post("/Users", &json!({"userName": "ann", "active": null})).await.expect(201);
    assert_eq!(created.json["active"], true);
    let path = format!("/Users/{}", created.id());
    entra
        .patch_operations(&path, &[json!({"op": "replace", "path": "active", "value": false})])
        .await
        .expect(200);
    for operation in [
        json!({"op": "remove", "path": "active"}),
        json!({"op": "replace", "path": "active", "value": null}),
        json!({"op": "replace", "value": {"active": null}}),
    ] {
        entra.patch_operations(&path, std::slice::from_ref(&operation)).await.expect(200);
        assert_eq!(entra.get(&path).await.expect(200).json["active"], false, "{operation}");
    }
}

// entra §2.2, second form of create
#[tokio::test]
async fn the_old_form_of_create_is_taken() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"],
        "userName": "old@x.example", "externalId": "old", "active": "True", "displayName": "Old",
        "addresses": null, "phoneNumbers": null, "preferredLanguage": null, "title": null, "roles": [],
        "department": null, "manager": null, "name": {"givenName": "O", "familyName": null},
    });
    let created = entra.post("/Users", &body).await.expect(201);
    assert_eq!(created.json["active"], true);
    for name in ["addresses", "title", "department", "manager"] {
        assert!(created.json.get(name).is_none(), "{name}: {}", created.text);
    }
}

// entra §2.5: the manager as text on create, and the reference check before an update
#[tokio::test]
async fn the_reference_check_finds_a_manager() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let boss = entra.user("boss").await;
    let body = json!({"userName": "ann", ENTERPRISE: {"manager": boss}});
    let created = entra.post("/Users", &body).await.expect(201);
    let id = created.id();
    assert_eq!(created.json[ENTERPRISE]["manager"]["value"], boss);
    for (filter, total) in [
        (format!("id eq \"{id}\" and manager eq \"{boss}\""), 1),
        (format!("manager eq \"{boss}\" and ID eq \"{id}\""), 1),
        (format!("id eq \"{boss}\" and manager eq \"{boss}\""), 0),
        (format!("id eq \"{id}\" and manager eq \"{id}\""), 0),
    ] {
        let list = entra.query("/Users", &[("filter", &filter), ("attributes", "id")]).await.expect(200);
        assert_eq!(list.total(), total, "{filter}");
    }
    let documented =
        json!({"op": "Add", "path": "manager", "value": [{"$ref": "http://x/Users/b", "value": boss}]});
    let bob = entra.user("bob").await;
    let path = format!("/Users/{bob}");
    let got = entra.patch_operations(&path, &[documented]).await.expect(200).json;
    assert_eq!(got[ENTERPRISE]["manager"]["value"], boss);
    let remove = json!({"op": "Remove", "path": format!("{ENTERPRISE}:manager")});
    let got = entra.patch_operations(&path, &[remove]).await.expect(200).json;
    assert!(got.pointer(&format!("/{ENTERPRISE}/manager")).is_none(), "{got}");
}

// Test Connection, and the mounts with and without the flag (ruling 14)
#[tokio::test]
async fn test_connection_passes_under_every_mount() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    for mount in ["/scim_v2", "/scim/v2", "/scim", "/scim_v2/v2", "/t/default/scim_v2", "/t/default/scim"] {
        for flag in ["", "aadOptscim062020&"] {
            let path =
                format!("/{mount}/Users?{flag}filter=userName+eq+%2288f9a7c1-0b6e-4a1c-9a5e-1f0e2d3c4b5a%22");
            let list = entra.get(&path).await.expect(200);
            assert_eq!((list.total(), &list.json["Resources"]), (0, &json!([])), "{path}");
            assert_eq!(list.header("content-type"), Some("application/scim+json"));
        }
    }
}

// An empty PATCH is a no-op (ruling 1)
#[tokio::test]
async fn an_empty_patch_changes_nothing() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.user("ann").await;
    let events = server.count_events().await;
    entra.patch_operations(&format!("/Users/{id}"), &[]).await.expect(200);
    let group = entra.group("Eng", &[]).await;
    entra.patch_operations(&format!("/Groups/{group}"), &[]).await.expect(204);
    assert_eq!(server.count_events().await, events + 1, "the group's creation alone");
}

// Roles as text that is JSON, and their full replacement (entra §2.6)
#[tokio::test]
async fn roles_are_replaced_as_a_whole() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let created = entra.post("/Users", &full_user("ann")).await.expect(201);
    let path = format!("/Users/{}", created.id());
    let roles = json!([
        {"primary": false, "type": "WindowsAzureActiveDirectoryRole", "display": "Admin", "value": "Admin"},
        {"primary": false, "type": "WindowsAzureActiveDirectoryRole", "display": "Tutor", "value": "Tutor"},
    ]);
    let replace = json!({"op": "replace", "path": "roles", "value": roles});
    let got = entra.patch_operations(&path, &[replace]).await.expect(200).json;
    let mut values: Vec<_> =
        got["roles"].as_array().unwrap().iter().map(|r| r["value"].as_str().unwrap()).collect();
    values.sort_unstable();
    assert_eq!(values, ["Admin", "Tutor"]);
}
