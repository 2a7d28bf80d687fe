//! The life of a user.

use scim::ScimType;
use serde_json::json;
use service::{ConnectionChange, Preference, Projected};
use store::Cause;

use super::world::{ENTERPRISE, World, data, id_of, json_of, refused};

// S-CREATE-01, S-CREATE-02, S-GET-01
#[tokio::test]
async fn what_is_created_can_be_read() {
    let world = World::new().await;
    let answer = world
        .post(
            "Users",
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "mine", "externalId": "e1",
                "userName": "Ann@Ex.org", "groups": [{"value": "x"}], "password": "secret",
                "emails": [{"value": "ann@ex.org", "type": "work"}],
            }),
        )
        .await
        .unwrap();
    let ann = json_of(&answer);
    let location = format!("https://provost.example/scim_v2/Users/{}", ann["id"].as_str().unwrap());
    assert_eq!((answer.status, answer.etag.as_deref()), (201, Some("W/\"1\"")));
    assert_eq!(answer.location.as_deref(), Some(location.as_str()));
    assert_eq!(ann["userName"], "Ann@Ex.org");
    assert_eq!((&ann["active"], &ann["externalId"]), (&json!(true), &json!("e1")));
    assert_eq!(ann["meta"]["location"], location);
    assert!(ann.get("groups").is_none() && ann.get("password").is_none() && ann["id"] != "mine");
    let read = world.get("Users", ann["id"].as_str().unwrap()).await.unwrap();
    assert_eq!((read.status, json_of(&read)), (200, ann));
}

// S-CREATE-04, A-03
#[tokio::test]
async fn a_user_name_stands_once_whatever_its_case() {
    let world = World::new().await;
    world.user("ann@ex.org").await;
    let result = world.post("Users", json!({"userName": "ANN@ex.org"})).await;
    assert_eq!(refused(result), (409, Some(ScimType::Uniqueness)));
    let other = world.user("bob@ex.org").await;
    let rename = json!([{"op": "replace", "path": "userName", "value": "Ann@Ex.org"}]);
    assert_eq!(refused(world.patch("Users", &other, rename).await), (409, Some(ScimType::Uniqueness)));
    assert_eq!(json_of(&world.get("Users", &other).await.unwrap())["userName"], "bob@ex.org");
}

// S-CREATE-09
#[tokio::test(flavor = "multi_thread")]
async fn of_many_creates_at_once_one_wins() {
    let world = std::sync::Arc::new(World::new().await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let world = std::sync::Arc::clone(&world);
        tasks.spawn(async move { world.post("Users", json!({"userName": "ann"})).await.map(|a| a.status) });
    }
    let mut won = 0;
    while let Some(result) = tasks.join_next().await {
        match result.unwrap() {
            Ok(status) => won += u16::from(status == 201),
            Err(error) => assert_eq!(error.status, 409),
        }
    }
    assert_eq!(won, 1);
}

// S-CREATE-07
#[tokio::test]
async fn minimal_answers_have_headers_only() {
    let world = World::new().await;
    let cx = world.cx().await;
    let body = json!({"userName": "ann"}).to_string();
    let projected = Projected::default();
    let answer =
        world.service.create(&cx, "Users", body.as_bytes(), &projected, Preference::Minimal).await.unwrap();
    assert_eq!((answer.status, answer.body.is_none(), answer.location.is_some()), (201, true, true));
}

// entra.md §1.1, §2.1: the matching query
#[tokio::test]
async fn people_are_found_by_name_and_by_what_else_is_matched() {
    let world = World::new().await;
    let body =
        json!({"userName": "Ann@ex.org", "externalId": "E1", "emails": [{"type": "work", "value": "a@x"}]});
    let id = id_of(&world.post("Users", body).await.unwrap());
    for filter in [
        "userName eq \"ANN@EX.org\"",
        "externalId eq \"E1\"",
        "emails[type eq \"work\"].value eq \"A@x\"",
        "emails.value eq \"a@x\" and active eq true",
    ] {
        let found = world.find("Users", filter).await;
        assert_eq!((found.len(), &found[0]["id"]), (1, &json!(id)), "{filter}");
    }
    assert!(world.find("Users", "userName eq \"7d420df3-0000-4000-8000-000000000000\"").await.is_empty());
    assert!(world.find("Users", "externalId eq \"e1\"").await.is_empty());
}

// entra.md §2.3, §2.7; ruling 4
#[tokio::test]
async fn a_disabled_user_stays_visible_and_can_return() {
    let world = World::new().await;
    let id = world.user("ann").await;
    world.service.settle().await;
    let off = json!([{"op": "Replace", "path": "active", "value": "False"}]);
    let answer = world.patch("Users", &id, off.clone()).await.unwrap();
    assert_eq!((answer.status, &json_of(&answer)["active"]), (200, &json!(false)));
    assert_eq!(answer.etag.as_deref(), Some("W/\"2\""));
    assert_eq!(world.find("Users", "userName eq \"ann\"").await[0]["active"], false);
    world.patch("Users", &id, off).await.unwrap();
    let on = json!([{"op": "Replace", "path": "active", "value": "True"}]);
    world.patch("Users", &id, on).await.unwrap();
    assert_eq!(world.told().await, ["learner.created", "learner.deactivated", "learner.reactivated"]);
    assert_eq!(world.events().await[2].event.cause, Cause::Returned);
}

// A-45, S-PATCH-11, S-PUT-07
#[tokio::test]
async fn what_changes_nothing_keeps_the_version_and_tells_nothing() {
    let world = World::new().await;
    let id = world.user("ann").await;
    let before = json_of(&world.get("Users", &id).await.unwrap());
    let same = json!([{"op": "replace", "path": "displayName", "value": "ann"}]);
    assert_eq!(json_of(&world.patch("Users", &id, same).await.unwrap()), before);
    assert_eq!(json_of(&world.put("Users", &id, before.clone()).await.unwrap()), before);
    assert_eq!(world.told().await, ["learner.created"]);
}

// S-PUT-02, S-PUT-03, A-12
#[tokio::test]
async fn put_clears_what_is_left_out_but_for_active() {
    let world = World::new().await;
    let body = json!({"userName": "ann", "nickName": "An", "active": false, "externalId": "e1"});
    let id = id_of(&world.post("Users", body).await.unwrap());
    let after = json_of(&world.put("Users", &id, json!({"userName": "ann", "title": "Dr"})).await.unwrap());
    assert!(after.get("nickName").is_none() && after.get("externalId").is_none());
    assert_eq!((&after["active"], &after["title"]), (&json!(false), &json!("Dr")));
    assert_eq!(refused(world.put("Users", &id.replace('0', "1"), json!({"userName": "x"})).await).0, 404);
}

// S-ETAG-02, S-ETAG-03, S-PATCH-19
#[tokio::test]
async fn only_the_version_that_was_meant_is_changed() {
    let world = World::new().await;
    let id = world.user("ann").await;
    let title = |text: &str| json!([{"op": "replace", "path": "title", "value": text}]);
    world.patch_if("Users", &id, title("a"), Some("W/\"1\"")).await.unwrap();
    assert_eq!(refused(world.patch_if("Users", &id, title("b"), Some("W/\"1\"")).await), (412, None));
    assert_eq!(
        refused(world.service.delete(&world.cx().await, "Users", &id, Some("W/\"1\"")).await),
        (412, None)
    );
    world.patch_if("Users", &id, title("c"), Some("*")).await.unwrap();
    assert_eq!(json_of(&world.get("Users", &id).await.unwrap())["title"], "c");
}

// S-PATCH-06
#[tokio::test]
async fn a_patch_is_done_wholly_or_not_at_all() {
    let world = World::new().await;
    let id = world.user("ann").await;
    let before = json_of(&world.get("Users", &id).await.unwrap());
    let operations = json!([
        {"op": "replace", "path": "title", "value": "Dr"},
        {"op": "replace", "path": "nothing", "value": "x"},
    ]);
    assert_eq!(refused(world.patch("Users", &id, operations).await), (400, Some(ScimType::InvalidPath)));
    assert_eq!(json_of(&world.get("Users", &id).await.unwrap()), before);
}

// S-DEL-01, S-DEL-02, S-CREATE-08
#[tokio::test]
async fn a_removed_user_is_gone_and_stands_in_nobodys_way() {
    let world = World::new().await;
    let id = world.user("ann").await;
    assert_eq!(world.delete("Users", &id).await.unwrap().status, 204);
    assert_eq!(refused(world.get("Users", &id).await).0, 404);
    assert_eq!(refused(world.delete("Users", &id).await).0, 404);
    assert!(world.find("Users", "userName eq \"ann\"").await.is_empty());
    assert_ne!(world.user("ann").await, id);
}

// S-ENT-01, A-33, entra.md §2.5
#[tokio::test]
async fn a_manager_is_a_user_who_exists() {
    let world = World::new().await;
    let (boss, ann) = (world.user("boss").await, world.user("ann").await);
    let path = format!("{ENTERPRISE}:manager");
    let set = |id: &str| json!([{"op": "Add", "path": path, "value": id}]);
    let nobody = "01930000-0000-7000-8000-000000000000";
    assert_eq!(refused(world.patch("Users", &ann, set(nobody)).await), (400, Some(ScimType::InvalidValue)));
    let answer = json_of(&world.patch("Users", &ann, set(&boss)).await.unwrap());
    let manager = &answer[ENTERPRISE]["manager"];
    assert_eq!((&manager["value"], &manager["displayName"]), (&json!(boss), &json!("boss")));
    assert_eq!(manager["$ref"], format!("https://provost.example/scim_v2/Users/{boss}"));
    let told = data(world.events().await.last().unwrap());
    assert_eq!(told["profile"]["manager"]["id"], boss);
    // The reference outlives the manager; only new references are checked (ruling 12).
    world.delete("Users", &boss).await.unwrap();
    let title = json!([{"op": "replace", "path": "title", "value": "Dr"}]);
    assert_eq!(
        json_of(&world.patch("Users", &ann, title).await.unwrap())[ENTERPRISE]["manager"]["value"],
        boss
    );
}

// entra.md §6.2: validators send made-up managers and compare what comes back
#[tokio::test]
async fn a_manager_that_can_be_no_id_of_ours_is_kept_where_the_dialect_says_so() {
    let world = World::new().await;
    let body = json!({"userName": "ann", (ENTERPRISE): {"manager": {"value": "KQXTNZWBVJRD"}}});
    let ann = json_of(&world.post("Users", body.clone()).await.unwrap());
    assert_eq!(ann[ENTERPRISE]["manager"], json!({"value": "KQXTNZWBVJRD"}));
    let quirks = vec![("foreign-manager".to_owned(), Some(false))];
    world.set(ConnectionChange { quirks, ..ConnectionChange::default() }).await;
    let mut body = body;
    body["userName"] = json!("bob");
    assert_eq!(refused(world.post("Users", body).await), (400, Some(ScimType::InvalidValue)));
}

// S-GET-02, S-GET-04, S-HTTP-08
#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = World::new().await;
    let id = world.user("ann").await;
    for id in [id.to_uppercase(), "nobody".to_owned(), "01930000-0000-7000-8000-000000000000".to_owned()] {
        assert_eq!(refused(world.get("Users", &id).await).0, 404, "{id}");
        assert_eq!(refused(world.patch("Users", &id, json!("no operations")).await).0, 404, "{id}");
    }
    assert_eq!(refused(world.get("Groups", &id).await).0, 404);
    assert_eq!(refused(world.get("Persons", &id).await).0, 404);
}

// S-GET-03, ruling 12
#[tokio::test]
async fn not_modified_is_said_only_where_nothing_is_computed() {
    let world = World::new().await;
    let id = world.user("ann").await;
    let cx = world.cx().await;
    let names = Projected { attributes: vec!["userName".to_owned()], excluded: Vec::new() };
    let tag = Some("W/\"1\"");
    assert_eq!(world.service.get(&cx, "Users", &id, &names, tag).await.unwrap().status, 304);
    assert_eq!(world.service.get(&cx, "Users", &id, &names, Some("W/\"2\"")).await.unwrap().status, 200);
    assert_eq!(world.service.get(&cx, "Users", &id, &Projected::default(), tag).await.unwrap().status, 200);
}

// S-ETAG-03
#[tokio::test(flavor = "multi_thread")]
async fn many_changes_at_once_are_all_done_and_one_of_many_conditional_ones() {
    let world = std::sync::Arc::new(World::new().await);
    let id = world.user("ann").await;
    let run = |if_match: Option<&'static str>| {
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..40 {
            let (world, id) = (std::sync::Arc::clone(&world), id.clone());
            tasks.spawn(async move {
                let change = json!([{"op": "replace", "path": "title", "value": format!("{number}")}]);
                world.patch_if("Users", &id, change, if_match).await.map(|a| a.status)
            });
        }
        tasks.join_all()
    };
    let conditional = run(Some("W/\"1\"")).await;
    assert_eq!(conditional.iter().filter(|r| r.is_ok()).count(), 1);
    assert!(conditional.iter().all(|r| r.as_ref().map_or_else(|e| e.status == 412, |status| *status == 200)));
    let all = run(None).await;
    assert!(all.iter().all(|r| r.as_ref() == Ok(&200)), "{all:?}");
}
