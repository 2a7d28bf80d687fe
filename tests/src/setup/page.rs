//! `/setup/{link}`, as a browser without JavaScript meets it.

use std::time::Duration;

use serde_json::json;
use service::{ConnectionChange, DEFAULT, NewConnection, NewSetupLink};
use testkit::{Caller, Reply, TestServer};

const DAY: Duration = Duration::from_secs(86_400);

/// A link to the setup page of a connection: its path from the server's root, and its id.
async fn link(server: &TestServer, connection: &str) -> (String, String) {
    let op = server.operator(DEFAULT, connection).await;
    let made = server.service.setup_link_create(&op, &NewSetupLink::default()).await.unwrap();
    let secret = made.url.expose().rsplit('/').next().unwrap().to_owned();
    (format!("//setup/{secret}"), made.link.id)
}

/// The proof in a page's forms.
fn proof(page: &Reply) -> String {
    let (_, rest) = page.text.split_once("name=\"csrf\" value=\"").expect("a form");
    rest.split('"').next().unwrap().to_owned()
}

async fn send(caller: &Caller, path: &str, fields: &[(&str, &str)]) -> Reply {
    let body: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    caller
        .header("content-type", "application/x-www-form-urlencoded")
        .send("POST", path, Some(&body.join("&")))
        .await
}

/// Between two marks of a text.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}"));
    rest.split(to).next().unwrap()
}

#[tokio::test]
async fn the_page_shows_what_to_paste_and_looking_makes_no_token() {
    let server = TestServer::start().await;
    let (at, _) = link(&server, DEFAULT).await;
    let browser = server.anonymous();
    let page = browser.get(&at).await.expect(200);
    for part in [
        "https://scim.provost.example/scim_v2",
        "Provost SCIM",
        "Make a Secret Token",
        "Test connection",
        "Provisioning Mode",
        "objectId",
        "Nothing has arrived yet",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    browser.get(&at).await.expect(200);
    let op = server.operator(DEFAULT, DEFAULT).await;
    assert!(server.service.tokens(&op).await.unwrap().is_empty());
    assert!(server.service.setup_links(&op).await.unwrap()[0].opened.is_some());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}

// Ruling 18
#[tokio::test]
async fn a_token_is_made_by_a_click_shown_once_and_works() {
    let server = TestServer::start().await;
    let (at, _) = link(&server, DEFAULT).await;
    let browser = server.anonymous();
    let proof = proof(&browser.get(&at).await.expect(200));
    let made =
        send(&browser, &format!("{at}/token"), &[("csrf", &proof), ("for", "entra")]).await.expect(200);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let token = between(&made.text, "<code id=\"new-token\">", "<").to_owned();
    assert!(token.starts_with("pvt_"), "{token}");
    server.with_token(&token).get("/Users").await.expect(200);
    let again = browser.get(&at).await.expect(200);
    assert!(!again.text.contains(&token) && again.text.contains("One token works"), "{}", again.text);
    // The address of the form, loaded: back to the page, and nothing is made.
    browser.get(&format!("{at}/token")).await.expect(303);
    let op = server.operator(DEFAULT, DEFAULT).await;
    let tokens = server.service.tokens(&op).await.unwrap();
    assert_eq!((tokens.len(), tokens[0].name.as_str(), tokens[0].expires), (1, "entra", None));
}

#[tokio::test]
async fn a_form_that_the_page_did_not_send_does_nothing() {
    let server = TestServer::start().await;
    let (at, _) = link(&server, DEFAULT).await;
    let (other, _) = link(&server, DEFAULT).await;
    let browser = server.anonymous();
    let own = proof(&browser.get(&at).await.expect(200));
    let others = proof(&browser.get(&other).await.expect(200));
    let form = format!("{at}/token");
    send(&browser, &form, &[]).await.expect(403);
    send(&browser, &form, &[("csrf", &others)]).await.expect(403);
    send(&browser.header("origin", "https://evil.example"), &form, &[("csrf", &own)]).await.expect(403);
    send(&browser.header("sec-fetch-site", "cross-site"), &form, &[("csrf", &own)]).await.expect(403);
    let op = server.operator(DEFAULT, DEFAULT).await;
    assert!(server.service.tokens(&op).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_expired_revoked_or_unknown_link_is_one_and_the_same_page() {
    let server = TestServer::start().await;
    let browser = server.anonymous();
    let (revoked, id) = link(&server, DEFAULT).await;
    let op = server.operator(DEFAULT, DEFAULT).await;
    server.service.setup_link_revoke(&op, &id).await.unwrap();
    let (expired, _) = link(&server, DEFAULT).await;
    let own = proof(&browser.get(&expired).await.expect(200));
    server.advance(DAY * 7);
    let mut answers = Vec::new();
    let long = format!("//setup/{}", "a".repeat(4000));
    for at in [
        revoked.as_str(),
        &expired,
        "//setup/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "//setup",
        "//setup/",
        "//setup/%2e%2e",
        &long,
        &format!("{expired}/progress"),
        &format!("{expired}/Users"),
        &format!("{expired}/token"),
    ] {
        let reply = browser.get(at).await.expect(404);
        let headers: Vec<_> = reply.headers.iter().filter(|(n, _)| n != "date").cloned().collect();
        answers.push((headers, reply.text));
    }
    let posted = send(&browser, &format!("{expired}/token"), &[("csrf", &own)]).await.expect(404);
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert_eq!(posted.text, answers[0].1);
    assert!(posted.text.contains("This link does not work"), "{}", posted.text);
}

#[tokio::test]
async fn a_link_shows_its_own_connection_and_no_other() {
    let server = TestServer::start().await;
    let op = server.operator(DEFAULT, DEFAULT).await;
    let new = NewConnection { name: "second".into(), kind: None, dialect: Some("okta".into()), groups: true };
    server.service.connection_create(&op, &new).await.unwrap();
    server.entra().await.user("ann@example.com").await;
    server.entra().await.get("//Users").await.expect(404);
    server.service.settle().await;
    let (first, _) = link(&server, DEFAULT).await;
    let (second, _) = link(&server, "second").await;
    let browser = server.anonymous();
    let own = browser.get(&first).await.expect(200);
    assert!(own.text.contains("path_bare_host"), "{}", own.text);
    let other = browser.get(&second).await.expect(200);
    assert!(other.text.contains("SCIM connector base URL"), "okta's guide: {}", other.text);
    assert!(!other.text.contains("path_bare_host") && other.text.contains("Nothing has arrived yet"));
    // What it makes is the second one's.
    let made = send(&browser, &format!("{second}/token"), &[("csrf", &proof(&other))]).await.expect(200);
    let token = between(&made.text, "<code id=\"new-token\">", "<").to_owned();
    let handle = server.operator(DEFAULT, "second").await.connection.handle.clone();
    assert!(token.contains(&handle), "{token}");
}

#[tokio::test]
async fn what_providers_send_is_text_and_never_markup() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let evil = "<script>alert(1)</script>\"onmouseover=x@example.com";
    entra.user(evil).await;
    let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": evil});
    entra.post("/Users", &body).await.expect(409);
    let op = server.operator(DEFAULT, DEFAULT).await;
    let name = Some("<img src=x onerror=alert(1)>".to_owned());
    let made = server.service.setup_link_create(&op, &NewSetupLink { name, expires: None }).await.unwrap();
    let at = format!("//setup/{}", made.url.expose().rsplit('/').next().unwrap());
    for path in [at.clone(), format!("{at}/progress"), format!("{at}?for=%3Cb%3E&lang=%22%3E%3Cb%3E")] {
        let page = server.anonymous().get(&path).await.expect(200);
        assert!(page.text.contains("&lt;script&gt;"), "it is shown: {}", page.text);
        assert!(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"), "{}", page.text);
        assert!(!page.text.contains("<b>"), "{}", page.text);
    }
}

#[tokio::test]
async fn the_page_works_without_a_script() {
    let server = TestServer::start().await;
    let (at, _) = link(&server, DEFAULT).await;
    let browser = server.anonymous();
    let page = browser.get(&at).await.expect(200);
    assert!(
        !page.text.contains(" onclick=")
            && !page.text.contains(" style=")
            && !page.text.contains("javascript:")
    );
    assert!(page.text.contains("<noscript>"), "a way to look again");
    let own = proof(&page);
    // Groups: a form and a redirect.
    let done =
        send(&browser, &format!("{at}/groups"), &[("csrf", &own), ("groups", "off")]).await.expect(303);
    assert!(done.header("location").unwrap().starts_with("/setup/"));
    let page = browser.get(&at).await.expect(200);
    assert!(
        page.text.contains("Groups left out") && page.text.contains("Synchronise groups"),
        "{}",
        page.text
    );
    assert!(!server.operator(DEFAULT, DEFAULT).await.connection.groups);
}

#[tokio::test]
async fn the_provider_can_be_chosen_until_people_have_arrived() {
    let server = TestServer::start().await;
    let (at, _) = link(&server, DEFAULT).await;
    let browser = server.anonymous();
    let own = proof(&browser.get(&at).await.expect(200));
    let choose = format!("{at}/provider");
    send(&browser, &choose, &[("csrf", &own), ("for", "google")]).await.expect(303);
    let page = browser.get(&at).await.expect(200);
    assert!(page.text.contains("Google Workspace cannot send people") && page.text.contains("By CSV"));
    assert!(!page.text.contains("tenant-url"), "nothing to paste");
    send(&browser, &choose, &[("csrf", &own), ("for", "okta")]).await.expect(303);
    assert_eq!(server.operator(DEFAULT, DEFAULT).await.connection.dialect, "okta");
    server.advance(Duration::from_secs(2));
    server.entra().await.user("ann@example.com").await;
    let late = send(&browser, &choose, &[("csrf", &own), ("for", "entra")]).await.expect(409);
    assert!(late.text.contains("people have arrived from another provider"), "{}", late.text);
    assert_eq!(server.operator(DEFAULT, DEFAULT).await.connection.dialect, "okta");
}

#[tokio::test]
async fn the_page_speaks_the_readers_language() {
    let server = TestServer::start().await;
    let (at, _) = link(&server, DEFAULT).await;
    let german = server.anonymous().header("accept-language", "fr, de-AT;q=0.8, en;q=0.5");
    let page = german.get(&at).await.expect(200);
    assert!(
        page.text.contains("<html lang=\"de\">") && page.text.contains("Secret Token erzeugen"),
        "{}",
        page.text
    );
    let asked = german.get(&format!("{at}?lang=en")).await.expect(200);
    assert!(asked.text.contains("<html lang=\"en\">"));
    let gone = german.get("//setup/nothing").await.expect(404);
    assert!(gone.text.contains("Dieser Link funktioniert nicht"));
}

#[tokio::test]
async fn colours_come_from_here_under_a_name_that_changes() {
    let server = TestServer::start().await;
    let (at, _) = link(&server, DEFAULT).await;
    let page = server.anonymous().get(&at).await.expect(200);
    let name = between(&page.text, "/brand/", "\"").to_owned();
    let css = server.anonymous().get(&format!("//brand/{name}")).await.expect(200);
    assert_eq!(css.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(css.header("cache-control").unwrap().contains("immutable"));
    assert!(css.text.contains("--accent:#2f56c7"), "{}", css.text);
    server.anonymous().get("//brand/style.css").await.expect(404);
    for address in page.text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(address.starts_with('/') || address.starts_with('#'), "{address} leads to another host");
    }
}

#[tokio::test]
async fn a_link_that_is_asked_too_fast_is_told_to_wait() {
    let server = TestServer::start().await;
    let (at, _) = link(&server, DEFAULT).await;
    let browser = server.anonymous();
    let mut statuses = Vec::new();
    for _ in 0..120 {
        statuses.push(browser.get(&format!("{at}/progress")).await.status);
    }
    assert!(statuses[..50].iter().all(|s| *s == 200), "{statuses:?}");
    assert!(statuses.contains(&429), "{statuses:?}");
}

/// What ticks a step is the request that proves it; the first cycle is done after ten quiet minutes.
#[tokio::test]
async fn each_step_ticks_by_the_request_that_proves_it() {
    let server = TestServer::start().await;
    let (at, _) = link(&server, DEFAULT).await;
    let browser = server.anonymous();
    let ticks = async || {
        let part = browser.get(&format!("{at}/progress")).await.expect(200);
        let done = |id: &str| part.text.contains(&format!("<span class=\"tick done\" id=\"tick-{id}\""));
        ["tested", "groups", "learner", "cycle"].into_iter().filter(|id| done(id)).collect::<Vec<_>>()
    };
    assert_eq!(ticks().await, Vec::<&str>::new());
    let entra = server.entra().await;
    entra.filter("/Users", "userName eq \"7d420df3-0000-4000-8000-000000000000\"").await.expect(200);
    assert_eq!(ticks().await, ["tested"]);
    entra.filter("/Groups", "displayName eq \"x\"").await.expect(200);
    assert_eq!(ticks().await, ["tested", "groups"]);
    entra.user("ann@example.com").await;
    assert_eq!(ticks().await, ["tested", "groups", "learner"]);
    server.advance(Duration::from_secs(599));
    server.service.sweep().await.unwrap();
    assert_eq!(ticks().await, ["tested", "groups", "learner"]);
    server.advance(Duration::from_secs(2));
    server.service.sweep().await.unwrap();
    assert_eq!(ticks().await, ["tested", "groups", "learner", "cycle"]);
    let page = browser.get(&at).await.expect(200);
    assert!(page.text.contains("It works. One person is here"), "{}", page.text);
}

/// Also where somebody set another time than ten minutes.
#[tokio::test]
async fn the_page_names_the_time_after_which_a_cycle_counts_as_done() {
    let server = TestServer::start_with(|config| config.quiet = Duration::from_secs(90)).await;
    let (at, _) = link(&server, DEFAULT).await;
    let browser = server.anonymous();
    let part = browser.get(&format!("{at}/progress?lang=en")).await.expect(200).text;
    assert!(part.contains("90 seconds without a change after the first people"), "{part}");
    let other = browser.get(&format!("{at}?for=other&lang=en")).await.expect(200).text;
    assert!(other.contains("It counts as done after 90 seconds without a change."), "{other}");
    let okta = browser.get(&format!("{at}?for=okta&lang=de")).await.expect(200).text;
    assert!(okta.contains("Nach 90 Sekunden ohne Änderung gilt es als fertig."), "{okta}");
    server.entra().await.user("ann@example.com").await;
    server.advance(Duration::from_secs(92));
    server.service.sweep().await.unwrap();
    let part = browser.get(&format!("{at}/progress?lang=en")).await.expect(200).text;
    assert!(
        part.contains("<span class=\"tick done\" id=\"tick-cycle\""),
        "the time is the one that holds: {part}"
    );
}

#[tokio::test]
async fn groups_that_are_off_are_a_step_done() {
    let server = TestServer::start().await;
    server.change_connection(ConnectionChange { groups: Some(false), ..ConnectionChange::default() }).await;
    let (at, _) = link(&server, DEFAULT).await;
    let part = server.anonymous().get(&format!("{at}/progress")).await.expect(200);
    assert!(part.text.contains("<span class=\"tick done\" id=\"tick-groups\""), "{}", part.text);
}

/// The page without what differs from run to run or with every change of a stylesheet.
fn settled(page: &Reply, at: &str) -> String {
    let secret = at.rsplit('/').next().unwrap();
    let text = page.text.replace(secret, "SECRET").replace(&proof(page), "PROOF").replace("><", ">\n<");
    // Names of files hold a digest of twelve digits.
    let mut out = String::new();
    for part in text.split_inclusive(['-', '.']) {
        let body = part.trim_end_matches(['-', '.']);
        let is_digest = body.len() == 12 && body.bytes().all(|b| b.is_ascii_hexdigit());
        out.push_str(&if is_digest { part.replace(body, "DIGEST") } else { part.to_owned() });
    }
    out
}

#[tokio::test]
async fn the_whole_page_is_as_it_was_looked_at() {
    let server = TestServer::start().await;
    let (at, _) = link(&server, DEFAULT).await;
    let browser = server.anonymous();
    let fresh = browser.get(&at).await.expect(200);
    insta::assert_snapshot!("fresh", settled(&fresh, &at));

    let entra = server.entra().await;
    entra.get("/Groups?filter=displayName%20eq%20%22x%22").await.expect(200);
    entra.user("ann@contoso.example").await;
    let nameless = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "displayName": "<b>"});
    entra.post("/Users", &nameless).await.expect(400);
    server.advance(Duration::from_secs(90));
    let arriving = browser.get(&at).await.expect(200);
    insta::assert_snapshot!("arriving", settled(&arriving, &at));
}
