//! Each page says what it is there for.

use std::time::Duration;

use serde_json::json;
use service::NewTenant;
use testkit::TestServer;

use super::{Browser, between};

const T: &str = "/tenants/default";
const C: &str = "/tenants/default/connections/default";

#[tokio::test]
async fn a_fresh_console_says_what_to_do_next() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let overview = browser.page("").await;
    assert!(
        overview.contains("Nothing needs attention") && overview.contains("Not connected yet"),
        "{overview}"
    );
    for (path, said) in [
        (T.to_owned(), "Entra has not come yet."),
        (format!("{T}/learners"), "Nobody is here yet"),
        (format!("{T}/learners/removed"), "Nobody was removed"),
        (format!("{T}/groups"), "No groups yet"),
        (format!("{T}/log"), "Nothing yet"),
        (format!("{T}/imports"), "No imports yet"),
        (format!("{T}/schemas"), "No schemas of its own"),
        (format!("{C}/held"), "Nothing is held."),
        (format!("{C}/tokens"), "No tokens yet"),
        (format!("{C}/setup-links"), "No setup links yet"),
        (format!("{C}/settings"), "Synchronise groups"),
        (format!("{C}/leftovers"), "The first cycle is not done yet"),
        (format!("{T}/webhooks"), "No webhooks yet"),
        ("/webhooks".to_owned(), "No webhooks yet"),
    ] {
        let page = browser.page(&path).await;
        assert!(page.contains(said), "{path} says {said:?}:\n{page}");
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        assert_eq!(page.matches("<main").count(), 1, "{path}");
        assert!(page.contains("href=\"#content\""), "{path} can be skipped to");
    }
}

#[tokio::test]
async fn a_learner_is_found_and_shown_with_history() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let boss = entra.user("boss@x.example").await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "userName": "zoe@x.example", "displayName": "Zoe Zander", "externalId": "e-1", "title": "Smith",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": boss}},
    });
    let zoe = entra.post("/Users", &body).await.expect(201).id().to_owned();
    entra.group("Pilots", &[&zoe]).await;
    server.advance(Duration::from_secs(180));
    let off = json!({"op": "Replace", "path": "title", "value": "Baker"});
    entra.patch_operations(&format!("/Users/{zoe}"), &[off]).await.expect(200);

    let browser = Browser::sign_in(&server).await;
    let found = |query: &'static str| {
        let browser = &browser;
        async move {
            let page = browser.page(&format!("{T}/learners?{query}")).await;
            (page.contains("zoe@x.example</span>"), page.contains("boss@x.example</span>"))
        }
    };
    assert_eq!(found("").await, (true, true));
    assert_eq!(found("q=ZOE").await, (true, false), "a user name, in any case");
    assert_eq!(found("q=Zoe+Z").await, (true, false), "a name to show");
    assert_eq!(found("q=Z").await, (true, false), "a letter");
    assert_eq!(found("q=oe").await, (false, false), "only its beginning");
    assert_eq!(found("state=inactive").await, (false, false));
    assert_eq!(found("source=csv").await, (false, false));
    assert_eq!(found("source=scim&state=active").await, (true, true));
    assert_eq!(found("manager=boss%40x.example").await, (true, false));
    assert_eq!(found("group=Pilots&q=zo").await, (true, false));
    assert_eq!(found("group=Pilots&q=bo").await, (false, false));
    let none = browser.page(&format!("{T}/learners?group=Nobody")).await;
    assert!(none.contains("There is no group &quot;Nobody&quot;."), "{none}");

    let page = browser.page(&format!("{T}/learners/{zoe}")).await;
    for fact in [
        "<h1>Zoe Zander</h1>",
        "Active: may use the app",
        "<del>Smith</del>",
        "<ins>Baker</ins>",
        "the identity provider, token “token”",
        "Pilots</a>",
        "<code>e-1</code>",
        "&quot;userName&quot;: &quot;zoe@x.example&quot;",
    ] {
        assert!(page.contains(fact), "{fact} in\n{page}");
    }
    assert!(page.contains(&format!("/learners/{boss}\"")), "the manager is a link");
}

#[tokio::test]
async fn names_are_text_and_nothing_else() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": evil, "displayName": evil, "title": evil, "externalId": evil,
        "emails": [{"type": "work", "value": "a@x.example", "display": evil}],
    });
    let id = entra.post("/Users", &body).await.expect(201).id().to_owned();
    let group = entra.group(evil, &[&id]).await;
    entra.post("/Users", &json!({"schemas": [], "displayName": evil})).await.expect(400);
    let acme =
        NewTenant { name: "acme".into(), display_name: Some(evil.into()), dialect: None, groups: true };
    server.service.tenant_create(&acme).await.unwrap();

    let browser = Browser::sign_in(&server).await;
    let log = browser.page(&format!("{T}/log")).await;
    let refused = between(&log, "/console/tenants/default/log/", "\"").to_owned();
    let quoted = super::encoded(evil);
    for path in [
        String::new(),
        "/tenants/acme".into(),
        T.into(),
        format!("{T}/learners"),
        format!("{T}/learners?q={quoted}&manager=&group="),
        format!("{T}/learners?group={quoted}"),
        format!("{T}/learners/{id}"),
        format!("{T}/groups?q={quoted}"),
        format!("{T}/groups/{group}"),
        format!("{T}/log"),
        format!("{T}/log/{refused}"),
    ] {
        let page = browser.page(&path).await;
        assert!(page.contains("&lt;script&gt;alert(1)") || path == T, "{path} shows the name");
        for bad in ["<script>alert", "<img", "\"'>"] {
            assert!(!page.contains(bad), "{bad} in {path}:\n{page}");
        }
    }
}

#[tokio::test]
async fn a_refused_request_is_explained() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    entra.user("ann").await;
    let again = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann"});
    entra.post("/Users", &again).await.expect(409);
    let browser = Browser::sign_in(&server).await;
    let failures = browser.page(&format!("{T}/log?failures=on")).await;
    assert!(failures.contains("Refused") && !failures.contains(">Done<"), "{failures}");
    let entry = between(&failures, "class=\"main\" href=\"/console", "\"");
    let page = browser.page(entry).await;
    for fact in [
        "Refused with status 409: user name taken.",
        "What to do:",
        "matching attribute",
        "POST /Users",
        "&quot;userName&quot;: &quot;ann&quot;",
    ] {
        assert!(page.contains(fact), "{fact} in\n{page}");
    }
    let part = browser.page(&format!("{T}/log?part=entries&live=on")).await;
    assert!(
        part.starts_with(
            "<div id=\"entries\" hx-get=\"/console/tenants/default/log?part=entries&amp;live=on\""
        ),
        "{part}"
    );
}

#[tokio::test]
async fn a_refused_token_is_the_first_thing_that_health_says() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    entra.get("/Users").await.expect(200);
    let browser = Browser::sign_in(&server).await;
    let working = browser.page(T).await;
    assert!(working.contains("Provisioning is working; last contact"), "{working}");

    let op = server.operator("default", "default").await;
    let token = server.service.tokens(&op).await.unwrap().remove(0);
    browser.act(&format!("{C}/tokens/{}/revoke", token.id), &[]).await;
    server.advance(Duration::from_secs(60));
    entra.get("/Users").await.expect(401);
    server.service.settle().await;
    let refused = browser.page(T).await;
    let answer = between(&refused, "class=\"sentence\">", "</p>");
    assert!(answer.contains("Entra’s token is refused"), "{answer}");
    assert!(refused.contains("was revoked on 2026-01-01"), "{refused}");
    let overview = browser.page("").await;
    assert!(overview.contains("Token refused"), "{overview}");
    let log = browser.page(&format!("{T}/log")).await;
    assert!(log.contains("token revoked"), "{log}");
}

#[tokio::test]
async fn long_lists_are_paged() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let mut ids = Vec::new();
    for n in 0..120 {
        ids.push(entra.user(&format!("u{n:03}")).await);
    }
    let members: Vec<&str> = ids.iter().map(String::as_str).collect();
    let group = entra.group("All", &members).await;
    let browser = Browser::sign_in(&server).await;
    for (path, size) in
        [(format!("{T}/learners"), 50), (format!("{T}/groups/{group}"), 100), (format!("{T}/log"), 50)]
    {
        let mut seen = 0;
        let mut next = Some(path.clone());
        while let Some(here) = next {
            let page = browser.page(&here).await;
            let rows = page.matches("<th scope=\"row\">").count();
            assert!(rows <= size, "{here}: {rows}");
            seen += rows;
            next =
                page.split("rel=\"next\"").next().filter(|_| page.contains("rel=\"next\"")).map(|before| {
                    let link = before.rsplit("href=\"/console").next().unwrap();
                    link.split('"').next().unwrap().replace("&amp;", "&")
                });
        }
        assert!(seen >= 120, "{path}: {seen}");
    }
}

#[tokio::test]
async fn an_address_that_leads_nowhere_says_so() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    for path in [
        "/nowhere",
        "/tenants/none",
        "/tenants/default/learners/nobody",
        "/tenants/default/groups/01900000-0000-7000-8000-000000000000",
        "/tenants/default/log/99",
        "/tenants/default/log/x",
        "/tenants/default/connections/none/tokens",
    ] {
        let reply = browser.caller.get(&format!("//console{path}")).await.expect(404);
        assert!(reply.text.contains("<h1>"), "{path}");
    }
    browser.caller.get("//console/tenants/default/learners?after=x").await.expect(400);
    let away = browser.page("?done=%3Cb%3E").await;
    assert!(!away.contains("role=\"status\"><p>"), "only what was done is said");
}
