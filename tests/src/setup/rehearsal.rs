//! Rehearsing the first cycle, who was left over after it, and whom it never locks out.

use std::time::Duration;

use serde_json::{Value, json};
use service::noun::ApiScope;
use service::{DEFAULT, ImportOptions, LeftoverPolicy, NewSetupLink};
use testkit::{Caller, Reply, TestServer};

const LEFTOVERS: &str = "//api/v1/tenants/default/connections/default/leftovers";

/// People who were here before any provider.
async fn seed(server: &TestServer, csv: &str) {
    let op = server.operator(DEFAULT, DEFAULT).await;
    let done =
        server.service.import(&op, csv.as_bytes(), ImportOptions::default(), &mut |_| {}).await.unwrap();
    assert!(matches!(done, service::Import::Done(_)), "{done:?}");
}

/// The setup page, its browser and its proof.
async fn page(server: &TestServer) -> (String, Caller, String) {
    let op = server.operator(DEFAULT, DEFAULT).await;
    let made = server.service.setup_link_create(&op, &NewSetupLink::default()).await.unwrap();
    let at = format!("//setup/{}", made.url.expose().rsplit('/').next().unwrap());
    let browser = server.anonymous();
    let text = browser.get(&at).await.expect(200).text;
    let proof = text.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (at, browser, proof)
}

/// The form with a file, as a browser sends it.
async fn rehearse(place: &(String, Caller, String), file: &str) -> Reply {
    let (at, browser, proof) = place;
    let part = |name: &str, more: &str, value: &str| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
    };
    let body = part("csrf", "", proof) + &part("file", "; filename=\"people.csv\"", file) + "--x--\r\n";
    let browser = browser.header("content-type", "multipart/form-data; boundary=x");
    browser.send("POST", &format!("{at}/rehearsal"), Some(&body)).await
}

async fn count(server: &TestServer) -> (u64, i64) {
    let op = server.operator(DEFAULT, DEFAULT).await;
    let learners = server.service.tenant_show(&op).await.unwrap().learners;
    (learners, server.count_events().await)
}

#[tokio::test]
async fn a_rehearsal_says_who_would_be_adopted_created_and_left_alone_and_writes_nothing() {
    let server = TestServer::start().await;
    seed(&server, "user name,email\nann@x.org,ann@x.org\nold.ben,ben@x.org\ncarl@x.org,carl@x.org\n").await;
    server.entra().await.user("dora@x.org").await;
    let before = count(&server).await;
    let place = page(&server).await;
    let list = "userPrincipalName,mail,accountEnabled\nANN@x.org,ann@x.org,true\nben@x.org,ben@x.org,true\n\
                eve@x.org,eve@x.org,true\ndora@x.org,,true\nfred@x.org,,false\n<i>gus@x.org,,true\n";
    let shown = rehearse(&place, list).await.expect(200);
    for part in [
        "2 would be taken over",
        "ben@x.org (old.ben)",
        "2 would be made",
        "eve@x.org",
        "1 already provisioned",
        "1 disabled, so not sent",
        "fred@x.org",
        "1 here would be left alone",
        "carl@x.org",
        "&lt;i&gt;gus@x.org",
    ] {
        assert!(shown.text.contains(part), "{part}: {}", shown.text);
    }
    assert!(!shown.text.contains("<i>gus"));
    assert_eq!(count(&server).await, before, "nothing was written");
    // And so it comes to pass.
    let entra = server.entra().await;
    for (name, mail) in [("ann@x.org", "ann@x.org"), ("ben@x.org", "ben@x.org"), ("eve@x.org", "eve@x.org")] {
        let body = json!({"userName": name, "emails": [{"type": "work", "value": mail}], "active": true});
        entra.post("/Users", &body).await.expect(201);
    }
    assert_eq!(count(&server).await.0, before.0 + 1, "only eve is new");
}

#[tokio::test]
async fn graphs_json_is_taken_and_what_is_no_list_is_told_of() {
    let server = TestServer::start().await;
    let place = page(&server).await;
    let graph = json!({"value": [{"userPrincipalName": "ann@x.org", "mail": null, "accountEnabled": true}]});
    let shown = rehearse(&place, &graph.to_string()).await.expect(200);
    assert!(shown.text.contains("1 would be made"), "{}", shown.text);
    for bad in ["", "{", "name\nann\n"] {
        let shown = rehearse(&place, bad).await.expect(200);
        assert!(
            shown.text.contains("problem warn") && !shown.text.contains("would be made"),
            "{bad}: {}",
            shown.text
        );
    }
    let (at, browser, _) = &place;
    let forged = browser.header("content-type", "application/x-www-form-urlencoded");
    forged.send("POST", &format!("{at}/rehearsal"), Some("list=x")).await.expect(403);
}

/// The first cycle brings Ann; Ben and Carl were here before, and nobody brings them.
async fn first_cycle(server: &TestServer) {
    let entra = server.entra().await;
    let body = json!({"userName": "ann@x.org", "active": true});
    entra.post("/Users", &body).await.expect(201);
    server.advance(Duration::from_secs(601));
    server.service.sweep().await.unwrap();
    server.service.settle().await;
}

fn states(reply: &Reply) -> Vec<(String, bool, bool)> {
    let row =
        |r: &Value| (r["userName"].as_str().unwrap().to_owned(), r["active"] == true, r["protected"] == true);
    reply.json["items"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn who_is_left_over_is_listed_or_kept_quiet_about() {
    let server = TestServer::start().await;
    seed(&server, "user name\nann@x.org\nben@x.org\n").await;
    let (at, browser, _) = page(&server).await;
    assert!(!browser.get(&at).await.expect(200).text.contains("Who was left over"), "not before the cycle");
    first_cycle(&server).await;
    let shown = browser.get(&at).await.expect(200);
    assert!(shown.text.contains("Who was left over") && shown.text.contains("ben@x.org"), "{}", shown.text);
    let admin = server.api(ApiScope::Admin, None).await;
    let found = admin.get(LEFTOVERS).await.expect(200);
    assert_eq!((&found.json["policy"], &found.json["total"]), (&json!("list"), &json!(1)));
    assert_eq!(states(&found), [("ben@x.org".to_owned(), true, false)]);
    admin.put(LEFTOVERS, &json!({"policy": "keep"})).await.expect(204);
    assert!(!browser.get(&at).await.expect(200).text.contains("Who was left over"));
}

#[tokio::test]
async fn who_is_left_over_is_deactivated_where_that_is_the_policy_but_for_the_protected() {
    let server = TestServer::start().await;
    seed(&server, "user name\nann@x.org\nben@x.org\nroot@x.org\n").await;
    let admin = server.api(ApiScope::Admin, None).await;
    admin.put(LEFTOVERS, &json!({"policy": "deactivate"})).await.expect(204);
    admin.send("PUT", "//api/v1/tenants/default/learners/root@x.org/protection", None).await.expect(204);
    first_cycle(&server).await;
    let found = admin.get(LEFTOVERS).await.expect(200);
    assert_eq!(
        states(&found),
        [("ben@x.org".to_owned(), false, false), ("root@x.org".to_owned(), true, true)]
    );
    // Once: who is let in again by hand stays in.
    let op = server.operator(DEFAULT, DEFAULT).await;
    server.service.learner_reactivate(&op, "ben@x.org", false).await.unwrap();
    server.entra().await.user("carl@x.org").await;
    server.advance(Duration::from_secs(601));
    server.service.sweep().await.unwrap();
    assert!(states(&admin.get(LEFTOVERS).await.expect(200))[0].1);
}

#[tokio::test]
async fn many_who_are_left_over_are_held_from_the_app() {
    let server = TestServer::start().await;
    let people: Vec<_> = (0..30).map(|n| format!("p{n}@x.org\n")).collect();
    seed(&server, &format!("user name\nann@x.org\n{}", people.concat())).await;
    let op = server.operator(DEFAULT, DEFAULT).await;
    server.service.leftovers_set(&op, LeftoverPolicy::Deactivate).await.unwrap();
    first_cycle(&server).await;
    let op = server.operator(DEFAULT, DEFAULT).await;
    assert_eq!(server.service.held_count(&op).await.unwrap(), 30, "until somebody approves");
}

// Refused, not acknowledged: what was not done must not look done
#[tokio::test]
async fn provisioning_never_locks_out_a_protected_learner() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.user("root@x.org").await;
    let at = format!("/Users/{id}");
    let admin = server.api(ApiScope::Admin, None).await;
    let protection = format!("//api/v1/tenants/default/learners/{id}/protection");
    admin.send("PUT", &protection, None).await.expect(204);
    server.advance(Duration::from_secs(2));
    // Nor is the list of them lost to settings that cannot be read.
    let unreadable = json!({"settings": {"setup": {"protected": "nobody"}}});
    admin.patch("//api/v1/tenants/default", &unreadable).await.expect(400);
    let off = [json!({"op": "Replace", "path": "active", "value": "False"})];
    entra.patch_operations(&at, &off).await.scim_error(400, "mutability");
    entra.put(&at, &json!({"userName": "root@x.org", "active": false})).await.scim_error(400, "mutability");
    entra.delete(&at).await.scim_error(400, "mutability");
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [{"method": "DELETE", "path": at}],
    });
    let bulk = entra.post("/Bulk", &bulk).await.expect(200);
    assert_eq!(bulk.json["Operations"][0]["status"], "400", "{}", bulk.text);
    assert_eq!(entra.get(&at).await.expect(200).json["active"], true);
    // Everything else may change.
    let title = [json!({"op": "Replace", "path": "title", "value": "Head"})];
    entra.patch_operations(&at, &title).await.expect(200);
    let log = admin.get("//api/v1/tenants/default/log?failures=true").await.expect(200);
    assert_eq!(log.json["items"][0]["code"], "protected_learner");
    admin.delete(&protection).await.expect(204);
    server.advance(Duration::from_secs(2));
    entra.patch_operations(&at, &off).await.expect(200);
    entra.delete(&at).await.expect(204);
}
