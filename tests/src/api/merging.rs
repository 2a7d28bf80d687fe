//! Two learners who are one person.

use serde_json::{Value, json};
use service::noun::ApiScope;
use testkit::TestServer;

use super::{id_of, problem};

const ALL: &str = "//api/v1/tenants/default/learners";

fn learner_events(server: &[store::Event]) -> Vec<(&'static str, String)> {
    server.iter().filter_map(|e| Some((e.event.kind.as_str(), e.event.subject?.1.to_string()))).collect()
}

#[tokio::test]
async fn the_one_who_stays_takes_over_groups_and_the_app_hears_of_both() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    let stays = id_of(&app.post(ALL, &json!({"userName": "ann"})).await.expect(201));
    let goes = id_of(&app.post(ALL, &json!({"userName": "ann.old", "externalId": "E1"})).await.expect(201));
    let entra = server.entra().await;
    let both = entra.group("both", &[&stays, &goes]).await;
    let one = entra.group("one", &[&goes]).await;
    let before = server.count_events().await;

    let done = app.post(&format!("{ALL}/{stays}/merge"), &json!({"from": "ann.old"})).await.expect(200);
    assert_eq!((&done.json["removed"], &done.json["joined"]), (&json!(goes), &json!([one])));
    assert_eq!(done.json["learner"]["externalIds"], json!({"default": "E1"}));
    let groups = done.json["learner"]["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 2, "{both} {groups:?}");
    problem(app.get(&format!("{ALL}/{goes}")).await, 404, "not_found");
    let members = app.get(&format!("//api/v1/tenants/default/groups/{one}/members")).await.expect(200);
    assert_eq!(members.json["items"][0]["id"], stays.as_str());

    let events = server.events_after(before).await;
    let told = learner_events(&events);
    assert_eq!(
        told,
        [("learner.merged", stays.clone()), ("membership.added", one), ("learner.removed", goes.clone())]
    );
    let merged = &events[0].event;
    assert_eq!(merged.object.unwrap().1.to_string(), goes);
    let data: Value = serde_json::from_str(&merged.data).unwrap();
    assert_eq!((&data["merged"]["id"], &data["profile"]["userName"]), (&json!(goes), &json!("ann")));
    // The provider's own id finds the one who stays.
    let found = entra.filter("/Users", "externalId eq \"E1\"").await.expect(200);
    assert_eq!(found.json["Resources"][0]["id"], stays.as_str());
}

#[tokio::test]
async fn a_merge_that_would_not_last_is_refused() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    let own = id_of(&app.post(ALL, &json!({"userName": "ann"})).await.expect(201));
    let managed = server.entra().await.user("ann.managed").await;
    let at = format!("{ALL}/{own}/merge");
    let refused = problem(app.post(&at, &json!({"from": managed})).await, 409, "conflict");
    assert!(refused.json["hint"].as_str().unwrap().contains("merge the other one into it"));
    problem(app.post(&at, &json!({"from": own})).await, 400, "invalid_request");
    problem(app.post(&at, &json!({"from": "nobody"})).await, 404, "not_found");
    problem(app.post(&at, &json!({})).await, 400, "invalid_body");
    problem(app.header("if-match", "\"9\"").post(&at, &json!({"from": managed})).await, 412, "stale");
    let done = app.post(&at, &json!({"from": managed, "force": true})).await.expect(200);
    assert_eq!(done.json["learner"]["learner"]["managedBy"], "default");
    // The other way round needs no force.
    let other = id_of(&app.post(ALL, &json!({"userName": "bob"})).await.expect(201));
    app.post(&at, &json!({"from": other})).await.expect(200);
}
