//! The event feed.

use std::time::{Duration, Instant};

use serde_json::json;
use service::noun::ApiScope;
use testkit::TestServer;

use super::{problem, types};

const LEARNERS: &str = "//api/v1/tenants/default/learners";

#[tokio::test]
async fn the_feed_is_read_from_a_cursor_by_type_and_tenant() {
    let server = TestServer::start().await;
    let acme = server.tenant("acme", "entra").await;
    let ann = acme.user("ann").await;
    let app = server.api(ApiScope::Write, None).await;
    app.post(LEARNERS, &json!({"userName": "bob"})).await.expect(201);
    app.patch(&format!("{LEARNERS}/bob"), &json!({"title": "x"})).await.expect(200);

    let all = app.get("//api/v1/events").await.expect(200);
    assert_eq!(types(&all), ["token.created", "learner.created", "learner.created", "learner.updated"]);
    let event = &all.json["items"][1];
    assert_eq!((&event["tenant"], &event["connection"]), (&json!("acme"), &json!("default")));
    assert_eq!(event["subject"], json!({"type": "User", "id": ann}));
    assert_eq!(event["data"]["profile"]["userName"], "ann");
    let updated = &all.json["items"][3];
    assert_eq!(updated["data"]["changes"], json!([{"path": "title", "new": "x"}]));
    assert_eq!(all.json["more"], false);

    let first = app.get("//api/v1/events?limit=1").await.expect(200);
    assert_eq!((types(&first), &first.json["more"]), (vec!["token.created".to_owned()], &json!(true)));
    let rest = app.get(&format!("//api/v1/events?after={}", first.json["next"])).await.expect(200);
    assert_eq!(types(&rest).len(), 3);
    let some = app.get("//api/v1/events?type=learner.updated,token.*").await.expect(200);
    assert_eq!(types(&some), ["token.created", "learner.updated"]);
    // The cursor moves also past what was not asked for.
    let none = app.get("//api/v1/events?type=group.created").await.expect(200);
    assert_eq!((types(&none).len(), &none.json["next"]), (0, &all.json["next"]));
    let own = app.get("//api/v1/events?tenant=acme").await.expect(200);
    assert_eq!(types(&own), ["token.created", "learner.created"]);
    // A key for one tenant sees that one's.
    let bound = server.api(ApiScope::Read, Some("acme")).await;
    assert_eq!(types(&bound.get("//api/v1/events").await.expect(200)), ["token.created", "learner.created"]);
    for query in ["after=-1", "after=x", "type=nothing", "limit=0", "wait=61"] {
        problem(app.get(&format!("//api/v1/events?{query}")).await, 400, "invalid_request");
    }
    problem(app.get("//api/v1/events?tenant=nobody").await, 404, "not_found");
}

#[tokio::test]
async fn a_request_that_waits_hears_of_the_next_event_at_once() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    let end = app.get("//api/v1/events").await.expect(200).json["next"].clone();
    let waiting = {
        let app = app.clone();
        let path = format!("//api/v1/events?after={end}&wait=20&type=learner.created");
        tokio::spawn(async move {
            let began = Instant::now();
            (app.get(&path).await, began.elapsed())
        })
    };
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished(), "it waits");
    app.post(LEARNERS, &json!({"userName": "ann"})).await.expect(201);
    let (reply, took) = waiting.await.unwrap();
    assert_eq!(types(&reply.expect(200)), ["learner.created"]);
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[tokio::test]
async fn a_request_that_waits_in_vain_gets_an_empty_page() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Read, None).await;
    let began = Instant::now();
    let reply = app.get("//api/v1/events?wait=1").await.expect(200);
    assert_eq!(types(&reply).len(), 0);
    assert!(began.elapsed() >= Duration::from_millis(900));
}

#[tokio::test]
async fn events_of_another_process_are_met_while_waiting() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Read, None).await;
    let waiting = {
        let app = app.clone();
        tokio::spawn(async move { app.get("//api/v1/events?wait=20").await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    // Past this process's service: straight into the storage.
    let operator = server.operator("default", "default").await;
    let mut tx = store::WriteTx::new(operator.caller.clone());
    tx.events.push(store::NewEvent {
        id: uuid::Uuid::from_u128(1),
        kind: store::EventKind::ConnectionSynced,
        subject: None,
        object: None,
        cause: store::Cause::Changed,
        batch: None,
        connection: None,
        request: "r".into(),
        actor: store::Actor::System,
        at: base::Timestamp::EPOCH,
        data: "{}".into(),
    });
    store::Store::commit(&*server.store, tx).await.unwrap();
    assert_eq!(types(&waiting.await.unwrap().expect(200)), ["connection.synced"]);
}

#[tokio::test]
async fn a_cursor_older_than_what_is_kept_is_gone_and_a_snapshot_leads_on() {
    let server = TestServer::start_with(|c| c.events_kept = Duration::from_secs(3600)).await;
    let app = server.api(ApiScope::Write, None).await;
    app.post(LEARNERS, &json!({"userName": "ann"})).await.expect(201);
    app.post(LEARNERS, &json!({"userName": "bob"})).await.expect(201);
    let old = app.get("//api/v1/events?limit=1").await.expect(200).json["next"].clone();
    server.advance(Duration::from_secs(3700));
    server.service.sweep().await.unwrap();
    app.post(LEARNERS, &json!({"userName": "cy"})).await.expect(201);

    let gone =
        problem(app.get(&format!("//api/v1/events?after={old}&tenant=default")).await, 410, "cursor_expired");
    assert!(gone.json["hint"].as_str().unwrap().contains("/api/v1/tenants/default/snapshot"));
    let stream = app.header("accept", "text/event-stream").header("last-event-id", "0");
    problem(stream.get("//api/v1/events").await, 410, "cursor_expired");
    // Without a cursor, from what is kept.
    let kept = app.get("//api/v1/events").await.expect(200);
    assert_eq!(types(&kept), ["learner.created"]);
    // The way on: the snapshot, then what happened after it.
    let snapshot = app.get("//api/v1/tenants/default/snapshot").await.expect(200);
    assert_eq!(snapshot.json["items"].as_array().unwrap().len(), 3);
    app.post(LEARNERS, &json!({"userName": "di"})).await.expect(201);
    let after = &snapshot.json["eventsAfter"];
    let rest = app.get(&format!("//api/v1/events?after={after}")).await.expect(200);
    assert_eq!(rest.json["items"][0]["data"]["profile"]["userName"], "di");
    assert_eq!(types(&rest).len(), 1);
}

#[tokio::test]
async fn a_cursor_ahead_of_the_newest_event_is_refused_as_well() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    app.post(LEARNERS, &json!({"userName": "ann"})).await.expect(201);
    app.get("//api/v1/events?after=1").await.expect(200);
    let gone = problem(app.get("//api/v1/events?after=2").await, 410, "cursor_expired");
    assert!(gone.detail().contains("ahead"), "{}", gone.detail());
}
