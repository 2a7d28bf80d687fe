//! Learners.

use serde_json::{Value, json};
use service::noun::ApiScope;
use testkit::TestServer;

use super::{id_of, problem, types};

const ALL: &str = "//api/v1/tenants/default/learners";

#[tokio::test]
async fn a_learner_is_made_changed_locked_out_removed_and_restored() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    let body = json!({
        "userName": "ann@x.example", "displayName": "Ann", "name": {"givenName": "Ann"},
        "emails": [{"value": "ann@x.example", "type": "work", "primary": true}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"},
    });
    let made = app.post(ALL, &body).await.expect(201);
    let id = id_of(&made);
    assert_eq!(made.header("location"), Some(format!("/api/v1/tenants/default/learners/{id}").as_str()));
    assert_eq!(
        (&made.json["learner"]["source"], &made.json["learner"]["state"]),
        (&json!("api"), &json!("active"))
    );
    assert_eq!(made.json["profile"]["department"], "Sales");
    let one = format!("{ALL}/{id}");
    let patch = json!({"title": "Dr", "displayName": null, "name": {"familyName": "A"}});
    let changed = app.patch(&one, &patch).await.expect(200);
    assert_eq!(changed.json["resource"]["name"], json!({"givenName": "Ann", "familyName": "A"}));
    assert_eq!(
        (&changed.json["profile"]["title"], &changed.json["resource"]["displayName"]),
        (&json!("Dr"), &Value::Null)
    );
    // By user name as well.
    app.get(&format!("{ALL}/ann@x.example")).await.expect(200);
    let off = app.send("POST", &format!("{one}/deactivate"), None).await.expect(200);
    assert_eq!(off.json["learner"]["state"], "inactive");
    let on = app.send("POST", &format!("{one}/reactivate"), None).await.expect(200);
    assert_eq!(on.json["learner"]["state"], "active");
    app.delete(&one).await.expect(204);
    let gone = problem(app.get(&one).await, 404, "not_found");
    assert!(gone.json["hint"].as_str().unwrap().contains("restored"));
    let removed = app.get("//api/v1/tenants/default/removed-learners").await.expect(200);
    assert_eq!(removed.json["items"][0]["profile"]["userName"], "ann@x.example");
    let back = app.send("POST", &format!("{one}/restore"), None).await.expect(200);
    assert_eq!(id_of(&back), id);
    problem(app.send("POST", &format!("{one}/restore"), None).await, 409, "conflict");

    let history = app.get(&format!("{one}/history")).await.expect(200);
    assert_eq!(
        types(&history),
        [
            "learner.created",
            "learner.updated",
            "learner.deactivated",
            "learner.reactivated",
            "learner.removed",
            "learner.restored"
        ]
    );
    let first = &history.json["items"][0];
    assert_eq!(first["actor"]["type"], "api_key");
    let page = app.get(&format!("{one}/history?limit=2")).await.expect(200);
    let rest =
        app.get(&format!("{one}/history?cursor={}", page.json["next"].as_str().unwrap())).await.expect(200);
    assert_eq!(types(&rest).len(), 4);
}

#[tokio::test]
async fn the_history_of_a_removed_learner_is_still_there() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    let id = id_of(&app.post(ALL, &json!({"userName": "ann"})).await.expect(201));
    app.delete(&format!("{ALL}/{id}")).await.expect(204);
    let history = app.get(&format!("{ALL}/{id}/history")).await.expect(200);
    assert_eq!(types(&history), ["learner.created", "learner.removed"]);
    problem(app.get(&format!("{ALL}/nobody/history")).await, 404, "not_found");
}

#[tokio::test]
async fn what_is_wrong_with_a_learner_is_said_by_attribute() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    let ann = id_of(&app.post(ALL, &json!({"userName": "ann"})).await.expect(201));
    for (body, word) in [
        (json!({"displayName": "x"}), "userName"),
        (json!({"userName": "b", "colour": "red"}), "colour"),
        (json!({"userName": "b", "name": {"middle": "x"}}), "middle"),
        (json!({"userName": "b", "active": "perhaps"}), "active"),
        (
            json!({"userName": "b", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
            {"manager": {"value": "00000000-0000-7000-8000-000000000000"}}}),
            "manager",
        ),
        (json!([]), "map"),
    ] {
        let reply = problem(app.post(ALL, &body).await, 400, "invalid_body");
        assert!(reply.detail().contains(word), "{body}: {}", reply.detail());
    }
    for (body, pointer) in [
        (json!({"userName": "b", "colour": "red"}), "/colour"),
        (json!({"userName": "b", "name": {"middle": "x"}}), "/name/middle"),
        (json!({"userName": "b", "active": "perhaps"}), "/active"),
        (json!({"userName": "b", "urn:x:1.0:Y": {"x": 1}}), "/urn:x:1.0:Y"),
        (
            json!({"userName": "b", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"x": 1}}),
            "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/x",
        ),
    ] {
        let reply = problem(app.post(ALL, &body).await, 400, "invalid_body");
        assert_eq!(reply.json["errors"][0]["pointer"], pointer, "{}", reply.text);
    }
    let taken = problem(app.post(ALL, &json!({"userName": "ANN"})).await, 409, "conflict");
    assert!(taken.detail().contains("user name"), "{}", taken.detail());
    app.post(ALL, &json!({"userName": "bob"})).await.expect(201);
    problem(app.patch(&format!("{ALL}/{ann}"), &json!({"userName": "bob"})).await, 409, "conflict");
    problem(app.patch(&format!("{ALL}/{ann}"), &json!({"userName": null})).await, 400, "invalid_body");
    problem(app.patch(&format!("{ALL}/nobody"), &json!({"title": "x"})).await, 404, "not_found");
    problem(app.delete(&format!("{ALL}/nobody")).await, 404, "not_found");
    problem(app.send("POST", &format!("{ALL}/nobody/restore"), None).await, 404, "not_found");
}

#[tokio::test]
async fn a_learner_that_was_changed_meanwhile_is_not_changed() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    let made = app.post(ALL, &json!({"userName": "ann"})).await.expect(201);
    let one = format!("{ALL}/{}", id_of(&made));
    let tag = made.header("etag").unwrap().to_owned();
    let changed = app.header("if-match", &tag).patch(&one, &json!({"title": "a"})).await.expect(200);
    problem(app.header("if-match", &tag).patch(&one, &json!({"title": "b"})).await, 412, "stale");
    let tag = format!("W/{}", changed.header("etag").unwrap());
    app.header("if-match", &tag).patch(&one, &json!({"title": "b"})).await.expect(200);
    // A change that changes nothing raises no version.
    let same = app.patch(&one, &json!({"title": "b"})).await.expect(200);
    assert_eq!(same.json["learner"]["version"], 3);
}

// Ruling 7
#[tokio::test]
async fn what_a_connection_maps_is_changed_only_by_force() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.user("ann").await;
    let app = server.api(ApiScope::Write, None).await;
    let one = format!("{ALL}/{id}");
    let refused = problem(app.patch(&one, &json!({"title": "Dr"})).await, 409, "conflict");
    assert!(refused.detail().contains("title") && refused.json["hint"].as_str().unwrap().contains("force"));
    problem(app.send("POST", &format!("{one}/deactivate"), None).await, 409, "conflict");
    problem(app.delete(&one).await, 409, "conflict");
    app.patch(&format!("{one}?force=true"), &json!({"title": "Dr"})).await.expect(200);
    app.send("POST", &format!("{one}/deactivate?force=true"), None).await.expect(200);
    app.delete(&format!("{one}?force=true")).await.expect(204);
}

#[tokio::test]
async fn learners_are_found_by_their_beginning_state_and_filter() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    for (name, display, mail) in [
        ("ann1", "Zoe", "x@a.example"),
        ("bob", "Ann B", "y@a.example"),
        ("cy", "Cy", "annette@a.example"),
        ("di", "Di", "z@a.example"),
    ] {
        let body =
            json!({"userName": name, "displayName": display, "emails": [{"value": mail, "type": "work"}]});
        app.post(ALL, &body).await.expect(201);
    }
    app.send("POST", &format!("{ALL}/bob/deactivate"), None).await.expect(200);
    let names = async |query: &str| {
        let page = app.get(&format!("{ALL}?{query}")).await.expect(200);
        let items = page.json["items"].as_array().unwrap().clone();
        items.iter().map(|l| l["userName"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("search=ANN").await, ["ann1", "bob", "cy"]);
    assert_eq!(names("search=ann&state=active").await, ["ann1", "cy"]);
    assert_eq!(names("state=inactive").await, ["bob"]);
    assert_eq!(names("search=ann&filter=displayName%20eq%20%22Cy%22").await, ["cy"]);
    assert_eq!(names("search=%22%5C").await, [""; 0]);
    // Page by page, each once.
    let mut seen = Vec::new();
    let mut path = format!("{ALL}?limit=3&search=a");
    loop {
        let page = app.get(&path).await.expect(200);
        seen.extend(page.json["items"].as_array().unwrap().iter().map(|l| l["userName"].to_string()));
        match page.json["next"].as_str() {
            Some(next) => path = format!("{ALL}?limit=3&search=a&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 3);
    assert_eq!(app.get(ALL).await.expect(200).json["total"], 4);
}

#[tokio::test]
async fn whoever_acts_on_an_old_version_does_nothing() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    let made = app.post(ALL, &json!({"userName": "ann"})).await.expect(201);
    let one = format!("{ALL}/{}", id_of(&made));
    let old = app.header("if-match", made.header("etag").unwrap());
    let present = app.patch(&one, &json!({"title": "Dr"})).await.expect(200);
    problem(old.send("POST", &format!("{one}/deactivate"), None).await, 412, "stale");
    problem(old.send("POST", &format!("{one}/reactivate"), None).await, 412, "stale");
    problem(old.delete(&one).await, 412, "stale");
    let shown = app.get(&one).await.expect(200);
    assert_eq!(
        (shown.header("etag"), &shown.json["learner"]["state"]),
        (present.header("etag"), &json!("active"))
    );
    let off = app.header("if-match", present.header("etag").unwrap());
    let off = off.send("POST", &format!("{one}/deactivate"), None).await.expect(200);
    app.header("if-match", off.header("etag").unwrap()).delete(&one).await.expect(204);
}

#[tokio::test]
async fn a_filter_stays_within_what_is_looked_for_beside_it() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    app.post(ALL, &json!({"userName": "ann", "active": false})).await.expect(201);
    let both =
        app.query(ALL, &[("state", "active"), ("filter", "title pr or userName pr")]).await.expect(200);
    assert_eq!(both.json["items"], json!([]));
    for torn in ["title pr) or (userName pr", "title pr)", "(title pr"] {
        problem(app.query(ALL, &[("state", "active"), ("filter", torn)]).await, 400, "invalid_request");
        let groups = "//api/v1/tenants/default/groups";
        problem(app.query(groups, &[("filter", torn)]).await, 400, "invalid_request");
    }
}
