//! What happens to values on their way in and out (RFC 7643 §2).

use serde_json::{Value, json};
use testkit::TestServer;

use super::{ENTERPRISE, USER, person};

// S-MODEL-10, S-MULTI-05, S-MULTI-07, S-USER-06, S-USER-11, A-59
#[tokio::test]
async fn values_come_back_letter_by_letter() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let sent = json!({
            "name": {"formatted": "Dr. Ann  LEE", "givenName": "Änn", "familyName": "李"},
            "locale": "en_US", "timezone": "Middle Earth/Shire", "preferredLanguage": "xx-klingon",
            "emails": [
                {"value": "Ann.LEE@Letter.EXAMPLE", "type": "WORK"},
                {"value": "ann@home.example", "type": "den"},
            ],
            "phoneNumbers": [{"value": "+44 (0)20 7946-0018", "type": "work"}],
            "addresses": [{"country": "Great Britain", "formatted": "1 High St\nLeeds", "type": "work"}],
        });
        let created = caller.post("/Users", &person("Ann@Letter.example", sent.clone())).await.expect(201);
        let got = caller.get(&format!("/Users/{}", created.id())).await.expect(200).json;
        assert_eq!(got["userName"], "Ann@Letter.example");
        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(&got[name], value, "{name}");
        }
        for filter in [
            "userName eq \"ANN@letter.EXAMPLE\"",
            "emails[type eq \"work\" and value eq \"ann.lee@letter.example\"]",
            "name.givenName eq \"ÄNN\"",
        ] {
            assert_eq!(caller.filter("/Users", filter).await.expect(200).total(), 1, "{filter}");
        }
    }
}

// S-NULL-01, S-NULL-02, S-NULL-04, S-RES-03
#[tokio::test]
async fn nothing_is_written_in_many_ways_and_answered_in_none() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let blank = json!({
            "schemas": [USER, ENTERPRISE], "userName": "ann@nil.example", "nickName": null, "emails": [],
            "roles": null, "name": {"givenName": null}, ENTERPRISE: {"department": null},
        });
        let created = caller.post("/Users", &blank).await.expect(201);
        let keys = |json: &Value| -> Vec<String> { json.as_object().unwrap().keys().cloned().collect() };
        let bare = ["schemas", "id", "userName", "active", "meta"];
        let mut found = keys(&created.json);
        found.sort();
        let mut expected = bare.map(str::to_owned);
        expected.sort();
        assert_eq!(found, expected, "{}", created.text);
        assert!(!created.text.contains("null"), "{}", created.text);
        assert_eq!(created.json["schemas"], json!([USER]));
        for filter in ["nickName pr", "emails pr", "name pr", "nickName ne null"] {
            assert_eq!(caller.filter("/Users", filter).await.expect(200).total(), 0, "{filter}");
        }
        assert_eq!(caller.filter("/Users", "nickName eq null").await.expect(200).total(), 1);

        let path = format!("/Users/{}", created.id());
        let full = json!({"schemas": [USER, ENTERPRISE], "userName": "ann@nil.example", "nickName": "A",
            "emails": [{"value": "a@nil.example"}], ENTERPRISE: {"department": "R&D"}});
        caller.put(&path, &full).await.expect(200);
        for operation in [
            json!({"op": "replace", "path": "nickName", "value": null}),
            json!({"op": "replace", "path": "emails", "value": []}),
            json!({"op": "remove", "path": format!("{ENTERPRISE}:department")}),
        ] {
            caller.patch_operations(&path, &[operation]).await.expect(200);
        }
        let now = caller.get(&path).await.expect(200).json;
        let mut found = keys(&now);
        found.sort();
        assert_eq!(found, expected, "{now}");
        assert_eq!(now["schemas"], json!([USER]));
    }
}

// S-NULL-03, S-CREATE-05
#[tokio::test]
async fn an_empty_text_is_a_value_but_not_of_what_is_required() {
    let server = TestServer::start().await;
    for (caller, clears) in [(server.entra().await, true), (server.strict().await, false)] {
        let body = person("ann@empty.example", json!({"title": "", "nickName": "A"}));
        let created = caller.post("/Users", &body).await.expect(201);
        let path = format!("/Users/{}", created.id());
        assert_eq!(created.json["title"], "");
        assert_eq!(caller.filter("/Users", "title pr").await.expect(200).total(), 1);
        assert_eq!(caller.filter("/Users", "title eq \"\"").await.expect(200).total(), 1);
        caller.post("/Users", &person("", json!({}))).await.scim_error(400, "invalidValue");
        caller.put(&path, &person("", json!({}))).await.scim_error(400, "invalidValue");
        let operation = json!({"op": "replace", "path": "nickName", "value": ""});
        let patched = caller.patch_operations(&path, &[operation]).await.expect(200);
        assert_eq!(patched.json["nickName"] == Value::Null, clears, "{}", patched.text);
    }
}

// S-NULL-05, A-12, S-PUT-03: `active` has the one default, and no omission changes it.
#[tokio::test]
async fn nobody_is_switched_on_or_off_by_an_omission() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        for (name, more) in [("absent", json!({})), ("null", json!({"active": null}))] {
            let created = caller.post("/Users", &person(name, more)).await.expect(201);
            assert_eq!(created.json["active"], true);
        }
        let off = caller.post("/Users", &person("off", json!({"active": false}))).await.expect(201);
        let path = format!("/Users/{}", off.id());
        assert_eq!(caller.put(&path, &person("off", json!({}))).await.expect(200).json["active"], false);
        let put = caller.put(&path, &person("off", json!({"title": "Dr", "active": null}))).await;
        if put.status == 200 {
            assert_eq!(put.json["active"], false);
        } else {
            put.scim_error(400, "invalidValue");
        }
    }
    let (entra, strict) = (server.entra().await, server.strict().await);
    for operation in
        [json!({"op": "remove", "path": "active"}), json!({"op": "replace", "path": "active", "value": null})]
    {
        for (caller, status) in [(&entra, 200), (&strict, 400)] {
            let found = caller.filter("/Users", "userName eq \"off\"").await.expect(200);
            let path = format!("/Users/{}", found.resources()[0]["id"].as_str().unwrap());
            caller.patch_operations(&path, std::slice::from_ref(&operation)).await.expect(status);
            assert_eq!(caller.get(&path).await.expect(200).json["active"], false);
        }
    }
}

// S-MULTI-02, S-MULTI-04, S-MULTI-06, A-11
#[tokio::test]
async fn one_primary_no_pair_twice_and_one_value_under_two_types() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let two = json!({"emails": [{"value": "a", "primary": true}, {"value": "b", "primary": true}]});
        let refused = caller.post("/Users", &person("two@p.example", two.clone())).await;
        assert!(refused.scim_error(400, "invalidValue").detail().contains("emails"));
        let emails = json!([
            {"type": "work", "value": "a@p.example", "primary": true}, {"type": "home", "value": "a@p.example"},
            {"type": "work", "value": "a@p.example"},
        ]);
        let created = caller.post("/Users", &person("ann@p.example", json!({"emails": emails}))).await;
        let created = created.expect(201);
        assert_eq!(created.json["emails"].as_array().unwrap().len(), 2, "{}", created.text);
        let path = format!("/Users/{}", created.id());
        caller.put(&path, &person("ann@p.example", two)).await.scim_error(400, "invalidValue");
        let home = json!({"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true});
        let emails = caller.patch_operations(&path, &[home]).await.expect(200).json["emails"].clone();
        let primary: Vec<_> = emails.as_array().unwrap().iter().filter(|e| e["primary"] == true).collect();
        assert_eq!((primary.len(), &primary[0]["type"]), (1, &json!("home")));
    }
}

// S-MULTI-08, A-41, A-15, S-TYPE-01
#[tokio::test]
async fn other_shapes_are_understood_where_leniency_is_and_named_where_not() {
    let server = TestServer::start().await;
    let (entra, strict) = (server.entra().await, server.strict().await);
    let cases = [
        (json!({"active": "False"}), "active", json!(false)),
        (json!({"title": ["Dr"]}), "title", json!("Dr")),
        (
            json!({"emails": {"type": "work", "value": "a@s.example"}}),
            "emails",
            json!([{"type": "work", "value": "a@s.example"}]),
        ),
        (
            json!({"emails": [{"value": "a@s.example", "primary": "True"}]}),
            "emails",
            json!([{"value": "a@s.example", "primary": true}]),
        ),
        (json!({"roles": ["Admin"]}), "roles", json!([{"value": "Admin"}])),
    ];
    for (n, (sent, name, stored)) in cases.into_iter().enumerate() {
        let user = person(&format!("p{n}@shape.example"), sent.clone());
        let created = entra.post("/Users", &user).await.expect(201);
        assert_eq!(created.json[name], stored, "{sent}");
        let refused = strict.post("/Users", &user).await.scim_error(400, "invalidValue");
        assert!(refused.detail().contains(name), "{sent}: {}", refused.detail());
    }
    for never in
        [json!({"active": 1}), json!({"active": "yes"}), json!({"title": {"a": 1}}), json!({"name": "Ann"})]
    {
        for caller in [&entra, &strict] {
            let body = person("never@shape.example", never.clone());
            caller.post("/Users", &body).await.scim_error(400, "invalidValue");
        }
    }
}

// S-TYPE-02, A-50
#[tokio::test]
async fn times_are_written_in_one_form_and_compared_in_any() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let created = caller.post("/Users", &person("ann@time.example", json!({}))).await.expect(201);
        assert_eq!(created.json["meta"]["created"], "2026-01-01T00:00:00.000Z");
        for same in [
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T01:00:00.000+01:00",
            "2025-12-31T19:00:00-05:00",
        ] {
            let filter = format!("meta.created eq \"{same}\"");
            assert_eq!(caller.filter("/Users", &filter).await.expect(200).total(), 1, "{same}");
        }
        for bad in ["2026-01-01", "soon", "2026-01-01T23:59:60Z", "2026-02-30T00:00:00Z"] {
            let filter = format!("meta.created gt \"{bad}\"");
            caller.filter("/Users", &filter).await.scim_error(400, "invalidFilter");
        }
    }
}

// S-RES-01, S-PUT-10, S-MSG-01
#[tokio::test]
async fn what_is_unknown_is_dropped_where_leniency_is_and_named_where_not() {
    let server = TestServer::start().await;
    let (entra, strict) = (server.entra().await, server.strict().await);
    let odd = "urn:example:odd:2.0:User";
    let cases = [
        ("no schemas", json!({"userName": "a"}), "invalidSyntax"),
        ("empty schemas", json!({"schemas": [], "userName": "b"}), "invalidSyntax"),
        ("a schema twice", json!({"schemas": [USER, USER], "userName": "c"}), "invalidSyntax"),
        (
            "an unknown schema",
            json!({"schemas": [USER, odd], "userName": "d", odd: {"x": 1}}),
            "invalidSyntax",
        ),
        (
            "an unknown attribute",
            json!({"schemas": [USER], "userName": "e", "shoeSize": 43}),
            "invalidSyntax",
        ),
        (
            "an extension unannounced",
            json!({"schemas": [USER], "userName": "f", ENTERPRISE: {"department": "R&D"}}),
            "invalidSyntax",
        ),
    ];
    for (what, body, scim_type) in cases {
        let created = entra.post("/Users", &body).await.expect(201);
        assert_eq!(created.json["schemas"][0], USER, "{what}");
        assert_eq!((&created.json["shoeSize"], &created.json[odd]), (&Value::Null, &Value::Null), "{what}");
        if body[ENTERPRISE].is_object() {
            assert_eq!(created.json[ENTERPRISE]["department"], "R&D");
        }
        let refused = strict.post("/Users", &body).await;
        assert!(refused.status == 400, "{what}: {}", refused.text);
        let found = refused.json["scimType"].clone();
        assert!(found == scim_type || found == "invalidValue", "{what}: {}", refused.text);
    }
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "userName": "g"});
    for caller in [&entra, &strict] {
        caller.post("/Users", &group).await.scim_error(400, "invalidValue");
    }
}

// S-SEC-04: an address is data; nothing is fetched, so one that would hang the server is stored at once.
#[tokio::test]
async fn addresses_are_stored_and_never_visited() {
    let server = TestServer::start().await;
    let visited = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/me.png", visited.local_addr().unwrap());
    for caller in [server.entra().await, server.strict().await] {
        let body = json!({"profileUrl": url, "photos": [{"value": url, "type": "photo"}]});
        let created = caller.post("/Users", &person("ann@photo.example", body)).await.expect(201);
        assert_eq!(created.json["profileUrl"], url);
        let path = format!("/Users/{}", created.id());
        let operation = json!({"op": "replace", "path": "profileUrl", "value": format!("{url}?2")});
        caller.patch_operations(&path, &[operation]).await.expect(200);
    }
    server.service.settle().await;
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(visited.poll_accept(&mut context).is_pending(), "somebody came");
}
