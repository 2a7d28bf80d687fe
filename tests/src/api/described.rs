//! The description.

use serde_json::json;
use testkit::TestServer;

#[tokio::test]
async fn the_description_is_served_to_anybody() {
    let server = TestServer::start().await;
    let reply = server.anonymous().get("//api/openapi.json").await.expect(200);
    assert_eq!(reply.json["openapi"], "3.1.0");
    assert_eq!(reply.json["servers"], json!([{"url": "https://scim.provost.example"}]));
    let operation = &reply.json["paths"]["/api/v1/tenants/{tenant}/learners"]["post"];
    assert_eq!(operation["operationId"], "createLearner");
    assert_eq!(operation["security"], json!([{"apiKey": ["write"]}]));
    let tenant = &reply.json["components"]["schemas"]["TenantCreate"];
    assert_eq!(tenant["additionalProperties"], false);
    assert_eq!(tenant["required"], json!(["name"]));
}

/// `docs/reference/api.md` is made from the description: INSTA_UPDATE=always writes it anew.
#[test]
fn the_reference_page_is_fresh() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/api.md");
    let page = provost_http::api_reference();
    if std::env::var("INSTA_UPDATE").is_ok_and(|v| v == "always") {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == page,
        "docs/reference/api.md is not what the description says; run this test with INSTA_UPDATE=always"
    );
}
