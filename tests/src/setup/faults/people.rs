//! Single people.

use std::time::Duration;

use serde_json::json;
use service::noun::{Adopt, IdentityPolicy};
use service::{ConnectionChange, DEFAULT, NewConnection};

use super::{holds, is_over, person, seen, start};

#[tokio::test]
async fn a_user_name_that_is_taken_is_named_with_whose_it_is() {
    let server = start().await;
    let entra = server.entra().await;
    entra.post("/Users", &person("ann", json!({}))).await.expect(201);
    entra.post("/Users", &person("ann", json!({}))).await.expect(409);
    holds(&server, "user_name_taken").await;
    let fault = seen(&server, "").await.into_iter().find(|f| f["id"] == "user_name_taken").unwrap();
    assert_eq!((fault["example"].as_str(), fault["times"].as_u64()), (Some("ann@example.com"), Some(1)));
}

#[tokio::test]
async fn a_person_of_another_connection_is_named() {
    let server = start().await;
    let op = server.operator(DEFAULT, DEFAULT).await;
    let new = NewConnection { name: "second".into(), kind: None, dialect: None, groups: true };
    server.service.connection_create(&op, &new).await.unwrap();
    server.caller(DEFAULT, "second").await.post("/Users", &person("ann", json!({}))).await.expect(201);
    server.entra().await.post("/Users", &person("ann", json!({}))).await.expect(409);
    holds(&server, "managed_elsewhere").await;
}

#[tokio::test]
async fn a_value_that_may_stand_only_once_is_named() {
    let server = start().await;
    let op = server.operator(DEFAULT, DEFAULT).await;
    let schema = json!({
        "id": "urn:example:badge", "name": "Badge",
        "attributes": [{"name": "number", "type": "string", "uniqueness": "server"}],
    });
    let extends = service::Extends { resource_type: "User".into(), required: false };
    server.service.schema_add(&op, &schema, &[extends]).await.unwrap();
    let entra = server.entra().await;
    let badge = |name: &str| person(name, json!({"urn:example:badge": {"number": "7"}}));
    entra.post("/Users", &badge("ann")).await.expect(201);
    entra.post("/Users", &badge("barbara")).await.expect(409);
    holds(&server, "value_taken").await;
}

#[tokio::test]
async fn a_user_name_that_passed_to_somebody_else_is_named() {
    let server = start().await;
    let refuse = ConnectionChange {
        identity: Some(IdentityPolicy::Refuse),
        adopt: Some(Adopt::Email),
        ..ConnectionChange::default()
    };
    server.change_connection(refuse).await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &person("ann", json!({}))).await.expect(201).id().to_owned();
    let other =
        json!({"op": "replace", "path": "externalId", "value": "7d420df3-0000-4000-8000-00000000ffff"});
    entra.patch_operations(&format!("/Users/{id}"), &[other]).await.expect(409);
    holds(&server, "identity_refused").await;
}

#[tokio::test]
async fn somebody_who_is_not_here_any_more_is_named() {
    let server = start().await;
    let entra = server.entra().await;
    entra.get("/Users/01970000-0000-7000-8000-000000000000").await.expect(404);
    holds(&server, "not_found").await;
}

#[tokio::test]
async fn somebody_without_an_address_and_a_guest_are_named() {
    let server = start().await;
    let entra = server.entra().await;
    entra.post("/Users", &person("ann", json!({"emails": null}))).await.expect(201);
    holds(&server, "email_missing").await;
    server.advance(Duration::from_secs(1));
    let guest = json!({"userName": "ben_partner.example#EXT#@example.onmicrosoft.com"});
    entra.post("/Users", &person("ben", guest)).await.expect(201);
    holds(&server, "guest_user_name").await;
    is_over(&server, "email_missing").await;
}

#[tokio::test]
async fn somebody_who_is_protected_is_not_locked_out_and_named() {
    let server = start().await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &person("ann", json!({}))).await.expect(201).id().to_owned();
    let op = server.operator(DEFAULT, DEFAULT).await;
    server.service.learner_protect(&op, &id, true).await.unwrap();
    server.advance(Duration::from_secs(2));
    let off = json!({"op": "replace", "path": "active", "value": false});
    entra.patch_operations(&format!("/Users/{id}"), &[off]).await.expect(400);
    holds(&server, "protected_learner").await;
}
