//! What a client can find out beforehand (RFC 7644 §4).

use serde_json::json;
use testkit::TestServer;

// S-DISC-01, S-DISC-02, S-DISC-03, S-DISC-04, S-DISC-05, S-DISC-06, A-43, S-SCHEMA-02
#[tokio::test]
async fn discovery_is_open_whole_and_unfiltered() {
    let server = TestServer::start().await;
    for caller in [server.anonymous(), server.entra().await] {
        for path in ["/Schemas", "/ResourceTypes"] {
            let whole = caller.get(path).await.expect(200);
            assert_eq!(whole.total() as usize, whole.resources().len());
            let same =
                caller.get(&format!("{path}?count=1&startIndex=2&sortBy=id&attributes=id")).await.expect(200);
            assert_eq!(same.json, whole.json, "paging, sorting and projection are ignored");
            caller.get(&format!("{path}?filter=id%20pr")).await.scim_error(403, "");
            for resource in whole.resources() {
                let id = resource["id"].as_str().unwrap();
                assert!(resource["schemas"].is_array() && resource["meta"]["resourceType"].is_string());
                assert_eq!(caller.get(&format!("{path}/{id}")).await.expect(200).json, *resource);
                assert_eq!(
                    caller.get(&format!("{path}/{}", id.replace(':', "%3A"))).await.expect(200).json,
                    *resource
                );
            }
        }
        caller.get("/Schemas/urn:ietf:params:scim:api:messages:2.0:PatchOp").await.scim_error(404, "");
    }
}

// S-SPC-01, S-SPC-03, S-SPC-04, S-CUR-14
#[tokio::test]
async fn the_configuration_tells_what_is_supported() {
    let server = TestServer::start().await;
    let config = server.anonymous().get("/ServiceProviderConfig").await.expect(200).json;
    for feature in ["patch", "bulk", "filter", "sort", "etag"] {
        assert_eq!(config[feature]["supported"], json!(true), "{feature}");
    }
    assert_eq!(config["changePassword"]["supported"], json!(false));
    assert_eq!(config["pagination"]["cursor"], json!(true));
    assert_eq!(config["pagination"]["index"], json!(true));
    assert_eq!(config["authenticationSchemes"][0]["type"], "oauthbearertoken");
    assert_eq!(config["meta"]["resourceType"], "ServiceProviderConfig");
    assert!(config.get("id").is_none());
}

// S-HTTP-08, S-HTTP-10, A-48
#[tokio::test]
async fn methods_that_a_path_does_not_know_are_405_with_the_ones_it_does() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    for (method, path) in
        [("POST", "/Users/some-id"), ("PUT", "/Users"), ("DELETE", "/Schemas"), ("PATCH", "/Bulk")]
    {
        let refused = entra.send(method, path, Some("{}")).await.scim_error(405, "");
        assert!(refused.header("allow").is_some_and(|a| !a.contains(method)), "{method} {path}");
    }
    entra.get("/Nothing").await.scim_error(404, "");
    assert!(entra.send("HEAD", "/Users", None).await.expect(200).text.is_empty());
    let options = server.anonymous().send("OPTIONS", "/Users", None).await.expect(204);
    assert!(options.header("allow").unwrap().contains("POST"));
}
