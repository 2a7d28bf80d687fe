//! Trying again: what is safe, how often, and never a second create by accident.

use std::time::Duration;

use serde_json::json;

use super::server::{Reply, Server};
use super::{builder, client};
use crate::{Created, RetryPolicy, ScimFailure};

fn methods(server: &Server) -> Vec<String> {
    server.asked().into_iter().map(|a| a.method).collect()
}

#[tokio::test]
async fn reads_survive_every_passing_trouble() {
    // S-CLI-08
    let server = Server::script(vec![
        Reply::new(503, ""),
        Reply::hang_up(),
        Reply::new(429, "").header("retry-after", "0"),
        Reply::new(200, json!({"id": "1"})),
    ])
    .await;
    let answer = client(&server).get("Users", "1").await.unwrap();
    assert_eq!(answer.attempts(), 4);
}

#[tokio::test]
async fn the_last_refusal_is_handed_on() {
    let server = Server::script(vec![Reply::new(503, json!({"detail": "Later."}))]).await;
    let failure = client(&server).get("Users", "1").await.unwrap_err();
    assert!(failure.to_string().ends_with("Later."), "{failure}");
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_create_is_repeated_when_it_was_refused_unread_and_only_then() {
    // S-CLI-08
    let throttled = Server::script(vec![Reply::new(429, ""), Reply::new(201, json!({"id": "1"}))]).await;
    assert_eq!(client(&throttled).create("Users", &json!({})).await.unwrap().attempts(), 2);
    for reply in [Reply::new(503, ""), Reply::new(502, ""), Reply::hang_up()] {
        let server = Server::script(vec![reply]).await;
        client(&server).create("Users", &json!({})).await.unwrap_err();
        assert_eq!(server.asked().len(), 1);
    }
    // A PATCH against a version may be: the second would be refused.
    let server = Server::script(vec![Reply::new(503, ""), Reply::new(204, "")]).await;
    client(&server).patch_raw("Users", "1", &json!({})).if_match("W/\"1\"").await.unwrap();
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn retry_after_is_kept_and_an_endless_one_handed_on() {
    let server = Server::script(vec![
        Reply::new(429, "").header("retry-after", "1"),
        Reply::new(200, json!({"id": "1"})),
        Reply::new(429, "").header("retry-after", "9999"),
    ])
    .await;
    let started = std::time::Instant::now();
    let client = client(&server);
    client.get("Users", "1").await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert_eq!(client.get("Users", "1").await.unwrap_err().status().unwrap().as_u16(), 429);
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_looked_up_first() {
    // S-CLI-08: done, but the answer was lost.
    let mut made = false;
    let server = Server::start(move |asked| match (asked.method.as_str(), made) {
        ("POST", _) => {
            made = true;
            Reply::hang_up()
        }
        (_, true) => Reply::new(200, json!({"totalResults": 1, "Resources": [{"id": "7"}]})),
        _ => Reply::new(200, json!({"totalResults": 0})),
    })
    .await;
    let created = client(&server).create_once("Users", &json!({}), r#"userName eq "a""#).await.unwrap();
    assert!(matches!(&created, Created::Found(user) if user["id"] == "7"));
    assert_eq!(methods(&server), ["POST", "GET"]);

    // Not done: tried again.
    let mut posts = 0;
    let server = Server::start(move |asked| match asked.method.as_str() {
        "POST" => {
            posts += 1;
            if posts == 1 { Reply::new(503, "") } else { Reply::new(201, json!({"id": "8"})) }
        }
        _ => Reply::new(200, json!({"totalResults": 0})),
    })
    .await;
    let created = client(&server).create_once("Users", &json!({}), r#"userName eq "a""#).await.unwrap();
    assert_eq!(created.into_resource()["id"], "8");
    assert_eq!(methods(&server), ["POST", "GET", "POST"]);

    // A conflict is the server's word.
    let server = Server::script(vec![Reply::new(409, "")]).await;
    assert!(client(&server).create_once("Users", &json!({}), "x pr").await.unwrap_err().is_conflict());
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn one_try_means_one() {
    let server = Server::script(vec![Reply::new(429, "")]).await;
    let client = builder(&server).retries(RetryPolicy::none()).build().unwrap();
    let failure = client.get("Users", "1").await.unwrap_err();
    assert!(matches!(failure, ScimFailure::Status { .. }));
    assert_eq!(server.asked().len(), 1);
}
