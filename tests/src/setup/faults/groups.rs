//! Groups.

use std::time::Duration;

use serde_json::json;
use service::{ConnectionChange, NewToken, TokenScope};
use testkit::TestServer;

use super::{holds, is_over, person, start, token};

async fn groups(server: &TestServer, on: bool) {
    server.change_connection(ConnectionChange { groups: Some(on), ..ConnectionChange::default() }).await;
}

#[tokio::test]
async fn groups_that_are_off_here_and_on_there_are_seen_at_the_first_question() {
    let server = start().await;
    let entra = server.entra().await;
    groups(&server, false).await;
    entra.filter("/Groups", "displayName eq \"x\"").await.expect(200);
    holds(&server, "group_probe_groups_off").await;
    is_over(&server, "groups_off").await;
    entra.post("/Groups", &json!({"displayName": "Engineering"})).await.expect(501);
    holds(&server, "groups_off").await;
    groups(&server, true).await;
    entra.filter("/Groups", "displayName eq \"x\"").await.expect(200);
    is_over(&server, "group_probe_groups_off").await;
}

#[tokio::test]
async fn a_token_for_people_only_does_not_take_groups() {
    let server = start().await;
    let users = NewToken { scope: TokenScope::Users, ..NewToken::default() };
    let (entra, _) = token(&server, users).await;
    entra.post("/Groups", &json!({"displayName": "Engineering"})).await.expect(403);
    holds(&server, "groups_not_covered").await;
}

#[tokio::test]
async fn two_groups_of_one_name_are_told_of() {
    let server = start().await;
    let entra = server.entra().await;
    entra.group("Engineering", &[]).await;
    entra.post("/Groups", &json!({"displayName": "Engineering"})).await.expect(409);
    holds(&server, "group_name_taken").await;
}

#[tokio::test]
async fn a_group_in_a_group_does_not_bring_its_people() {
    let server = start().await;
    let entra = server.entra().await;
    let ann = entra.post("/Users", &person("ann", json!({}))).await.expect(201).id().to_owned();
    let inner = entra.group("Inner", &[&ann]).await;
    is_over(&server, "nested_group").await;
    server.advance(Duration::from_secs(1));
    entra.group("Outer", &[&inner]).await;
    holds(&server, "nested_group").await;
}

#[tokio::test]
async fn a_member_who_is_not_here_is_told_of() {
    let server = start().await;
    let entra = server.entra().await;
    let group = entra.group("Engineering", &[]).await;
    let nobody = "01970000-0000-7000-8000-000000000000";
    let add = json!({"op": "Add", "path": "members", "value": [{"value": nobody}]});
    entra.patch_operations(&format!("/Groups/{group}"), &[add]).await.expect(400);
    holds(&server, "unknown_reference").await;
}
