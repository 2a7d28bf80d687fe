//! Bodies that are no JSON, no resource, too long, too deep, or of the wrong kind.

use serde_json::{Value, json};

use super::{ENTERPRISE, USER, World};

// S-HTTP-01, S-HTTP-12, S-HTTP-13
#[tokio::test]
async fn what_is_no_json_is_refused() {
    let world = World::entra().await;
    let deep = |levels: usize| {
        format!(r#"{{"userName":"d@bad.example","x":{}1{}}}"#, "[".repeat(levels), "]".repeat(levels))
    };
    let cases: &[(&str, &str)] = &[
        ("", "empty"),
        ("   \r\n", "empty"),
        ("{", "line 1 column 1"),
        (r#"{"userName": "a@bad.example""#, "column"),
        ("{\"userName\": \"a@bad.example\",\n}", "line 2 column 1"),
        (r#"{"userName": "a@bad.example"} x"#, "trailing"),
        (r#"{"userName": "a@bad.example"}{}"#, "trailing"),
        (r"{'userName': 'a@bad.example'}", "column"),
        (r#"{"userName": NaN}"#, "column"),
        (r#"{"userName": "\ud800"}"#, "column"),
        ("{\"userName\": \"a\nb\"}", "control character"),
        (r#"{"userName": "a@bad.example", "userName": "b@bad.example"}"#, "`userName` stands twice"),
        (r#"{"userName": "a@bad.example", "name": {"familyName": "A", "familyName": "B"}}"#, "`familyName`"),
        (&deep(33), "too deep"),
        (&deep(100_000), "too deep"),
        (&deep(1_000_000), "too deep"),
        ("[]", "object"),
        ("null", "object"),
        ("\"userName\"", "object"),
    ];
    for (body, told) in cases {
        for (method, path) in [("POST", "/Users"), ("PUT", &world.user), ("PATCH", &world.user)] {
            let request = world.caller.send(method, path, Some(body));
            world.refuses(request, 400, "invalidSyntax", &[told]).await;
        }
    }
    for body in [&b"{\"userName\": \"\xff\"}"[..], b"\xfe\xff\0{\0}", b"{\"userName\": \"\xed\xa0\x80\"}"] {
        let request = world.caller.send_bytes("POST", "/Users", Some(body));
        world.refuses(request, 400, "invalidSyntax", &["UTF-8", "offset"]).await;
    }
}

// S-HTTP-13
#[tokio::test]
async fn keys_that_differ_by_case_alone_are_one_key_twice() {
    for world in [World::entra().await, World::strict().await] {
        for (extra, told) in [
            (json!({"username": "other@bad.example"}), &["username", "twice"][..]),
            (json!({"name": {"familyName": "A", "FAMILYNAME": "B"}}), &["name.", "twice"]),
            (
                json!({"emails": [{"value": "a@bad.example", "Value": "b@bad.example"}]}),
                &["emails[0].", "twice"],
            ),
            (json!({"title": "A", "TITLE": null}), &["TITLE", "twice"]),
            (
                json!({ENTERPRISE: {"department": "A"}, ENTERPRISE.to_uppercase(): {"department": "B"}}),
                &["ENTERPRISE", "twice"],
            ),
        ] {
            world.refuses_user(extra, "invalidSyntax", told).await;
        }
        for (operation, told) in [
            (json!({"op": "replace", "path": "title", "Path": "nickName", "value": "x"}), "`path`"),
            (json!({"op": "replace", "value": {"title": "A", "Title": "B"}}), "`Title`"),
            (
                json!({"op": "replace", "value": {"name": {"familyName": "A", "familyname": "B"}}}),
                "familyname",
            ),
            (
                json!({"op": "replace", "path": "name", "value": {"familyName": "A", "familyname": "B"}}),
                "familyname",
            ),
            (
                json!({"op": "add", "value": {ENTERPRISE: {"department": "A", "Department": "B"}}}),
                "Department",
            ),
            (
                json!({"op": "add", "path": "emails", "value": [{"value": "a@bad.example", "VALUE": "b"}]}),
                "VALUE",
            ),
        ] {
            world.refuses_patch(operation, "invalidSyntax", &[told]).await;
        }
        let search = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1, "Count": 2});
        let request = world.caller.post("/Users/.search", &search);
        world.refuses(request, 400, "invalidSyntax", &["Count"]).await;
    }
}

// S-HTTP-12
#[tokio::test]
async fn a_body_over_the_limit_is_refused_unread() {
    let world = World::entra().await;
    let limit = world.server.service.config().limits.body;
    let body = format!(r#"{{"userName": "long@bad.example", "title": "{}"}}"#, "x".repeat(limit));
    for (method, path) in
        [("POST", "/Users"), ("PUT", &world.user), ("PATCH", &world.user), ("POST", "/Users/.search")]
    {
        let request = world.caller.send(method, path, Some(&body));
        world.refuses(request, 413, "", &["8388608 bytes"]).await;
    }
    // Without a length in front, the bytes are counted as they come.
    let chunked = format!(
        "POST /scim_v2/Users HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
         content-type: application/scim+json\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        world.caller.token(),
        body.len()
    );
    world.refuses(testkit::raw(world.server.address, chunked.as_bytes()), 413, "", &["8388608 bytes"]).await;
    // One byte less is taken.
    let fits = format!(r#"{{"userName": "fits@bad.example", "x": "{}"}}"#, "x".repeat(limit - 42));
    assert!(fits.len() <= limit);
    world.caller.send("POST", "/Users", Some(&fits)).await.expect(201);
}

// S-HTTP-03
#[tokio::test]
async fn an_unknown_content_type_is_refused_by_name() {
    let world = World::entra().await;
    let body = json!({"schemas": [USER], "userName": "typed@bad.example"}).to_string();
    for kind in
        ["text/plain", "application/xml", "application/json-patch+json", "application", "application/jso"]
    {
        let caller = world.caller.header("content-type", kind);
        for (method, path) in
            [("POST", "/Users"), ("PUT", &world.user), ("PATCH", &world.user), ("POST", "/Bulk")]
        {
            let told = [kind, "application/scim+json"];
            world.refuses(caller.send(method, path, Some(&body)), 415, "", &told).await;
        }
    }
    // Only the letter of the RFC asks for one.
    let strict = World::strict().await;
    let silent = strict.caller.header("content-type", "");
    strict.refuses(silent.send("POST", "/Users", Some(&body)), 415, "", &["no Content-Type"]).await;
    world.caller.header("content-type", "").send("POST", "/Users", Some(&body)).await.expect(201);
}

// S-USER-01
#[tokio::test]
async fn a_value_of_another_type_is_refused_with_its_path() {
    for world in [World::entra().await, World::strict().await] {
        let cases: Vec<(Value, &str)> = vec![
            (json!({"userName": 7}), "userName"),
            (json!({"userName": ""}), "userName"),
            (json!({"userName": null}), "userName"),
            (json!({"title": {"value": "x"}}), "title"),
            (json!({"active": 1}), "active"),
            (json!({"active": "perhaps"}), "active"),
            (json!({"name": "Ann"}), "name"),
            (json!({"name": {"familyName": true}}), "name.familyName"),
            (json!({"emails": [{"value": 7}]}), "emails"),
            (json!({"emails": [{"value": "a@bad.example", "primary": "maybe"}]}), "emails"),
            (json!({"emails": [["a@bad.example"]]}), "emails"),
            (json!({ENTERPRISE: "Maths"}), "enterprise"),
            (json!({ENTERPRISE: {"department": {}}}), "department"),
        ];
        for (extra, path) in cases {
            world.refuses_user(extra, "invalidValue", &[path]).await;
        }
        let nobody = json!({"schemas": [USER], "displayName": "Nobody"});
        let request = world.caller.post("/Users", &nobody);
        world.refuses(request, 400, "invalidValue", &["userName"]).await;
        world
            .refuses_patch(
                json!({"op": "replace", "path": "title", "value": {"a": 1}}),
                "invalidValue",
                &["title"],
            )
            .await;
        world.refuses_patch(json!({"op": "add", "value": "text"}), "invalidValue", &["value"]).await;
    }
}

// A-18, A-19
#[tokio::test]
async fn unknown_attributes_and_schemas_are_refused_by_the_letter_alone() {
    let strict = World::strict().await;
    strict.refuses_user(json!({"favouriteColour": "red"}), "invalidSyntax", &["favouriteColour"]).await;
    strict.refuses_user(json!({"name": {"middle": "B"}}), "invalidSyntax", &["middle"]).await;
    let unknown = "urn:example:no:such:2.0:Schema";
    strict.refuses_user(json!({"schemas": [USER, unknown]}), "invalidValue", &[unknown]).await;
    strict.refuses_user(json!({"schemas": []}), "invalidSyntax", &["`schemas`", USER]).await;
    let lenient = World::entra().await;
    let body = json!({"schemas": [USER, unknown], "userName": "odd@bad.example", "favouriteColour": "red",
        unknown: {"x": 1}});
    let created = lenient.caller.post("/Users", &body).await.expect(201);
    assert_eq!(created.json.get("favouriteColour"), None);
    assert_eq!(created.json.get(unknown), None);
    assert_eq!(created.json["schemas"], json!([USER]));
    // A schema of another resource type is no oddity.
    let group = "urn:ietf:params:scim:schemas:core:2.0:Group";
    for world in [&strict, &lenient] {
        world.refuses_user(json!({"schemas": [group]}), "invalidValue", &["schemas", USER]).await;
    }
}
