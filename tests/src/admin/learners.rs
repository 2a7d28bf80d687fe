//! Learners in an operator's hands.

use service::{Code, ImportOptions, LearnerQuery};
use store::{Cause, EventKind, Source, State};

use super::world::{World, data};

const FILE: &str = "user name,email,first name,last name,department\n\
    anna@x.de,anna@x.de,Anna,Ä,Sales\n\
    bo@x.de,bo@x.de,Bo,B,Sales\n\
    cy@x.de,cy@x.de,Cy,C,IT\n";

async fn filled() -> (World, service::Operator) {
    let world = World::new().await;
    let op = world.op().await;
    world.import(&op, FILE, ImportOptions::default()).await;
    (world, op)
}

#[tokio::test]
async fn pages_follow_each_other_and_filters_are_scim() {
    let (world, op) = filled().await;
    let mut query = LearnerQuery { limit: 2, ..LearnerQuery::default() };
    let first = world.service.learners(&op, &query).await.unwrap();
    query.after = first.next;
    let second = world.service.learners(&op, &query).await.unwrap();
    let names: Vec<_> = first.rows.iter().chain(&second.rows).map(|r| r.user_name.as_str()).collect();
    assert_eq!(names, ["anna@x.de", "bo@x.de", "cy@x.de"]);
    assert_eq!((first.total, second.next), (Some(3), None));

    let filter = Some("department eq \"sales\"".to_owned());
    let query = LearnerQuery { filter, ..LearnerQuery::default() };
    assert_eq!(world.service.learners(&op, &query).await.unwrap().rows.len(), 2);
    let query = LearnerQuery { filter: Some("department eq".into()), ..LearnerQuery::default() };
    assert_eq!(world.service.learners(&op, &query).await.unwrap_err().code, Code::Invalid);
}

#[tokio::test]
async fn a_learner_is_shown_with_profile_groups_and_history() {
    let (world, op) = filled().await;
    let shown = world.service.learner_show(&op, "ANNA@x.de").await.unwrap();
    assert_eq!((shown.row.state, shown.row.source), (State::Active, Source::Csv));
    assert_eq!(shown.profile.email.as_deref(), Some("anna@x.de"));
    assert_eq!(shown.profile.department.as_deref(), Some("Sales"));
    assert_eq!(shown.history.len(), 1);
    assert_eq!(shown.history[0].event.cause, Cause::Imported);
    let by_id = world.service.learner_show(&op, &shown.row.id.to_string()).await.unwrap();
    assert_eq!(by_id, shown);
    let error = world.service.learner_show(&op, "nobody").await.unwrap_err();
    assert_eq!(error.code, Code::NotFound);
}

#[tokio::test]
async fn locking_out_and_letting_in_are_one_event_each_and_nothing_twice() {
    let (world, op) = filled().await;
    let service = &world.service;
    assert!(service.learner_deactivate(&op, "anna@x.de", false).await.unwrap());
    assert!(!service.learner_deactivate(&op, "anna@x.de", false).await.unwrap());
    assert!(service.learner_reactivate(&op, "anna@x.de", false).await.unwrap());
    let shown = service.learner_show(&op, "anna@x.de").await.unwrap();
    let history: Vec<_> = shown.history.iter().map(|e| (e.event.kind, e.event.cause)).collect();
    assert_eq!(
        history,
        [
            (EventKind::LearnerCreated, Cause::Imported),
            (EventKind::LearnerDeactivated, Cause::Changed),
            (EventKind::LearnerReactivated, Cause::Returned),
        ]
    );
    assert_eq!(data(&shown.history[1])["changes"][0]["path"], "active");
    assert_eq!(shown.row.version, 3);
}

#[tokio::test]
async fn a_managed_learner_is_changed_only_by_force() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    world.provision(&token, "anna").await;
    // Ruling 7.
    let error = world.service.learner_deactivate(&op, "anna", false).await.unwrap_err();
    assert_eq!((error.code, error.hint.is_some()), (Code::Conflict, true));
    assert!(world.service.learner_deactivate(&op, "anna", true).await.unwrap());
}

#[tokio::test]
async fn a_removed_learner_comes_back_under_the_same_id_with_groups() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let id = world.provision(&token, "anna").await;
    let cx = world.request(&token).await;
    let group = serde_json::json!({"displayName": "Sales", "members": [{"value": id}]}).to_string();
    world
        .service
        .create(&cx, "Groups", group.as_bytes(), &service::Projected::default(), service::Preference::None)
        .await
        .unwrap();
    world.delete(&token, "Users", &id).await;
    let error = world.service.learner_show(&op, &id).await.unwrap_err();
    assert!(error.message.contains("was removed on 2026-11-23"), "{error}");
    let removed = world.service.removed_learners(&op, None, 10).await.unwrap();
    assert_eq!((removed.len(), removed[0].profile.user_name.as_str()), (1, "anna"));

    // Ruling 8.
    world.service.learner_restore(&op, removed[0].id).await.unwrap();
    let shown = world.service.learner_show(&op, &id).await.unwrap();
    assert_eq!(shown.groups.len(), 1);
    assert_eq!(shown.external_ids, [("default".to_owned(), "x-anna".to_owned())]);
    let last = shown.history.last().unwrap();
    assert_eq!((last.event.kind, last.event.cause), (EventKind::LearnerRestored, Cause::Restored));
    let error = world.service.learner_restore(&op, removed[0].id).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict);
}

#[tokio::test]
async fn who_took_the_name_meanwhile_keeps_it() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let id = world.provision(&token, "anna").await;
    world.delete(&token, "Users", &id).await;
    let other = world.provision(&token, "Anna").await;
    let error = world.service.learner_restore(&op, id.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    assert!(error.message.contains(&other) && error.message.contains("user name"), "{error}");
}
