//! Beginning again from a snapshot.

use serde_json::json;
use service::noun::ApiScope;
use testkit::TestServer;

const PATH: &str = "//api/v1/tenants/default/snapshot";

#[tokio::test]
async fn a_snapshot_names_everybody_once_with_groups() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let mut people = Vec::new();
    for n in 0..5 {
        people.push(entra.user(&format!("u{n}")).await);
    }
    let team = entra.group("Team", &[&people[0]]).await;
    let read = server.api(ApiScope::Read, None).await;
    let mut seen = Vec::new();
    let mut path = format!("{PATH}?limit=2");
    let mut positions = std::collections::BTreeSet::new();
    loop {
        let page = read.get(&path).await.expect(200);
        positions.insert(page.json["eventsAfter"].as_i64().unwrap());
        seen.extend(page.json["items"].as_array().unwrap().clone());
        // Who changes meanwhile is met in the feed.
        entra.user(&format!("late{}", seen.len())).await;
        match page.json["next"].as_str() {
            Some(next) if seen.len() < 20 => path = format!("{PATH}?limit=2&cursor={next}"),
            _ => break,
        }
    }
    assert_eq!(positions.len(), 1, "all pages belong to one position");
    let ids: Vec<_> = seen.iter().map(|l| l["id"].as_str().unwrap().to_owned()).collect();
    for id in &people {
        assert_eq!(ids.iter().filter(|i| *i == id).count(), 1);
    }
    assert_eq!(seen[0]["groups"], json!([{"id": team, "display": "Team"}]));
    assert_eq!((&seen[0]["held"], &seen[0]["state"]), (&json!(false), &json!("active")));
}

#[tokio::test]
async fn whose_changes_are_held_is_marked_and_the_removed_among_them_are_there() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let mut people = Vec::new();
    for n in 0..30 {
        people.push(entra.user(&format!("u{n:02}")).await);
    }
    for id in &people[..25] {
        entra.delete(&format!("/Users/{id}")).await.expect(204);
    }
    let read = server.api(ApiScope::Read, None).await;
    let mut held = 0;
    let mut seen = Vec::new();
    let mut path = format!("{PATH}?limit=10");
    loop {
        let page = read.get(&path).await.expect(200);
        for learner in page.json["items"].as_array().unwrap() {
            held += usize::from(learner["held"] == true);
            seen.push(learner["id"].as_str().unwrap().to_owned());
        }
        match page.json["next"].as_str() {
            Some(next) => path = format!("{PATH}?limit=10&cursor={next}"),
            None => break,
        }
    }
    let op = server.operator("default", "default").await;
    let waiting = server.service.held_count(&op).await.unwrap() as usize;
    assert!(waiting > 0 && held == waiting, "{held} of {waiting}");
    // Whoever was removed before the guard came in is gone; the rest is there.
    assert_eq!(seen.len(), 5 + waiting);
}
