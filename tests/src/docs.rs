//! The documentation as a server gives it: pages, Markdown, answers; to anybody, without a script.

use testkit::TestServer;

#[tokio::test]
async fn a_page_is_html_that_loads_its_stylesheet_and_nothing_else() {
    let server = TestServer::start().await;
    let anybody = server.anonymous();
    for path in ["//docs", "//docs/", "//docs/guides/entra", "//docs/reference/scim-support"] {
        let page = anybody.get(path).await.expect(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        let html = page.text;
        assert!(html.contains("<link rel=\"stylesheet\" href=\"/docs/style.css\">"), "{path}");
        assert!(!html.contains("<script") && !html.contains("style=\""), "{path}");
    }
    let style = anybody.get("//docs/style.css").await.expect(200);
    assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(style.text.contains("prefers-color-scheme:dark"));
}

#[tokio::test]
async fn every_page_has_a_markdown_face_that_says_how_to_ask() {
    let server = TestServer::start().await;
    let anybody = server.anonymous();
    let list = anybody.get("//llms.txt").await.expect(200).text;
    let base = "https://scim.provost.example/docs/";
    let pages: Vec<&str> = list.split(base).skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let pages: Vec<&str> = pages.into_iter().filter(|page| page.ends_with(".md")).collect();
    assert!(pages.len() > 15, "{list}");
    for page in pages {
        let text = anybody.get(&format!("//docs/{page}")).await.expect(200).text;
        assert!(text.starts_with("> All pages: https://scim.provost.example/llms.txt\n"), "{page}");
        assert!(text.contains(&format!("`GET {base}{page}?ask=<question>`")), "{page}");
    }
}

#[tokio::test]
async fn a_question_is_answered_with_its_sources_or_not_at_all() {
    let server = TestServer::start().await;
    let anybody = server.anonymous();
    let answer =
        anybody.query("//docs/guides/entra.md", &[("ask", "how do I rotate a token?")]).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/markdown; charset=utf-8"));
    let text = answer.text;
    assert!(text.contains("provost token rotate"), "{text}");
    assert!(text.contains("](https://scim.provost.example/docs/how-to/rotate-a-token.md#rotate)"), "{text}");

    let nothing =
        anybody.query("//docs/index.md", &[("ask", "how do I set up Kerberos?")]).await.expect(200).text;
    assert!(nothing.contains("**Not found.**") && nothing.contains("What comes nearest:"), "{nothing}");

    let page =
        anybody.query("//docs", &[("ask", "<img src=x onerror=alert(1)> token")]).await.expect(200).text;
    assert!(!page.contains("<img"), "{page}");
}

#[tokio::test]
async fn an_address_without_a_page_says_so() {
    let server = TestServer::start().await;
    let anybody = server.anonymous();
    let page = anybody.get("//docs/nowhere").await.expect(404);
    assert!(page.text.contains("There is no such page"));
    let text = anybody.get("//docs/nowhere.md").await.expect(404).text;
    assert!(text.contains("https://scim.provost.example/llms.txt"), "{text}");
    anybody.get("//docs/../../etc/passwd").await.expect(404);
    anybody.send("POST", "//docs", Some("x")).await.expect(405);
}
