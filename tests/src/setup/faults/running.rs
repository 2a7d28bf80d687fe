//! Cycles.

use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::json;
use testkit::{Caller, TestServer};

use super::{HOUR, holds, is_over, person, start};

const MINUTE: Duration = Duration::from_secs(60);

/// What Entra asks at the beginning of each cycle.
async fn probe(server: &TestServer, entra: &Caller) {
    entra.filter("/Users", "userName eq \"7d420df3-0000-4000-8000-000000000000\"").await.expect(200);
    server.service.sweep().await.unwrap();
}

#[tokio::test]
async fn a_test_without_a_first_cycle_is_told_of_after_an_hour() {
    let server = start().await;
    let entra = server.entra().await;
    probe(&server, &entra).await;
    server.advance(59 * MINUTE);
    is_over(&server, "not_started").await;
    server.advance(2 * MINUTE);
    holds(&server, "not_started").await;
    entra.post("/Users", &person("ann", json!({}))).await.expect(201);
    is_over(&server, "not_started").await;
}

#[tokio::test]
async fn cycles_that_bring_nobody_have_nobody_in_scope() {
    let server = start().await;
    let entra = server.entra().await;
    for _ in 0..3 {
        probe(&server, &entra).await;
        server.advance(40 * MINUTE);
    }
    holds(&server, "nobody_in_scope").await;
    is_over(&server, "not_started").await;
}

#[tokio::test]
async fn a_paused_connection_says_so() {
    let server = start().await;
    let op = server.operator("default", "default").await;
    server.service.connection_pause(&op).await.unwrap();
    holds(&server, "paused").await;
    server.service.connection_resume(&op).await.unwrap();
    is_over(&server, "paused").await;
}

#[tokio::test]
async fn a_held_mass_change_says_so() {
    let server = start().await;
    let entra = server.entra().await;
    let mut ids = Vec::new();
    for n in 0..30 {
        let name = format!("{}{n}", "x".repeat(n));
        ids.push(entra.post("/Users", &person(&name, json!({}))).await.expect(201).id().to_owned());
    }
    is_over(&server, "held_changes").await;
    for id in &ids {
        let lock = json!({"op": "replace", "path": "active", "value": false});
        entra.patch_operations(&format!("/Users/{id}"), &[lock]).await.expect(200);
    }
    holds(&server, "held_changes").await;
}

#[tokio::test]
async fn contact_once_a_day_is_quarantine_and_forty_minutes_end_it() {
    let server = start().await;
    let entra = server.entra().await;
    entra.post("/Users", &person("ann", json!({}))).await.expect(201);
    for _ in 0..3 {
        probe(&server, &entra).await;
        server.advance(24 * HOUR);
    }
    holds(&server, "quarantine_rhythm").await;
    probe(&server, &entra).await;
    server.advance(40 * MINUTE);
    probe(&server, &entra).await;
    is_over(&server, "quarantine_rhythm").await;
}

#[tokio::test]
async fn hours_of_silence_are_told_of() {
    let server = start().await;
    let entra = server.entra().await;
    entra.post("/Users", &person("ann", json!({}))).await.expect(201);
    for _ in 0..4 {
        probe(&server, &entra).await;
        server.advance(40 * MINUTE);
    }
    is_over(&server, "silent").await;
    server.advance(3 * HOUR);
    holds(&server, "silent").await;
    probe(&server, &entra).await;
    is_over(&server, "silent").await;
}

#[tokio::test]
async fn requests_that_keep_failing_are_told_of() {
    let server = start().await;
    let entra = server.entra().await;
    for _ in 0..20 {
        entra.get("/Users/01970000-0000-7000-8000-000000000000").await.expect(404);
    }
    server.service.sweep().await.unwrap();
    holds(&server, "failing").await;
}

#[tokio::test]
async fn who_asks_too_fast_is_told_and_so_is_the_owner() {
    let server = TestServer::start_with(|config| config.rate_limit = NonZeroU32::new(1)).await;
    let entra = server.entra().await;
    let mut refused = false;
    for _ in 0..5 {
        refused |= entra.get("/Users").await.status == 429;
    }
    assert!(refused);
    server.service.settle().await;
    assert!(!super::logged(&server, "too_fast").await.is_empty());
    holds(&server, "too_fast").await;
}

#[tokio::test]
async fn clocks_that_differ_are_noticed() {
    let server = start().await;
    let entra = server.entra().await;
    entra.header("date", "Thu, 01 Jan 2026 00:02:00 GMT").get("/Users").await.expect(200);
    is_over(&server, "clock_differs").await;
    server.advance(Duration::from_secs(1));
    entra.header("date", "Thu, 01 Jan 2026 03:00:00 GMT").get("/Users").await.expect(200);
    holds(&server, "clock_differs").await;
}
