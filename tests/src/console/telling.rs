//! Webhooks in the console: made, tried, looked at, switched and removed; a tenant's apart from those of all.

use service::noun::EventKind;
use service::{NewTenant, NewWebhook, WebhookSettings};
use testkit::TestServer;

use super::{Browser, between};
use crate::webhooks::receiver::{Answer, Receiver};
use crate::webhooks::server;

const W: &str = "/tenants/default/webhooks";

/// Adds a webhook by the form; gives the address of its page and its secret.
async fn add(browser: &Browser, at: &str, url: &str) -> (String, String) {
    let made = browser.send(at, &[("url", url), ("types", "learner.*"), ("private", "on")]).await.expect(200);
    let secret = between(&made.text, "<code id=\"new-secret\">", "</code>").to_owned();
    let id = between(&made.text, &format!("href=\"/console{at}/wh_"), "\"").to_owned();
    (format!("{at}/wh_{id}"), secret)
}

#[tokio::test]
async fn a_webhook_is_made_tried_switched_and_removed_and_its_secret_is_shown_once() {
    let (server, _working) = server().await;
    let browser = Browser::sign_in(&server).await;
    let receiver = Receiver::start().await;
    let (one, secret) = add(&browser, W, &receiver.url()).await;
    assert!(secret.starts_with("whsec_"), "{secret}");
    for page in [W, &one] {
        assert!(!browser.page(page).await.contains("whsec_"), "{page} shows the secret again");
    }
    assert!(browser.page(&one).await.contains("Nothing was sent yet"));
    let twice = browser.send(W, &[("url", &receiver.url()), ("private", "on")]).await.expect(409);
    assert!(twice.text.contains(&format!("value=\"{}\"", receiver.url())), "what was written stays written");
    let public = browser.send(W, &[("url", "http://10.0.0.1/x")]).await.expect(400);
    assert!(public.text.contains("must begin with https://"), "{}", public.text);

    let tried = browser.send(&format!("{one}/test"), &[]).await.expect(200);
    assert!(tried.text.contains("The test was taken with status 204"), "{}", tried.text);
    receiver.rule(|_| Answer::Status(401));
    let tried = browser.send(&format!("{one}/test"), &[]).await.expect(200);
    assert!(
        tried.text.contains("not taken with status 401") && tried.text.contains("signing secret"),
        "{}",
        tried.text
    );

    assert!(browser.act(&format!("{one}/disable"), &[]).await.contains("The webhook is disabled."));
    assert!(browser.page(W).await.contains(">Disabled<"));
    assert!(browser.act(&format!("{one}/enable"), &[]).await.contains("The webhook is enabled."));
    let rotated = browser.send(&format!("{one}/rotate"), &[]).await.expect(200);
    assert_ne!(between(&rotated.text, "<code id=\"new-secret\">", "</code>"), secret);
    browser.send(&format!("{one}/replay"), &[("after", "x")]).await.expect(400);
    browser.send(&format!("{one}/replay"), &[("after", "900")]).await.expect(400);
    server.entra().await.user("ann").await;
    let again = browser.send(&format!("{one}/replay"), &[("after", "0")]).await.expect(200);
    assert!(again.text.contains("are sent once more."), "{}", again.text);

    assert!(browser.act(&format!("{one}/remove"), &[]).await.contains("The webhook is removed."));
    browser.caller.get(&format!("//console{one}")).await.expect(404);
}

#[tokio::test]
async fn what_was_tried_stands_with_its_reason_and_what_to_do() {
    let (server, _working) = server().await;
    let browser = Browser::sign_in(&server).await;
    let receiver = Receiver::start().await;
    receiver.rule(|_| Answer::Status(302));
    let (one, _) = add(&browser, W, &receiver.url()).await;
    server.entra().await.user("ann").await;
    receiver.wait(1).await;
    let mut page = String::new();
    for _ in 0..200 {
        page = browser.page(&one).await;
        if page.contains("status 302") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(page.contains("learner.created") && page.contains("status 302"), "{page}");
    assert!(page.contains("Redirects are not followed."), "{page}");
    assert!(page.contains("Failing. Nothing could be told since"), "{page}");
}

#[tokio::test]
async fn webhooks_of_all_tenants_have_their_own_page_and_a_tenants_open_at_it_alone() {
    let (server, _working) = server().await;
    let acme = NewTenant { name: "acme".into(), display_name: None, dialect: None, groups: true };
    server.service.tenant_create(&acme).await.unwrap();
    let browser = Browser::sign_in(&server).await;
    let receiver = Receiver::start().await;
    let (own, _) = add(&browser, W, &receiver.url()).await;
    let (all, _) = add(&browser, "/webhooks", &receiver.url()).await;
    let id = own.rsplit('/').next().unwrap();
    assert!(!browser.page("/webhooks").await.contains(id));
    assert!(browser.page("").await.contains("href=\"/console/webhooks\""), "the overview leads there");
    for other in ["/webhooks", "/tenants/acme/webhooks"] {
        browser.caller.get(&format!("//console{other}/{id}")).await.expect(404);
        for act in ["test", "enable", "disable", "rotate", "remove"] {
            browser.send(&format!("{other}/{id}/{act}"), &[]).await.expect(404);
        }
    }
    browser.page(&own).await;
    assert!(browser.act(&format!("{all}/remove"), &[]).await.contains("The webhook is removed."));
}

#[tokio::test]
async fn an_address_cannot_put_markup_into_a_page_and_forms_need_their_proof() {
    let server = TestServer::start().await;
    let browser = Browser::sign_in(&server).await;
    let bad = browser.send(W, &[("url", "https://x.example/\"><script>alert(1)</script>")]).await.expect(200);
    assert!(!bad.text.contains("<script>alert"), "{}", bad.text);
    let op = server.operator("default", "default").await;
    let settings = WebhookSettings {
        url: "https://y.example/".into(),
        description: "<b>x</b>".into(),
        ..Default::default()
    };
    server.service.webhook_create(Some(&op), NewWebhook { settings, after: None }).await.unwrap();
    let list = browser.page(W).await;
    assert!(list.contains("&lt;b&gt;x&lt;/b&gt;") && !list.contains("<b>x"), "{list}");
    assert!(list.contains(EventKind::LearnerCreated.as_str().split('.').next().unwrap()));
    let forged = Browser { caller: browser.caller.clone(), proof: "no".into() };
    forged.send(W, &[("url", "https://z.example/")]).await.expect(403);
    assert_eq!(server.service.webhooks(Some(&op)).await.unwrap().len(), 2);
}
