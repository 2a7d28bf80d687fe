//! What forms do.

use serde_json::json;
use service::NewTenant;
use service::noun::ConnectionKind;
use testkit::TestServer;

use super::{Browser, between};

const T: &str = "/tenants/default";
const C: &str = "/tenants/default/connections/default";

#[tokio::test]
async fn a_token_is_shown_once_rotated_and_revoked() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let made = browser
        .send(&format!("{C}/tokens"), &[("name", "entra-prod"), ("scope", "users,groups"), ("expires", "")])
        .await;
    let secret = between(&made.expect(200).text, "<code id=\"new-token\">", "</code>").to_owned();
    server.with_token(&secret).get("/Users").await.expect(200);
    let list = browser.page(&format!("{C}/tokens")).await;
    assert!(list.contains("entra-prod") && !list.contains(&secret), "shown only once");

    let taken =
        browser.send(&format!("{C}/tokens"), &[("name", "entra-prod"), ("scope", "users")]).await.expect(409);
    assert!(taken.text.contains("A token named &quot;entra-prod&quot; exists already."), "{}", taken.text);
    browser.send(&format!("{C}/tokens"), &[("scope", "everything")]).await.expect(400);
    browser.send(&format!("{C}/tokens"), &[("expires", "-1")]).await.expect(400);

    let op = server.operator("default", "default").await;
    let id = server.service.tokens(&op).await.unwrap()[0].id.clone();
    let rotated = browser.send(&format!("{C}/tokens/{id}/rotate"), &[("overlap", "7")]).await.expect(200);
    let next = between(&rotated.text, "<code id=\"new-token\">", "</code>").to_owned();
    for good in [&secret, &next] {
        server.with_token(good).get("/Users").await.expect(200);
    }
    let tokens = server.service.tokens(&op).await.unwrap();
    let id = &tokens.iter().find(|token| token.expires.is_none()).unwrap().id;
    let page = browser.act(&format!("{C}/tokens/{id}/revoke"), &[]).await;
    assert!(page.contains("The token is revoked"), "{page}");
    server.advance(std::time::Duration::from_secs(5));
    server.with_token(&next).get("/Users").await.expect(401);
    browser.send(&format!("{C}/tokens/nothing/revoke"), &[]).await.expect(404);
}

#[tokio::test]
async fn held_changes_are_approved_or_reverted() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let entra = server.entra().await;
    let mut ids = Vec::new();
    for n in 0..60 {
        ids.push(entra.user(&format!("u{n:02}")).await);
    }
    let off = [json!({"op": "Replace", "path": "active", "value": "False"})];
    for id in &ids[..25] {
        entra.patch_operations(&format!("/Users/{id}"), &off).await.expect(200);
    }
    let page = browser.page(&format!("{C}/held")).await;
    assert!(page.contains("changes are held back from the app."), "{page}");
    assert!(browser.page("").await.contains("Changes held"));
    let page = browser.act(&format!("{C}/held/approve"), &[]).await;
    assert!(page.contains("were approved") && page.contains("Nothing is held."), "{page}");

    for id in &ids[25..55] {
        entra.patch_operations(&format!("/Users/{id}"), &off).await.expect(200);
    }
    let op = server.operator("default", "default").await;
    let held = server.service.held_count(&op).await.unwrap();
    assert!(held > 0);
    let unsure = browser.send(&format!("{C}/held/revert"), &[("confirm", "defalt")]).await.expect(400);
    assert!(unsure.text.contains("Write “default” to confirm."), "{}", unsure.text);
    assert_eq!(server.service.held_count(&op).await.unwrap(), held);
    let done = browser.send(&format!("{C}/held/revert"), &[("confirm", "default")]).await.expect(200);
    assert!(done.text.contains(&format!("{held} people were let in again")), "{}", done.text);
    assert_eq!(server.service.held_count(&op).await.unwrap(), 0);
}

#[tokio::test]
async fn settings_hold_as_they_were_sent() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let forms = browser.forms(&format!("{C}/settings")).await;
    let names = &forms[&format!("/console{C}/settings")];
    for name in
        ["kind", "dialect", "groups", "adopt", "identity", "members", "floor", "percent", "quirk-op-case"]
    {
        assert!(names.iter().any(|n| n == name), "{name} in {names:?}");
    }
    let fields = [
        ("kind", "okta"),
        ("dialect", "entra"),
        ("adopt", "never"),
        ("identity", "refuse"),
        ("members", "skip"),
        ("floor", "5"),
        ("percent", "50"),
        ("quirk-op-case", "off"),
        ("quirk-urn-dot", ""),
    ];
    let page = browser.act(&format!("{C}/settings"), &fields).await;
    assert!(page.contains("The settings are saved."), "{page}");
    let connection = server.operator("default", "default").await.connection;
    assert_eq!(
        (connection.kind, connection.groups),
        (ConnectionKind::Okta, false),
        "a box that is not there is not ticked"
    );
    assert_eq!(connection.policies.guard.floor, 5);
    assert_eq!(connection.quirks, [("op-case".to_owned(), false)]);
    for (name, value) in [("percent", "101"), ("floor", "many"), ("kind", "other"), ("dialect", "klingon")] {
        let wrong: Vec<_> =
            fields.iter().map(|(n, v)| if *n == name { (name, value) } else { (*n, *v) }).collect();
        browser.send(&format!("{C}/settings"), &wrong).await.expect(400);
    }
    assert!(browser.act(&format!("{C}/pause"), &[]).await.contains("The connection is paused."));
    assert!(browser.page(&format!("{C}/settings")).await.contains("Writes get 503"));
    assert!(browser.act(&format!("{C}/resume"), &[]).await.contains("The connection goes on."));
}

#[tokio::test]
async fn a_learner_that_nobody_manages_is_locked_out_let_in_removed_and_restored() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let op = server.operator("default", "default").await;
    let body = json!({"userName": "ann", "displayName": "Ann"});
    let id = server.service.learner_create(&op, body.as_object().unwrap()).await.unwrap();
    let own = format!("{T}/learners/{id}");
    assert!(browser.act(&format!("{own}/deactivate"), &[]).await.contains("The learner is inactive."));
    assert!(browser.act(&format!("{own}/reactivate"), &[]).await.contains("The learner is active again."));
    browser.send(&format!("{own}/remove"), &[("confirm", "Ann")]).await.expect(400);
    assert!(
        browser.act(&format!("{own}/remove"), &[("confirm", "ann")]).await.contains("The learner is removed")
    );
    assert!(browser.page(&format!("{T}/learners/removed")).await.contains("ann"));
    let back = browser.act(&format!("{own}/restore"), &[]).await;
    assert!(back.contains("The learner is back, under the same id."), "{back}");
    assert!(back.contains("Ann, in the console") && back.contains("Restored"), "{back}");

    let managed = server.entra().await.user("zoe").await;
    let refused = browser.send(&format!("{T}/learners/{managed}/deactivate"), &[]).await.expect(409);
    assert!(refused.text.contains("role=\"alert\""), "{}", refused.text);
}

#[tokio::test]
async fn a_file_is_checked_and_then_imported() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let send = async |file: &str, act: &str| {
        let mut body = String::new();
        for (name, value) in [("csrf", browser.proof.as_str()), ("act", act)] {
            body.push_str(&format!(
                "--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str(&format!(
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"p.csv\"\r\ncontent-type: text/csv\r\n\r\n{file}\r\n--b--\r\n"
        ));
        let caller = browser.caller.header("content-type", "multipart/form-data; boundary=b");
        caller.send("POST", &format!("//console{T}/imports"), Some(&body)).await
    };
    let bad = send("userName,email\nann,not an address\nann,b@x.example\n", "import").await.expect(200);
    assert!(bad.text.contains("Nothing was imported."), "{}", bad.text);
    let good = "userName,email\nann,a@x.example\nben,b@x.example\n";
    let checked = send(good, "check").await.expect(200);
    assert!(checked.text.contains("The file can be imported: 2 rows."), "{}", checked.text);
    let op = server.operator("default", "default").await;
    assert_eq!(server.service.tenant_show(&op).await.unwrap().learners, 0, "a check writes nothing");
    send(good, "import").await.expect(303);
    server.service.settle().await;
    let page = browser.page(&format!("{T}/imports")).await;
    assert!(page.contains(">Done<"), "{page}");
    assert_eq!(server.service.tenant_show(&op).await.unwrap().learners, 2);
}

#[tokio::test]
async fn a_schema_is_added_and_dropped() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let broken = browser.send(&format!("{T}/schemas"), &[("schema", "{\"id\":")]).await.expect(400);
    assert!(
        broken.text.contains("That is no JSON") && broken.text.contains("{&quot;id&quot;:</textarea>"),
        "{}",
        broken.text
    );
    let schema = json!({"id": "urn:acme:Cost", "name": "Cost", "attributes": [
        {"name": "centre", "type": "string", "multiValued": false, "required": false, "caseExact": false,
         "mutability": "readWrite", "returned": "default", "uniqueness": "none", "description": "x"}]});
    let page = browser.act(&format!("{T}/schemas"), &[("schema", &schema.to_string())]).await;
    assert!(page.contains("urn:acme:Cost") && page.contains("Attributes: centre"), "{page}");
    browser.send(&format!("{T}/schemas/drop"), &[("confirm", "urn:acme:Cast")]).await.expect(404);
    assert!(
        browser
            .act(&format!("{T}/schemas/drop"), &[("confirm", "urn:acme:Cost")])
            .await
            .contains("It is dropped.")
    );
}

#[tokio::test]
async fn a_setup_link_is_shown_once_and_revoked() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let made = browser
        .send(&format!("{C}/setup-links"), &[("name", "Acme's Ann"), ("expires", "30")])
        .await
        .expect(200);
    let url = between(&made.text, "<code id=\"new-link\">", "</code>").to_owned();
    assert!(url.starts_with("https://scim.provost.example/setup/"), "{url}");
    assert!(!browser.page(&format!("{C}/setup-links")).await.contains(&url));
    let op = server.operator("default", "default").await;
    let id = server.service.setup_links(&op).await.unwrap()[0].id.clone();
    assert!(
        browser.act(&format!("{C}/setup-links/{id}/revoke"), &[]).await.contains("The setup link is revoked")
    );
    browser.send(&format!("{C}/setup-links"), &[("expires", "91")]).await.expect(400);
}

#[tokio::test]
async fn one_tenants_ids_open_nothing_at_another() {
    let server = TestServer::start().await;
    let acme = NewTenant { name: "acme".into(), display_name: None, dialect: None, groups: true };
    server.service.tenant_create(&acme).await.unwrap();
    let entra = server.entra().await;
    let (ann, group) = (entra.user("ann").await, entra.group("g", &[]).await);
    let op = server.operator("default", "default").await;
    let token = server.service.tokens(&op).await.unwrap()[0].id.clone();
    let browser = Browser::sign_in(&server).await;
    for path in [format!("/learners/{ann}"), format!("/groups/{group}"), "/log/1".to_owned()] {
        browser.caller.get(&format!("//console/tenants/acme{path}")).await.expect(404);
    }
    let there = browser.page(&format!("/tenants/acme/log?subject={ann}")).await;
    assert!(there.contains("Nothing yet"), "{there}");
    for path in [
        format!("/learners/{ann}/remove"),
        format!("/learners/{ann}/restore"),
        format!("/connections/default/tokens/{token}/revoke"),
        format!("/connections/default/tokens/{token}/rotate"),
    ] {
        browser.send(&format!("/tenants/acme{path}"), &[("confirm", "ann")]).await.expect(404);
    }
    entra.get(&format!("/Users/{ann}")).await.expect(200);
}
