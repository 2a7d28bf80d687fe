//! What is kept, and what is not.

use serde_json::{Value as Json, json};

use super::*;
use crate::wire::replay::Fixture;

fn headers() -> Vec<(String, String)> {
    let known = [
        ("host", "h"),
        ("authorization", "Bearer s3cret"),
        ("adscimversion", "5.0"),
        ("content-type", "application/scim+json; charset=utf-8"),
        ("x-ms-request", "4711"),
    ];
    known.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn step(recorder: &mut Recorder, send: &str, body: &Json, status: u16, answer: &Json) -> Json {
    let (method, target) = send.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (headers, answer) = (headers(), answer.to_string());
    let exchange = Exchange {
        method,
        path,
        query,
        headers: &headers,
        body: body.as_bytes(),
        status,
        answer: answer.as_bytes(),
    };
    serde_json::from_str(&recorder.step(&exchange)).unwrap()
}

#[test]
fn one_person_is_the_same_variables_throughout() {
    let mut recorder = Recorder::default();
    let none = json!({"totalResults": 0, "Resources": []});
    let query = "GET /Users?filter=userName+eq+%22ann%40contoso.com%22";
    let asked = step(&mut recorder, query, &Json::Null, 200, &none);
    assert_eq!(
        asked,
        json!({"send": "GET /Users?filter=userName eq \"{{random:v1}}@example.com\"", "expect": {"status": [200], "total": 0}})
    );
    let ann = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann@contoso.com",
        "active": true, "name": {"givenName": "Ann", "familyName": "Ng"}, "externalId": "69a59d4d-c53a-49f3-9e49-f836534c3aaa",
        "emails": [{"primary": "True", "type": "work", "value": "ANN@contoso.com"}], "nickName": null,
        "urn:x:1.0:User": {"badge": 4711, "hired": "2020-02-03T00:00:00Z"}});
    let made = step(&mut recorder, "POST /Users", &ann, 201, &json!({"id": "42"}));
    assert_eq!(
        made,
        json!({"send": "POST /Users", "body": {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": "{{random:v1}}@example.com", "active": true,
            "name": {"givenName": "{{random:v2}}", "familyName": "{{random:v3}}"}, "externalId": "{{guid:v4}}",
            "emails": [{"primary": "True", "type": "work", "value": "{{upper:v1}}@example.com"}], "nickName": null,
            "urn:x:1.0:User": {"badge": 7, "hired": "2026-01-01T00:00:00Z"}},
            "expect": {"status": [201]}, "keep": {"id1": "id"}})
    );
    let patch = json!({"Operations": [
        {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ng@contoso.com"},
        {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": "42"},
        {"op": "Add", "path": "roles", "value": [{"value": "{\"id\":\"g\",\"value\":\"Admin\"}"}]},
        {"op": "Replace", "path": "active", "value": "False"}]});
    let changed = step(&mut recorder, "PATCH /Users/42", &patch, 204, &Json::Null);
    assert_eq!(changed["send"], "PATCH /Users/{{id1}}");
    let values: Vec<_> = (0..4).map(|n| changed["body"]["Operations"][n]["value"].to_string()).collect();
    assert_eq!(values[1], "\"{{id1}}\"");
    assert_eq!(values[3], "\"False\"");
    assert!(values[2].contains("{{random:") && !values[2].contains("Admin"), "{}", values[2]);
    assert_eq!(changed["body"]["Operations"][0]["path"], "emails[type eq \"work\"].value");
}

#[test]
fn members_are_told_by_the_ids_they_were_given_and_strangers_are_expected_nothing_of() {
    let mut recorder = Recorder::default();
    step(&mut recorder, "POST /Users", &json!({"userName": "ann"}), 201, &json!({"id": "42"}));
    let remove = json!({"Operations": [{"op": "remove", "path": "members[value eq \"42\"]"}]});
    let group = json!({"displayName": "Eng"});
    step(&mut recorder, "POST /Groups", &group, 201, &json!({"id": "7"}));
    let removed = step(&mut recorder, "PATCH /Groups/7", &remove, 204, &Json::Null);
    assert_eq!(removed["body"]["Operations"][0]["path"], "members[value eq \"{{id1}}\"]");
    assert_eq!(removed["expect"]["status"], json!([204]));
    let stranger = step(&mut recorder, "GET /Users/99", &Json::Null, 200, &json!({"id": "99"}));
    assert_eq!(stranger, json!({"send": "GET /Users/{{random:v3}}"}));
    let check = "GET /Users?filter=id+eq+%2242%22+and+manager+eq+%2299%22&attributes=id";
    let check = step(&mut recorder, check, &Json::Null, 200, &json!({"totalResults": 0}));
    assert_eq!(
        check,
        json!({"send": "GET /Users?filter=id eq \"{{id1}}\" and manager eq \"{{random:v3}}\"&attributes=id"})
    );
}

#[test]
fn bulk_requests_lose_their_people_too() {
    let mut recorder = Recorder::default();
    step(&mut recorder, "POST /Users", &json!({"userName": "ann"}), 201, &json!({"id": "42"}));
    let bulk = json!({"Operations": [
        {"method": "POST", "path": "/Users", "bulkId": "q1", "data": {"userName": "ben"}},
        {"method": "PATCH", "path": "/Users/42", "data": {"Operations": [{"op": "add", "path": "title", "value": "Dr"}]}},
        {"method": "POST", "path": "/Groups", "data": {"displayName": "Eng", "members": [{"value": "bulkId:q1"}]}}]});
    let sent = step(&mut recorder, "POST /Bulk", &bulk, 200, &Json::Null);
    let text = sent["body"].to_string();
    for gone in ["ben", "Dr", "Eng"] {
        assert!(!text.contains(gone), "{text}");
    }
    assert_eq!(sent["body"]["Operations"][1]["path"], "/Users/{{id1}}");
    assert_eq!(sent["body"]["Operations"][2]["data"]["members"][0]["value"], "bulkId:q1");
    assert_eq!(sent["expect"]["status"], json!([200]));
}

#[test]
fn values_without_quotes_and_with_escapes_are_taken_out_too() {
    let mut recorder = Recorder::default();
    for filter in ["userName+eq+ann", "displayName+eq+%22a%5C%22nn%22", "not+(name.familyName+co+%22ann%22)"]
    {
        let sent = step(&mut recorder, &format!("GET /Users?filter={filter}"), &Json::Null, 400, &Json::Null);
        let send = sent["send"].as_str().unwrap();
        assert!(!send.contains("nn") && send.contains("{{random:"), "{send}");
    }
}

#[test]
fn a_recording_is_a_fixture_without_a_secret() {
    let headers = headers();
    let exchange = Exchange {
        method: "GET",
        path: "/Users",
        query: "filter=userName+eq+%22x%22",
        headers: &headers,
        body: b"",
        status: 200,
        answer: b"{}",
    };
    let (before, after) = Recorder::frame(&exchange, "2026-11-25T10:00:00.000Z");
    let text = format!("{before}{}{after}", Recorder::default().step(&exchange));
    let fixture = Fixture::read(&text).unwrap();
    assert_eq!((fixture.client.as_str(), fixture.tests[0].steps.len()), ("captured", 1));
    assert!(
        fixture.about.ends_with("Other headers of the first request: x-ms-request."),
        "{}",
        fixture.about
    );
    assert!(!text.contains("s3cret") && !text.contains("4711"), "{text}");
    assert!(Fixture::read(&format!("{before}{after}")).unwrap().tests[0].steps.is_empty());
}
