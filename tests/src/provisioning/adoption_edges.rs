//! Adoption where it is delicate: shared addresses, races, states, alarms.

use serde_json::json;
use store::{Cause, State};
use testkit::TestServer;

use super::{data, kinds_after, newest_code, seed, set, user};

async fn id_of(server: &TestServer, which: &str) -> String {
    let operator = server.operator("default", "default").await;
    server.service.learner_show(&operator, which).await.unwrap().row.id.to_string()
}

// Two people who share an address cannot be told apart by it
#[tokio::test]
async fn a_shared_address_takes_nobody_over() {
    let server = TestServer::start().await;
    seed(&server, "userName,email\nann,desk@x.example\nbob,DESK@x.example\n").await;
    let entra = server.entra().await;
    let mut body = user("cid", "e-3");
    body["emails"] = json!([{"type": "work", "value": "desk@x.example"}]);
    let id = entra.post("/Users", &body).await.expect(201).id().to_owned();
    assert!(id != id_of(&server, "ann").await && id != id_of(&server, "bob").await);
}

// The user name decides before the address does
#[tokio::test]
async fn the_user_name_wins_over_the_address() {
    let server = TestServer::start().await;
    seed(&server, "userName,email\nann,ann@x.example\nbob,bob@x.example\n").await;
    let entra = server.entra().await;
    let ann = id_of(&server, "ann").await;
    let mut body = user("ann", "e-1");
    body["emails"] = json!([{"type": "work", "value": "bob@x.example"}]);
    assert_eq!(entra.post("/Users", &body).await.expect(201).id(), ann);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_creates_at_once_take_over_once() {
    let server = TestServer::start().await;
    seed(&server, "userName,email\nann@old.example,ann@x.example\n").await;
    let entra = server.entra().await;
    let id = id_of(&server, "ann@old.example").await;
    let start = server.count_events().await;
    let mut body = user("ann@old.example", "e-1");
    body["title"] = json!("Dean");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (entra, body) = (entra.clone(), body.clone());
        tasks.spawn(async move { entra.post("/Users", &body).await });
    }
    let mut created = 0;
    while let Some(reply) = tasks.join_next().await {
        let reply = reply.unwrap();
        if reply.status == 201 {
            created += 1;
            assert_eq!(reply.id(), id);
        } else {
            reply.scim_error(409, "uniqueness");
        }
    }
    assert_eq!(created, 1);
    assert_eq!(kinds_after(&server, start).await, ["learner.updated"]);
    assert_eq!(entra.get("/Users").await.expect(200).total(), 1);
}

// As in any create, somebody of whom nothing is said is active
#[tokio::test]
async fn an_inactive_learner_is_let_in_by_being_created() {
    let server = TestServer::start().await;
    seed(&server, "userName,active\nann,false\nbob,false\n").await;
    let entra = server.entra().await;
    let start = server.count_events().await;
    let created = entra.post("/Users", &json!({"userName": "ann"})).await.expect(201);
    assert_eq!(created.json["active"], true);
    let events = server.events_after(start).await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].event.kind.as_str(), events[0].event.cause),
        ("learner.reactivated", Cause::Adopted)
    );
    // Being matched alone lets nobody in.
    entra.filter("/Users", "userName eq \"bob\"").await.expect(200);
    server.service.settle().await;
    let operator = server.operator("default", "default").await;
    let bob = server.service.learner_show(&operator, "bob").await.unwrap();
    assert_eq!((bob.row.state, bob.row.managed_by.as_deref()), (State::Inactive, Some("default")));
}

// A file may carry the provider's ids: another one is an alarm even when taken over
#[tokio::test]
async fn a_takeover_with_another_external_id_raises_the_alarm() {
    let server = TestServer::start().await;
    seed(&server, "userName,externalId\nann,e-1\nbob,e-2\n").await;
    let entra = server.entra().await;
    let start = server.count_events().await;
    entra.post("/Users", &user("ann", "e-1")).await.expect(201);
    assert_eq!(kinds_after(&server, start).await, ["learner.updated"]);
    let start = server.count_events().await;
    entra.post("/Users", &user("bob", "e-9")).await.expect(201);
    let events = server.events_after(start).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event.kind.as_str(), "learner.identity_changed");
    assert_eq!(data(&events[0])["identity"]["old"], "e-2");
    assert_eq!(newest_code(&server).await, "identity_changed");
}

// A PATCH finds its learner by id: that too is a connection taking charge
#[tokio::test]
async fn a_patch_takes_an_unowned_learner_over() {
    let server = TestServer::start().await;
    seed(&server, "userName\nann\n").await;
    let entra = server.entra().await;
    let path = format!("/Users/{}", id_of(&server, "ann").await);
    entra.patch_operations(&path, &set("title", "Dean")).await.expect(200);
    let operator = server.operator("default", "default").await;
    let ann = server.service.learner_show(&operator, "ann").await.unwrap();
    assert_eq!(ann.row.managed_by.as_deref(), Some("default"));
}

// Nobody's user name is given away
#[tokio::test]
async fn a_takeover_cannot_take_a_third_persons_name() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    entra.post("/Users", &user("taken", "e-1")).await.expect(201);
    seed(&server, "userName,email\nann,ann@x.example\n").await;
    let mut body = user("TAKEN", "e-2");
    body["emails"] = json!([{"type": "work", "value": "ann@x.example"}]);
    entra.post("/Users", &body).await.scim_error(409, "uniqueness");
    let path = format!("/Users/{}", id_of(&server, "ann").await);
    entra.patch_operations(&path, &set("userName", "taken")).await.scim_error(409, "uniqueness");
    // A change of case is not somebody else's name.
    let got = entra.patch_operations(&path, &set("userName", "Ann")).await.expect(200).json;
    assert_eq!(got["userName"], "Ann");
}
