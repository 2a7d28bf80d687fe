//! Learners who were here first are taken over, never duplicated (ruling 7).

use serde_json::json;
use service::{Code, ConnectionChange, Import, ImportOptions};
use store::{Adopt, Cause, Source};
use testkit::TestServer;

use super::{data, import, newest_code, second_connection, seed, set, user};

const FILE: &str = "userName,email,first name,title\nann@old.example,ann@x.example,Ann,Tutor\n\
    bob@old.example,bob@x.example,Bob,Dean\n";

async fn learner(server: &TestServer, which: &str) -> service::LearnerDetail {
    let operator = server.operator("default", "default").await;
    server.service.learner_show(&operator, which).await.unwrap()
}

async fn policy(server: &TestServer, adopt: Adopt) {
    server.change_connection(ConnectionChange { adopt: Some(adopt), ..ConnectionChange::default() }).await;
}

#[tokio::test]
async fn the_matching_query_takes_a_learner_over() {
    let server = TestServer::start().await;
    seed(&server, FILE).await;
    let entra = server.entra().await;
    let before = learner(&server, "ann@old.example").await;
    assert!(before.row.managed_by.is_none());
    let start = server.count_events().await;
    let found = entra.filter("/Users", "userName eq \"ANN@old.example\"").await.expect(200);
    assert_eq!(found.total(), 1);
    server.service.settle().await;
    let after = learner(&server, "ann@old.example").await;
    assert_eq!(found.resources()[0]["id"], before.row.id.to_string());
    assert_eq!((after.row.id, after.row.source), (before.row.id, Source::Csv), "the origin stays for ever");
    assert!(after.row.managed_by.is_some());
    let events = server.events_after(start).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event.cause, Cause::Adopted);
    // At most one write: later queries find nothing to take over.
    entra.filter("/Users", "userName eq \"ann@old.example\"").await.expect(200);
    server.service.settle().await;
    assert_eq!(server.events_after(start).await.len(), 1);
    assert!(learner(&server, "bob@old.example").await.row.managed_by.is_none(), "nobody else is taken over");
}

#[tokio::test]
async fn a_create_with_the_same_user_name_takes_a_learner_over() {
    let server = TestServer::start().await;
    seed(&server, FILE).await;
    let entra = server.entra().await;
    let id = learner(&server, "ann@old.example").await.row.id.to_string();
    let start = server.count_events().await;
    let mut body = user("Ann@old.example", "e-ann");
    body["displayName"] = json!("Ann Lee");
    let created = entra.post("/Users", &body).await.expect(201);
    assert_eq!(created.id(), id);
    assert_eq!(created.json["displayName"], "Ann Lee");
    assert_eq!(created.json["title"], "Tutor", "what was not sent is kept");
    let events = server.events_after(start).await;
    assert_eq!(events.len(), 1, "one write, one event");
    assert_eq!((events[0].event.kind.as_str(), events[0].event.cause), ("learner.updated", Cause::Adopted));
    assert!(data(&events[0])["changes"].to_string().contains("displayName"));
    assert_eq!(newest_code(&server).await, "adopted");
    // The second create is a duplicate as ever.
    entra.post("/Users", &body).await.scim_error(409, "uniqueness");
}

#[tokio::test]
async fn a_create_with_the_same_work_address_takes_a_learner_over() {
    let server = TestServer::start().await;
    seed(&server, FILE).await;
    let entra = server.entra().await;
    let id = learner(&server, "ann@old.example").await.row.id.to_string();
    let mut body = user("ann@new.example", "e-ann");
    body["emails"] = json!([{"type": "work", "value": "ANN@x.example", "primary": true}]);
    let created = entra.post("/Users", &body).await.expect(201);
    assert_eq!((created.id(), &created.json["userName"]), (id.as_str(), &json!("ann@new.example")));
    assert_eq!(entra.filter("/Users", "userName eq \"ann@old.example\"").await.expect(200).total(), 0);
    // Only somebody whom no connection owns: the next one with this address is a person of their own.
    body["userName"] = json!("ann.two@new.example");
    body["externalId"] = json!("e-ann-2");
    assert_ne!(entra.post("/Users", &body).await.expect(201).id(), id);
    // A home address says nothing.
    let mut body = user("bob@new.example", "e-bob");
    body["emails"] = json!([{"type": "home", "value": "bob@x.example"}]);
    let other = entra.post("/Users", &body).await.expect(201);
    assert_ne!(other.id(), learner(&server, "bob@old.example").await.row.id.to_string());
}

#[tokio::test]
async fn adopt_username_ignores_addresses() {
    let server = TestServer::start().await;
    seed(&server, FILE).await;
    policy(&server, Adopt::Username).await;
    let entra = server.entra().await;
    let id = learner(&server, "ann@old.example").await.row.id.to_string();
    let mut body = user("ann@new.example", "e-ann");
    body["emails"] = json!([{"type": "work", "value": "ann@x.example"}]);
    assert_ne!(entra.post("/Users", &body).await.expect(201).id(), id);
    assert_eq!(entra.post("/Users", &user("ann@old.example", "e-2")).await.expect(201).id(), id);
}

#[tokio::test]
async fn adopt_never_makes_an_existing_name_a_conflict() {
    let server = TestServer::start().await;
    seed(&server, FILE).await;
    policy(&server, Adopt::Never).await;
    let entra = server.entra().await;
    entra.post("/Users", &user("ann@old.example", "e-ann")).await.scim_error(409, "uniqueness");
    assert_eq!(newest_code(&server).await, "user_name_taken");
    entra.filter("/Users", "userName eq \"ann@old.example\"").await.expect(200);
    server.service.settle().await;
    assert!(learner(&server, "ann@old.example").await.row.managed_by.is_none());
}

// A mapped field of a managed learner is the provider's
#[tokio::test]
async fn a_managed_learner_is_refused_to_files_and_operators_unless_forced() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &user("ann@x.example", "e-ann")).await.expect(201).id().to_owned();
    let file = "userName,title\nann@x.example,Boss\n";
    let Import::Refused(plan) = import(&server, file, ImportOptions::default()).await else {
        panic!("the file was applied")
    };
    assert_eq!(plan.problem_count, 1);
    let operator = server.operator("default", "default").await;
    let error = server.service.learner_deactivate(&operator, "ann@x.example", false).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    assert!(error.hint.is_some());
    assert!(entra.get(&format!("/Users/{id}")).await.expect(200).json.get("title").is_none());

    let forced = ImportOptions { force: true, ..ImportOptions::default() };
    assert!(matches!(import(&server, file, forced).await, Import::Done(_)));
    assert!(server.service.learner_deactivate(&operator, "ann@x.example", true).await.unwrap());
    let got = entra.get(&format!("/Users/{id}")).await.expect(200).json;
    assert_eq!((&got["title"], &got["active"]), (&json!("Boss"), &json!(false)));
}

#[tokio::test]
async fn a_learner_of_another_connection_is_not_taken_over() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &user("ann@x.example", "e-ann")).await.expect(201).id().to_owned();
    let okta = second_connection(&server, "okta").await;
    let refused = okta.post("/Users", &user("ann@x.example", "o-ann")).await.scim_error(409, "uniqueness");
    assert!(refused.detail().contains("another connection"), "{}", refused.detail());
    assert_eq!(newest_code(&server).await, "managed_elsewhere");
    okta.filter("/Users", "userName eq \"ann@x.example\"").await.expect(200);
    server.service.settle().await;
    let owner = learner(&server, &id).await.row.managed_by;
    assert_eq!(owner.as_deref(), Some("default"));
    // A change through the other connection is one; it does not change hands by it.
    okta.patch_operations(&format!("/Users/{id}"), &set("title", "Dean")).await.expect(200);
    assert_eq!(learner(&server, &id).await.row.managed_by.as_deref(), Some("default"));
}
