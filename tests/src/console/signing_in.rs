//! One-time links, sessions, forged forms.

use std::time::Duration;

use testkit::TestServer;

use super::{Browser, cookie, link, send_form};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_link_opens_the_console_once() {
    let server = TestServer::start().await;
    let nobody = server.anonymous();
    let secret = link(&server).await;
    let looked = nobody.get(&format!("//console/sign-in/{secret}")).await.expect(200);
    assert!(looked.text.contains("Open the console"), "{}", looked.text);
    assert_eq!(looked.header("set-cookie"), None, "looking at the address uses nothing up");

    let entered = send_form(&nobody, "//console/sign-in", &[("link", &secret)]).await.expect(303);
    assert_eq!(entered.header("location"), Some("/console"));
    let set = entered.header("set-cookie").unwrap();
    for part in ["__Host-provost-console=", "; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(set.contains(part), "{part} in {set}");
    }
    let again = send_form(&nobody, "//console/sign-in", &[("link", &secret)]).await.expect(403);
    assert!(again.text.contains("This link does not open the console"), "{}", again.text);
    assert_eq!(again.header("set-cookie"), None);
}

#[tokio::test]
async fn a_link_is_good_for_ten_minutes() {
    let server = TestServer::start().await;
    let secret = link(&server).await;
    server.advance(MINUTE * 10);
    let nobody = server.anonymous();
    let late = send_form(&nobody, "//console/sign-in", &[("link", &secret)]).await.expect(403);
    for wrong in ["", "x", &"0".repeat(64), &secret.to_uppercase(), "%00"] {
        let reply = send_form(&nobody, "//console/sign-in", &[("link", wrong)]).await.expect(403);
        assert_eq!(reply.text, late.text, "what is wrong with a link is not said");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_sees_nothing_and_changes_nothing() {
    let server = TestServer::start().await;
    let nobody = server.anonymous();
    for path in ["", "/tenants/default", "/tenants/default/learners", "/tenants/none", "/nowhere"] {
        let reply = nobody.get(&format!("//console{path}")).await.expect(303);
        assert_eq!(reply.header("location"), Some("/console/sign-in"), "{path}");
    }
    let script = nobody.header("hx-request", "true").get("//console").await.expect(401);
    assert_eq!(script.header("hx-redirect"), Some("/console/sign-in"));
    let post = send_form(&nobody, "//console/tenants/default/connections/default/tokens", &[]).await;
    post.expect(303);
    let stolen = nobody.header("cookie", &format!("__Host-provost-console={}", "0".repeat(64)));
    stolen.get("//console").await.expect(303);
    let op = server.operator("default", "default").await;
    assert!(server.service.tokens(&op).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_session_ends_idle_or_old_or_when_signed_out() {
    let server = TestServer::start().await;
    let idle = Browser::sign_in(&server).await;
    server.advance(MINUTE * 119);
    let kept = idle.caller.get("//console").await.expect(200);
    let idle = idle.caller.header("cookie", "").header("cookie", &cookie(&kept));
    server.advance(MINUTE * 120);
    idle.get("//console").await.expect(303);

    let mut browser = Browser::sign_in(&server).await;
    for _ in 0..11 {
        server.advance(MINUTE * 60);
        let reply = browser.caller.get("//console").await.expect(200);
        browser.caller = server.anonymous().header("cookie", &cookie(&reply));
    }
    server.advance(MINUTE * 60);
    browser.caller.get("//console").await.expect(303);

    let browser = Browser::sign_in(&server).await;
    let out = browser.send("/sign-out", &[]).await.expect(200);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    browser.caller.get("//console").await.expect(303);
}

#[tokio::test]
async fn the_secret_of_a_session_changes_and_the_old_one_ends() {
    let server = TestServer::start().await;
    let old = Browser::sign_in(&server).await;
    assert_eq!(old.caller.get("//console").await.expect(200).header("set-cookie"), None);
    server.advance(MINUTE * 15);
    let turned = old.caller.get("//console").await.expect(200);
    let new = server.anonymous().header("cookie", &cookie(&turned));
    // Requests that were under way still show the old one, and get no other.
    assert_eq!(old.caller.get("//console").await.expect(200).header("set-cookie"), None);
    server.advance(MINUTE);
    old.caller.get("//console").await.expect(303);
    new.get("//console").await.expect(200);
}

#[tokio::test]
async fn a_forged_form_changes_nothing() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let other = Browser::sign_in(&server).await;
    let tokens = "//console/tenants/default/connections/default/tokens";
    for proof in [None, Some(""), Some("0"), Some(other.proof.as_str())] {
        let fields: Vec<_> = proof.iter().map(|proof| ("csrf", *proof)).collect();
        let reply = send_form(&browser.caller, tokens, &fields).await.expect(403);
        assert!(reply.text.contains("This form is not valid any more"), "{proof:?}");
    }
    let good = [("csrf", browser.proof.as_str())];
    for (name, value) in
        [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        let from = browser.caller.header(name, value);
        send_form(&from, tokens, &good).await.expect(403);
    }
    let foreign = server.anonymous().header("origin", "https://evil.example");
    let secret = link(&server).await;
    send_form(&foreign, "//console/sign-in", &[("link", &secret)]).await.expect(403);
    let op = server.operator("default", "default").await;
    assert!(server.service.tokens(&op).await.unwrap().is_empty());

    let own = browser
        .caller
        .header("origin", "https://scim.provost.example")
        .header("sec-fetch-site", "same-origin");
    send_form(&own, tokens, &good).await.expect(200);
    assert_eq!(server.service.tokens(&op).await.unwrap().len(), 1);
}

#[tokio::test]
async fn pages_load_nothing_from_elsewhere_and_are_kept_by_nobody() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let page = browser.caller.get("//console").await.expect(200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(
        !page.text.contains("style=\"") && !page.text.contains("<style") && !page.text.contains("onclick")
    );
    let scripts = page.text.matches("<script").count();
    assert_eq!(scripts, page.text.matches("<script src=\"/assets/").count(), "no script within the page");
    for asset in page.text.split("\"/assets/").skip(1) {
        let name = asset.split('"').next().unwrap();
        let file = server.anonymous().get(&format!("//assets/{name}")).await.expect(200);
        assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"), "{name}");
    }
    server.anonymous().get("//assets/style-000000000000.css").await.expect(404);
}
