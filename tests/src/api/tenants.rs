//! Tenants and connections.

use serde_json::json;
use service::noun::ApiScope;
use testkit::TestServer;

use super::problem;

#[tokio::test]
async fn a_tenant_is_made_shown_changed_and_deleted() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let body = json!({"name": "acme", "displayName": "Acme Ltd", "dialect": "okta", "groups": false});
    let made = admin.post("//api/v1/tenants", &body).await.expect(201);
    assert_eq!(made.header("location"), Some("/api/v1/tenants/acme"));
    let connection = &made.json["connections"][0];
    assert_eq!((&connection["name"], &connection["kind"]), (&json!("default"), &json!("okta")));
    assert_eq!(connection["groups"], false);
    let shown = admin.get("//api/v1/tenants/acme").await.expect(200);
    assert_eq!((shown.json.clone(), shown.header("etag")), (made.json.clone(), made.header("etag")));
    let change = json!({"displayName": "Acme", "settings": {"colour": "red", "size": 3}});
    let changed = admin.patch("//api/v1/tenants/acme", &change).await.expect(200);
    assert_eq!(changed.json["settings"], json!({"colour": "red", "size": 3}));
    let changed =
        admin.patch("//api/v1/tenants/acme", &json!({"settings": {"size": null}})).await.expect(200);
    assert_eq!(changed.json["settings"], json!({"colour": "red"}));
    assert_eq!(changed.json["displayName"], "Acme");
    admin.delete("//api/v1/tenants/acme").await.expect(204);
    problem(admin.get("//api/v1/tenants/acme").await, 404, "not_found");
}

#[tokio::test]
async fn tenants_are_walked_by_name() {
    let server = TestServer::start().await;
    for name in ["a", "b", "c"] {
        server.tenant(name, "entra").await;
    }
    let read = server.api(ApiScope::Read, None).await;
    let mut seen = Vec::new();
    let mut path = "//api/v1/tenants?limit=2".to_owned();
    loop {
        let page = read.get(&path).await.expect(200);
        let items = page.json["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|t| t["name"].as_str().unwrap().to_owned()));
        match page.json["next"].as_str() {
            Some(next) => path = format!("//api/v1/tenants?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["a", "b", "c", "default"]);
}

#[tokio::test]
async fn what_is_wrong_with_a_tenant_is_said() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let bad =
        problem(admin.post("//api/v1/tenants", &json!({"name": "Acme & Co"})).await, 400, "invalid_request");
    assert_eq!(bad.json["hint"], "for example \"acme-co\"");
    problem(admin.post("//api/v1/tenants", &json!({"name": "default"})).await, 409, "conflict");
    problem(
        admin.post("//api/v1/tenants", &json!({"name": "x", "dialect": "klingon"})).await,
        400,
        "invalid_request",
    );
    problem(admin.post("//api/v1/tenants", &json!({})).await, 400, "invalid_body");
    let own = json!({"settings": {"_nextKind": 99}});
    problem(admin.patch("//api/v1/tenants/default", &own).await, 400, "invalid_request");
    let mapping = json!({"settings": {"profile": {"fields": {"email": ["noSuch"]}}}});
    problem(admin.patch("//api/v1/tenants/default", &mapping).await, 400, "invalid_request");
    problem(admin.patch("//api/v1/tenants/nobody", &json!({})).await, 404, "not_found");
    problem(admin.delete("//api/v1/tenants/nobody").await, 404, "not_found");
}

#[tokio::test]
async fn a_change_of_what_was_changed_meanwhile_is_refused() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    for path in ["//api/v1/tenants/default", "//api/v1/tenants/default/connections/default"] {
        let change = |n: u32| {
            if path.ends_with("connections/default") {
                json!({"guard": {"floor": n, "percent": 10}})
            } else {
                json!({"displayName": format!("Name {n}")})
            }
        };
        let tag = admin.get(path).await.expect(200).header("etag").unwrap().to_owned();
        let first = admin.header("if-match", &tag).patch(path, &change(1)).await.expect(200);
        assert_ne!(first.header("etag"), Some(tag.as_str()));
        problem(admin.header("if-match", &tag).patch(path, &change(2)).await, 412, "stale");
        problem(admin.header("if-match", "\"x\"").patch(path, &change(2)).await, 412, "stale");
        admin.header("if-match", "*").patch(path, &change(3)).await.expect(200);
        let tag = first.header("etag").unwrap().to_owned();
        problem(admin.header("if-match", &tag).patch(path, &change(4)).await, 412, "stale");
    }
}

#[tokio::test]
async fn a_connection_is_made_and_changed() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let all = "//api/v1/tenants/default/connections";
    let made = admin.post(all, &json!({"name": "okta", "dialect": "okta"})).await.expect(201);
    assert_eq!((&made.json["kind"], &made.json["adopt"]), (&json!("okta"), &json!("email")));
    problem(admin.post(all, &json!({"name": "okta"})).await, 409, "conflict");
    problem(admin.post(all, &json!({"name": "O K"})).await, 400, "invalid_request");
    problem(admin.post(all, &json!({"name": "x", "kind": "ldap"})).await, 400, "invalid_body");
    let one = "//api/v1/tenants/default/connections/okta";
    let change = json!({
        "groups": false, "adopt": "never", "identity": "refuse", "guard": {"floor": 3, "percent": 50},
        "traceSeconds": 0, "paused": true, "kind": "generic", "missingMembers": "skip",
    });
    let changed = admin.patch(one, &change).await.expect(200);
    for (member, value) in change.as_object().unwrap() {
        if !["traceSeconds", "paused"].contains(&member.as_str()) {
            assert_eq!(&changed.json[member], value, "{member}");
        }
    }
    assert!(changed.json["paused"].is_string());
    let resumed = admin.patch(one, &json!({"paused": false})).await.expect(200);
    assert!(resumed.json["paused"].is_null());
    let names: Vec<_> = admin.get(all).await.expect(200).json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["default", "okta"]);
    for bad in [
        json!({"quirks": {"no-such": true}}),
        json!({"guard": {"floor": 1, "percent": 101}}),
        json!({"dialect": "klingon"}),
    ] {
        problem(admin.patch(one, &bad).await, 400, "invalid_request");
    }
    for bad in [json!({"guard": {"floor": 1}}), json!({"traceSeconds": 99_999_999}), json!({"adopt": "all"})]
    {
        problem(admin.patch(one, &bad).await, 400, "invalid_body");
    }
    problem(admin.patch("//api/v1/tenants/default/connections/none", &json!({})).await, 404, "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_different_settings_at_once_are_all_made_unless_one_is_bound_to_a_version() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let one = "//api/v1/tenants/default";
    let at_once = async |caller: &testkit::Caller, prefix: &str| {
        let tasks: Vec<_> = (0..6)
            .map(|n| {
                let (caller, name) = (caller.clone(), format!("{prefix}{n}"));
                tokio::spawn(async move { caller.patch(one, &json!({"settings": {name: n}})).await })
            })
            .collect();
        let mut statuses = Vec::new();
        for task in tasks {
            statuses.push(task.await.unwrap().status);
        }
        statuses.sort_unstable();
        statuses
    };
    assert_eq!(at_once(&admin, "free").await, [200; 6]);
    let shown = admin.get(one).await.expect(200);
    assert_eq!(shown.json["settings"].as_object().unwrap().len(), 6);
    let bound = admin.header("if-match", shown.header("etag").unwrap());
    assert_eq!(at_once(&bound, "bound").await, [200, 412, 412, 412, 412, 412]);
    assert_eq!(admin.get(one).await.expect(200).json["settings"].as_object().unwrap().len(), 7);
}
