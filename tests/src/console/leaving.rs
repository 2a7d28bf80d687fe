//! Who was left over, who is protected, and what a tenant takes in.

use std::time::Duration;

use serde_json::json;
use service::{ImportOptions, LeftoverPolicy};
use testkit::TestServer;

use super::Browser;

const T: &str = "/tenants/default";
const C: &str = "/tenants/default/connections/default";

/// People who were here before any provider.
async fn seed(server: &TestServer, count: usize) {
    let op = server.operator("default", "default").await;
    let mut csv = "user name,email\n".to_owned();
    for n in 0..count {
        csv.push_str(&format!("old{n:02}@x.org,old{n:02}@x.org\n"));
    }
    server.service.import(&op, csv.as_bytes(), ImportOptions::default(), &mut |_| {}).await.unwrap();
}

#[tokio::test]
async fn who_was_left_over_is_listed_page_by_page_with_what_becomes_of_them() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let at = format!("{C}/leftovers");
    seed(&server, 60).await;
    server.entra().await.user("new@x.org").await;
    let early = browser.page(&at).await;
    assert!(
        early.contains("The first cycle is not done yet; 60 learners are not managed so far."),
        "{early}"
    );
    server.advance(Duration::from_secs(700));
    server.service.sweep().await.unwrap();
    let page = browser.page(&at).await;
    assert!(page.contains("60 learners are left over."), "{page}");
    assert!(page.contains("old00@x.org") && !page.contains("new@x.org"), "{page}");
    assert_eq!(page.matches("class=\"main\"").count(), 50);
    let link =
        page.split("href=\"").find(|rest| rest.starts_with("/console") && rest.contains("?after=")).unwrap();
    let second = browser.caller.get(&format!("/{}", link.split('"').next().unwrap())).await.expect(200).text;
    assert_eq!(second.matches("class=\"main\"").count(), 10, "{second}");

    let saved = browser.act(&at, &[("policy", "deactivate")]).await;
    assert!(
        saved.contains("The policy is saved.") && saved.contains("locked out when a first cycle"),
        "{saved}"
    );
    let op = server.operator("default", "default").await;
    assert_eq!(server.service.setup_policy(&op).await.unwrap().leftovers, LeftoverPolicy::Deactivate);
    browser.send(&at, &[("policy", "delete")]).await.expect(400);
}

#[tokio::test]
async fn a_learner_is_protected_from_each_page_and_provisioning_keeps_its_hands_off() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let entra = server.entra().await;
    let id = entra.user("root@x.org").await;
    let at = format!("{C}/leftovers");
    assert!(browser.page(&at).await.contains("Nobody is protected"));
    let page = browser.act(&format!("{at}/protect"), &[("learner", "root@x.org")]).await;
    assert!(page.contains("The learner is protected") && page.contains(">Protected<"), "{page}");
    browser.send(&format!("{at}/protect"), &[("learner", "nobody@x.org")]).await.expect(404);
    server.advance(Duration::from_secs(2));
    let off = [json!({"op": "Replace", "path": "active", "value": "False"})];
    entra.patch_operations(&format!("/Users/{id}"), &off).await.expect(400);

    let own = format!("{T}/learners/{id}");
    assert!(browser.page(&own).await.contains("End protection"));
    let page = browser.act(&format!("{own}/unprotect"), &[]).await;
    assert!(page.contains("The learner is not protected any more.") && page.contains(">Protect<"), "{page}");
    server.advance(Duration::from_secs(2));
    entra.patch_operations(&format!("/Users/{id}"), &off).await.expect(200);
    let back = browser.act(&format!("{own}/protect"), &[("back", "default")]).await;
    assert!(back.contains("<h1>Left over</h1>"), "it goes back to the list: {back}");
    browser.send(&format!("{T}/learners/nobody/protect"), &[]).await.expect(404);
}

#[tokio::test]
async fn what_a_tenant_takes_in_is_set_in_the_settings_and_holds() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let entra = server.entra().await;
    let at = format!("{T}/intake");
    let fields = [("back", "default"), ("domains", "x.org, *.x.org"), ("never", "phoneNumbers\r\ntitle")];
    let page = browser.act(&at, &fields).await;
    assert!(
        page.contains("What is taken in is saved.") && page.contains("x.org\n*.x.org</textarea>"),
        "{page}"
    );
    assert!(page.contains("phoneNumbers\ntitle</textarea>"), "{page}");
    let bad = browser.send(&at, &[("back", "default"), ("never", "no.such.path")]).await.expect(400);
    assert!(bad.text.contains("no.such.path</textarea>"), "what was written stays written: {}", bad.text);
    server.advance(Duration::from_secs(2));
    let user = |name: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "title": "Smith",
        })
    };
    entra.post("/Users", &user("ann@other.org")).await.expect(400);
    let made = entra.post("/Users", &user("ann@x.org")).await.expect(201);
    assert!(made.json["title"].is_null(), "{}", made.text);
}
