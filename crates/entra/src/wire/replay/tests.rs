//! Fixtures read whole, and the player tells a good service from a bad one.

use base::SeededEntropy;
use serde_json::{Value as Json, json};

use super::*;
use crate::testing::{Listener, Reply};
use crate::wire::Dialect;

fn fixtures() -> Vec<Fixture> {
    Dialect::ALL.into_iter().filter_map(|dialect| Fixture::of(dialect).ok()).collect()
}

#[test]
fn every_fixture_reads_and_each_test_has_its_own_name() {
    let fixtures = fixtures();
    assert_eq!(fixtures.len(), 7);
    for fixture in fixtures {
        let dialect: Dialect = fixture.client.parse().unwrap();
        assert!(dialect.drives_jobs() || fixture.clause.starts_with("§8"), "{dialect}");
        let mut ids: Vec<_> = fixture.tests.iter().map(|test| &test.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), fixture.tests.len(), "{dialect}");
        for test in &fixture.tests {
            assert!(test.grade.parse::<crate::fidelity::Grade>().is_ok(), "{} {}", test.id, test.grade);
            assert!(!test.steps.is_empty(), "{}", test.id);
        }
    }
}

#[test]
fn the_validator_has_every_test_that_was_seen() {
    let fixture = Fixture::of(Dialect::EntraValidator).unwrap();
    let ids: Vec<_> = fixture.tests.iter().map(|test| test.id.as_str()).collect();
    for id in (1..=15).map(|n| format!("U{n}")).chain((1..=12).map(|n| format!("G{n}"))) {
        assert!(ids.contains(&id.as_str()), "{id}");
    }
    assert_eq!(
        fixture.tests.iter().filter(|test| !test.counts).count(),
        8,
        "seven previews, and one that is not verified"
    );
}

/// Plays one test of a fixture against a closure.
async fn play(test: Json, handler: impl FnMut(&str) -> Reply + Send + 'static) -> Outcome {
    let fixture = json!({"client": "x", "clause": "§", "about": "", "encoding": "percent", "contentType": "application/json",
        "userAgent": "agent/1", "headers": {"x-own": "1"},
        "values": {"user": {"userName": "{{random:name}}", "active": true}}, "tests": [test]});
    let fixture = Fixture::read(&fixture.to_string()).unwrap();
    let listener = Listener::start(handler).await;
    let client = fixture.client(&listener.url("/scim")).bearer("t0ken".into()).build().unwrap();
    let entropy = SeededEntropy::new(1);
    let mut played = Player::new(&client, &entropy).play(&fixture).await;
    for request in listener.take() {
        assert!(request.contains("User-Agent: agent/1") && request.contains("X-Own: 1"), "{request}");
    }
    played.pop().unwrap().outcome
}

fn test(steps: Json) -> Json {
    json!({"id": "t", "name": "t", "grade": "doc", "steps": steps})
}

fn echo(request: &str) -> Json {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap_or_default()
}

#[tokio::test]
async fn what_is_kept_goes_into_later_requests() {
    let steps = test(json!([
        {"send": "POST /Users", "body": {"$use": "user", "title": "T"}, "keep": {"user": "id"},
         "expect": {"status": [201], "has": {"$use": "user"}}},
        {"send": "GET /Users/{{user}}?filter=userName eq \"{{upper:name}}\"", "expect": {"status": [200], "total": 0}},
        {"send": "GET /Users", "anonymous": true, "expect": {"status": [401]}},
    ]));
    let mut name = String::new();
    let outcome = play(steps, move |request| {
        if request.starts_with("POST") {
            let mut user = echo(request);
            name = user["userName"].as_str().unwrap().to_uppercase();
            assert_eq!(user["title"], "T");
            user["id"] = json!("a/1");
            user["active"] = json!("True");
            return Reply::json(201, &user);
        }
        if !request.contains("Authorization: Bearer t0ken") {
            return Reply::new(401, &[], "");
        }
        assert!(request.contains(&format!("/Users/a/1?filter=userName%20eq%20%22{name}%22")), "{request}");
        Reply::json(200, &json!({"totalResults": 0}))
    })
    .await;
    assert_eq!(outcome, Outcome::Passed);
}

#[tokio::test]
async fn each_rule_can_fail() {
    let user = json!({"id": "1", "active": "True", "emails": [{"type": "work", "value": "a"}], "members": [], "title": "T",
        "totalResults": 2, "startIndex": 3, "manager": {"value": "m"}});
    for (expect, words) in [
        (json!({"status": [204]}), "answered 200 instead of 204"),
        (json!({"total": 1}), "totalResults"),
        (json!({"startIndex": 1}), "startIndex"),
        (json!({"resources": 1}), "Resources has 0 elements"),
        (json!({"listed": true}), "itemsPerPage is no whole number"),
        (json!({"error": true}), "no SCIM error"),
        (json!({"has": {"nickName": "x"}}), "nickName is missing"),
        (json!({"has": {"emails": [{"type": "work", "value": "b"}]}}), "emails does not hold"),
        (json!({"has": {"active": false}}), "active is \"True\""),
        (json!({"exactly": {"active": true}}), "active is \"True\""),
        (json!({"lacks": {"emails": [{"value": "a"}]}}), "still holds"),
        (json!({"count": {"emails": 2}}), "has 1 elements"),
        (json!({"absent": ["members"]}), "members is there"),
        (json!({"nothing": ["manager"]}), "where nothing must be"),
        (json!({"schemas": {"urn:x": ["a"]}}), "schema urn:x is missing"),
    ] {
        let body = user.clone();
        let steps = test(json!([{"send": "GET /Users/1", "expect": expect}]));
        match play(steps, move |_| Reply::json(200, &body)).await {
            Outcome::Failed { problems, .. } => assert!(problems[0].contains(words), "{problems:?}"),
            other => panic!("{words}: {other:?}"),
        }
    }
    let good = json!({"status": [200], "total": 2, "has": {"active": true, "emails": [{"value": "a"}]}, "nothing": ["members"]});
    let steps = test(json!([{"send": "GET /Users/1", "expect": good}]));
    assert_eq!(play(steps, move |_| Reply::json(200, &user)).await, Outcome::Passed);
}

#[tokio::test]
async fn a_test_of_signing_in_needs_something_to_sign_in_by() {
    let steps = test(json!([{"signIn": {"minutes": [60, 360]}}]));
    let outcome = play(steps, |_| Reply::new(200, &[], "")).await;
    assert!(matches!(outcome, Outcome::Skipped(_)), "{outcome:?}");
}
